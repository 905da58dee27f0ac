"""What a surface is asked to show."""

from typing import Literal

from surfacebridge.message import message
from surfacebridge.model.controls import ControlId
from surfacebridge.model.values import Colour

LampState = Literal["dark", "lit", "blink"]
RingMode = Literal["dot", "pan", "fill", "spread"]


@message
class ShowMotor:
    """Drive the cap of ``control`` to ``position`` (0…1 of its travel)."""

    surface: str
    control: ControlId
    position: float


@message
class ShowLamp:
    """Make the lamp of ``control`` dark, lit or blinking."""

    surface: str
    control: ControlId
    state: LampState


@message
class ShowText:
    """Write ``text`` to the display ``control``, already fitted to its cells."""

    surface: str
    control: ControlId
    text: str


@message
class ShowRing:
    """Light the ring ``control`` for ``position`` (0…1), or dark for ``None``."""

    surface: str
    control: ControlId
    position: float | None
    mode: RingMode


@message
class ShowMeter:
    """Show ``level`` in dB below full scale (0 is full scale, -inf is silence)."""

    surface: str
    control: ControlId
    level: float


@message
class ShowColour:
    """Colour the scribble strip ``control``."""

    surface: str
    control: ControlId
    colour: Colour


Show = ShowMotor | ShowLamp | ShowText | ShowRing | ShowMeter | ShowColour
