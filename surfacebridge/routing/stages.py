"""Transforms: the stages of a line, each with its own way back.

Owns: what each stage does to a value, both ways, and whether it has a way
back at all.  Does not own: the order (left to right towards the target) or
what a control or parameter makes of the result (``bindings``).

Rule: nobody writes an inverse.  A stage that has none says so, and the
compiler refuses it on a ``<>`` line.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite, log1p
from typing import Final, Literal

from surfacebridge.mapping.lines import Stage, StageArg
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.tables import Points
from surfacebridge.model.feedback import RingMode
from surfacebridge.model.laws import LAWS, Law, law_named, law_through
from surfacebridge.model.values import Value

Way = Callable[[Value], Value]
Only = Literal["<", ">"] | None
Style = Literal["toggle", "trigger", "momentary", "radio"]
LimitKind = Literal["deadband", "smooth", "slew", "rate", "delay"]
TableLookup = Callable[[str], Points | str]

_TABLE: Final = re.compile(r"table\((.+)\)")


def refuse_tables(name: str) -> str:
    """Refuse to look for ``name``: there is no folder to look in."""
    return f"a mapping that is no file has no '{name}' beside it"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A stage on plain values; a missing way is ``None``."""

    name: str
    to_target: Way | None
    to_surface: Way | None
    only: Only = None
    own_unit: bool = False


@dataclass(frozen=True, slots=True)
class Decibels:
    """``db``: position → decibels by the surface's law, and to the target in decibels.

    ``surface`` and ``target`` are laws named on the line, overriding the sheets'.
    """

    surface: Law | None
    target: Law | None
    only: Only = None


@dataclass(frozen=True, slots=True)
class Relative:
    """``rel``: one tick is ``step`` of the range, or ``step`` dB; ``accelerated`` by speed."""

    step: float
    decibels: bool
    accelerated: bool
    only: Only = None


@dataclass(frozen=True, slots=True)
class KeyStyle:
    """What a key does: toggle, trigger, momentary, or one of several (radio).

    ``choices`` maps the line's own word to the value that selects it.
    """

    style: Style
    choices: tuple[tuple[str, str], ...] = ()
    only: Only = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A stage that slows a value down and never changes where it ends.

    ``kind`` deadband counts in steps of the surface, smooth and delay in
    seconds, slew in travels a second, rate in messages a second.
    """

    kind: LimitKind
    amount: float
    only: Only = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A stage for displays: text, ring or meter; works towards the surface only.

    A meter takes ``fall`` seconds for each of its steps on the way down, 0 to
    show every level as it comes.
    """

    kind: Literal["text", "ring", "meter"]
    width: int = 0
    abbreviate: bool = False
    mode: RingMode | None = None
    only: Only = None
    fall: float = 0.0


@dataclass(frozen=True, slots=True)
class Pick:
    """``pick``: words of the target to what the surface shows, with an optional rest."""

    pairs: tuple[tuple[str, str], ...]
    rest: str | None
    only: Only = None

    @property
    def one_to_one(self) -> bool:
        """Whether every shown word names exactly one value of the target."""
        return len({shown for _, shown in self.pairs}) == len(self.pairs)


@dataclass(frozen=True, slots=True)
class Code:
    """``py``: a function named in the file, with its named inverse if it has one."""

    function: str
    inverse: str | None
    only: Only = None


Transform = Mapped | Decibels | Relative | KeyStyle | Limit | Shape | Pick | Code


@dataclass(slots=True)
class _Reading:
    """One stage being read: its arguments, and the problems found in them."""

    stage: Stage
    table: TableLookup
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, message: str, span: Span | None = None) -> None:
        self.problems.append(Problem(span or self.stage.span, message, "stage-argument"))

    def number(self, arg: StageArg, text: str | None = None) -> float:
        words = (arg.text if text is None else text).strip()
        try:
            top, slash, bottom = words.partition("/")
            value = float(top) / float(bottom) if slash else float(top)
        except (ValueError, ZeroDivisionError):
            value = float("nan")
        if not isfinite(value):
            self.refuse(f"'{words}' is not a number; write for example 0.5 or 1/64.", arg.span)
            return 0.0
        return value

    def measure(self, arg: StageArg, units: dict[str, float]) -> float:
        words = arg.text.strip()
        for unit, factor in units.items():
            if words.endswith(unit):
                return self.number(arg, words[: -len(unit)]) * factor
        known = " or ".join(repr(unit) for unit in units)
        self.refuse(f"'{words}' needs a unit here: {known}.", arg.span)
        return 0.0

    def span_of(self, arg: StageArg) -> tuple[float, float]:
        low, dots, high = arg.text.partition("..")
        if not dots:
            self.refuse(f"'{arg.text}' is not a range; write for example 0..127.", arg.span)
            return 0.0, 1.0
        ends = self.number(arg, low), self.number(arg, high)
        if ends[0] == ends[1]:
            self.refuse(f"The range '{arg.text}' has no extent, so nothing could move.", arg.span)
            return 0.0, 1.0
        return ends

    def points_of(self, arg: StageArg) -> Points:
        """Return the rows of the table that ``arg`` names, none if there is a problem."""
        found = self.table(arg.text)
        if isinstance(found, str):
            self.refuse(f"the table '{arg.text}': {found}", arg.span)
            return ()
        return found

    def law(self, arg: StageArg) -> Law | None:
        file = _TABLE.fullmatch(arg.text)
        if file is None:
            law = law_named(arg.text)
            if law is None:
                self.refuse(f"there is no law '{arg.text}'{did_you_mean(arg.text, LAWS)}", arg.span)
            return law
        found = self.table(file[1].strip())
        try:
            return law_through(() if isinstance(found, str) else found)
        except ValueError as error:
            why = found if isinstance(found, str) else str(error)
            self.refuse(f"the table '{file[1].strip()}': {why}", arg.span)
            return None

    def takes(self, fewest: int, most: int, example: str) -> bool:
        count = len(self.stage.args)
        if fewest <= count <= most:
            return True
        self.refuse(f"'{self.stage.name}' is written {example}; this has {count} argument(s).")
        return False


def _number(value: Value) -> float:
    return float(value) if isinstance(value, float | int) else 0.0


def _not(value: Value) -> Value:
    return not value if isinstance(value, bool) else 1.0 - _number(value)


def _db(read: _Reading) -> Transform | None:
    if not read.takes(0, 2, "db, or db(x32, reaper)"):
        return None
    laws = [*(read.law(arg) for arg in read.stage.args), None, None]
    return Decibels(laws[0], laws[1], read.stage.only)


def _scale(read: _Reading) -> Transform | None:
    if not read.takes(2, 2, "scale(0..1, 0..127)"):
        return None
    (a, b), (c, d) = (read.span_of(arg) for arg in read.stage.args)
    return Mapped(
        "scale",
        lambda value: c + (_number(value) - a) * (d - c) / (b - a),
        lambda value: a + (_number(value) - c) * (b - a) / (d - c),
        read.stage.only,
        own_unit=True,
    )


def _invert(read: _Reading) -> Transform | None:
    if not read.takes(0, 0, "invert"):
        return None
    return Mapped("invert", _not, _not, read.stage.only)


def _clamp(read: _Reading) -> Transform | None:
    if not read.takes(1, 1, "clamp(0.1..0.9)"):
        return None
    low, high = sorted(read.span_of(read.stage.args[0]))

    def clamp(value: Value) -> Value:
        return min(max(_number(value), low), high)

    return Mapped("clamp", clamp, clamp, read.stage.only)


def _curve(read: _Reading) -> Transform | None:
    args = read.stage.args
    if len(args) == 1 and args[0].text.startswith("log"):
        strength = read.number(args[0], args[0].text[3:] or "1")
        points = [(i / 64, log1p(i / 64 * (10**strength - 1)) / log1p(10**strength - 1))
                  for i in range(65)] if strength > 0 else []  # fmt: skip
        if not points:
            read.refuse("The strength of 'curve(log …)' must be above 0.", args[0].span)
            return None
    elif len(args) == 1 and not args[0].key:
        points = [(x / 100, y / 100) for x, y in read.points_of(args[0])]
        if not points:
            return None
    else:
        if not read.takes(2, 64, "curve(0:0, 50:20, 100:100) or curve(log 2)"):
            return None
        points = [(read.number(a, a.key) / 100, read.number(a, a.text) / 100) for a in args]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if any(b <= a for a, b in pairwise(xs)):
        read.refuse("The points of a curve must rise from left to right.")
        return None
    falls, rises = (all(b < a for a, b in pairwise(ys)), all(b > a for a, b in pairwise(ys)))
    back = None
    if rises:
        back = _lines_through(ys, xs)
    elif falls:
        back = _lines_through(ys[::-1], xs[::-1])
    return Mapped("curve", _lines_through(xs, ys), back, read.stage.only)


def _lines_through(xs: list[float], ys: list[float]) -> Way:
    def along(value: Value) -> Value:
        x = min(max(_number(value), xs[0]), xs[-1])
        at = min(max(bisect_right(xs, x) - 1, 0), len(xs) - 2)
        return ys[at] + (x - xs[at]) * (ys[at + 1] - ys[at]) / (xs[at + 1] - xs[at])

    return along


def _steps(read: _Reading) -> Transform | None:
    if not read.takes(2, 64, "steps(0, 0.25, 0.5, 1) or steps(pre, post)"):
        return None
    words = [arg.text for arg in read.stage.args]
    if not words[0][:1].isdigit():
        last = len(words) - 1

        def word_of(value: Value) -> Value:
            return words[min(max(round(_number(value) * last), 0), last)]

        def place_of(value: Value) -> Value:
            return words.index(value) / last if isinstance(value, str) and value in words else 0.0

        return Mapped("steps", word_of, place_of, read.stage.only, own_unit=True)
    stops = [read.number(arg) for arg in read.stage.args]

    def nearest(value: Value) -> Value:
        return min(stops, key=lambda stop: abs(stop - _number(value)))

    return Mapped("steps", nearest, nearest, read.stage.only)


def _pick(read: _Reading) -> Transform | None:
    if not read.takes(1, 32, "pick(armed=blink, recording=on, else=off)"):
        return None
    pairs, rest = [], None
    for arg in read.stage.args:
        if arg.separator != "=":
            read.refuse(f"'{arg.text}' needs a word before it, as in armed=blink.", arg.span)
        elif arg.key == "else":
            rest = arg.text
        else:
            pairs.append((arg.key, arg.text))
    return Pick(tuple(pairs), rest, read.stage.only)


def _rel(read: _Reading) -> Transform | None:
    if not read.takes(1, 2, "rel(1/64), rel(1/100, accel) or rel(0.5dB)"):
        return None
    first, accelerated = read.stage.args[0], False
    for arg in read.stage.args[1:]:
        accelerated = arg.text == "accel"
        if not accelerated:
            read.refuse(
                f"'{arg.text}' is not an option of rel{did_you_mean(arg.text, ['accel'])}", arg.span
            )
    in_db = first.text.endswith("dB")
    step = read.number(first, first.text[:-2] if in_db else None)
    if step == 0 and not read.problems:
        read.refuse("A tick must move the value by something; 0 would do nothing.", first.span)
    return Relative(step, in_db, accelerated, read.stage.only)


_STYLES: Final[dict[str, Style]] = {
    "toggle": "toggle",
    "trigger": "trigger",
    "momentary": "momentary",
    "radio": "radio",
}


def _key(read: _Reading) -> Transform | None:
    style = _STYLES[read.stage.name]
    if style == "radio":
        choices = tuple((arg.key, arg.text) for arg in read.stage.args)
        if any(arg.separator != "=" for arg in read.stage.args):
            read.refuse("'radio' is written radio(read=1, write=2), or radio alone.")
        return KeyStyle(style, choices, read.stage.only)
    return KeyStyle(style, (), read.stage.only) if read.takes(0, 0, style) else None


_SECONDS: Final = {"ms": 0.001, "s": 1.0}
_LIMITS: Final[dict[str, tuple[LimitKind, str, dict[str, float]]]] = {
    "deadband": ("deadband", "deadband(3)", {"": 1.0}),
    "smooth": ("smooth", "smooth(20ms)", _SECONDS),
    "slew": ("slew", "slew(2/s)", {"/s": 1.0}),
    "rate": ("rate", "rate(50/s)", {"/s": 1.0}),
    "delay": ("delay", "delay(100ms)", _SECONDS),
}


def _limit(read: _Reading) -> Transform | None:
    kind, example, units = _LIMITS[read.stage.name]
    if not read.takes(1, 1, example):
        return None
    arg = read.stage.args[0]
    amount = read.number(arg) if "" in units else read.measure(arg, units)
    if amount <= 0 and not read.problems:
        read.refuse(f"'{read.stage.name}' needs an amount above 0.", arg.span)
    return Limit(kind, amount, read.stage.only)


def _text(read: _Reading) -> Transform | None:
    if not read.takes(1, 2, "text(7) or text(4, abbreviate)"):
        return None
    width = round(read.number(read.stage.args[0]))
    words = [arg.text for arg in read.stage.args[1:]]
    if any(word != "abbreviate" for word in words):
        read.refuse(
            f"'{words[0]}' is not an option of text{did_you_mean(words[0], ['abbreviate'])}"
        )
    return Shape("text", width, bool(words), None, read.stage.only)


RING_MODES: Final[dict[str, RingMode]] = {
    "dot": "dot",
    "fill": "fill",
    "pan": "pan",
    "spread": "spread",
}


def _ring(read: _Reading) -> Transform | None:
    if not read.takes(1, 1, "ring(pan)"):
        return None
    arg = read.stage.args[0]
    mode = RING_MODES.get(arg.text)
    if mode is None:
        hint = did_you_mean(arg.text, RING_MODES)
        read.refuse(f"there is no ring mode '{arg.text}'{hint}", arg.span)
        return None
    return Shape("ring", 0, False, mode, read.stage.only)


# What a Mackie's own meters take for one of their steps.
PEAK_FALL: Final = 0.3


def _meter(read: _Reading) -> Transform | None:
    if not read.takes(0, 2, "meter(peak, 300ms/step)"):
        return None
    fall = 0.0
    for arg in read.stage.args:
        if arg.text.endswith("/step"):
            fall = read.measure(replace(arg, text=arg.text.removesuffix("/step")), _SECONDS)
        elif arg.text != "peak":
            read.refuse(f"'meter' is written meter(peak, 300ms/step), not '{arg.text}'.", arg.span)
    return Shape("meter", only=read.stage.only, fall=fall or PEAK_FALL)


def _py(read: _Reading) -> Transform | None:
    if not read.takes(1, 2, "py(module:function, inverse=module:function)"):
        return None
    names = {arg.key if arg.separator == "=" else "": arg for arg in read.stage.args}
    first = read.stage.args[0]
    function = f"{first.key}:{first.text}" if first.separator == ":" else first.text
    inverse = names["inverse"].text if "inverse" in names else None
    return Code(function, inverse, read.stage.only)


_READERS: Final[dict[str, Callable[[_Reading], Transform | None]]] = {
    "db": _db,
    "scale": _scale,
    "invert": _invert,
    "clamp": _clamp,
    "curve": _curve,
    "steps": _steps,
    "pick": _pick,
    "rel": _rel,
    "toggle": _key,
    "trigger": _key,
    "momentary": _key,
    "radio": _key,
    "deadband": _limit,
    "smooth": _limit,
    "slew": _limit,
    "rate": _limit,
    "delay": _limit,
    "text": _text,
    "ring": _ring,
    "meter": _meter,
    "ticks": lambda read: Mapped("ticks", lambda v: v, None, read.stage.only),
    "py": _py,
}

STAGE_NAMES: Final = tuple(_READERS)
"""Every stage a line may use."""


def read_stage(
    stage: Stage, table: TableLookup = refuse_tables
) -> tuple[Transform | None, list[Problem]]:
    """Return the transform that ``stage`` asks for, and what is wrong with it.

    ``table`` finds the rows of a file that the stage names, or says why it cannot.
    """
    reader = _READERS.get(stage.name)
    if reader is None:
        hint = did_you_mean(stage.name, STAGE_NAMES)
        return None, [Problem(stage.span, f"no stage '{stage.name}'{hint}", "unknown-stage")]
    read = _Reading(stage, table)
    transform = reader(read)
    return transform, read.problems


def guarded(function: Way) -> Way:
    """Return ``function`` so that a fault in it never reaches a fader.

    While it fails, or returns what is no value, the last good result stands;
    before the first one, the value as it came.
    """
    last: Value | None = None

    def call(value: Value) -> Value:
        nonlocal last
        try:
            result = function(value)
        except Exception:  # noqa: BLE001 - somebody else's code, in the middle of a show
            return value if last is None else last
        if isinstance(result, bool | str | float | int) and result == result:  # noqa: PLR0124
            last = result
        return value if last is None else last

    return call


def lacks_a_way(transform: Transform) -> Literal["<", ">"] | None:
    """Return the arrow that ``transform`` cannot follow, or ``None`` when it has both ways."""
    match transform:
        case Mapped(to_surface=None, only=None):
            return "<"
        case Mapped(to_target=None, only=None):
            return ">"
        case Shape(kind="text" | "meter", only=None):
            return ">"
        case Code(inverse=None, only=None):
            return "<"
        case Pick(only=None) as pick if not pick.one_to_one:
            return ">"
        case _:
            return None
