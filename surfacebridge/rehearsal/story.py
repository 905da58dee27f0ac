"""The story language: a hand, a target and what is expected of them, a step a line.

Owns: the verbs, their arguments, and located problems for what is no step.
Does not own: what a step does (``runner``), or whether a bank has that subject.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.document import Story, StoryStep
from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import Scalar, scalar_at
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.shapes import read_duration
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import find_unclosed, read_constant, tokens, unquoted
from surfacebridge.model.sheets import ControlSpec, ParameterSpec, TargetSheet
from surfacebridge.profiles.plain_midi import said_midi
from surfacebridge.protocols.mqtt.packet import is_topic
from surfacebridge.rehearsal.showing import fader_position, refuse_showing, refuse_shown
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.verbs import refuse_constant

# What a hand does


@dataclass(frozen=True, slots=True)
class Touch:
    """Lay a finger on the cap of ``control``."""

    control: str


@dataclass(frozen=True, slots=True)
class Release:
    """Take the finger off ``control``: a cap is let go, a key comes up."""

    control: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move ``control`` to ``to`` (0…1 of its travel), at once or in ``over`` seconds.

    A fader that nobody holds is grabbed, moved and let go.
    """

    control: str
    to: float
    over: float


@dataclass(frozen=True, slots=True)
class Press:
    """Push key ``control`` down and leave it down."""

    control: str


@dataclass(frozen=True, slots=True)
class Tap:
    """Press key ``control`` and release it after ``held`` seconds."""

    control: str
    held: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Turn encoder ``control`` by ``ticks``, clockwise positive."""

    control: str
    ticks: int


# What happens elsewhere


@dataclass(frozen=True, slots=True)
class OscSaid:
    """An OSC message: an address and arguments as written."""

    address: str
    args: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class MidiSaid:
    """Raw MIDI bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class TextSaid:
    """One line of text, as a serial box says it, without its line end."""

    text: str


@dataclass(frozen=True, slots=True)
class TopicSaid:
    """A payload on a topic, as the bytes of one packet."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class ParameterSaid:
    """A parameter by its full name, in the bridge's own words rather than on the wire."""

    name: str
    value: Constant


OnWire = OscSaid | MidiSaid | TextSaid | TopicSaid
Said = OnWire | ParameterSaid


@dataclass(frozen=True, slots=True)
class Receive:
    """Target ``endpoint`` says ``said``."""

    endpoint: str
    said: Said


@dataclass(frozen=True, slots=True)
class Send:
    """Surface ``endpoint`` sends these very bytes."""

    endpoint: str
    said: Said


@dataclass(frozen=True, slots=True)
class Wait:
    """Let ``seconds`` pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unplug:
    """Pull the cable of ``endpoint``."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Plug:
    """Put the cable of ``endpoint`` back."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Lose:
    """From now on lose ``share`` (0…1) of what goes to and from ``endpoint``."""

    endpoint: str
    share: float


@dataclass(frozen=True, slots=True)
class Restart:
    """Switch ``endpoint`` off and on again."""

    endpoint: str


# What is expected


@dataclass(frozen=True, slots=True)
class Shown:
    """``control`` shows ``value``; any show at all where ``value`` is ``None``."""

    control: str
    value: Constant | None
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Sent:
    """``endpoint`` is sent ``said``; anything at all where ``said`` is ``None``."""

    endpoint: str
    said: Said | None
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Anything:
    """Anything is sent anywhere; only ever expected not to happen."""


@dataclass(frozen=True, slots=True)
class Expect:
    """``what`` happens ``within`` so many seconds, or does not happen for so long."""

    what: Shown | Sent | Anything
    never: bool = False
    within: float | None = None


Action = (
    Touch
    | Release
    | Move
    | Press
    | Tap
    | Turn
    | Receive
    | Send
    | Wait
    | Unplug
    | Plug
    | Lose
    | Restart
    | Expect
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, as it was written and where."""

    action: Action
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Words:
    """What a story may speak of: controls by their full id, surfaces, targets, parameters."""

    controls: Mapping[str, ControlSpec]
    surfaces: Collection[str]
    targets: Collection[str]
    parameters: Mapping[str, Mapping[str, ParameterSpec]]
    midi: Collection[str] = ()
    """The targets that are plain MIDI ports."""
    topics: Collection[str] = ()
    """The targets that are MQTT brokers."""
    addresses: Mapping[str, Collection[str]] = field(default_factory=dict)
    """All OSC addresses of each target whose sheet knows them all."""

    @property
    def endpoints(self) -> list[str]:
        """Every surface and target."""
        return [*self.surfaces, *self.targets]


def words_of(plan: Plan) -> Words:
    """Return what stories about ``plan`` may speak of."""
    controls: dict[str, ControlSpec] = {}
    for surface, sheet in plan.surfaces.items():
        for spec in sheet.controls.values():
            if not spec.per_strip:
                controls[f"{surface}.{spec.name}"] = spec
                continue
            first, dot, rest = spec.name.partition(".")
            for n in range(1, sheet.strips + 1):
                controls[f"{surface}.{first}.{n}{dot}{rest}"] = spec
    parameters = {name: sheet.parameters for name, sheet in plan.targets.items()}
    midi, topics = (
        [name for name, sheet in plan.targets.items() if sheet.dialect == dialect]
        for dialect in ("plain_midi", "plain_mqtt")
    )
    surfaces, targets = plan.surfaces.keys(), plan.targets.keys()
    addresses = {
        name: _addresses_in(sheet)
        for name, sheet in plan.targets.items()
        if sheet.dialect in _ADDRESSED
    }
    return Words(controls, surfaces, targets, parameters, midi, topics, addresses)


# Consoles whose every parameter is one OSC address.
_ADDRESSED: Final = frozenset(("x32", "xair", "wing"))
# Where the wire of a parameter keeps them: its own, the one it shares, the one that follows it.
_PLACES: Final = ("osc", "index_of", "then")


def _addresses_in(sheet: TargetSheet) -> set[str]:
    wires = (spec.wire for spec in sheet.parameters.values())
    return {str(wire[key]) for wire in wires for key in _PLACES if key in wire}


def read_story(story: Story, words: Words) -> tuple[list[Step], list[Problem]]:
    """Return the steps of ``story`` and all that is wrong with it, in order."""
    steps: list[Step] = []
    problems: list[Problem] = []
    for written in story.steps:
        try:
            action = _Reading(written, words).action()
        except _Refused as refused:
            problems.append(refused.problem)
        else:
            steps.append(Step(action, written.text, written.span))
    return steps, problems


# A tap is longer than keys bounce and shorter than any hold.
TAP: Final = 0.05

_BYTE: Final = re.compile(r"[0-9A-Fa-f]{2}")
_TICKS: Final = re.compile(r"[+-]?\d{1,4}")
# What a hand may move, and where to.
_PLACE: Final = {"fader": "0dB, 75% or 0.5", "knob": "75% or 0.5"}
_FIRST: Final = re.compile(r"[\w-]+")


class _Refused(Exception):
    """Why this is no step; never leaves this module."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(span, message, "story")


@dataclass(frozen=True, slots=True)
class _Gesture:
    """What a hand can do it to; with ``senses`` a fader must sense touch."""

    kinds: Collection[str]
    named: str
    senses: bool = False


_GESTURES: Final = {
    "touched": _Gesture(("fader",), "a fader that senses touch", senses=True),
    "let go": _Gesture(("key", "vpot", "fader"), "a key or a fader that senses touch", senses=True),
    "pressed": _Gesture(("key", "vpot"), "a key"),
    "moved": _Gesture(("fader", "knob"), "a fader or a knob"),
    "turned": _Gesture(("vpot", "jog"), "an encoder or a jog wheel"),
}


class _Reading:
    """One step being read, word by word; the first fault ends it."""

    def __init__(self, step: StoryStep, words: Words) -> None:
        whole = scalar_at(step.text, step.span)
        unclosed = find_unclosed(whole)
        if unclosed is not None:
            raise _Refused(unclosed.span, unclosed.message)
        self._words = words
        self._left = tokens(whole)
        self._end = step.span

    def action(self) -> Action:
        """Return what the step says to do."""
        verb = self._need("a step")
        read = _VERBS.get(verb.text)
        if read is None:
            hint = did_you_mean(verb.text, _VERBS) or f"; a step begins with {_ALL_VERBS}"
            raise _Refused(verb.span, f"no step '{verb.text}'{hint}")
        action = read(self)
        if self._left:
            extra = self._left[0]
            raise _Refused(extra.span, f"'{extra.text}' is too much here")
        return action

    # Words

    def _need(self, what: str) -> Scalar:
        if not self._left:
            raise _Refused(self._end, f"{what} is missing here")
        token = self._left.pop(0)
        self._end = token.at(len(token.text))
        return token

    def _next_is(self, word: str) -> bool:
        if self._left and self._left[0].text == word:
            self._need(word)
            return True
        return False

    def _control(self) -> str:
        return self._control_here().text

    def _handled(self, gesture: str) -> str:
        """Return a control to which a hand can do ``gesture``; to others it would do nothing."""
        token = self._control_here()
        spec, can = self._words.controls[token.text], _GESTURES[gesture]
        if spec.kind not in can.kinds or (can.senses and spec.kind == "fader" and not spec.touch):
            message = f"{token.text} cannot be {gesture}; {can.named} can"
            raise _Refused(token.span, message)
        return token.text

    def _control_here(self) -> Scalar:
        token = self._need("a control such as x.fader.1")
        if token.text not in self._words.controls:
            raise self._no_control(token)
        return token

    def _no_control(self, token: Scalar) -> _Refused:
        surface, _, rest = token.text.partition(".")
        if surface not in self._words.surfaces:
            return self._unknown("surface", surface, self._words.surfaces, token)
        known = [name for name in self._words.controls if name.startswith(f"{surface}.")]
        hint = did_you_mean(token.text, known)
        return _Refused(token.span, f"{surface} has no control '{rest}'{hint}")

    def _unknown(self, what: str, name: str, known: Collection[str], token: Scalar) -> _Refused:
        hint = did_you_mean(name, known) or f"; there is {', '.join(known)}"
        return _Refused(token.span, f"no {what} '{name}'{hint}")

    def _endpoint(self, known: Collection[str], what: str) -> str:
        token = self._need(f"the name of a {what}")
        if token.text not in known:
            raise self._unknown(what, token.text, known, token)
        return token.text

    def _constant(self, what: str) -> Constant:
        token = self._need(what)
        problems: list[Problem] = []
        constant = read_constant(token, problems)
        if constant is None:
            raise _Refused(problems[0].span, problems[0].message)
        return constant

    def _duration(self) -> float:
        token = self._need("a time such as 300ms")
        seconds = read_duration(token.text)
        if seconds is None:
            raise _Refused(token.span, f"a time is written 300ms or 2s, not '{token.text}'")
        return seconds

    # Verbs

    def touch(self) -> Action:
        return Touch(self._handled("touched"))

    def release(self) -> Action:
        return Release(self._handled("let go"))

    def press(self) -> Action:
        return Press(self._handled("pressed"))

    def tap(self) -> Action:
        return Tap(self._handled("pressed"), TAP)

    def hold(self) -> Action:
        control = self._handled("pressed")
        return Tap(control, self._duration())

    def move(self) -> Action:
        control = self._handled("moved")
        spec = self._words.controls[control]
        to = self._constant("a place such as 0dB or 0.5")
        place = fader_position(to, spec)
        if place is None:
            hint = f"a {spec.kind} moves to {_PLACE[spec.kind]}"
            raise _Refused(to.span, f"'{to.text}' is no place; {hint}")
        return Move(control, place, self._duration() if self._next_is("in") else 0.0)

    def turn(self) -> Action:
        control = self._handled("turned")
        token = self._need("a number of ticks such as +3")
        if not _TICKS.fullmatch(token.text):
            raise _Refused(token.span, f"ticks are written +3 or -3, not '{token.text}'")
        return Turn(control, int(token.text))

    def recv(self) -> Action:
        return Receive(*self._said("target", self._words.targets))

    def send(self) -> Action:
        surface = self._endpoint(self._words.surfaces, "surface")
        return Send(surface, self._raw())

    def wait(self) -> Action:
        return Wait(self._duration())

    def unplug(self) -> Action:
        return Unplug(self._endpoint(self._words.endpoints, "surface or target"))

    def plug(self) -> Action:
        return Plug(self._endpoint(self._words.endpoints, "surface or target"))

    def restart(self) -> Action:
        return Restart(self._endpoint(self._words.endpoints, "surface or target"))

    def lose(self) -> Action:
        share = self._constant("a share such as 5%")
        if share.number is None or share.unit != "%" or not 0 <= share.number <= 100:
            raise _Refused(share.span, f"a share is written 5%, not '{share.text}'")
        if not self._next_is("of"):
            raise _Refused(self._end, "'of' and a name are missing here, as in 'lose 5% of x'")
        return Lose(self._endpoint(self._words.endpoints, "surface or target"), share.number / 100)

    # Messages

    def _said(self, what: str, known: Collection[str]) -> tuple[str, Said]:
        token = self._need(f"a {what} and its message")
        name = _name_of(token)
        if name not in known:
            raise self._unknown(what, name, known, token)
        rest = token.text[len(name) :]
        if not rest:
            return name, self._raw()
        if rest.startswith(":") and name in self._words.midi:
            return name, self._midi(token, rest[1:])
        if rest.startswith(":") and name in self._words.topics:
            return name, self._topic(token, rest[1:])
        if rest.startswith(":"):
            return name, self._osc(token, rest[1:])
        parameters = self._words.parameters.get(name, {})
        if rest[1:] not in parameters:
            hint = did_you_mean(rest[1:], parameters)
            raise _Refused(token.span, f"{name} has no parameter '{rest[1:]}'{hint}")
        value = self._constant("a value")
        wrong = refuse_constant(value, parameters[rest[1:]])
        if wrong:
            raise _Refused(value.span, wrong)
        return name, ParameterSaid(token.text, value)

    def _osc(self, token: Scalar, address: str) -> Said:
        if not address.startswith("/"):
            message = f"an OSC address begins with '/', as in '{_name_of(token)}:/…'"
            raise _Refused(token.span, message)
        self._check_address(token, address)
        args: list[Constant] = []
        while self._has_value():
            args.append(self._constant("a value"))
        return OscSaid(address, tuple(args))

    def _check_address(self, token: Scalar, address: str) -> None:
        """Refuse an address that the target has not; ``/xremote`` is the protocol's own word."""
        name = _name_of(token)
        known = self._words.addresses.get(name)
        if known is None or address in known or address.count("/") < 2:
            return
        hint = did_you_mean(address, known)
        hint = hint or f"; 'surfacebridge devices' and its profile list what {name} has"
        raise _Refused(token.span, f"{name} has no address '{address}'{hint}")

    def _midi(self, token: Scalar, kind: str) -> Said:
        """Read ``cc 1 74 127`` after the name of a plain MIDI port."""
        words = [kind]
        while self._has_value():
            words.append(self._need("a number").text)
        try:
            return MidiSaid(said_midi(" ".join(words)))
        except ProtocolMisuse as misuse:
            raise _Refused(token.span, str(misuse)) from None

    def _topic(self, token: Scalar, topic: str) -> Said:
        """Read ``desk/solo true``, or ``desk/solo "any payload"``, after a broker's name."""
        if not is_topic(topic):
            raise _Refused(token.span, f"'{topic}' is no topic; write one without + and #")
        written = self._need("a payload").text
        return TopicSaid(topic, unquoted(written)[0].encode())

    def _has_value(self) -> bool:
        return bool(self._left) and not _is_suffix(self._left[0])

    def _raw(self) -> Said:
        """Read ``midi 90 68 7F``, ``90 68 7F`` or ``"M3 512"``."""
        if self._left and self._left[0].text[:1] in {'"', "'"}:
            return TextSaid(self._constant("a text").word)
        self._next_is("midi")
        data = bytearray()
        while self._has_value() or not data:
            token = self._need("a message such as 90 68 7F")
            if not _BYTE.fullmatch(token.text):
                raise _Refused(token.span, f"a byte is two hex digits, not '{token.text}'")
            data.append(int(token.text, 16))
        return MidiSaid(bytes(data))

    # Expectations

    def expect(self) -> Action:
        if self._next_is("nothing"):
            return self._suffixed(Anything(), never=True)
        never = self._next_is("no")
        if not self._left:
            raise _Refused(self._end, "what is expected is missing here")
        token = self._left[0]
        name = _name_of(token)
        if token.text in self._words.controls:
            return self._shown(never=never)
        if name in self._words.surfaces and name != token.text:
            raise self._no_control(token)
        bare = len(self._left) == 1 or _is_suffix(self._left[1])
        if never and bare and token.text in self._words.endpoints:
            self._need("a name")
            return self._suffixed(Sent(name, None, None), never=True)
        said = self._said("surface or target", self._words.endpoints)
        return self._suffixed(Sent(*said, None), never=never)

    def _shown(self, *, never: bool) -> Action:
        control = self._showing()
        value = None
        if self._has_value():
            value = self._constant("a value")
            wrong = refuse_shown(value, self._words.controls[control])
            if wrong:
                raise _Refused(value.span, wrong)
        elif not never:
            message = 'say what it shows: a place, lit, dark, blink or "text"'
            raise _Refused(self._end, message)
        return self._suffixed(Shown(control, value, None), never=never)

    def _showing(self) -> str:
        """Return a control that can show anything; what cannot would always be as expected."""
        token = self._control_here()
        wrong = refuse_showing(self._words.controls[token.text])
        if wrong:
            ring = token.text.replace(".vpot", ".ring")
            instead = f"{ring} or " if ring != token.text and ring in self._words.controls else ""
            message = f"{wrong}; expect {instead}what a target is sent"
            raise _Refused(token.span, message)
        return token.text

    def _suffixed(self, what: Shown | Sent | Anything, *, never: bool) -> Action:
        within: float | None = None
        while self._left and _is_suffix(self._left[0]):
            token = self._need("a suffix")
            if token.text == "within":
                within = self._duration()
            elif isinstance(what, Anything):
                raise _Refused(token.span, "nothing has no tolerance")
            else:
                what = replace(what, tolerance=_tolerance(token))
        return Expect(what, never, within)


def _name_of(token: Scalar) -> str:
    """Return the endpoint that ``daw:/strip/fader`` or ``desk.ch.1.fader`` begins with."""
    found = _FIRST.match(token.text)
    return found[0] if found else token.text


def _is_suffix(token: Scalar) -> bool:
    return token.text.startswith("~") or token.text == "within"


def _tolerance(token: Scalar) -> float:
    try:
        return abs(float(token.text[1:].removesuffix("dB").removesuffix("%")))
    except ValueError:
        message = f"a tolerance is written ~0.01, not '{token.text}'"
        raise _Refused(token.span, message) from None


_VERBS: Final[dict[str, Callable[[_Reading], Action]]] = {
    "touch": _Reading.touch,
    "release": _Reading.release,
    "move": _Reading.move,
    "press": _Reading.press,
    "up": _Reading.release,
    "tap": _Reading.tap,
    "hold": _Reading.hold,
    "turn": _Reading.turn,
    "recv": _Reading.recv,
    "send": _Reading.send,
    "wait": _Reading.wait,
    "unplug": _Reading.unplug,
    "plug": _Reading.plug,
    "lose": _Reading.lose,
    "restart": _Reading.restart,
    "expect": _Reading.expect,
}

_ALL_VERBS: Final = ", ".join(_VERBS)


def read_stories(
    stories: Sequence[Story], words: Words
) -> tuple[dict[str, list[Step]], list[Problem]]:
    """Return the steps of every story by its name, and all problems, sorted by place."""
    found: dict[str, list[Step]] = {}
    problems: list[Problem] = []
    for story in stories:
        steps, wrong = read_story(story, words)
        found[story.name] = steps
        problems += wrong
    return found, sorted(problems, key=lambda problem: problem.span)
