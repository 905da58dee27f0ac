"""An endpoint came or went."""

from surfacebridge.value import as_value


@as_value
class Arrived:
    """``endpoint`` answers now; nothing it showed or said before counts any more."""

    endpoint: str


@as_value
class Gone:
    """``endpoint`` can no longer be heard; whatever it was holding is let go."""

    endpoint: str


@as_value
class ClockTicked:
    """The wall clock shows another second; for displays that show the time of day."""

    hours: int
    minutes: int
    seconds: int
