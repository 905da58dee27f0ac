"""A device described inside a mapping: its controls and their wire patterns, as a sheet.

Owns: which dialect the patterns belong to, and what can be read off a pattern
(strips, ranges).  Does not own: what a pattern means on the wire; the profile
finds the texts in ``ControlSpec.wire`` as they were written.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from surfacebridge.mapping.document import SurfaceDecl
from surfacebridge.mapping.lists import expand
from surfacebridge.mapping.nodes import MapNode, Node, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.shapes import read_duration
from surfacebridge.mapping.sheets import find_law, read_laws
from surfacebridge.model.laws import Law
from surfacebridge.model.sheets import ControlKind, ControlSpec, DeviceSheet, EchoPolicy

PATTERNS: Final = ("in", "out", "touch", "led")
"""The keys of a control that hold a wire pattern."""

_RANGE: Final = re.compile(r"\{v:(-?\d{1,9})\.\.(-?\d{1,9})\}")
_CHOICE: Final = re.compile(r"\{v:[^{}|]+(?:\|[^{}|]+)+\}")
_MIDI: Final = re.compile(
    r"(?:pb|cc14|cc|note|nrpn|rpn|pc|keypressure|pressure|sysex|mmc|start|stop|continue|spp|song)\b"
)
# What the words of MIDI can tell apart: seven bits, or fourteen.
_MIDI_STEPS: Final = {
    "pb": 16_384,
    "cc14": 16_384,
    "nrpn": 16_384,
    "rpn": 16_384,
    "cc": 128,
    "keypressure": 128,
    "pressure": 128,
}

_KINDS: Final[Mapping[str, ControlKind]] = {
    "fader": "fader", "vpot": "vpot", "encoder": "vpot", "jog": "jog", "knob": "knob",
    "ring": "ring", "meter": "meter", "lcd": "text", "timecode": "text", "lamp": "lamp",
}  # fmt: skip
_ECHOES: Final[Mapping[str, EchoPolicy]] = {"servo": "servo", "settle": "settle", "none": "none"}


def sheet_of_inline(decl: SurfaceDecl) -> tuple[DeviceSheet | None, list[Problem]]:
    """Return the sheet of a surface that is described in the mapping, and all problems.

    ``None`` if it is not described here.  The dialect is ``serial_box``,
    ``plain_midi`` or ``osc_page``, by what the patterns look like; without
    ``controls`` yet, by its way in.
    """
    problems: list[Problem] = []
    if decl.body is None:
        return None, problems
    body = decl.body
    controls = body.get("controls")
    own = body.get("laws")
    laws = read_laws(own, problems) if isinstance(own, MapNode) else {}
    specs = {
        spec.name: spec
        for key, control in (controls if isinstance(controls, MapNode) else ())
        if isinstance(control, MapNode)
        for spec in _controls(key, control, laws, problems)
    }
    strips = _whole(body.get("strips"))
    if strips < 1 and any(spec.per_strip for spec in specs.values()):
        message = "its controls hold {s}, the strip: say how many 'strips' there are"
        problems.append(Problem(decl.span, message, "surface"))
    sheet = DeviceSheet(
        name=decl.name,
        dialect=_dialect(body, specs),
        title=decl.name,
        strips=max(strips, 0),
        controls=MappingProxyType(specs),
        facts=MappingProxyType(_facts(body)),
    )
    return sheet, problems


def _dialect(body: MapNode, specs: Mapping[str, ControlSpec]) -> str:
    if body.get("serial") is not None:
        return "serial_box"
    if not specs:
        return "osc_page" if body.get("osc") is not None else "plain_midi"
    patterns = [
        str(spec.wire[key]) for spec in specs.values() for key in PATTERNS if key in spec.wire
    ]
    if patterns and all(_MIDI.match(pattern) for pattern in patterns):
        return "plain_midi"
    if patterns and all(pattern.startswith("/") for pattern in patterns):
        return "osc_page"
    return "serial_box"


def _controls(
    key: Scalar, body: MapNode, laws: Mapping[str, Law], problems: list[Problem]
) -> Iterator[ControlSpec]:
    """Yield the control, or one for each word of a list in its name."""
    for one in expand(key, problems):
        wire: dict[str, object] = {}
        for name in PATTERNS:
            pattern = _text(body.get(name))
            if pattern:
                wire[name] = pattern.replace("{i}", str(one.place)).replace("{value}", one.word)
        if wire.get("led") == "same":
            wire["led"] = wire.get("in", "")
        if not wire:
            message = f"'{one.scalar.text}' says nothing on the wire; give it 'in' or 'out'"
            problems.append(Problem(key.span, message, "surface"))
            continue
        if _text(body.get("relative")):
            wire["relative"] = _text(body.get("relative"))
        deadband = _text(body.get("deadband"))
        if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", deadband):
            wire["deadband"] = float(deadband)
        elif deadband:
            message = f"a number is expected here, not '{deadband}'"
            problems.append(Problem(body.span, message, "value"))
        yield _control(one.scalar.text, body, wire, laws, problems)


def _control(
    name: str,
    body: MapNode,
    wire: Mapping[str, object],
    laws: Mapping[str, Law],
    problems: list[Problem],
) -> ControlSpec:
    law = body.get("law")
    kind = _kind(name, _text(body.get("kind")))
    patterns = [str(wire[key]) for key in PATTERNS if key in wire]
    return ControlSpec(
        name=name,
        kind=kind,
        per_strip=any("{s" in pattern for pattern in patterns),
        lamp="led" in wire,
        law=find_law(law, laws, problems) if isinstance(law, Scalar) else None,
        steps=_whole(body.get("steps")) or _steps(patterns[:2]),
        touch="touch" in wire,
        motor=kind == "fader" and "out" in wire,
        cells=_whole(body.get("cells")),
        echo=_ECHOES.get(_text(body.get("echo")), "settle"),
        travel=read_duration(_text(body.get("travel"))) or 0.2,
        wire=MappingProxyType(dict(wire)),
    )


def _kind(name: str, said: str) -> ControlKind:
    """Return the kind that is said, or the one a name suggests; a key unless it says more."""
    words = name.split(".")
    if said in {"key", "colour", "text"}:
        return "key" if said == "key" else "colour" if said == "colour" else "text"
    if words[-1] in {"color", "colour"} and not said:
        return "colour"
    if words[-1] == "push" and not said:
        return "key"
    return _KINDS.get(said or words[0], "key")


def _steps(patterns: list[str]) -> int:
    """Return how many values the patterns can tell apart."""
    for pattern in patterns:
        between = _RANGE.search(pattern)
        if between is not None:
            return abs(int(between[2]) - int(between[1])) + 1
        choice = _CHOICE.search(pattern)
        if choice is not None:
            return choice[0].count("|") + 1
        word = pattern.partition(" ")[0]
        if word in _MIDI_STEPS:
            return _MIDI_STEPS[word]
    return 1024


def _facts(body: MapNode) -> dict[str, object]:
    """Return the figures of the serial line, the greeting and the sign of life."""
    facts: dict[str, object] = {}
    serial = body.get("serial")
    if isinstance(serial, MapNode):
        facts["framing"] = _text(serial.get("framing")) or "lines"
        facts |= {key: _text(serial.get(key)) for key in ("hello", "expect") if serial.get(key)}
    alive = body.get("alive")
    if isinstance(alive, MapNode):
        within = read_duration(_text(alive.get("within"))) or 1.0
        facts["alive"] = MappingProxyType(
            {"ask": _text(alive.get("ask")), "answer": _text(alive.get("answer")), "within": within}
        )
    if _whole(body.get("listen")):
        facts["listen"] = _whole(body.get("listen"))
    return facts


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _whole(node: Node | None) -> int:
    text = _text(node)
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0
