"""MIDI messages to bytes, always whole.

Owns: the bytes of one message.
Does not own: joining messages; running status is never written, because
drivers have lost data bytes that relied on it (docs/protocols/midi.md).
"""

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.messages import (
    ActiveSensing,
    ChannelMessage,
    ChannelPressure,
    Clock,
    Continue,
    ControlChange,
    KeyPressure,
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
    ProgramChange,
    QuarterFrame,
    RealTime,
    SongPosition,
    SongSelect,
    Start,
    Stop,
    SysEx,
    SystemCommon,
    SystemReset,
    TuneRequest,
)


def encode(message: MidiMessage) -> bytes:
    """Return the bytes of ``message``.

    Raises ProtocolMisuse if a channel is outside 0..15 or a value outside its range.
    """
    match message:
        case SysEx(data):
            if not data.isascii():
                raise ProtocolMisuse(f"SysEx data above 7F: {data.hex(' ')}")
            return b"\xf0" + data + b"\xf7"
        case QuarterFrame() | SongPosition() | SongSelect() | TuneRequest():
            return _system_common(message)
        case Clock() | Start() | Continue() | Stop() | ActiveSensing() | SystemReset():
            return _real_time(message)
        case _:
            return _channel_message(message)


def _channel_message(message: ChannelMessage) -> bytes:
    if message.channel & ~0xF:
        raise ProtocolMisuse(f"{message} is not on a channel from 0 to 15")
    match message:
        case PitchBend(channel, value):
            low, high = _split(message, value)
            return bytes((0xE0 | channel, low, high))
        case ControlChange(channel, first, second):
            status = 0xB0
        case NoteOn(channel, first, second):
            status = 0x90
        case NoteOff(channel, first, second):
            status = 0x80
        case KeyPressure(channel, first, second):
            status = 0xA0
        case ChannelPressure(channel, pressure):
            return bytes((0xD0 | channel, _seven_bits(message, pressure)))
        case ProgramChange(channel, program):
            return bytes((0xC0 | channel, _seven_bits(message, program)))
    return bytes((status | channel, _seven_bits(message, first), _seven_bits(message, second)))


def _system_common(message: SystemCommon) -> bytes:
    match message:
        case QuarterFrame(data):
            return bytes((0xF1, _seven_bits(message, data)))
        case SongPosition(sixteenths):
            low, high = _split(message, sixteenths)
            return bytes((0xF2, low, high))
        case SongSelect(song):
            return bytes((0xF3, _seven_bits(message, song)))
        case TuneRequest():
            return b"\xf6"


def _real_time(message: RealTime) -> bytes:
    match message:
        case Clock():
            return b"\xf8"
        case Start():
            return b"\xfa"
        case Continue():
            return b"\xfb"
        case Stop():
            return b"\xfc"
        case ActiveSensing():
            return b"\xfe"
        case SystemReset():
            return b"\xff"


def _seven_bits(message: MidiMessage, value: int) -> int:
    if value & ~0x7F:
        raise ProtocolMisuse(f"{message} has a value outside 0..127")
    return value


def _split(message: MidiMessage, value: int) -> tuple[int, int]:
    if value & ~0x3FFF:
        raise ProtocolMisuse(f"{message} has a value outside 0..16383")
    return value & 0x7F, value >> 7
