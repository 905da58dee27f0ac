"""The one JACK server these tests share."""

from tests.helpers.jack import jack

__all__ = ["jack"]
