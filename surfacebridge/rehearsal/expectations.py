"""Whether what was sent and shown is what was expected, and how to say that it is not.

Owns: comparing, and the two halves of a failure: expected, and got instead.
Does not own: what a control shows (``showing``), or time (``runner``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, isinf
from typing import Final

from surfacebridge.mapping.lines import Constant
from surfacebridge.model.controls import ControlId
from surfacebridge.model.parameters import Write
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import Colour, Value
from surfacebridge.protocols.mqtt.packet import Publish
from surfacebridge.protocols.mqtt.packet import decode as decode_packet
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode
from surfacebridge.rehearsal import rig as rigs
from surfacebridge.rehearsal.showing import colour_name, is_near, show_text, shows
from surfacebridge.rehearsal.story import (
    Anything,
    MidiSaid,
    OscSaid,
    ParameterSaid,
    Said,
    Sent,
    Shown,
    TextSaid,
    TopicSaid,
)
from surfacebridge.routing.verbs import constant_value

# More than these are not read by anybody.
_MOST_SAID: Final = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to judge by: the rig, and where in its log the last stimulus stands."""

    rig: rigs.Rig
    mark: int

    @property
    def since(self) -> Sequence[rigs.Happening]:
        """Everything that happened since the last stimulus."""
        return self.rig.log[self.mark :]

    def spec(self, control: str) -> ControlSpec:
        """Return what ``control`` is."""
        return self.rig.engine.wiring.controls[ControlId(control)].spec

    def parameter(self, write: Write) -> ParameterSpec | None:
        """Return what was written, if its target's sheet says it."""
        return self.rig.plan.spec(write.target, write.parameter.partition(".")[2])


def is_met(what: Shown | Sent | Anything, evidence: Evidence, *, never: bool) -> bool:
    """Return whether ``what`` is so; with ``never``, whether it happened since the stimulus."""
    match what:
        case Anything():
            return any(not isinstance(one, rigs.Wired) for one in evidence.since)
        case Shown(control, value, tolerance):
            if not never and value is not None:
                show = evidence.rig.shows.get(ControlId(control))
                return shows(show, value, tolerance, evidence.spec(control))
            return any(
                isinstance(one, rigs.Shown)
                and one.show.control == control
                and (value is None or shows(one.show, value, tolerance, evidence.spec(control)))
                for one in evidence.since
            )
        case Sent(endpoint, said, tolerance):
            return _is_sent(endpoint, said, tolerance, evidence)


# Messages


def _is_sent(endpoint: str, said: Said | None, tolerance: float | None, evidence: Evidence) -> bool:
    match said:
        case None:
            return bool(_orders(endpoint, evidence))
        case OscSaid(address, args):
            return any(
                message.address == address and _args_match(message.args, args, tolerance)
                for message in _osc(endpoint, evidence)
            )
        case MidiSaid(data):
            return _is_among(data, _wired(endpoint, evidence))
        case TextSaid(text):
            return text in _lines(endpoint, evidence)
        case TopicSaid(topic, payload):
            return any(
                one.topic == topic and _is_payload(one.payload, payload, tolerance)
                for one in _published(endpoint, evidence)
            )
        case ParameterSaid(name, value):
            return any(
                write.parameter == name and _is_value(write, value, tolerance, evidence)
                for write in _writes(endpoint, evidence)
            )


def _wired(endpoint: str, evidence: Evidence) -> list[bytes]:
    return [
        one.data
        for one in evidence.since
        if isinstance(one, rigs.Wired) and one.endpoint == endpoint
    ]


def _osc(endpoint: str, evidence: Evidence) -> list[OscMessage]:
    return [
        message
        for data in _wired(endpoint, evidence)
        for message in messages_in(decode(data))
        if isinstance(message, OscMessage)
    ]


def _lines(endpoint: str, evidence: Evidence) -> list[str]:
    return b"".join(_wired(endpoint, evidence)).decode("utf-8", "replace").splitlines()


def _published(endpoint: str, evidence: Evidence) -> list[Publish]:
    packets = (decode_packet(data) for data in _wired(endpoint, evidence))
    return [packet for packet in packets if isinstance(packet, Publish)]


def _is_payload(sent: bytes, wanted: bytes, tolerance: float | None) -> bool:
    """Return whether two payloads are the same, or numbers that are near enough."""
    if sent == wanted:
        return True
    try:
        return isclose(float(sent), float(wanted), rel_tol=1e-6, abs_tol=tolerance or 1e-6)
    except ValueError:
        return False


def _writes(endpoint: str, evidence: Evidence) -> list[Write]:
    return [
        one.write
        for one in evidence.since
        if isinstance(one, rigs.Written) and one.write.target == endpoint
    ]


def _orders(endpoint: str, evidence: Evidence) -> list[rigs.Happening]:
    """Return what the bridge wanted of ``endpoint``; its profile's own questions do not count."""
    return [
        one
        for one in evidence.since
        if (isinstance(one, rigs.Written) and one.write.target == endpoint)
        or (isinstance(one, rigs.Shown) and one.show.surface == endpoint)
    ]


def _is_among(data: bytes, messages: Sequence[bytes]) -> bool:
    """Return whether ``data`` is one or several whole messages in a row."""
    for first in range(len(messages)):
        joined = b""
        for message in messages[first:]:
            joined += message
            if joined == data:
                return True
            if len(joined) >= len(data):
                break
    return False


def _args_match(
    args: Sequence[OscValue], wanted: Sequence[Constant], tolerance: float | None
) -> bool:
    """Compare as many arguments as are written; the rest may be anything."""
    return len(args) >= len(wanted) and all(
        _arg_matches(arg, one, tolerance) for arg, one in zip(args, wanted, strict=False)
    )


def _arg_matches(arg: OscValue, wanted: Constant, tolerance: float | None) -> bool:
    if wanted.number is None:
        return arg == wanted.word
    if isinstance(arg, bool | int | float):
        return is_near(float(arg), wanted.number, tolerance or 0.0)
    return False


def _is_value(write: Write, wanted: Constant, tolerance: float | None, evidence: Evidence) -> bool:
    spec = evidence.parameter(write)
    if spec is None:
        return False
    value = constant_value(wanted.number, wanted.unit, wanted.word, spec)
    return same_value(write.value, value, spec, tolerance)


def same_value(
    value: Value, wanted: Value, spec: ParameterSpec, tolerance: float | None = None
) -> bool:
    """Return whether two values of a parameter are one place on its grid, or near enough."""
    numbers = isinstance(value, float | int) and isinstance(wanted, float | int)
    if numbers and tolerance is not None:
        return is_near(float(value), float(wanted), tolerance)  # type: ignore[arg-type]
    if spec.index(value) == spec.index(wanted):
        return True
    return numbers and is_near(float(value), float(wanted), 0.0)  # type: ignore[arg-type]


# Sentences


def expected(what: Shown | Sent | Anything, *, never: bool, within: float) -> str:
    """Return what was expected, as half a sentence."""
    negation = "not " if never else ""
    time = f" {'for' if never else 'within'} {within * 1000:.0f} ms"
    match what:
        case Anything():
            return f"nothing to be sent or shown anywhere{time}"
        case Shown(control, None):
            return f"{control} not to be told anything{time}"
        case Shown(control, Constant(text=text), tolerance):
            return f"{control} {negation}to show {text}{_around(tolerance)}{time}"
        case Sent(endpoint, None):
            return f"{endpoint} to be sent nothing{time}"
        case Sent(endpoint, said, tolerance):
            return f"{endpoint} {negation}to be sent {_said_text(said)}{_around(tolerance)}{time}"
        case _:
            return ""


def _around(tolerance: float | None) -> str:
    return "" if tolerance is None else f" ±{tolerance:g}"


def _said_text(said: Said | None) -> str:
    match said:
        case OscSaid(address, args):
            return " ".join([address, *(arg.text for arg in args)])
        case MidiSaid(data):
            return data.hex(" ").upper()
        case TextSaid(text):
            return f'"{text}"'
        case TopicSaid(topic, payload):
            return _topic_text(topic, payload)
        case ParameterSaid(name, value):
            return f"{name} {value.text}"
        case None:
            return "anything"


def _topic_text(topic: str, payload: bytes) -> str:
    return f"{topic} {payload.decode('utf-8', 'replace')}"


def got(what: Shown | Sent | Anything, evidence: Evidence, *, never: bool) -> str:
    """Return what came instead, as a sentence."""
    match what:
        case Shown(control) if not never:
            show = evidence.rig.shows.get(ControlId(control))
            return f"It shows {show_text(show)}." if show else "It was never told to show anything."
        case Shown(control):
            shown = [
                show_text(one.show)
                for one in evidence.since
                if isinstance(one, rigs.Shown) and one.show.control == control
            ]
            return f"It was told to show {_some(shown)}."
        case Sent(endpoint, said):
            return f"It was sent {_some(_sent_texts(endpoint, said, evidence))}."
        case Anything():
            orders = [one for one in evidence.since if not isinstance(one, rigs.Wired)]
            return f"There was {_some([_order_text(one, evidence) for one in orders])}."


def _sent_texts(endpoint: str, said: Said | None, evidence: Evidence) -> list[str]:
    match said:
        case OscSaid(address):
            messages = _osc(endpoint, evidence)
            alike = [one for one in messages if one.address == address] or messages
            return [" ".join([one.address, *map(_osc_text, one.args)]) for one in alike]
        case MidiSaid():
            return [data.hex(" ").upper() for data in _wired(endpoint, evidence)]
        case TextSaid():
            return [f'"{line}"' for line in _lines(endpoint, evidence)]
        case TopicSaid():
            return [_topic_text(one.topic, one.payload) for one in _published(endpoint, evidence)]
        case _:
            return [_order_text(one, evidence) for one in _orders(endpoint, evidence)]


def _some(texts: Sequence[str]) -> str:
    if not texts:
        return "nothing"
    more = len(texts) - _MOST_SAID
    shown = ", then ".join(texts[:_MOST_SAID])
    return f"{shown}, and {more} more" if more > 0 else shown


def _osc_text(value: OscValue) -> str:
    match value:
        case float():
            return f"{value:.4f}".rstrip("0").ljust(3, "0") if value % 1 else f"{value:.1f}"
        case str():
            return f'"{value}"'
        case _:
            return str(value)


def _order_text(order: rigs.Happening, evidence: Evidence) -> str:
    match order:
        case rigs.Written(write=write):
            return f"{write.parameter} {value_text(write.value, evidence.parameter(write))}"
        case rigs.Shown(show=show):
            return f"{show.control} {show_text(show)}"
        case rigs.Wired(data=data):
            return data.hex(" ").upper()


def value_text(value: Value, spec: ParameterSpec | None = None) -> str:
    """Return a value as a story would write it; without ``spec`` in its own unit, unnamed."""
    if spec is not None and isinstance(value, float | int) and not isinstance(value, bool):
        if spec.kind in {"level", "meter"} and not isinf(value):
            return f"{value:.4g}dB"
        if spec.kind == "pan":
            return f"{spec.to_position(value):.4g}"
    match value:
        case bool():
            return "on" if value else "off"
        case str():
            return f'"{value}"'
        case Colour():
            return colour_name(value)
        case _:
            return "-oo" if isinf(value) else f"{value:.4g}"
