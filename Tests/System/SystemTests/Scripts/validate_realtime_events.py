"""Checks Realtime client events against the types of the official OpenAI Python SDK.

Reads one JSON event per line from standard input; `ga` or `beta` is the argument. Prints one line per fault and exits
with 1 if there is any. An event is valid when the SDK's model accepts it, no key is unknown at any depth, and no value is
null where the API documents none.
"""

import json
import sys

import pydantic

NULLS_ALLOWED = {"turn_detection", "transcription", "noise_reduction", "idle_timeout_ms", "tracing", "prompt"}
# Free-form by definition: a JSON schema, and a bag of metadata.
OPAQUE = {"parameters", "metadata"}


def client_event_type(dialect):
    if dialect == "beta":
        from openai.types.beta.realtime import RealtimeClientEvent
    else:
        from openai.types.realtime import RealtimeClientEvent
    return pydantic.TypeAdapter(RealtimeClientEvent)


def unknown_keys(model, path):
    """Keys that the SDK's model took as extras, at any depth."""
    for key in model.model_extra or {}:
        yield f"{path}.{key}: unknown key"
    for name in model.model_fields_set:
        if name in OPAQUE:
            continue
        value = getattr(model, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, pydantic.BaseModel):
                yield from unknown_keys(item, f"{path}.{name}")


def nulls(value, path):
    if isinstance(value, dict):
        for key, member in value.items():
            if member is None and key not in NULLS_ALLOWED:
                yield f"{path}.{key}: null"
            elif key not in OPAQUE:
                yield from nulls(member, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nulls(item, f"{path}[{index}]")


def main():
    adapter = client_event_type(sys.argv[1])
    faults = count = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        count += 1
        event = json.loads(line)
        name = f"event {number} ({event.get('type')})"
        try:
            found = [*unknown_keys(adapter.validate_python(event), name), *nulls(event, name)]
        except pydantic.ValidationError as error:
            found = [f"{name}: {error.errors(include_url=False)[0]}"]
        for fault in found:
            print(fault)
        faults += len(found)
    print(f"{count} events, {faults} faults", file=sys.stderr)
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
