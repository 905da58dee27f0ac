"""How a serial box puts words into bytes: one class a framing.

Owns: messages as lines of words both ways, and what a framing promises by
itself.  Does not own: what a word means for a control (``surfaces.serial_box``).

Rule: whatever the bytes, a message is a line: ``F3 512``, ``/fader 3 512``,
``pb 3 8192``, ``fader 3 512``.  So patterns are written in one way for all.
"""

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.profiles.midi_speech import (
    COMMON_WORDS,
    NUMBERED,
    TOPS,
    MidiHearing,
    Place,
    common_message,
    common_place,
    machine_message,
    machine_words,
    messages_at,
)
from surfacebridge.protocols.framing import cobs, slip
from surfacebridge.protocols.framing.fields import LinePattern, Word, line_of
from surfacebridge.protocols.framing.lines import LineReader
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import messages as midi
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.encoder import encode as midi_bytes
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode as osc_packet
from surfacebridge.protocols.osc.packet import encode as osc_bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Messages of either side are missing, and the framing noticed."""


Said = str | Malformed | Gap


@dataclass(frozen=True, slots=True)
class Manners:
    """What a framing promises, where a mapping says nothing else.

    ``hello`` asks who is there and ``expect`` finds the answer; ``alive`` is as
    in a mapping; ``refresh`` asks for every state after a gap; ``deadband`` is
    in readings.
    """

    hello: str = ""
    expect: str = ""
    alive: Mapping[str, object] | None = None
    refresh: str = ""
    deadband: float = 0.0


class Lines:
    """Text lines, as they are."""

    manners = Manners()

    def __init__(self) -> None:
        self._reader = LineReader()

    def pattern(self, text: str) -> LinePattern:
        """Read a pattern of the mapping; ProtocolMisuse if this framing cannot say it."""
        return LinePattern.read(text)

    def receive(self, data: bytes) -> Sequence[Said]:
        """Return what ``data`` says; never raise."""
        return self._reader.receive(data)

    def say(self, words: Sequence[Word]) -> bytes:
        """Return the bytes that say ``words``; ProtocolMisuse if there are none."""
        return line_of(words).encode("ascii", "replace") + b"\n"


class Deej(Lines):
    """``512|1023|0``: the readings of all sliders, again and again; heard as ``slider 2 1023``.

    A line counts if it has as many readings as the one before: the first may
    be half a line, and lines that a reset joined have more.
    """

    manners = Manners(
        alive=MappingProxyType({"ask": "", "answer": "", "within": 1.0}), deadband=3.0
    )

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def receive(self, data: bytes) -> Sequence[Said]:
        """Return a line a slider."""
        said: list[Said] = []
        for line in super().receive(data):
            words = line.split("|") if isinstance(line, str) else ()
            if not isinstance(line, str):
                said.append(line)
            elif not all(_READING.fullmatch(word) for word in words):
                said.append(Malformed(line[:_EXCERPT].encode(), "not a line of readings"))
            elif len(words) == self._count:
                said += (f"slider {number} {word}" for number, word in enumerate(words, 1))
            self._count = len(words)
        return said

    def say(self, words: Sequence[Word]) -> bytes:
        """Refuse: these boxes hear nothing."""
        raise ProtocolMisuse(f"a deej box cannot be told {line_of(words)!r}")


class RawMidi:
    """MIDI bytes without packets, as through Hairless: ``pb 3 8192``, ``note 1 104 127``.

    How hard a key is struck does not matter: a note is 127 or 0.  Active
    sensing is ``sensing``, exclusive messages are ``sysex 7E 7F 06 01``, the
    transport's are ``start``, ``stop``, ``continue``, ``spp 16``.  A pattern that
    names a pair (``cc14``), a parameter or ``mmc play`` makes such be heard.
    """

    manners = Manners()

    def __init__(self) -> None:
        self._decoder = MidiDecoder()
        self._hearing = MidiHearing()
        self._hears_machine = False

    def pattern(self, text: str) -> LinePattern:
        """Read ``pb {s}``, ``note 16+{s-1}`` or ``nrpn 1 900``, with or without a range."""
        kind = text.partition(" ")[0]
        if kind == "sysex":
            # As of a target, or without the bytes around every one.
            return LinePattern.read(_FRAME.sub("", text))
        if kind in COMMON_WORDS:
            self._hears_machine |= kind == "mmc"
            return LinePattern.read(text)
        if kind not in TOPS:
            kinds = ", ".join((*TOPS, *sorted(COMMON_WORDS)))
            raise ProtocolMisuse(f"{text!r} is none of {kinds} and sysex")
        written = _written_out(text)
        pattern = LinePattern.read(written)
        if kind in {"cc14", "nrpn", "rpn"}:
            # One of a row of strips stands for all: their numbers follow one another.
            for strip in range(1, MOST_STRIPS + 1):
                number = pattern.words(strip, 0.0)[2]
                if isinstance(number, int) and (kind != "cc14" or number in _PAIRED):
                    self._hearing.want(kind, number)
        return pattern

    def receive(self, data: bytes) -> Sequence[Said]:
        """Return a line a message, or none for a part of one."""
        said: list[Said] = []
        for one in self._decoder.receive(data):
            if isinstance(one, Malformed):
                said.append(one)
            else:
                said += self._lines(one)
        return said

    def _lines(self, message: midi.MidiMessage) -> list[str]:
        if isinstance(message, midi.SysEx):
            machine = machine_words(message) if self._hears_machine else ()
            if machine:
                return [f"mmc {word}" for word in machine]
            return [f"sysex {message.data.hex(' ').upper()}"]
        common = common_place(message)
        if common is not None:
            word, value = common
            return [f"{word} {value}" if word in {"spp", "song"} else word]
        if isinstance(message, midi.ActiveSensing):
            return ["sensing"]
        places = list(self._hearing.places(message))
        if not places:
            return [f"other {type(message).__name__}"]
        if self._hearing.is_half(message) or len(places) > 1:
            # It is what it is a part of.
            places = places[1:]
        return [_midi_line(place, value) for place, value in places]

    def say(self, words: Sequence[Word]) -> bytes:
        """Return one whole message."""
        head, *rest = words
        if head == "sysex":
            return midi_bytes(midi.SysEx(_hexadecimal(line_of(rest))))
        if head == "mmc":
            return machine_message(line_of(rest))
        if head in COMMON_WORDS:
            values = _whole(rest, words) or [1]
            return midi_bytes(common_message(str(head), values[0]))
        kind = str(head)
        if len(rest) != (3 if kind in NUMBERED else 2):
            raise ProtocolMisuse(f"{line_of(words)!r} is no MIDI message")
        channel, *numbers, value = _whole(rest, words)
        place = Place(kind, channel, *numbers)
        return b"".join(midi_bytes(message) for message in messages_at(place, value))


class SlipOsc:
    """OSC messages in SLIP: ``/fader 3 512``, numbers with a point as floats."""

    manners = Manners()

    def __init__(self) -> None:
        self._reader = slip.SlipReader()

    def pattern(self, text: str) -> LinePattern:
        """Read ``/fader {s} {v:0..1023}``."""
        return LinePattern.read(re.sub(" +", " ", text))

    def receive(self, data: bytes) -> Sequence[Said]:
        """Return a line a message, bundles opened."""
        said: list[Said] = []
        for packet in self._reader.receive(data):
            if isinstance(packet, Malformed):
                said.append(packet)
            else:
                said += map(_osc_line, messages_in(osc_packet(packet)))
        return said

    def say(self, words: Sequence[Word]) -> bytes:
        """Return one packet."""
        address, *args = words
        if not isinstance(address, str) or not address.startswith("/"):
            raise ProtocolMisuse(f"{line_of(words)!r} does not begin with an address")
        return slip.encode(osc_bytes(OscMessage(address, tuple(args))))


class Cobs:
    """Checked and numbered frames: ``fader 3 512``, and ``motor 3 512`` to the box."""

    manners = Manners(
        hello="hello?",
        expect="^hello 2 ",
        alive=MappingProxyType({"ask": "alive?", "answer": "alive", "within": 1.0}),
        refresh="refresh",
    )

    def __init__(self) -> None:
        self._reader = cobs.FrameReader()
        self._its = cobs.Numbering()
        self._next = 0
        self._begun = False

    def pattern(self, text: str) -> LinePattern:
        """Read ``fader {s} {v:0..1023}``."""
        return LinePattern.read(text)

    def receive(self, data: bytes) -> Sequence[Said]:
        """Return a line a frame, repetitions left out, and what the numbers tell."""
        said: list[Said] = []
        for frame in self._reader.receive(data):
            said += (frame,) if isinstance(frame, Malformed) else self._read(frame)
        return said

    def _read(self, frame: cobs.Frame) -> Iterator[Said]:
        line = _frame_line(frame)
        if frame.kind == _HELLO and isinstance(line, str) and line.split(" ")[3] != _ASKED:
            self._its.restart()
        match self._its.take(frame.number):
            case "again":
                return
            case "gap":
                yield Gap()
            case "next":
                pass
        yield Gap() if frame.kind == _GAP else line

    def say(self, words: Sequence[Word]) -> bytes:
        """Return one frame; the first after an empty one, as the line may hold garbage."""
        name, *rest = words
        kind, shape = _TO_BOX.get(str(name), (0, _NOTHING))
        if not kind:
            raise ProtocolMisuse(f"a frame cannot say {line_of(words)!r}")
        try:
            body = shape.pack(*_whole(rest, words))
        except struct.error as error:
            raise ProtocolMisuse(f"a frame cannot say {line_of(words)!r}") from error
        number = 0 if kind == _HELLO_ASKED else self._next
        self._next = (number + 1) % 256
        begin = b"" if self._begun else cobs.ZERO
        self._begun = True
        return begin + cobs.encode(cobs.Frame(number, kind, body))


Speech = Lines | RawMidi | SlipOsc | Cobs

SPEECHES: Final[Mapping[str, type[Speech]]] = {
    "lines": Lines,
    "deej": Deej,
    "midi": RawMidi,
    "slip-osc": SlipOsc,
    "cobs": Cobs,
}


def speech_of(framing: str) -> Speech:
    """Return a new speaker of ``framing``; ProtocolMisuse if there is no such framing."""
    found = SPEECHES.get(framing)
    if found is None:
        raise ProtocolMisuse(f"no framing {framing!r}; there are {', '.join(SPEECHES)}")
    return found()


_READING: Final = re.compile(r"\d{1,4}")
_EXCERPT: Final = 32


def _whole(rest: Sequence[Word], words: Sequence[Word]) -> list[int]:
    """Return ``rest`` of ``words`` as whole numbers; ProtocolMisuse if it is anything else."""
    numbers = [word for word in rest if isinstance(word, int)]
    if len(numbers) != len(rest):
        raise ProtocolMisuse(f"{line_of(words)!r} holds more than whole numbers")
    return numbers


# MIDI

# No surface has more strips of its own.
MOST_STRIPS: Final = 64
_PAIRED: Final = range(32)
_SUM: Final = re.compile(r"(\d{1,5})\+\{s([+-]\d{1,4})?\}")


def _written_out(text: str) -> str:
    """Return a MIDI pattern with its channel, its value and its sums written out."""
    kind, *rest = text.split(" ")
    whole = "{v:0|127}" if kind == "note" else f"{{v:0..{TOPS[kind]}}}"
    value = rest.pop() if rest and rest[-1].startswith("{v") else whole
    if kind in NUMBERED and len(rest) == 1:
        rest.insert(0, "1")
    return " ".join((kind, *(_SUM.sub(_added, word) for word in rest), value))


def _added(found: re.Match[str]) -> str:
    return f"{{s{int(found[1]) + int(found[2] or 0):+}}}"


_FRAME: Final = re.compile(r"(?i)(?<=^sysex )F0 | F7$")


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ProtocolMisuse(f"'sysex {text}': bytes are written 7E 7F 06 01") from error


def _midi_line(place: Place, value: int) -> str:
    kind, channel, number = place
    if kind == "note":
        value = 127 if value else 0
    return f"{kind} {channel} {number} {value}" if kind in NUMBERED else f"{kind} {channel} {value}"


# OSC


def _osc_line(message: OscMessage | Malformed) -> str | Malformed:
    if isinstance(message, Malformed):
        return message
    return " ".join((message.address, *map(_osc_word, message.args)))


def _osc_word(value: OscValue) -> str:
    match value:
        case bool():
            return str(int(value))
        case int() | str():
            return str(value)
        case float():
            return f"{value:.6f}"
        case _:
            return "?"


# Frames; their kinds are those of docs/protocols/serial.md, cobs.

_HELLO: Final = 0x01
_GAP: Final = 0x0F
_HELLO_ASKED: Final = 0x81
_ASKED: Final = "0"
_NOTHING: Final = struct.Struct(">")
_ONE: Final = struct.Struct(">B")
_STATE: Final = struct.Struct(">BB")
_READINGS: Final = struct.Struct(">BH")
_ENDS: Final = struct.Struct(">BHH")
_INTRODUCTION: Final = struct.Struct(">BBB")

_FROM_BOX: Final = {
    0x02: ("fader", _READINGS),
    0x03: ("touch", _STATE),
    0x04: ("button", _STATE),
    0x05: ("alive", _NOTHING),
    0x06: ("calibration", _ENDS),
    0x07: ("setting", _READINGS),
    0x0F: ("gap", _STATE),
}
_TO_BOX: Final = {
    "hello?": (_HELLO_ASKED, _NOTHING),
    "motor": (0x82, _READINGS),
    "lamp": (0x83, _STATE),
    "alive?": (0x85, _NOTHING),
    "calibration": (0x86, _ONE),
    "setting": (0x87, _READINGS),
    "settings?": (0x87, _NOTHING),
    "refresh": (0x88, _NOTHING),
}


def _frame_line(frame: cobs.Frame) -> str | Malformed:
    """Return ``hello 2 8 1 SBR0001`` (protocol, strips, why, serial number) and the like."""
    body = frame.body
    if frame.kind == _HELLO and len(body) > _INTRODUCTION.size:
        serial = body[_INTRODUCTION.size :].decode("ascii", "replace")
        return f"hello {line_of(_INTRODUCTION.unpack_from(body))} {serial}"
    name, shape = _FROM_BOX.get(frame.kind, ("", _NOTHING))
    if len(body) != shape.size or not name:
        return Malformed(body[:_EXCERPT], f"no frame of kind {frame.kind:02X} has such a body")
    return " ".join((name, *map(str, shape.unpack(body))))
