"""The situations that are played to a server."""

from .list import SITUATIONS
from . import connecting, creating, ending, events, limits, messages, resuming, talking  # noqa: F401

__all__ = ["SITUATIONS"]
