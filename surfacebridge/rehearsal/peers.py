"""Who stands at the other end of a virtual cable, byte for byte.

Owns: the answers a surface or target gives by itself, so that a profile finds
somebody there; and the bytes of what a story has it say.
Does not own: what those bytes mean (``profiles``).

Rule: a virtual target answers questions and holds what it is told.  But for
signs of life it never speaks first, and it never echoes: a story says what is
heard and when.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from surfacebridge.mapping.lines import Constant
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Value
from surfacebridge.profiles.osc_console import OscConsole
from surfacebridge.profiles.sheet_osc import SheetOsc
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Publish
from surfacebridge.protocols.mqtt.packet import encode as encode_packet
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode, encode
from surfacebridge.rehearsal.story import MidiSaid, OnWire, OscSaid, TextSaid, TopicSaid

# What consoles say of themselves when asked; the words do not matter.
_INTRODUCTIONS: Final[dict[str, tuple[OscValue, ...]]] = {
    "/xinfo": ("127.0.0.1", "rehearsal", "X32", "4.06"),
    "/info": ("V2.07", "rehearsal", "X32", "4.06"),
    "/status": ("active", "127.0.0.1", "rehearsal"),
}

# A HUI answers each ping.  To a Mackie Control the same bytes are a lamp.
HUI_REPLIES: Final[Mapping[bytes, bytes]] = {b"\x90\x00\x00": b"\x90\x00\x7f"}


def default_of(name: str, spec: ParameterSpec) -> Value:
    """Return what a target that nobody touched holds in parameter ``name``.

    Faders are all the way down, pans in the middle, channels on, names empty.
    """
    match spec.kind:
        case "level" | "meter":
            return OFF
        case "pan":
            return 0.0
        case "switch" | "trigger":
            return name.rpartition(".")[2] == "on"
        case "choice":
            return spec.choices[0] if spec.choices else ""
        case "text":
            return str(spec.wire.get("constant", ""))
        case "colour":
            return EIGHT_COLOURS[7]
        case "number":
            return spec.low
        case "plain":
            return 0.0


def wire_defaults(endpoint: OscConsole, sheet: TargetSheet) -> dict[str, OscMessage]:
    """Return what a console holds, by address, before anybody touches it."""
    found: dict[str, OscMessage] = {}
    for key, spec in sheet.parameters.items():
        address, tag = spec.wire.get("osc"), str(spec.wire.get("tag", "f"))
        selector = spec.wire.get("index_of")
        if isinstance(address, str) and spec.kind != "trigger":
            value = endpoint.to_wire(spec, tag, default_of(key, spec))
            if value is not None:
                found[address] = OscMessage(address, (value,), tag)
        elif isinstance(selector, str):
            found.setdefault(selector, OscMessage(selector, (0,), "i"))
    return found


class Peer:
    """One end of a cable: answers what is asked, remembers what is set."""

    def __init__(
        self,
        memory: Mapping[str, OscMessage] | None = None,
        answers: Mapping[bytes, bytes] | None = None,
        beat: tuple[bytes, float] | None = None,
        pushes: SheetOsc | None = None,
    ) -> None:
        """Hold ``memory`` by address; say ``beat`` again and again, so many seconds apart.

        ``pushes`` writes what the peer tells of itself, without being asked.
        """
        self.beat = beat
        self._pushes = pushes
        self._told: set[ParameterId] = set()
        self._held: dict[tuple[OscValue, ...], OscMessage] = {}
        self._memory = dict(memory or {})
        self._answers = dict(answers or {})

    def hear(self, data: bytes) -> list[bytes]:
        """Return what the peer answers to ``data`` by itself; a broker never does."""
        if data[:1] in {b"/", b"#"}:
            return [encode(answer) for answer in self._answer_osc(data)]
        answer = self._answers.get(data)
        return [] if answer is None else [answer]

    def pushed(self, parameters: Iterable[ParameterId]) -> list[bytes]:
        """Return what the peer tells, once, of ``parameters`` that somebody follows now."""
        if self._pushes is None:
            return []
        said = []
        for parameter in parameters:
            spec = self._pushes.spec_of(parameter)
            if spec is not None and parameter not in self._told:
                self._told.add(parameter)
                message = self._pushes.said_of(parameter, default_of(parameter, spec))
                if message is not None:
                    said.append(encode(self._held.get(_key(message), message)))
        return said

    def plugged(self) -> None:
        """Begin to tell all again."""
        self._told.clear()

    def _answer_osc(self, data: bytes) -> Iterator[OscMessage]:
        for message in messages_in(decode(data)):
            if isinstance(message, Malformed):
                continue
            known = self._memory.get(message.address)
            if self._pushes is not None:
                self._held[_key(message)] = message
            if message.args:
                if known is not None:
                    self._memory[message.address] = message
            elif known is not None:
                yield known
            elif message.address in _INTRODUCTIONS:
                yield OscMessage(message.address, _INTRODUCTIONS[message.address])

    def say(self, said: OnWire) -> bytes:
        """Return the bytes in which the peer says ``said``, and remember it."""
        match said:
            case MidiSaid(data):
                return data
            case TopicSaid(topic, payload):
                return encode_packet(Publish(topic, payload))
            case TextSaid(text):
                return text.encode("utf-8") + b"\n"
            case OscSaid(address, args):
                known = self._memory.get(address)
                tags = known.tags if known is not None else ""
                message = OscMessage(
                    address,
                    tuple(_argument(arg, tags[at : at + 1]) for at, arg in enumerate(args)),
                )
                if known is not None:
                    self._memory[address] = message
                self._held[_key(message)] = message
                return encode(message)


def _key(message: OscMessage) -> tuple[OscValue, ...]:
    """Return what a pushed message is about: all of it but its value."""
    return message.address, *message.args[:-1]


def _argument(written: Constant, tag: str) -> OscValue:
    """Return a written argument as the type the address is known to have, or as it looks."""
    number = written.number
    if number is None:
        return written.word
    if tag == "f" or (not tag and ("." in written.text or number % 1)):
        return float(number)
    return int(number)
