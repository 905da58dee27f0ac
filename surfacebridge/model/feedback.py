"""What a surface is asked to show."""

from typing import Literal

from surfacebridge.model.controls import ControlId
from surfacebridge.model.values import Colour
from surfacebridge.value import as_value

LampState = Literal["dark", "lit", "blink"]
RingMode = Literal["dot", "pan", "fill", "spread"]


@as_value
class ShowMotor:
    """Drive the cap of ``control`` to ``position`` (0…1 of its travel)."""

    surface: str
    control: ControlId
    position: float


@as_value
class ShowLamp:
    """Make the lamp of ``control`` dark, lit or blinking."""

    surface: str
    control: ControlId
    state: LampState


@as_value
class ShowText:
    """Write ``text`` to the display ``control``, already fitted to its cells."""

    surface: str
    control: ControlId
    text: str


@as_value
class ShowRing:
    """Light the ring ``control`` for ``position`` (0…1), or dark for ``None``."""

    surface: str
    control: ControlId
    position: float | None
    mode: RingMode


@as_value
class ShowMeter:
    """Show ``level`` in dB below full scale (0 is full scale, -inf is silence)."""

    surface: str
    control: ControlId
    level: float


@as_value
class ShowColour:
    """Colour the scribble strip ``control``."""

    surface: str
    control: ControlId
    colour: Colour


Show = ShowMotor | ShowLamp | ShowText | ShowRing | ShowMeter | ShowColour
