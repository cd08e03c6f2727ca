"""The messages as Services/gateway/API/asyncapi.json describes them."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from .documents import DESCRIPTION


@cache
def _validators():
    messages = json.loads(DESCRIPTION.read_text())["components"]["messages"]
    return {name: Draft202012Validator(message["payload"]) for name, message in messages.items()}


def known(who, type_):
    return f"{who}.{type_}" in _validators()


def numbered(type_):
    """Whether the record holds messages of this type, so that they have a `seq`."""
    validator = _validators().get(f"server.{type_}")
    return validator is not None and "seq" in validator.schema["required"] and type_ != "resume_failed"


def flaw(who, message):
    """What is wrong with a message of `client` or `server`; None if nothing is."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "it is not an object with a type"
    validator = _validators().get(f"{who}.{message['type']}")
    if validator is None:
        return f"its type {message['type']!r} is not known"
    error = next(iter(sorted(validator.iter_errors(message), key=lambda each: each.json_path)), None)
    return error and f"{message['type']}: {error.json_path}: {error.message[:200]}"
