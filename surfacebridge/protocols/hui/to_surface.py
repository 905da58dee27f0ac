"""HUI, host to surface: both directions of the codec.

A host encodes it; a bridge that plays the surface decodes it.
"""

from collections.abc import Iterable
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui import layout
from surfacebridge.protocols.hui.messages import (
    Digit,
    FaderMoved,
    LampSet,
    LargeText,
    MeterLevel,
    Ping,
    RingMode,
    RingSet,
    SmallText,
    TimeDigits,
    ToSurface,
)
from surfacebridge.protocols.hui.pairs import Pairs, fader_pair, port_pair
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    KeyPressure,
    MidiMessage,
    NoteOff,
    NoteOn,
    SysEx,
)

_EXCERPT: Final = 32
_MODES: Final[tuple[RingMode, ...]] = ("dot", "boost_cut", "wrap", "spread")
_RING_POSITIONS: Final = 11
_CENTRE_LAMP: Final = 0x40
_LOUDEST: Final = 12
_SMALL_DISPLAYS: Final = 9
_SMALL_WIDTH: Final = 4
_LARGE_ZONES: Final = 8
_LARGE_WIDTH: Final = 10
_MOST_DIGITS: Final = 8
# Sixteen digits are documented; blank, 20, is a guess of the same text.
_DIGITS: Final = "0123456789ABCDEF"
_DOT: Final = 0x10
_BLANK: Final = 0x20


class HostDecoder:
    """What one host says; remembers the halves of its pairs."""

    def __init__(self) -> None:
        self._pairs = Pairs()

    def receive(self, message: MidiMessage) -> ToSurface | Malformed | None:
        """Return what ``message`` completes; None for a first half and other MIDI."""
        match message:
            case ControlChange(0):
                return self._controller(message)
            case KeyPressure(0, strip, pressure) if strip < layout.STRIPS and pressure < 0x20:
                return MeterLevel(strip, pressure >> 4, min(pressure & 0xF, _LOUDEST))
            case NoteOn(0, 0, 0) | NoteOff(0, 0):
                # Some drivers turn a Note On with velocity 0 into a Note Off.
                return Ping()
            case SysEx(data):
                return _display(data)
            case _:
                return None

    def _controller(self, message: ControlChange) -> ToSurface | Malformed | None:
        match message.controller:
            case layout.LAMP_ZONE:
                self._pairs.choose_zone(message.value)
            case layout.LAMP_PORT:
                return self._lamp(message)
            case controller if controller in layout.FADER_HIGH:
                self._pairs.high(controller, message.value)
            case controller if controller in layout.FADER_LOW:
                return self._pairs.low(controller - layout.FADER_LOW.start, message)
            case controller if controller in layout.RING:
                return _ring(controller - layout.RING.start, message.value)
            case _:
                pass
        return None

    def _lamp(self, message: ControlChange) -> ToSurface | Malformed | None:
        heard = self._pairs.port(message)
        if heard is None or isinstance(heard, Malformed):
            return heard
        place, lit = heard
        name = layout.LAMP_AT.get(place)
        return None if name is None else LampSet(*name, lit)


def _ring(knob: int, value: int) -> RingSet:
    position = min(value & 0xF, _RING_POSITIONS)
    return RingSet(knob, _MODES[value >> 4 & 3], position, bool(value & _CENTRE_LAMP))


def _display(data: bytes) -> ToSurface | Malformed | None:
    if not data.startswith(layout.SYSEX_HEADER):
        return None
    payload = data[len(layout.SYSEX_HEADER) :]
    command, rest = payload[:1], payload[1:]
    said: ToSurface | None = None
    match list(command):
        case [layout.SMALL_TEXT]:
            cells = _groups(rest, _SMALL_WIDTH, _SMALL_DISPLAYS)
            said = SmallText(cells) if cells else None
        case [layout.LARGE_TEXT]:
            slices = _groups(rest, _LARGE_WIDTH, _LARGE_ZONES)
            said = LargeText(slices) if slices else None
        case [layout.TIME_DIGITS]:
            if 1 <= len(rest) <= _MOST_DIGITS:
                said = TimeDigits(tuple(map(_digit, rest)))
        case []:
            pass
        case _:
            return None
    if said is None:
        return Malformed((b"\xf0" + data + b"\xf7")[:_EXCERPT], "HUI display with a wrong payload")
    return said


def _groups(data: bytes, width: int, places: int) -> tuple[tuple[int, str], ...]:
    """Return the places and texts in ``data``; nothing if any of it is wrong."""
    size = 1 + width
    starts = range(0, len(data), size)
    if len(data) % size or any(data[start] >= places for start in starts):
        return ()
    return tuple((data[at], data[at + 1 : at + size].decode("ascii")) for at in starts)


def _digit(code: int) -> Digit:
    return " " if code & _BLANK else _DIGITS[code & 0xF], bool(code & _DOT)


def encode(message: ToSurface) -> bytes:
    """Return the bytes of ``message``, both halves of a pair together.

    Raises ProtocolMisuse for what a HUI cannot be told.
    """
    match message:
        case FaderMoved():
            return fader_pair(message)
        case LampSet(name, strip, lit):
            place = layout.place_in(layout.LAMPS, name, strip)
            return port_pair(layout.LAMP_ZONE, layout.LAMP_PORT, place, on=lit)
        case RingSet(knob, mode, position, centre):
            knob = _within(knob, len(layout.RING) - 1, message)
            value = _MODES.index(mode) << 4 | _within(position, _RING_POSITIONS, message)
            value |= _CENTRE_LAMP if centre else 0
            return encoder.encode(ControlChange(0, layout.RING[knob], value))
        case MeterLevel(strip, side, level):
            strip = _within(strip, layout.STRIPS - 1, message)
            pressure = _within(side, 1, message) << 4 | _within(level, _LOUDEST, message)
            return encoder.encode(KeyPressure(0, strip, pressure))
        case SmallText(cells):
            data = _packed(cells, _SMALL_WIDTH, _SMALL_DISPLAYS)
            return _sysex(layout.SMALL_TEXT, data)
        case LargeText(slices):
            data = _packed(slices, _LARGE_WIDTH, _LARGE_ZONES)
            return _sysex(layout.LARGE_TEXT, data)
        case TimeDigits(digits):
            _within(len(digits) - 1, _MOST_DIGITS - 1, message)
            return _sysex(layout.TIME_DIGITS, bytes(map(_digit_code, digits)))
        case Ping():
            return encoder.encode(NoteOn(0, 0, 0))


def _packed(groups: Iterable[tuple[int, str]], width: int, places: int) -> bytes:
    data = bytearray()
    for place, text in groups:
        if not 0 <= place < places or len(text) != width or not text.isascii():
            raise ProtocolMisuse(f"{text!r} is not {width} ASCII characters on display {place}")
        data.append(place)
        data += text.encode()
    if not data:
        raise ProtocolMisuse("nothing to display")
    return bytes(data)


def _digit_code(digit: Digit) -> int:
    char, dot = digit
    code = _BLANK if char == " " else _DIGITS.find(char)
    if len(char) != 1 or code < 0:
        raise ProtocolMisuse(f"the time display cannot show {char!r}")
    return code | (_DOT if dot else 0)


def _sysex(command: int, payload: bytes) -> bytes:
    return encoder.encode(SysEx(layout.SYSEX_HEADER + bytes((command,)) + payload))


def _within(value: int, most: int, message: ToSurface) -> int:
    if not 0 <= value <= most:
        raise ProtocolMisuse(f"{message}: {value} is outside 0..{most}")
    return value
