"""An endpoint came or went."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrived:
    """``endpoint`` answers now; nothing it showed or said before counts any more."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Gone:
    """``endpoint`` can no longer be heard; whatever it was holding is let go."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class ClockTicked:
    """The wall clock shows another second; for displays that show the time of day."""

    hours: int
    minutes: int
    seconds: int
