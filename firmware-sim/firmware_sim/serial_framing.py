"""The five ways in which a home-made box puts its words on a serial line.

Owns: bytes of docs/protocols/serial.md, from a box's side: saying what a box says, hearing what a
host says. Does not own: what is said when; ``serial_box`` does.

Rule: bytes from outside never raise. What cannot be read becomes an ``unknown`` order or is
dropped and counted.
"""

from binascii import crc_hqx
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from firmware_sim.wire import MidiParser, OscArgument, OscMessage, decode_osc, encode_osc

SETTINGS: Final = ("deadband", "touch", "watch", "kp", "kd")

# Bounds of the document; without them a lost end would let a line grow for ever.
_LINE: Final = 64
_PACKET: Final = 128
_FRAME: Final = 64


@dataclass(frozen=True, slots=True)
class Word:
    """One thing a box says or hears; which fields count depends on ``kind``.

    A box says hello, fader, touch, button, alive, calibration, setting, error, boot. It hears
    hello?, motor, lamp, alive?, refresh, calibration?, calibrate, settings?, setting, unknown,
    gap (frames were lost on the way in).
    """

    kind: str
    strip: int = 0
    value: int = 0
    other: int = 0
    text: str = ""


class Framing(Protocol):
    """One way of speaking. ``beat`` is how often it speaks by itself, 0 for never."""

    beat: float

    @property
    def dropped(self) -> int:
        """Return how much could not be read."""

    def say(self, word: Word) -> bytes:
        """Return the bytes of a word; none where this way has no word for it."""

    def hear(self, data: bytes) -> list[Word]:
        """Return the words completed by ``data``."""

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return what is said at each beat; ``silent`` says that nothing was since the last."""

    def reset(self) -> None:
        """Forget half-heard words and start counting anew, as after power-up."""


class Lines:
    """Text lines."""

    beat = 0.0

    def __init__(self) -> None:
        self.dropped = 0
        self._line = bytearray()
        self._too_long = False

    def say(self, word: Word) -> bytes:
        """Return a line."""
        match word.kind:
            case "fader" | "touch" | "button":
                line = f"{word.kind[0].upper()}{word.strip} {word.value}"
            case "hello":
                line = f"FADERBOX 2 {word.value} {word.text}"
            case "alive":
                line = "!"
            case "calibration":
                line = f"C{word.strip} {word.value} {word.other}"
            case "setting":
                line = f"S {word.text} {word.value}"
            case "error":
                line = f"E {word.text}"
            case "boot":
                line = f"\n# boot {word.text}"
            case _:
                return b""
        return line.encode() + b"\n"

    def hear(self, data: bytes) -> list[Word]:
        """Return the words of whole lines."""
        words: list[Word] = []
        for byte in data:
            if byte != 0x0A:
                self._keep(byte)
                continue
            line = bytes(self._line).removesuffix(b"\r")
            if self._too_long or any(not 0x20 <= code < 0x7F for code in line):
                self.dropped += 1
            elif line:
                words.append(_read_line(line.decode()))
            self._line.clear()
            self._too_long = False
        return words

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return nothing: lines come when something happens."""
        return b""

    def reset(self) -> None:
        """Forget half a line."""
        self._line.clear()
        self._too_long = False

    def _keep(self, byte: int) -> None:
        # One more than a line may have: the CR before its end is not counted.
        if len(self._line) > _LINE:
            self._too_long = True
        else:
            self._line.append(byte)


_QUESTIONS: Final = {
    "ID?": "hello?",
    "?": "alive?",
    "R": "refresh",
    "C?": "calibration?",
    "C!": "calibrate",
    "S?": "settings?",
}


def _read_line(line: str) -> Word:
    if line in _QUESTIONS:
        return Word(_QUESTIONS[line])
    match line.split(" "):
        case ["S", name, value] if _is_number(value):
            return Word("setting", value=int(value), text=name)
        case [head, value] if head[:1] in ("M", "L") and _is_number(head[1:]) and _is_number(value):
            kind = "motor" if head[0] == "M" else "lamp"
            return Word(kind, strip=int(head[1:]), value=int(value))
        case _:
            return Word("unknown", text="line")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


class Deej:
    """Lines of readings and nothing else."""

    beat = 0.01

    def __init__(self) -> None:
        self.dropped = 0

    def say(self, word: Word) -> bytes:
        """Return nothing: only readings are said, and by themselves."""
        return b""

    def hear(self, data: bytes) -> list[Word]:
        """Hear nothing."""
        self.dropped += len(data)
        return []

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return a line of every reading."""
        return "|".join(map(str, readings)).encode() + b"\r\n"

    def reset(self) -> None:
        """Have nothing to forget."""


class RawMidi:
    """MIDI bytes at the speed of a serial line."""

    beat = 0.3

    def __init__(self) -> None:
        self._parser = MidiParser()

    @property
    def dropped(self) -> int:
        """Return how many messages could not be read."""
        return self._parser.malformed

    def say(self, word: Word) -> bytes:
        """Return one MIDI message."""
        match word.kind:
            case "fader":
                wire = word.value << 4
                return bytes((0xE0 + word.strip - 1, wire & 0x7F, wire >> 7))
            case "touch" | "button":
                first = 0x68 if word.kind == "touch" else 0x10
                return bytes((0x90, first + word.strip - 1, 0x7F if word.value else 0))
            case _:
                return b""

    def hear(self, data: bytes) -> list[Word]:
        """Return motors and lamps."""
        words: list[Word] = []
        for message in self._parser.feed(data):
            match tuple(message):
                case (status, low, high) if status & 0xF0 == 0xE0:
                    reading = (low | high << 7) >> 4
                    words.append(Word("motor", strip=(status & 0xF) + 1, value=reading))
                case (0x90 | 0x80 as status, note, velocity) if 0x10 <= note < 0x20:
                    lit = status == 0x90 and velocity > 0
                    words.append(Word("lamp", strip=note - 0x10 + 1, value=int(lit)))
                case _:
                    words.append(Word("unknown", text="line"))
        return words

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return active sensing where nothing else was said."""
        return b"\xfe" if silent else b""

    def reset(self) -> None:
        """Forget half a message."""
        self._parser = MidiParser(self._parser.malformed)


_OSC_WORDS: Final = {
    "/id": "hello?",
    "/ping": "alive?",
    "/refresh": "refresh",
    "/calibration": "calibration?",
    "/calibrate": "calibrate",
    "/settings": "settings?",
}


class SlipOsc:
    """OSC messages in SLIP packets (RFC 1055, END on both sides)."""

    beat = 0.0

    def __init__(self) -> None:
        self.dropped = 0
        self._packet = bytearray()
        self._escaped = False
        self._broken = False

    def say(self, word: Word) -> bytes:
        """Return one packet."""
        arguments: tuple[OscArgument, ...]
        address = f"/{word.kind}"
        match word.kind:
            case "fader" | "touch" | "button":
                arguments = (word.strip, word.value)
            case "hello":
                address, arguments = "/id", ("FADERBOX", 2, word.value, word.text)
            case "alive":
                address, arguments = "/pong", ()
            case "calibration":
                arguments = (word.strip, word.value, word.other)
            case "setting":
                arguments = (word.text, word.value)
            case _:
                return b""
        return slip(encode_osc(address, *arguments))

    def hear(self, data: bytes) -> list[Word]:
        """Return the words of whole packets."""
        words: list[Word] = []
        for byte in data:
            if byte == 0xC0:
                self._end(words)
            elif self._escaped:
                self._escaped = False
                self._broken |= byte not in (0xDC, 0xDD)
                self._packet.append(0xC0 if byte == 0xDC else 0xDB)
            elif byte == 0xDB:
                self._escaped = True
            elif len(self._packet) < _PACKET:
                self._packet.append(byte)
            else:
                self._broken = True
        return words

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return nothing."""
        return b""

    def reset(self) -> None:
        """Forget half a packet."""
        self._packet.clear()
        self._escaped = self._broken = False

    def _end(self, words: list[Word]) -> None:
        message = None if self._broken or self._escaped else decode_osc(bytes(self._packet))
        if message is not None:
            words.append(_read_osc(message))
        elif self._packet:
            self.dropped += 1
        self.reset()


def slip(packet: bytes) -> bytes:
    """Return a packet between two ENDs."""
    return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


def _read_osc(message: OscMessage) -> Word:
    match message.address, message.arguments:
        case "/motor" | "/lamp", (int(strip), int(value)):
            return Word(message.address[1:], strip=strip, value=value)
        case "/setting", (str(name), int(value)):
            return Word("setting", value=value, text=name)
        case address, () if address in _OSC_WORDS:
            return Word(_OSC_WORDS[address])
        case _:
            return Word("unknown", text="line")


_WHY: Final = {"": 0, "power": 1, "watchdog": 2}


class Cobs:
    """Numbered frames with a checksum, ended by zeros."""

    beat = 0.0

    def __init__(self) -> None:
        self.dropped = 0
        self._frame = bytearray()
        self._too_long = False
        self._next = 0
        self._last: int | None = None
        self._why = ""

    def say(self, word: Word) -> bytes:
        """Return one frame."""
        match word.kind:
            case "fader":
                kind, body = 0x02, bytes((word.strip, word.value >> 8, word.value & 0xFF))
            case "touch" | "button":
                kind, body = 0x03 + (word.kind == "button"), bytes((word.strip, word.value))
            case "hello":
                kind, body = 0x01, bytes((2, word.value, _WHY[self._why])) + word.text.encode()
                self._why = ""
            case "alive":
                kind, body = 0x05, b""
            case "calibration":
                kind = 0x06
                body = bytes((word.strip, *divmod(word.value, 256), *divmod(word.other, 256)))
            case "setting":
                kind = 0x07
                body = bytes((SETTINGS.index(word.text) + 1, *divmod(word.value, 256)))
            case "gap":
                kind, body = 0x0F, bytes((word.value, word.other))
            case "boot":
                # There is no comment here; why it booted goes into the hello that follows.
                self._why = word.text
                return b"\0"
            case _:
                return b""
        number, self._next = self._next, (self._next + 1) % 256
        return frame(number, kind, body)

    def hear(self, data: bytes) -> list[Word]:
        """Return the words of whole frames; a gap in their numbers is a word of its own."""
        words: list[Word] = []
        for byte in data:
            if byte:
                if len(self._frame) > _FRAME:
                    self._too_long = True
                else:
                    self._frame.append(byte)
            elif self._frame:
                content = None if self._too_long else open_frame(bytes(self._frame))
                self._frame.clear()
                self._too_long = False
                if content is None:
                    self.dropped += 1
                else:
                    words += self._number(*content)
        return words

    def repeat(self, readings: Sequence[int], silent: bool) -> bytes:
        """Return nothing."""
        return b""

    def reset(self) -> None:
        """Forget half a frame and start both numbers anew."""
        self._frame.clear()
        self._too_long = False
        self._next = 0
        self._last = None

    def _number(self, number: int, kind: int, body: bytes) -> list[Word]:
        word = _read_frame(kind, body)
        last, self._last = self._last, number
        if last is None or word.kind == "hello?" or number == (last + 1) % 256:
            return [word]
        if number == last:
            self.dropped += 1
            return []
        return [Word("gap", value=(last + 1) % 256, other=number), word]


def frame(number: int, kind: int, body: bytes) -> bytes:
    """Return a stuffed frame and its zero."""
    content = bytes((number, kind)) + body
    content += crc_hqx(content, 0xFFFF).to_bytes(2, "big")
    runs = content.split(b"\0")
    return b"".join(bytes((len(run) + 1,)) + run for run in runs) + b"\0"


def open_frame(stuffed: bytes) -> tuple[int, int, bytes] | None:
    """Return number, kind and body of a frame without its zero, or None where it is damaged."""
    content = bytearray()
    at = 0
    while at < len(stuffed):
        end = at + stuffed[at]
        if end > len(stuffed):
            return None
        content += stuffed[at + 1 : end] + b"\0"
        at = end
    del content[-1:]
    if not 4 <= len(content) <= _FRAME or crc_hqx(bytes(content), 0xFFFF) != 0:
        return None
    return content[0], content[1], bytes(content[2:-2])


def _read_frame(kind: int, body: bytes) -> Word:
    match kind, *body:
        case [0x81]:
            return Word("hello?")
        case [0x82, strip, high, low]:
            return Word("motor", strip=strip, value=high << 8 | low)
        case [0x83, strip, value]:
            return Word("lamp", strip=strip, value=value)
        case [0x85]:
            return Word("alive?")
        case [0x86, 0 | 1 as run]:
            return Word("calibrate" if run else "calibration?")
        case [0x87]:
            return Word("settings?")
        case [0x87, key, high, low] if 1 <= key <= len(SETTINGS):
            return Word("setting", value=high << 8 | low, text=SETTINGS[key - 1])
        case [0x88]:
            return Word("refresh")
        case _:
            return Word("unknown", text="line")


FRAMINGS: Final[dict[str, Callable[[], Framing]]] = {
    "lines": Lines,
    "deej": Deej,
    "midi": RawMidi,
    "slip-osc": SlipOsc,
    "cobs": Cobs,
}
