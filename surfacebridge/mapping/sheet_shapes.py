"""The structure of device and target sheets: which keys stand where.

Owns: the shapes that check a sheet before ``sheets`` reads it.  What a sheet
inherits is checked in its own file, so nothing but its name is required here.
"""

from collections.abc import Mapping
from typing import Final

from surfacebridge.mapping.nodes import MapNode, Node
from surfacebridge.mapping.shapes import (
    CONTROL_KIND,
    ECHO,
    FLAG,
    FREE,
    LAWS,
    TEXT,
    VERSION,
    WHOLE,
)
from surfacebridge.mapping.structure import (
    Items,
    Key,
    Kind,
    Maybe,
    Note,
    OneOf,
    Schema,
    Shape,
    Table,
)

_FIGURE: Final = Shape(
    "FigureShape",
    "A figure, how it is known, and from where.",
    {
        "value": FREE,
        "known": Key(OneOf("measured", "documented", "assumed"), needed=True),
        "source": Key(TEXT, needed=True),
    },
)


class _Figure(Kind):
    """A figure with its source, or anything else."""

    def check(self, node: Node, note: Note) -> None:
        """Note what is wrong with a figure."""
        if isinstance(node, MapNode) and node.key("value") is not None:
            _FIGURE.check(node, note)

    def schema(self, named: Schema) -> Schema:
        """Return that it may be anything."""
        return FREE.schema(named)


_NO: Final = Key(FLAG, default="false")
_YES: Final = Key(FLAG, default="true")
_SENDER: Final = OneOf("others", "all", "none")

_CONTROL: Final = Shape(
    "ControlShape",
    "One control of a device.",
    {
        "kind": CONTROL_KIND,
        "law": TEXT,
        "steps": WHOLE,
        "touch": _NO,
        "motor": _NO,
        "lamp": _NO,
        "cells": WHOLE,
        "echo": ECHO,
        "travel": _Figure(),
        "wire": FREE,
    },
)

_BOTH: Final[Mapping[str, Kind | Key]] = {
    "surfacebridge-sheet": Key(VERSION, needed=True),
    "extends": TEXT,
    "title": TEXT,
    "dialect": TEXT,
    "facts": Table(_Figure()),
    "laws": LAWS,
}

_MATCH: Final = Shape(
    "MatchShape",
    "How one that is plugged in is found, or an example of where it may be.",
    {"port": TEXT, "usb": TEXT, "inquiry": TEXT, "address": TEXT},
)

DEVICE_SHEET: Final = Shape(
    "DeviceFileShape",
    "A device sheet.",
    {
        **_BOTH,
        "device": Key(TEXT, needed=True),
        "match": _MATCH,
        "strips": WHOLE,
        "strip": Table(Maybe(_CONTROL)),
        "controls": Table(Maybe(_CONTROL)),
    },
)

_PARAMETER: Final = Shape(
    "ParameterShape",
    "One parameter of a target, or as many as its name has lists for.",
    {
        "kind": OneOf(
            "level", "switch", "pan", "number", "choice", "text", "colour", "meter", "trigger",
            "plain",
        ),
        "law": TEXT,
        "steps": WHOLE,
        "low": TEXT,
        "high": TEXT,
        "log": _NO,
        "choices": Items(TEXT),
        "length": WHOLE,
        "writable": _YES,
        "key": OneOf("toggle", "trigger", "momentary"),
        "echo": _SENDER,
        "wire": FREE,
        "note": TEXT,
    },
)  # fmt: skip

TARGET_SHEET: Final = Shape(
    "TargetFileShape",
    "A target sheet.",
    {
        **_BOTH,
        "target": Key(TEXT, needed=True),
        "echo": _SENDER,
        "rate": TEXT,
        "parameters": Table(Maybe(_PARAMETER)),
    },
)
