"""The structure of device and target sheets: which keys stand where.

Owns: the models that check a sheet before ``sheets`` reads it.  What a sheet
inherits is checked in its own file, so nothing but its name is required here.
"""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from surfacebridge.mapping.shapes import Flag, Free, Shape, Text, Version, Whole

Known = Literal["measured", "documented", "assumed"]


class FigureShape(Shape):
    """A figure, how it is known, and from where."""

    value: Free
    known: Known
    source: Text


def _figure(value: object) -> str:
    return "figure" if isinstance(value, dict) and "value" in value else "plain"


Figure = Annotated[
    Annotated[FigureShape, Tag("figure")] | Annotated[Free, Tag("plain")],
    Discriminator(_figure),
]


class ControlShape(Shape):
    """One control of a device."""

    kind: (
        Literal["fader", "key", "vpot", "jog", "knob", "ring", "text", "meter", "colour", "lamp"]
        | None
    ) = None
    law: Text | None = None
    steps: Whole | None = None
    touch: Flag = "false"
    motor: Flag = "false"
    lamp: Flag = "false"
    cells: Whole | None = None
    echo: Literal["servo", "settle", "none"] | None = None
    travel: Figure = None
    wire: Free = None


class SheetShape(Shape):
    """What both kinds of sheet have."""

    version: Version = Field(alias="surfacebridge-sheet")
    extends: Text | None = None
    title: Text | None = None
    dialect: Text | None = None
    facts: dict[str, Figure] | None = None
    laws: dict[str, dict[str, Text]] | None = None


class MatchShape(Shape):
    """How one that is plugged in is found, or an example of where it may be."""

    port: Text | None = None
    usb: Text | None = None
    inquiry: Text | None = None
    address: Text | None = None


class DeviceFileShape(SheetShape):
    """A device sheet."""

    device: Text
    match: MatchShape | None = None
    strips: Whole | None = None
    strip: dict[str, ControlShape | None] | None = None
    controls: dict[str, ControlShape | None] | None = None


class ParameterShape(Shape):
    """One parameter of a target, or as many as its name has lists for."""

    kind: (
        Literal[
            "level", "switch", "pan", "number", "choice", "text", "colour", "meter", "trigger",
            "plain",
        ]
        | None
    ) = None  # fmt: skip
    law: Text | None = None
    steps: Whole | None = None
    low: Text | None = None
    high: Text | None = None
    log: Flag = "false"
    choices: list[Text] | None = None
    length: Whole | None = None
    writable: Flag = "true"
    key: Literal["toggle", "trigger", "momentary"] | None = None
    echo: Literal["others", "all", "none"] | None = None
    wire: Free = None
    note: Text | None = None


class TargetFileShape(SheetShape):
    """A target sheet."""

    target: Text
    echo: Literal["others", "all", "none"] | None = None
    rate: Text | None = None
    parameters: dict[str, ParameterShape | None] | None = None
