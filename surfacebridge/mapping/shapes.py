"""The structure of a mapping file: which keys stand where, and of what kind.

Owns: the shapes that check structure and make the JSON Schema for editors.
Does not own: values; ``parser`` walks the nodes itself.

Every scalar comes as text, so each kind of text checks its own and says to
editors what it looks like in YAML.
"""

import re
from typing import Final

from surfacebridge.mapping.structure import (
    Anything,
    Either,
    Items,
    Key,
    Maybe,
    OneOf,
    Schema,
    Shape,
    Table,
    Text,
)

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][\w-]*")
_WHOLE: Final = re.compile(r"-?\d{1,9}")
_DURATION: Final = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)\s*(ms|s|min)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0}
_RESERVED: Final = frozenset(
    ("do", "when", "with", "and", "or", "not", "layer", "bank", "touched", "hold", "double")
)


def read_duration(text: str) -> float | None:
    """Return the seconds that ``300ms``, ``2s`` or ``1min`` says, or ``None``."""
    found = _DURATION.fullmatch(text.strip())
    return float(found[1]) * _UNITS[found[2]] if found else None


def _identifier(text: str) -> str | None:
    if not _IDENTIFIER.fullmatch(text):
        return f"'{text}' is no name; letters, digits, '-' and '_' make one"
    if text in _RESERVED:
        return f"'{text}' is a word of the language; choose another name"
    return None


def _version(text: str) -> str | None:
    if text != "1":
        return f"this surfacebridge reads version 1 of the language, not '{text}'"
    return None


def _whole(text: str) -> str | None:
    return None if _WHOLE.fullmatch(text) else f"a whole number is expected here, not '{text}'"


def _port(text: str) -> str | None:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= 65535:
        return f"a port is a number from 1 to 65535, not '{text}'"
    return None


def _duration(text: str) -> str | None:
    if read_duration(text) is None:
        return f"a time such as 300ms or 2s is expected here, not '{text}'"
    return None


TEXT: Final = Text({"type": ["string", "number", "boolean"]})
NAME: Final = Text({"type": "string"}, _identifier)
WHOLE: Final = Text({"type": "integer"}, _whole)
PORT: Final = Text({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\$"}]}, _port)
DURATION: Final = Text({"type": "string"}, _duration)
FLAG: Final = OneOf("true", "false", looks={"type": "boolean"})
FREE: Final = Anything({})
VERSION: Final = Text({"const": 1}, _version)
TEXTS: Final = Either(TEXT, Items(TEXT))
"""One text, or a list of them."""
PAIR: Final = Items(TEXT, pair=True)
ECHO: Final = OneOf("servo", "settle", "none")
CONTROL_KIND: Final = OneOf(
    "fader", "key", "vpot", "jog", "knob", "ring", "text", "meter", "colour", "lamp"
)
LAWS: Final = Table(Table(TEXT))

_OFF: Final = Key(FLAG, default="false")

LINES: Final = Anything({"$ref": "#/$defs/lines"})
"""Checked by ``parser``, which knows ``when``, ``with`` and arrows."""
_LINES_SCHEMA: Final = {
    "type": "array",
    "items": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "patternProperties": {"^(when|with) ": {"$ref": "#/$defs/lines"}},
                "additionalProperties": {"$ref": "#/$defs/OptionsShape"},
            },
        ]
    },
}

_SETTING: Final = Shape(
    "SettingShape",
    "One setting.",
    {
        "type": Key(OneOf("text", "host", "port", "number", "flag"), default="text"),
        "default": TEXT,
        "note": TEXT,
    },
)

_SERIAL: Final = Shape(
    "SerialShape",
    "The serial line of a box of one's own.",
    {
        "port": Key(TEXT, needed=True),
        "baud": Key(WHOLE, default="115200"),
        "framing": Key(OneOf("lines", "deej", "midi", "slip-osc", "cobs"), default="lines"),
        "hello": Key(TEXT, "sent on connecting"),
        "expect": Key(TEXT, "the answer that shows it is the right box"),
    },
)

_ALIVE: Final = Shape(
    "AliveShape",
    "How a box is known to be still there; without a question, by what it says anyway.",
    {"ask": TEXT, "answer": TEXT, "within": Key(DURATION, default="1s")},
)

_INLINE_CONTROL: Final = Shape(
    "InlineControlShape",
    "One control of a box of one's own: what it says and what it is told.",
    {
        "kind": CONTROL_KIND,
        "in": TEXT,
        "out": TEXT,
        "touch": TEXT,
        "led": TEXT,
        "law": TEXT,
        "deadband": TEXT,
        "relative": TEXT,
        "steps": WHOLE,
        "cells": WHOLE,
        "echo": ECHO,
        "travel": DURATION,
    },
)

_SURFACE: Final = Shape(
    "SurfaceShape",
    "One surface: a known device, or one described here.",
    {
        "device": Key(TEXT, "MAKER/MODEL of a device sheet"),
        "console": Key(TEXT, "MAKER/MODEL of a console used as a surface"),
        "host": TEXT,
        "port": Key(TEXT, "/pattern/, a port's name, 'virtual NAME', address"),
        "serial": _SERIAL,
        "osc": TEXT,
        "listen": PORT,
        "strips": WHOLE,
        "controls": Table(_INLINE_CONTROL),
        "laws": LAWS,
        "alive": _ALIVE,
        "park": Key(TEXT, "where motors go at the end: -oo, 0dB, 50%"),
        "note": TEXT,
    },
)

_TARGET: Final = Shape(
    "TargetShape",
    "One target: exactly one of profile, osc, emulate, midi and mqtt.",
    {
        "profile": Key(TEXT, "MAKER/MODEL of a target sheet"),
        "host": TEXT,
        "port": TEXT,
        "osc": Key(TEXT, "udp://HOST:PORT"),
        "listen": PORT,
        "hello": Items(TEXT),
        "heartbeat": Key(TEXT, "/ADDRESS within 3s"),
        "emulate": Key(TEXT, "MAKER/MODEL of the surface to be"),
        "serial": TEXT,
        "midi": TEXT,
        "mqtt": Key(TEXT, "mqtt://HOST or mqtts://HOST:PORT?user=…"),
        "studio": Key(TEXT, "SITE/TARGET of a desk another bridge holds"),
        "retain": Key(FLAG, "the broker keeps the last value of each topic", default="false"),
        "facts": Table(TEXT),
        "note": TEXT,
    },
)

_DELEGATE: Final = Shape(
    "DelegateShape", "Paging that the target does.", {"page": Key(PAIR, needed=True)}
)

_BANK: Final = Either(
    TEXT,
    Items(TEXT),
    Shape(
        "BankShape",
        "One bank with its key.",
        {
            "items": Key(TEXTS, needed=True),
            "button": TEXT,
            "delegate": _DELEGATE,
            "note": TEXT,
        },
    ),
)

_PAGING: Final = Shape(
    "PagingShape",
    "The keys that move the window of strips.",
    {
        "page": PAIR,
        "nudge": PAIR,
        "edge": Key(OneOf("clamp", "wrap", "blank"), default="clamp"),
    },
)

_LAYER: Final = Shape("LayerShape", "One layer.", {"button": TEXT, "default": _OFF, "note": TEXT})

_VAR: Final = Shape(
    "VarShape",
    "One variable: a range of numbers, or a list of words.",
    {
        "range": Key(TEXT, "1..16"),
        "values": Items(TEXT),
        "default": TEXT,
        "dec": TEXT,
        "inc": TEXT,
        "show": TEXT,
        "send": TEXT,
        "follow": Key(TEXT, "desk.ch.{ch}.selected"),
        "note": TEXT,
    },
)

_SCENE: Final = Shape(
    "SceneShape", "What is special about one scene.", {"fade": Key(DURATION, needed=True)}
)

_SCENE_KEY: Final = OneOf("recall", "store", "none")
_SCENES: Final = Shape(
    "ScenesShape",
    "Scene keys, what scenes hold, and how a recall goes.",
    {
        "slots": Key(TEXTS, needed=True),
        "tap": Key(_SCENE_KEY, default="recall"),
        "hold": Key(_SCENE_KEY, default="store"),
        "include": TEXTS,
        "safe": TEXTS,
        "fade": Key(DURATION, default="0s"),
        "per-scene": Table(_SCENE, WHOLE),
        "note": TEXT,
    },
)

OPTIONS: Final = Shape(
    "OptionsShape",
    "What may stand under a line.",
    {
        "echo": ECHO,
        "touch": OneOf("required", "made", "ignore"),
        "takeover": OneOf("motor", "jump", "pickup", "pickup(tolerant)", "scale", "parallel"),
        "match": OneOf("dB", "position"),
        "when": TEXT,
        "priority": WHOLE,
        "rate": TEXT,
        "name": TEXT,
        "note": TEXT,
        "test": TEXTS,
    },
)

_RIGHTS: Final = Shape(
    "RightsShape",
    "What one user of a studio may do.",
    {"control": TEXTS, "safe": TEXTS, "lead": _OFF, "note": TEXT},
)

_STUDIO: Final = Shape(
    "StudioShape",
    "How this bridge shares its targets with others over a broker.",
    {
        "site": Key(NAME, needed=True),
        "broker": Key(TEXT, "mqtt://HOST or mqtts://HOST:PORT?user=…", needed=True),
        "bridge": Key(TEXT, "this bridge's name; else the machine's"),
        "share": TEXTS,
        "mirror": TEXTS,
        "safe": TEXTS,
        "meters": Key(TEXT, "10/s"),
        "discovery": Key(OneOf("none", "homeassistant"), default="none"),
        "users": Table(Maybe(_RIGHTS)),
        "note": TEXT,
    },
)

MAPPING: Final = Shape(
    "MappingShape",
    "A surfacebridge mapping.",
    {
        "surfacebridge": Key(VERSION, "the version of the language", needed=True),
        "name": TEXT,
        "include": TEXTS,
        "settings": Table(_SETTING, NAME),
        "surfaces": Table(_SURFACE, NAME),
        "targets": Table(_TARGET, NAME),
        "rig": Items(TEXT),
        "banks": Table(_BANK, NAME),
        "paging": _PAGING,
        "modifiers": Table(TEXT, NAME),
        "layers": Table(Maybe(_LAYER), NAME),
        "vars": Table(_VAR),
        "strip": Shape("StripShape", "Lines made for every strip.", {"map": LINES}),
        "map": LINES,
        "scenes": _SCENES,
        "studio": _STUDIO,
        "tests": Table(Items(TEXT)),
    },
)


def json_schema() -> Schema:
    """Return the JSON Schema of a mapping file, for editors."""
    named: Schema = {"lines": _LINES_SCHEMA}
    OPTIONS.schema(named)
    body = MAPPING.body(named)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(sorted(named.items())),
        **body,
    }
