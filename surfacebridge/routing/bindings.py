"""Lines made concrete: the value's way from one control to one parameter and back.

Owns: composing stages, laws and kinds into two functions per line, once, when
a plan or a bank changes.  Does not own: when a value goes (``engine``).

A value on its way is in one of three units: *position* (0…1 of a travel),
*decibels*, or the parameter's *own* unit.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf, isfinite, isnan
from typing import Any, Final, Literal

from surfacebridge.model.feedback import RingMode
from surfacebridge.model.laws import LAWS, Law, from_one_to_other
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Colour, Value
from surfacebridge.routing.limits import Falling, Limits
from surfacebridge.routing.plan import PlanLine, ToVerb
from surfacebridge.routing.stages import (
    Decibels,
    KeyStyle,
    Mapped,
    Pick,
    Relative,
    Shape,
    Style,
    Transform,
)
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.text import abbreviate, fit, format_value
from surfacebridge.value import as_value

Unit = Literal["position", "decibels", "own"]
Convert = Callable[[Any], Value]
Render = Callable[[], object]
"""What a control should show, or ``None`` while that is unknown."""

# A raw meter value is a deflection of 0…1; surfaces draw the top 60 dB.
METER_RANGE: Final = 60.0


class FaderIn(Binding):
    """An absolute position to a parameter."""

    __slots__ = ("back", "control", "forward", "limits", "parameter")

    def __init__(
        self,
        line: PlanLine,
        parameter: Parameter,
        forward: Convert,
        back: Convert,
        control: Control,
        limits: Limits | None,
    ) -> None:
        super().__init__(line, (parameter,))
        self.parameter = parameter
        self.forward = forward
        self.back = back
        self.control = control
        self.limits = limits

    def place(self) -> float | None:
        """Return where the cap would stand for the newest value, ``None`` while unknown."""
        value = self.parameter.newest
        if value is None:
            return None
        return on_travel(self.back(value))


class KeyIn(Binding):
    """A key to a parameter: toggle, trigger, momentary, radio, or a constant."""

    __slots__ = ("constant", "forward", "is_lit", "parameter", "style")

    def __init__(
        self,
        line: PlanLine,
        parameter: Parameter,
        style: Style,
        forward: Convert,
        is_lit: Callable[[], bool | None],
        constant: Value | None,
    ) -> None:
        super().__init__(line, (parameter,))
        self.parameter = parameter
        self.style = style
        self.forward = forward
        self.is_lit = is_lit
        self.constant = constant


class TurnIn(Binding):
    """An encoder to a parameter, in steps of its range or of decibels."""

    __slots__ = ("_place", "_seen", "back", "forward", "parameter", "relative")

    def __init__(
        self,
        line: PlanLine,
        parameter: Parameter,
        relative: Relative | None,
        forward: Convert,
        back: Convert,
    ) -> None:
        super().__init__(line, (parameter,))
        self.parameter = parameter
        self.relative = relative
        self.forward = forward
        self.back = back
        self._place = 0.0
        self._seen: tuple[Value, ...] = ()
        """What the last turn led to, and where that is no step on the grid, what it began with:
        while the value is one of them, turns add up."""

    def turned(self, ticks: int) -> Value | None:
        """Return the new value after ``ticks``, or ``None`` while the present one is unknown."""
        relative, spec = self.relative, self.parameter.spec
        if relative is None:
            return float(ticks)
        value = self.parameter.newest
        if value is None:
            # A target that only listens never says where it stands: start in the middle.
            if self.line is not None and self.line.gives_out:
                return None
            value = self.forward(0.5)
        if relative.accelerated and abs(ticks) > 1:
            ticks = round(ticks * (1 + (abs(ticks) - 1) * 0.5))
        law = spec.law if relative.decibels else None
        # Steps finer than the target's grid add up here; there they would all round away.
        place = self._place if value in self._seen else self._place_of(value, law)
        if law is None:
            self._place = min(max(place + ticks * relative.step, 0.0), 1.0)
            after = self.forward(self._place)
        else:
            low = law.to_db(1 / max(spec.steps - 1, 100))
            self._place = min(max(place, low) + ticks * relative.step, law.top)
            after = self._place = OFF if self._place < low else self._place
        rounds_away = spec.index(after) == spec.index(value)
        self._seen = (value, after) if rounds_away else (after,)
        return after

    def _place_of(self, value: Value, law: Law | None) -> float:
        place = value if law is not None else self.back(value)
        return float(place) if isinstance(place, float | int) else 0.0


class VerbIn(Binding):
    """A gesture to one of the bridge's own actions."""

    __slots__ = ("parameter", "verb")

    def __init__(self, line: PlanLine, verb: ToVerb, parameter: Parameter | None) -> None:
        super().__init__(line, () if parameter is None else (parameter,))
        self.verb = verb
        self.parameter = parameter


@as_value
class Fitted:
    """A text that is made to fit: ``full`` before that, and how many cells it may take."""

    full: Callable[[], str | None]
    width: int


class Out(Binding):
    """What a control should show, from the parameters it watches.

    ``fitted`` is there where two texts that differ may look alike once they fit;
    ``limits`` slow a motor down, ``falling`` lets a meter come down in its own time.
    """

    __slots__ = ("falling", "fitted", "limits", "render")

    def __init__(
        self,
        line: PlanLine | None,
        parameters: tuple[Parameter, ...],
        render: Render,
        fitted: Fitted | None = None,
        limits: Limits | None = None,
        falling: Falling | None = None,
    ) -> None:
        super().__init__(line, parameters)
        self.render = render
        self.fitted = fitted
        self.falling = falling
        self.limits = limits


def surface_law(control: ControlSpec) -> Law:
    """Return the law printed beside the control's fader."""
    return control.law or LAWS["mcu"]


def ends_of(spec: ParameterSpec) -> tuple[float, float]:
    """Return the least and the most that a level, a pan or a number can be."""
    match spec.kind:
        case "level":
            return OFF, spec.law.top if spec.law is not None else inf
        case "pan":
            return -1.0, 1.0
        case "number":
            return min(spec.low, spec.high), max(spec.low, spec.high)
        case _:
            return -inf, inf


def forward_of(
    transforms: Sequence[Transform],
    control: ControlSpec,
    spec: ParameterSpec,
    *,
    bounded: bool = True,
) -> Convert:
    """Return the way from a control's value to the parameter's own unit.

    What comes out is within the parameter's range, unless ``bounded`` is false.
    """
    unit: Unit = "position"
    steps: list[Convert] = []
    for transform in transforms:
        match transform:
            case Mapped(only="<") | Decibels(only="<") | Pick(only="<"):
                continue
            case Mapped(to_target=function, own_unit=own) if function is not None:
                steps.append(function)
                unit = "own" if own else unit
            case Decibels(surface=named, target=other):
                law = named or surface_law(control)
                onto = other or spec.law
                if onto is not None and spec.kind != "level":
                    steps.append(from_one_to_other(law, onto))
                    unit = "position"
                else:
                    steps.append(_to_db(law))
                    unit = "decibels"
            case Pick(pairs=pairs):
                steps.append(_lookup({shown: word for word, shown in pairs}))
                unit = "own"
            case _:
                pass
    if unit == "position":
        steps.append(_into(spec))
    elif bounded and not _stays_within(transforms, control, spec):
        steps.append(_within(*ends_of(spec)))
    return _chain(steps)


def _stays_within(
    transforms: Sequence[Transform], control: ControlSpec, spec: ParameterSpec
) -> bool:
    """Return whether a fader in decibels ends where its level does; most do, and pay nothing."""
    if spec.kind not in {"level", "number", "pan"}:
        return True
    own = any(isinstance(one, Mapped) and one.own_unit for one in transforms)
    laws = [one.surface or surface_law(control) for one in transforms if isinstance(one, Decibels)]
    return spec.kind == "level" and not own and all(law.top <= ends_of(spec)[1] for law in laws)


def _within(low: float, high: float) -> Convert:
    def bound(value: Value) -> Value:
        if isinstance(value, bool) or not isinstance(value, float | int):
            return value
        return min(max(value, low), high)

    return bound


def back_of(transforms: Sequence[Transform], control: ControlSpec, spec: ParameterSpec) -> Convert:
    """Return the way from the parameter's own unit to a position (0…1) of the control."""
    steps: list[Convert] = []
    turns_to_own = any(
        isinstance(t, Decibels) or (isinstance(t, Mapped) and t.own_unit) for t in transforms
    )
    if not turns_to_own:
        steps.append(_out_of(spec))
    own = turns_to_own
    for transform in reversed(transforms):
        match transform:
            case Mapped(only=">") | Decibels(only=">"):
                continue
            case Mapped(to_surface=function, own_unit=leaves_own) if function is not None:
                steps.append(function)
                own = own and not leaves_own
            case Decibels(surface=named, target=other):
                law = named or surface_law(control)
                onto = other or spec.law
                if onto is None or spec.kind == "level":
                    steps.append(_from_db(law))
                    continue
                if own:
                    steps.append(_out_of(spec))
                steps.append(from_one_to_other(onto, law))
            case _:
                pass
    return _chain(steps)


def lamp_of(
    transforms: Sequence[Transform], parameter: Parameter, word: str
) -> Callable[[Value], str]:
    """Return what lamp state (``lit``, ``dark``, ``blink``) a value gives."""
    pick = next((t for t in transforms if isinstance(t, Pick)), None)
    radio = next((t for t in transforms if isinstance(t, KeyStyle) and t.style == "radio"), None)
    turns = [t.to_surface for t in reversed(transforms) if isinstance(t, Mapped) and t.only != ">"]

    def state(value: Value) -> str:
        if pick is not None:
            return _LAMP_WORDS.get(_picked(pick, value), "dark")
        if radio is not None:
            return "lit" if _is_chosen(radio, value, word) else "dark"
        lit: Value = is_on(value, parameter.spec)
        for turn in turns:
            if turn is not None:
                lit = turn(lit)
        return "lit" if lit else "dark"

    return state


def text_of(
    transforms: Sequence[Transform], control: ControlSpec, spec: ParameterSpec
) -> Callable[[Value], str]:
    """Return what a display of ``control`` shows for a value."""
    shape = next((t for t in transforms if isinstance(t, Shape) and t.kind == "text"), None)
    pick = next((t for t in transforms if isinstance(t, Pick)), None)
    width = shape.width if shape is not None else control.cells

    def shown(value: Value) -> str:
        text = _picked(pick, value) if pick is not None else format_value(value, spec, "")
        if shape is not None:
            return abbreviate(text, width) if shape.abbreviate else text[:width].rstrip()
        return fit(text, width)

    return shown


def ring_of(
    transforms: Sequence[Transform], control: ControlSpec, spec: ParameterSpec
) -> tuple[Convert, RingMode]:
    """Return how a value becomes a ring position, and the ring's mode."""
    shape = next((t for t in transforms if isinstance(t, Shape) and t.kind == "ring"), None)
    default = _RING_BY_KIND.get(spec.kind, "dot")
    mode = shape.mode if shape is not None and shape.mode is not None else default
    return back_of(transforms, control, spec), mode


def on_travel(place: Value) -> float | None:
    """Return ``place`` on a control's travel, ``None`` for what is no place at all."""
    if not isinstance(place, float | int) or isnan(place):
        return None
    return min(max(float(place), 0.0), 1.0)


def colour_of(value: Value) -> Colour | None:
    """Return a colour, or the one of eight that a plain number stands for."""
    if isinstance(value, Colour):
        return value
    if isinstance(value, str) or not isfinite(value):
        return None
    return EIGHT_COLOURS[int(value) % len(EIGHT_COLOURS)]


def meter_level(value: Value, spec: ParameterSpec) -> float:
    """Return a value as a meter level in dB below full scale."""
    if isinstance(value, bool | str | Colour) or isnan(value):
        return OFF
    if spec.kind in {"meter", "level"}:
        return float(value)
    return OFF if value <= 0 else (float(value) - 1.0) * METER_RANGE


def is_on(value: Value, spec: ParameterSpec) -> bool:
    """Return whether a value counts as on, for a lamp or a condition."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value not in {"", "0"}
    if isinstance(value, float | int):
        return spec.to_position(value) > 0 if spec.kind == "level" else value != 0
    return True


def own_value(text: str, spec: ParameterSpec) -> Value:
    """Return a word from a mapping (``3``, ``0.5``, ``Latch``) as a value for ``spec``."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


_RING_BY_KIND: Final[dict[str, RingMode]] = {"pan": "pan", "level": "fill"}

_LAMP_WORDS: Final = {
    "on": "lit",
    "lit": "lit",
    "off": "dark",
    "dark": "dark",
    "blink": "blink",
    "flash": "blink",
    "true": "lit",
    "false": "dark",
}


def _is_lit_word(word: str) -> bool:
    return _LAMP_WORDS.get(word, "dark") != "dark"


def _picked(pick: Pick, value: Value) -> str:
    for word, shown in pick.pairs:
        if _same_word(word, value):
            return shown
    return pick.rest if pick.rest is not None else "dark"


def _is_chosen(radio: KeyStyle, value: Value, word: str) -> bool:
    return _same_word(dict(radio.choices).get(word, word), value)


def _same_word(word: str, value: Value) -> bool:
    if isinstance(value, bool):
        return word.lower() in ({"on", "true", "1"} if value else {"off", "false", "0"})
    if isinstance(value, str):
        return value.lower() == word.lower()
    try:
        return isinstance(value, float | int) and float(word) == float(value)
    except ValueError:
        return False


def _same(value: Value) -> Value:
    return value


def _chain(steps: list[Convert]) -> Convert:
    return _chained(tuple(step for step in steps if step is not _same))


# Faders of one law share one way: what one of them brought into the caches serves all.
@lru_cache(maxsize=256)
def _chained(steps: tuple[Convert, ...]) -> Convert:
    match steps:
        case ():
            return _same
        case (only,):
            return only
        case (first, second):
            return lambda value: second(first(value))
        case _:

            def through(value: Value) -> Value:
                for step in steps:
                    value = step(value)
                return value

            return through


def _to_db(law: Law) -> Convert:
    return law.to_db


def _from_db(law: Law) -> Convert:
    return law.from_db


def _lookup(table: dict[str, str]) -> Convert:
    def look_up(value: Value) -> Value:
        if isinstance(value, bool):
            # A key says on or off; the line may call that lit, dark or blink.
            meant = (word for shown, word in table.items() if _is_lit_word(shown) == value)
            return next(meant, value)
        return table.get(str(value), value)

    return look_up


def _into(spec: ParameterSpec) -> Convert:
    match spec.kind:
        case "level" | "pan" | "number":
            return spec.from_position
        case "switch" | "trigger":
            return lambda value: bool(value) if isinstance(value, bool) else _float(value) >= 0.5
        case "choice":
            last = len(spec.choices) - 1

            def choose(value: Value) -> Value:
                return (
                    value if isinstance(value, str) else spec.choices[round(_float(value) * last)]
                )

            return choose
        case _:
            return _same


def _out_of(spec: ParameterSpec) -> Convert:
    match spec.kind:
        case "level" | "pan" | "number" | "switch":
            return spec.to_position
        case "choice":
            last = max(len(spec.choices) - 1, 1)
            return lambda value: (
                spec.choices.index(value) / last
                if isinstance(value, str) and value in spec.choices
                else 0.0
            )
        case _:
            return _same


def _float(value: Value) -> float:
    return float(value) if isinstance(value, float | int) else 0.0
