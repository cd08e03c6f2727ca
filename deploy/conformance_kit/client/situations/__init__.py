"""The situations that are played to a client."""

from .list import SITUATIONS
from . import audio, beginning, closing, ending, events, messages, resuming, showing  # noqa: F401

__all__ = ["SITUATIONS"]
