"""Mackie Control, host to surface: both directions of the codec.

A host encodes it; a bridge that plays the surface decodes it.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import (
    AssignmentDigit,
    AssignmentDigits,
    BacklightSaver,
    CalibrateFaders,
    ConnectionReply,
    DeviceQuery,
    Digit,
    FaderMoved,
    FadersToMinimum,
    GoOffline,
    LampSet,
    LampsOff,
    LampState,
    LcdText,
    MasterMeterLevel,
    MeterLevel,
    MeterMode,
    MeterOrientation,
    MeterOverload,
    Reset,
    RingMode,
    RingSet,
    SteinbergQuery,
    StripColours,
    TimeDigit,
    TimeDigits,
    ToSurface,
    TouchlessFaders,
    TouchSensitivity,
    TransportClick,
    VendorReset,
    VersionRequest,
)
from surfacebridge.protocols.mcu.sysex import Frame, frame_of, framed, refused
from surfacebridge.protocols.mcu.text import segment_code, segment_digit
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import (
    ChannelPressure,
    ControlChange,
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
    SysEx,
)

_Order: TypeAlias = (
    DeviceQuery
    | VersionRequest
    | SteinbergQuery
    | GoOffline
    | Reset
    | VendorReset
    | CalibrateFaders
    | FadersToMinimum
    | LampsOff
)
_Setting: TypeAlias = (
    TransportClick
    | BacklightSaver
    | TouchlessFaders
    | TouchSensitivity
    | MeterMode
    | MeterOrientation
    | StripColours
)

# Commands that always carry the same payload.
_ORDERS: Final[dict[type[_Order], tuple[int, bytes]]] = {
    DeviceQuery: (layout.DEVICE_QUERY, b""),
    VersionRequest: (layout.VERSION_REQUEST, b"\x00"),
    SteinbergQuery: (layout.STEINBERG_QUERY, b"\x00"),
    GoOffline: (layout.GO_OFFLINE, b"\x7f"),
    Reset: (layout.RESET, b""),
    VendorReset: (layout.VENDOR_RESET, b"\x00"),
    CalibrateFaders: (layout.CALIBRATE_FADERS, b"\x00"),
    FadersToMinimum: (layout.FADERS_TO_MINIMUM, b""),
    LampsOff: (layout.LAMPS_OFF, b""),
}
_ORDER_AT: Final = {wire: order for order, wire in _ORDERS.items()}
_ORDER_COMMANDS: Final = frozenset(command for command, _ in _ORDERS.values())

_STATES: Final[dict[LampState, int]] = {"off": 0x00, "blink": 0x01, "on": 0x7F}
_MODES: Final[tuple[RingMode, ...]] = ("dot", "boost_cut", "wrap", "spread")
_RING_POSITIONS: Final = 11
_CENTRE_LAMP: Final = 0x40
_OVERLOAD_SET: Final = 0xE
_OVERLOAD_CLEAR: Final = 0xF
_SERIAL_LENGTH: Final = 7
_REPLY_LENGTH: Final = 11
_MOST_TIME_DIGITS: Final = len(layout.TIME_DIGIT)
_MOST_SENSITIVITY: Final = 5


def decode(message: MidiMessage) -> ToSurface | Malformed | None:
    """Return what the host said; None for MIDI that is not Mackie Control's."""
    match message:
        case PitchBend(channel, value):
            return FaderMoved(channel, value) if channel <= layout.MASTER else None
        case NoteOn(0, note, velocity):
            return _lamp(note, velocity)
        case NoteOff(0, note):
            # Some drivers turn a Note On with velocity 0 into this.
            return _lamp(note, 0)
        case ControlChange(channel, controller, value):
            return _controller(channel, controller, value)
        case ChannelPressure(0, pressure):
            return _meter(pressure >> 4, pressure & 0xF)
        case ChannelPressure(1, pressure) if pressure < 0x20:
            return MasterMeterLevel(pressure >> 4, pressure & 0xF)
        case SysEx():
            return _from_sysex(message)
        case _:
            return None


def _lamp(note: int, velocity: int) -> LampSet | None:
    lamp = layout.lamp_at(note)
    if lamp is None:
        return None
    # 02..7E are undefined: an X-Touch lights them, and so do we.
    state: LampState = "off" if velocity == 0 else "blink" if velocity == 1 else "on"
    return LampSet(*lamp, state)


def _controller(channel: int, controller: int, value: int) -> ToSurface | None:
    if controller in layout.TIME_DIGIT:
        position = controller - layout.TIME_DIGIT.start
        return TimeDigit(position, *segment_digit(value), channel)
    if controller in layout.ASSIGNMENT_DIGIT:
        position = controller - layout.ASSIGNMENT_DIGIT.start
        return AssignmentDigit(position, *segment_digit(value), channel)
    if controller in layout.RING and channel == 0:
        strip = controller - layout.RING.start
        position = min(value & 0xF, _RING_POSITIONS)
        return RingSet(strip, _MODES[value >> 4 & 3], position, bool(value & _CENTRE_LAMP))
    return None


def _meter(strip: int, level: int) -> ToSurface:
    if level in {_OVERLOAD_SET, _OVERLOAD_CLEAR}:
        return MeterOverload(strip, level == _OVERLOAD_SET)
    return MeterLevel(strip, level)


def _from_sysex(message: SysEx) -> ToSurface | Malformed | None:
    frame = frame_of(message)
    if frame is None or isinstance(frame, Malformed):
        return frame
    if frame.command in _ORDER_COMMANDS:
        return _from_order(message, frame)
    read = _COMMANDS.get(frame.command)
    if read is None:
        return None
    said = read(frame.device_id, frame.payload)
    if said is None:
        return refused(message, f"command {frame.command:02X} with a wrong payload")
    return said


def _from_order(message: SysEx, frame: Frame) -> ToSurface | Malformed | None:
    order = _ORDER_AT.get((frame.command, frame.payload))
    if order is not None:
        return order(frame.device_id)
    if frame.command == layout.STEINBERG_QUERY:
        # Asparion units use the same command for text.
        return None
    return refused(message, f"command {frame.command:02X} with a wrong payload")


def _reply(device_id: int, payload: bytes) -> ToSurface | None:
    if len(payload) != _REPLY_LENGTH:
        return None
    return ConnectionReply(payload[:_SERIAL_LENGTH], payload[_SERIAL_LENGTH:], device_id)


def _lcd(device_id: int, payload: bytes) -> ToSurface | None:
    if not payload or payload[0] >= layout.LCD_CELLS:
        return None
    # Past the last cell nothing is specified; we cut there.
    text = payload[1 : 1 + layout.LCD_CELLS - payload[0]].decode("ascii")
    return LcdText(payload[0], text, device_id)


def _sensitivity(device_id: int, payload: bytes) -> ToSurface | None:
    if len(payload) != 2 or payload[0] > layout.MASTER or payload[1] > _MOST_SENSITIVITY:
        return None
    return TouchSensitivity(payload[0], payload[1], device_id)


def _time(device_id: int, payload: bytes) -> ToSurface | None:
    if not 1 <= len(payload) <= _MOST_TIME_DIGITS:
        return None
    return TimeDigits(tuple(segment_digit(code) for code in payload), device_id)


def _assignment(device_id: int, payload: bytes) -> ToSurface | None:
    if len(payload) != 2:
        return None
    return AssignmentDigits(segment_digit(payload[0]), segment_digit(payload[1]), device_id)


def _meter_mode(device_id: int, payload: bytes) -> ToSurface | None:
    if len(payload) != 2 or payload[0] >= layout.STRIPS:
        return None
    bits = payload[1]
    return MeterMode(payload[0], bool(bits & 1), bool(bits & 2), bool(bits & 4), device_id)


def _colours(device_id: int, payload: bytes) -> ToSurface | None:
    if len(payload) != layout.STRIPS:
        return None
    # Bits above the colour's three are unknown; units show the three.
    return StripColours(tuple(colour & 7 for colour in payload), device_id)


def _click(device_id: int, payload: bytes) -> ToSurface | None:
    return TransportClick(payload != b"\x00", device_id) if len(payload) == 1 else None


def _saver(device_id: int, payload: bytes) -> ToSurface | None:
    return BacklightSaver(payload[0], device_id) if len(payload) == 1 else None


def _touchless(device_id: int, payload: bytes) -> ToSurface | None:
    return TouchlessFaders(payload != b"\x00", device_id) if len(payload) == 1 else None


def _orientation(device_id: int, payload: bytes) -> ToSurface | None:
    return MeterOrientation(payload != b"\x00", device_id) if len(payload) == 1 else None


_COMMANDS: Final[dict[int, Callable[[int, bytes], ToSurface | None]]] = {
    layout.CONNECTION_REPLY: _reply,
    layout.LCD_TEXT: _lcd,
    layout.TRANSPORT_CLICK: _click,
    layout.BACKLIGHT_SAVER: _saver,
    layout.TOUCHLESS_FADERS: _touchless,
    layout.TOUCH_SENSITIVITY: _sensitivity,
    layout.TIME_DIGITS: _time,
    layout.ASSIGNMENT_DIGITS: _assignment,
    layout.METER_MODE: _meter_mode,
    layout.METER_ORIENTATION: _orientation,
    layout.STRIP_COLOURS: _colours,
}


def encode(message: ToSurface) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case FaderMoved(strip, value):
            return encoder.encode(PitchBend(_within(strip, layout.MASTER, message), value))
        case LampSet(name, strip, state):
            return lamp_bytes(layout.lamp_note(name, strip), state)
        case RingSet():
            return _ring(message)
        case MeterLevel() | MeterOverload() | MasterMeterLevel():
            return _pressure(message)
        case TimeDigit(position, char, dot, channel):
            digit = layout.TIME_DIGIT[_within(position, _MOST_TIME_DIGITS - 1, message)]
            return encoder.encode(ControlChange(channel, digit, segment_code(char, dot=dot)))
        case AssignmentDigit(position, char, dot, channel):
            digit = layout.ASSIGNMENT_DIGIT[_within(position, 1, message)]
            return encoder.encode(ControlChange(channel, digit, segment_code(char, dot=dot)))
        case LcdText() | TimeDigits() | AssignmentDigits():
            return _display(message)
        case _:
            return _command(message)


def lamp_bytes(note: int, state: LampState) -> bytes:
    """Return the bytes that set the lamp of ``note``, on a clone whose keys stand elsewhere."""
    return encoder.encode(NoteOn(0, note, _STATES[state]))


def _command(message: _Order | _Setting | ConnectionReply) -> bytes:
    match message:
        case ConnectionReply(serial, response, device_id):
            if len(serial) != _SERIAL_LENGTH or len(serial + response) != _REPLY_LENGTH:
                raise ProtocolMisuse(f"{message} is not seven bytes and four")
            return framed(device_id, layout.CONNECTION_REPLY, serial + response)
        case (
            TransportClick()
            | BacklightSaver()
            | TouchlessFaders()
            | TouchSensitivity()
            | MeterMode()
            | MeterOrientation()
            | StripColours()
        ):
            return _setting(message)
        case _:
            command, payload = _ORDERS[type(message)]
            return framed(message.device_id, command, payload)


def _ring(ring: RingSet) -> bytes:
    strip = _within(ring.strip, layout.STRIPS - 1, ring)
    value = _MODES.index(ring.mode) << 4 | _within(ring.position, _RING_POSITIONS, ring)
    if ring.centre_lit:
        value |= _CENTRE_LAMP
    return encoder.encode(ControlChange(0, layout.RING[strip], value))


def _pressure(message: MeterLevel | MeterOverload | MasterMeterLevel) -> bytes:
    match message:
        case MeterLevel(strip, level):
            channel = 0
            level = _within(level, _OVERLOAD_SET - 1, message)
            place = _within(strip, layout.STRIPS - 1, message)
        case MeterOverload(strip, lit):
            channel = 0
            level = _OVERLOAD_SET if lit else _OVERLOAD_CLEAR
            place = _within(strip, layout.STRIPS - 1, message)
        case MasterMeterLevel(side, level):
            channel = 1
            level = _within(level, 0xF, message)
            place = _within(side, 1, message)
    return encoder.encode(ChannelPressure(channel, place << 4 | level))


def _display(message: LcdText | TimeDigits | AssignmentDigits) -> bytes:
    match message:
        case LcdText(offset, text, device_id):
            if not text.isascii() or not 0 <= offset <= layout.LCD_CELLS - max(len(text), 1):
                raise ProtocolMisuse(f"{message} is not ASCII inside 112 cells")
            payload = bytes((offset,)) + text.encode()
            return framed(device_id, layout.LCD_TEXT, payload)
        case TimeDigits(digits, device_id):
            if not 1 <= len(digits) <= _MOST_TIME_DIGITS:
                raise ProtocolMisuse(f"the time display has ten digits, not {len(digits)}")
            return framed(device_id, layout.TIME_DIGITS, bytes(map(_code, digits)))
        case AssignmentDigits(right, left, device_id):
            return framed(device_id, layout.ASSIGNMENT_DIGITS, bytes((_code(right), _code(left))))


def _code(digit: Digit) -> int:
    char, dot = digit
    return segment_code(char, dot=dot)


def _setting(message: _Setting) -> bytes:
    match message:
        case TransportClick(on):
            command, payload = layout.TRANSPORT_CLICK, bytes((on,))
        case BacklightSaver(minutes):
            command = layout.BACKLIGHT_SAVER
            payload = bytes((_within(minutes, 0x7F, message),))
        case TouchlessFaders(on):
            command, payload = layout.TOUCHLESS_FADERS, bytes((on,))
        case TouchSensitivity(strip, sensitivity):
            command = layout.TOUCH_SENSITIVITY
            strip = _within(strip, layout.MASTER, message)
            payload = bytes((strip, _within(sensitivity, _MOST_SENSITIVITY, message)))
        case MeterMode(strip, signal, peak, bar):
            command = layout.METER_MODE
            strip = _within(strip, layout.STRIPS - 1, message)
            payload = bytes((strip, signal | peak << 1 | bar << 2))
        case MeterOrientation(vertical):
            command, payload = layout.METER_ORIENTATION, bytes((vertical,))
        case StripColours(colours):
            if len(colours) != layout.STRIPS:
                raise ProtocolMisuse(f"a unit has eight colours, not {len(colours)}")
            command = layout.STRIP_COLOURS
            payload = bytes(_within(colour, 7, message) for colour in colours)
    return framed(message.device_id, command, payload)


def _within(value: int, most: int, message: ToSurface) -> int:
    if not 0 <= value <= most:
        raise ProtocolMisuse(f"{message}: {value} is outside 0..{most}")
    return value
