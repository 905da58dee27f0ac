"""What hands do: control names and gestures.

Owns: the gestures a surface can report.  Does not own: what they mean to a
target (``routing``) or how a product says them (``profiles``).
"""

from typing import NewType

from surfacebridge.value import as_value

ControlId = NewType("ControlId", str)
"""One thing on one surface: ``x.fader.3``, ``x.lcd.3.bottom``, ``x.bank.left``.

Strips are numbered from 1; the number follows the first word of the name.
"""


def strip_control(surface: str, name: str, strip: int) -> ControlId:
    """Return the id of strip control ``name`` (``lcd.top``) on ``strip`` (from 1)."""
    first, dot, rest = name.partition(".")
    return ControlId(f"{surface}.{first}.{strip}{dot}{rest}")


def plain_control(surface: str, name: str) -> ControlId:
    """Return the id of a control that belongs to no strip (``main.fader``)."""
    return ControlId(f"{surface}.{name}")


@as_value
class Moved:
    """A fader or knob is now at ``position`` (0…1 of its travel)."""

    control: ControlId
    position: float


@as_value
class Turned:
    """An endless encoder or jog wheel turned by ``ticks``, clockwise positive."""

    control: ControlId
    ticks: int


@as_value
class Pressed:
    """A key went down."""

    control: ControlId


@as_value
class Released:
    """A key came up."""

    control: ControlId


@as_value
class Touched:
    """A finger is on the cap of fader ``control``."""

    control: ControlId


@as_value
class LetGo:
    """The finger left the cap of fader ``control``."""

    control: ControlId


Gesture = Moved | Turned | Pressed | Released | Touched | LetGo
