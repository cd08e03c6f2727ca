"""Mistakes that an operator can make in values. Each must be refused, by a message that says what is wrong."""

import helm_python as helm

from . import rendering

# A message contains all of these words.
MISTAKES = [
    ("a setting with a wrong name", {"settings": {"RESUME_SECOND": 60}}, ["RESUME_SECOND"]),
    ("a number that is too large", {"settings": {"RESUME_SECONDS": 4000}}, ["RESUME_SECONDS", "3,600"]),
    ("a number as a text", {"settings": {"MAX_SESSIONS": "many"}}, ["MAX_SESSIONS", "integer"]),
    ("one of several words", {"settings": {"ACK_AFTER": "memory"}}, ["ACK_AFTER", "database"]),
    ("a setting that the chart decides", {"settings": {"JOURNAL_DIR": "/data"}}, ["JOURNAL_DIR"]),
    ("a secret in plain sight", {"settings": {"OPENAI_API_KEY": "sk-1"}}, ["OPENAI_API_KEY"]),
    ("a value with a wrong name", {"replicas": 3}, ["replicas"]),
    ("no cells", {"cells": 0}, ["cells"]),
    ("no secrets", {"existingSecret": ""}, ["existingSecret is missing"]),
    ("no database", {"secretKeys": {"MONGODB_URI": ""}}, ["secretKeys.MONGODB_URI"]),
    ("no Gateway", {"route": {"enabled": True}}, ["route.parents"]),
    ("TLS in several cells", {"cells": 2, "tls": {"existingSecret": "certificate"}}, ["tls.existingSecret"]),
    (
        "cells under no domain",
        {"route": {"enabled": True, "parents": [{"name": "public"}], "perCell": "host"}},
        ["route.domain"],
    ),
]


def not_refused():
    """One line for each mistake that is accepted, or refused without saying why."""
    with helm.Chart.load(rendering.CHART) as chart:
        for name, values, words in MISTAKES:
            values = {"existingSecret": "bat-vr-trainer", **values}
            try:
                chart.validate_schema(values)
                chart.render(values, name="trainer", namespace="trainer")
            except helm.HelmError as refusal:
                if any(word not in str(refusal) for word in words):
                    yield f"values: {name}: refused, but only by: {refusal}"
            else:
                yield f"values: {name}: accepted"
