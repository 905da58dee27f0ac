"""What was captured, told as a story: what hands and targets did, and what followed.

Owns: the steps, in the words of ``story``.  Does not own: the capture's bytes
(they were replayed to make ``Told``), or whether a step comes true (``runner``).

Rule: what was there before the first hand is told once, with the last value of
each; from then on everything in its order, with the pauses between.  Meters, the
clock and reports of what was known already are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import read_constant
from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import ShowColour, ShowLamp, ShowMotor, ShowRing, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, Colour, Value
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode
from surfacebridge.rehearsal.expectations import value_text
from surfacebridge.rehearsal.peers import default_of
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event
from surfacebridge.routing.verbs import constant_value

# Nobody reads a story of more steps; the rest of the capture is left out.
MOST_STEPS: Final = 3_000

# Shorter pauses are how fast hands and networks are.
_PAUSE: Final = 0.02
# A ride that pauses for so long is two.
_REST: Final = 0.4

_NOWHERE: Final = Span("", 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing of a replay: who said or was told it, when, and the bytes that led to it.

    ``what`` are bytes where ``name`` was sent them.

    ``cause`` is a moment's word (``in``, ``wake``, ``tick`` …), ``data`` what arrived.
    """

    at: float
    name: str
    what: Event | Effect | bytes
    cause: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story; ``is_seen`` marks what was observed and may be expected.

    One that ``is_before`` says what was there before the first hand, and may make
    no difference; one that ``is_apart`` does not come true in a rehearsal, and is
    written as a comment.
    """

    text: str
    is_seen: bool = False
    is_before: bool = False
    is_apart: bool = False


@dataclass(slots=True)
class _Ride:
    control: ControlId
    began: float
    at: float
    position: float


def retell(told: Iterable[Told], plan: Plan) -> list[Line]:
    """Return the lines of the story that ``told`` comes to on ``plan``."""
    return _Retelling(plan).lines(told)


class _Retelling:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lines: list[Line] = []
        self._before: dict[ParameterId, tuple[str, ...]] | None = {}
        """What targets held before the first hand, as steps; ``None`` from then on."""
        self._known: dict[ParameterId, Value] = {}
        self._seen: dict[str, str] = {}
        self._held: set[ControlId] = set()
        self._heard: set[ControlId] = set()
        """Caps without touch whose places are known since their surface was plugged in."""
        self._ride: _Ride | None = None
        self._at: float | None = None
        """When the last step was over."""
        self._data = b""
        self._plugged: set[str] = set()

    def lines(self, told: Iterable[Told]) -> list[Line]:
        for one in told:
            if len(self._lines) > MOST_STEPS:
                break
            self._take(one)
        self._begin(None)
        self._end_ride()
        self._expect()
        return self._lines

    def _take(self, told: Told) -> None:
        what = told.what
        match what:
            case _ if told.cause == "close":
                pass
            case Report():
                self._report(told, what)
            case Arrived(endpoint=name):
                self._arrive(name, told)
            case Gone(endpoint=name):
                if name in self._plugged:
                    self._plugged.discard(name)
                    for known in (self._held, self._heard):
                        known -= {one for one in known if one.startswith(f"{name}.")}
                    self._do(f"unplug {name}", told.at)
            case Moved():
                self._move(what, told)
            case Touched() | LetGo() | Pressed() | Released() | Turned():
                self._gesture(what, told.at)
            case _:
                self._follow(told, what)

    # What happened

    def _arrive(self, name: str, told: Told) -> None:
        if name not in self._plugged:
            self._plugged.add(name)
            if self._before is None:
                self._do(f"plug {name}", told.at)

    def _gesture(self, gesture: Touched | LetGo | Pressed | Released | Turned, at: float) -> None:
        control = gesture.control
        match gesture:
            case Touched():
                self._held.add(control)
                self._do(f"touch {control}", at)
            case LetGo() if control in self._held:
                self._held.discard(control)
                self._do(f"release {control}", at)
            case Pressed():
                self._do(f"press {control}", at)
            case Released():
                self._do(f"up {control}", at)
            case Turned(ticks=ticks):
                self._do(f"turn {control} {ticks:+d}", at)
            case _:
                pass

    def _move(self, moved: Moved, told: Told) -> None:
        control = moved.control
        spec = self._plan.surfaces[control.partition(".")[0]]
        senses = next(
            (one.touch for one in spec.controls.values() if _is_named(control, one.name)), False
        )
        if senses and control not in self._held:
            # 'move' would put a hand on it; these bytes say that there was none.
            if told.data:
                surface = control.partition(".")[0]
                self._do(f"send {surface} {told.data.hex(' ').upper()}", told.at)
            return
        if not senses and control not in self._heard:
            # A cap catches its value from where it stands, and a rehearsal's stand at the bottom.
            self._heard.add(control)
            self._do(f"move {control} {moved.position:.5f}", told.at)
            return
        ride = self._ride
        if ride is not None and ride.control == control and told.at - ride.at < _REST:
            ride.at, ride.position = told.at, moved.position
            return
        self._begin(told.at)
        self._end_ride()
        self._expect()
        self._ride = _Ride(control, told.at, told.at, moved.position)

    def _report(self, told: Told, report: Report) -> None:
        spec = self._spec(report.parameter)
        # What came of no bytes the profile says by itself, in a rehearsal as well.
        if not told.data or (spec is not None and spec.kind == "meter"):
            return
        known = self._known.get(report.parameter)
        self._known[report.parameter] = report.value
        if self._before is not None:
            self._before.pop(report.parameter, None)
            if spec is None or report.value != default_of(spec.id, spec):
                self._before[report.parameter] = self._said(told, report, spec)
        elif known != report.value and told.data != self._data:
            for step in self._said(told, report, spec):
                self._do(step, told.at)
            # One datagram may report much; its step says all of it.
            self._data = told.data

    def _spec(self, parameter: ParameterId) -> ParameterSpec | None:
        """Return what a sheet says of ``parameter``; ``None`` for a raw message."""
        target, _, name = parameter.partition(".")
        sheet = self._plan.targets.get(target)
        return sheet.parameters.get(ParameterId(name)) if sheet is not None else None

    def _said(self, told: Told, report: Report, spec: ParameterSpec | None) -> tuple[str, ...]:
        """Return the steps in which a target says again what it said."""
        if told.data[:1] in {b"/", b"#"}:
            messages = list(messages_in(decode(told.data)))
            steps = tuple(_osc_words(told.name, one) for one in messages)
            if all(steps):
                return tuple(f"recv {step}" for step in steps)
        dialect = self._plan.targets[told.name].dialect
        if dialect in {"mcu_device", "hui_device", "plain_midi"}:
            return (f"recv {told.name} {told.data.hex(' ').upper()}",)
        written = _written(report.value, spec) if spec is not None else ""
        return (f"recv {report.parameter} {written}",) if written else ()

    def _begin(self, at: float | None) -> None:
        """Tell what was there before, once, and begin with the hands."""
        if self._before is None:
            return
        before, self._before = self._before, None
        steps = dict.fromkeys(step for said in before.values() for step in said)
        self._lines += (Line(step, is_before=True) for step in steps)
        if steps:
            self._lines.append(Line("wait 1s"))
        self._seen.clear()
        self._at = at

    def _do(self, step: str, at: float) -> None:
        self._begin(at)
        self._end_ride()
        self._expect()
        self._pause(at)
        self._lines.append(Line(step))

    def _pause(self, at: float) -> None:
        if self._at is not None and at - self._at >= _PAUSE:
            self._lines.append(Line(f"wait {round(1000 * (at - self._at))}ms"))
        self._at = at

    def _end_ride(self) -> None:
        ride, self._ride = self._ride, None
        if ride is None:
            return
        seen, self._seen = self._seen, {}
        self._pause(ride.began)
        lasted = round(1000 * (ride.at - ride.began))
        over = f" in {lasted}ms" if lasted else ""
        self._lines.append(Line(f"move {ride.control} {ride.position:.5f}{over}"))
        self._at = ride.at
        self._seen = seen

    # What followed

    def _follow(self, told: Told, what: object) -> None:
        match what:
            case Write():
                self._known[what.parameter] = what.value
                self._see_write(what)
            case bytes():
                self._see_bytes(told.name, what)
            case _ if told.cause != "tick":
                self._see_show(what)
            case _:
                pass

    def _see_write(self, write: Write) -> None:
        spec = self._spec(write.parameter)
        written = _written(write.value, spec) if spec is not None else ""
        if written:
            self._see(write.parameter, f"expect {write.parameter} {written}")

    def _see_bytes(self, name: str, data: bytes) -> None:
        """See what a raw target was sent: it has no parameters to name."""
        sheet = self._plan.targets.get(name)
        if sheet is None or sheet.dialect not in {"plain_osc", "plain_midi"}:
            return
        if sheet.dialect == "plain_midi":
            self._see(f"{name} {data[:2].hex()}", f"expect {name} midi {data.hex(' ').upper()}")
            return
        for message in messages_in(decode(data)):
            words = _osc_words(name, message)
            if words and isinstance(message, OscMessage) and message.args:
                self._see(f"{name}:{message.address}", f"expect {words} ~0.000001")

    def _see_show(self, show: object) -> None:
        match show:
            case ShowMotor(control=control, position=position):
                self._see(control, f"expect {control} {position:.5f}")
            case ShowLamp(control=control, state=state):
                self._see(control, f"expect {control} {state}")
            case ShowText(control=control, text=text) if _is_writable(text):
                self._see(control, f'expect {control} "{text.rstrip()}"')
            case ShowRing(control=control, position=None):
                self._see(control, f"expect {control} dark")
            case ShowRing(control=control, position=float(position)):
                self._see(control, f"expect {control} {position:.3f}")
            case ShowColour(control=control, colour=colour) if _is_plain(colour):
                self._see(control, f"expect {control} {value_text(colour)}")
            case _:
                pass

    def _see(self, what: str, line: str) -> None:
        """Keep the last of what was seen of one thing, since the last step."""
        self._seen.pop(what, None)
        self._seen[what] = line

    def _expect(self) -> None:
        seen, self._seen = self._seen, {}
        if self._before is None:
            self._lines += (Line(line, is_seen=True) for line in seen.values())


def _is_named(control: ControlId, name: str) -> bool:
    """Return whether ``x.fader.3`` is ``fader``, or ``x.main.fader`` is ``main.fader``."""
    words = control.split(".")[1:]
    return ".".join(word for word in words if not word.isdecimal()) == name or (
        ".".join(words) == name
    )


def _osc_words(target: str, message: OscMessage | Malformed) -> str:
    """Return ``desk:/ch/01/mix/fader 0.5``, or nothing for what a story cannot say."""
    if isinstance(message, Malformed) or not message.address.startswith("/"):
        return ""
    args = [_osc_argument(one) for one in message.args]
    if " " in message.address or not message.address.isprintable() or not all(args):
        return ""
    return " ".join([f"{target}:{message.address}", *args])


def _osc_argument(value: OscValue) -> str:
    match value:
        case bool():
            return ""
        case float() if not isinf(value):
            # As many digits as bring the same 32 bits back.
            text = f"{value:.9f}".rstrip("0")
            return f"{text}0" if text.endswith(".") else text
        case int():
            return str(value)
        case str() if _is_writable(value):
            return f'"{value}"'
        case _:
            return ""


def _written(value: Value, spec: ParameterSpec) -> str:
    """Return ``value`` as a story writes it, or nothing where reading it would give another."""
    match value:
        case Colour():
            return value_text(value) if _is_plain(value) else ""
        case bool():
            text = "on" if value else "off"
        case str():
            text = f'"{value}"' if _is_writable(value) else ""
        case _ if isinf(value):
            text = "-oo" if value < 0 else ""
        case _:
            place = spec.to_position(value) if spec.kind == "pan" else value
            text = f"{place:.6f}".rstrip("0").rstrip(".")
            text += "dB" if spec.kind in {"level", "meter"} else ""
    problems: list[Problem] = []
    constant = read_constant(scalar_at(text, _NOWHERE), problems) if text else None
    if constant is None or not _means(constant, value, spec):
        return ""
    return text


def _means(constant: Constant, value: Value, spec: ParameterSpec) -> bool:
    read = constant_value(constant.number, constant.unit, constant.word, spec)
    if isinstance(read, float | int) and isinstance(value, float | int):
        return read == value or abs(read - value) < 1e-4
    return read == value


def _is_plain(value: Value) -> bool:
    return isinstance(value, Colour) and (
        Colour(value.red, value.green, value.blue) in EIGHT_COLOURS
    )


def _is_writable(text: str) -> bool:
    return text.isprintable() and '"' not in text


# The file


def story_file(
    lines: Sequence[Line], *, name: str, rig: str, settings: Sequence[tuple[str, str, str]]
) -> str:
    """Return a mapping that includes ``rig`` and tells ``lines`` as story ``name``.

    ``settings`` are name, type and value of those that were given when it was captured.
    """
    return "\n".join(_file_lines(lines, name, rig, settings)) + "\n"


def _file_lines(
    lines: Sequence[Line], name: str, rig: str, settings: Sequence[tuple[str, str, str]]
) -> Iterator[str]:
    yield "# Made of a capture: what hands and targets did, and after 'expect' what followed then."
    yield "# Where that was wrong, write what should have followed instead; the story fails until"
    yield "# it is mended. Steps that have nothing to do with it can go."
    if any(line.is_apart for line in lines):
        yield "# What follows after 'only then' was seen then, and does not follow in a rehearsal."
    yield "surfacebridge: 1"
    yield f"include: {quoted(rig)}"
    if settings:
        yield "settings:"
        for key, kind, value in settings:
            yield f"  {key}: {{type: {kind}, default: {_yaml(value)}}}"
    yield "tests:"
    yield f"  {quoted(name)}:"
    if all(line.is_apart for line in lines):
        yield "    - wait 1s"
    for line in lines:
        yield f"    # only then: {line.text}" if line.is_apart else f"    - {quoted(line.text)}"


_MUST_BE_QUOTED: Final = (
    ": ",
    " #",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    "*",
    "&",
    "!",
    "|",
    ">",
    "%",
    "@",
)


def quoted(text: str) -> str:
    """Return ``text`` as a mapping reads it as one text, without settings in it."""
    return _yaml(text.replace("$", "$$"))


def _yaml(text: str) -> str:
    needs = any(one in text for one in _MUST_BE_QUOTED) or text[:1] in {'"', "-", "?", "`", ""}
    if needs or text.endswith(":") or text != text.strip():
        return "'" + text.replace("'", "''") + "'"
    return text
