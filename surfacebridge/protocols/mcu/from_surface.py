"""Mackie Control, surface to host: both directions of the codec.

A host decodes it; a bridge that plays the surface encodes it.
"""

from collections.abc import Callable
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import (
    ButtonPressed,
    ButtonReleased,
    ConnectionConfirmed,
    ConnectionFailed,
    ConnectionQuery,
    ExternalMoved,
    FaderMoved,
    FaderReleased,
    FaderTouched,
    FromSurface,
    JogTurned,
    SteinbergReply,
    SurfaceReady,
    VersionReply,
    VPotTurned,
)
from surfacebridge.protocols.mcu.sysex import frame_of, framed, refused
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
    SysEx,
)

_SERIAL_LENGTH: Final = 7
_CHALLENGE_LENGTH: Final = 4
_MOST_TICKS: Final = 63
_COUNTER_CLOCKWISE: Final = 0x40


def decode(message: MidiMessage) -> FromSurface | Malformed | None:
    """Return what the surface said; None for MIDI that is not Mackie Control's."""
    match message:
        case PitchBend(channel, value):
            return FaderMoved(channel, value) if channel <= layout.MASTER else None
        case NoteOn(0, note, velocity):
            return _key(note, down=velocity > 0)
        case NoteOff(0, note):
            # Some drivers turn a Note On with velocity 0 into this.
            return _key(note, down=False)
        case ControlChange(0, controller, value):
            return _controller(controller, value)
        case SysEx():
            return _from_sysex(message)
        case _:
            return None


def _key(note: int, *, down: bool) -> FromSurface | None:
    if note in layout.TOUCH:
        strip = note - layout.TOUCH.start
        return FaderTouched(strip) if down else FaderReleased(strip)
    button = layout.button_at(note)
    if button is None:
        return None
    return ButtonPressed(*button) if down else ButtonReleased(*button)


def _controller(controller: int, value: int) -> FromSurface | None:
    if controller in layout.VPOT:
        return VPotTurned(controller - layout.VPOT.start, _ticks(value))
    if controller == layout.JOG:
        return JogTurned(_ticks(value))
    if controller == layout.EXTERNAL:
        return ExternalMoved(value)
    return None


def _ticks(value: int) -> int:
    # Euphonix units send no ticks when they mean one (Ardour, surface.cc).
    ticks = value & _MOST_TICKS or 1
    return -ticks if value & _COUNTER_CLOCKWISE else ticks


def _from_sysex(message: SysEx) -> FromSurface | Malformed | None:
    frame = frame_of(message)
    if frame is None or isinstance(frame, Malformed):
        return frame
    read = _COMMANDS.get(frame.command)
    if read is None:
        return None
    said = read(frame.device_id, frame.payload)
    if said is None:
        return refused(message, f"command {frame.command:02X} with a wrong length")
    return said


def _query(device_id: int, payload: bytes) -> FromSurface | None:
    if len(payload) != _SERIAL_LENGTH + _CHALLENGE_LENGTH:
        return None
    return ConnectionQuery(payload[:_SERIAL_LENGTH], payload[_SERIAL_LENGTH:], device_id)


def _confirmed(device_id: int, payload: bytes) -> FromSurface | None:
    return ConnectionConfirmed(payload, device_id) if len(payload) == _SERIAL_LENGTH else None


def _failed(device_id: int, payload: bytes) -> FromSurface | None:
    return ConnectionFailed(payload, device_id) if len(payload) == _SERIAL_LENGTH else None


def _version(device_id: int, payload: bytes) -> FromSurface | None:
    # Five characters by the document; clones are not that careful.
    return VersionReply(payload.decode("ascii"), device_id) if payload else None


_COMMANDS: Final[dict[int, Callable[[int, bytes], FromSurface | None]]] = {
    layout.CONNECTION_QUERY: _query,
    layout.CONNECTION_CONFIRMED: _confirmed,
    layout.CONNECTION_FAILED: _failed,
    layout.VERSION_REPLY: _version,
    layout.SURFACE_READY: lambda device_id, payload: SurfaceReady(payload, device_id),
    layout.STEINBERG_REPLY: lambda device_id, payload: SteinbergReply(payload, device_id),
}


def encode(message: FromSurface) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case FaderMoved(strip, value):
            return encoder.encode(PitchBend(_fader(strip), value))
        case FaderTouched(strip):
            return encoder.encode(NoteOn(0, layout.TOUCH[_fader(strip)], 0x7F))
        case FaderReleased(strip):
            return encoder.encode(NoteOn(0, layout.TOUCH[_fader(strip)], 0x00))
        case ButtonPressed(name, strip):
            return encoder.encode(NoteOn(0, layout.button_note(name, strip), 0x7F))
        case ButtonReleased(name, strip):
            return encoder.encode(NoteOn(0, layout.button_note(name, strip), 0x00))
        case VPotTurned(strip, ticks):
            if not 0 <= strip < layout.STRIPS:
                raise ProtocolMisuse(f"there is no V-Pot {strip}")
            return encoder.encode(ControlChange(0, layout.VPOT[strip], _turn(ticks)))
        case JogTurned(ticks):
            return encoder.encode(ControlChange(0, layout.JOG, _turn(ticks)))
        case ExternalMoved(value):
            return encoder.encode(ControlChange(0, layout.EXTERNAL, value))
        case _:
            return _sysex(message)


def _sysex(
    message: ConnectionQuery
    | ConnectionConfirmed
    | ConnectionFailed
    | SurfaceReady
    | VersionReply
    | SteinbergReply,
) -> bytes:
    match message:
        case ConnectionQuery(serial, challenge, device_id):
            if len(challenge) != _CHALLENGE_LENGTH:
                raise ProtocolMisuse(f"a challenge has four bytes: {challenge.hex(' ')}")
            return framed(device_id, layout.CONNECTION_QUERY, _serial(serial) + challenge)
        case ConnectionConfirmed(serial, device_id):
            return framed(device_id, layout.CONNECTION_CONFIRMED, _serial(serial))
        case ConnectionFailed(serial, device_id):
            return framed(device_id, layout.CONNECTION_FAILED, _serial(serial))
        case SurfaceReady(data, device_id):
            return framed(device_id, layout.SURFACE_READY, data)
        case VersionReply(version, device_id):
            # Ableton Live wants exactly twelve bytes overall (MackieControl.py).
            if len(version) != 5 or not version.isascii():
                raise ProtocolMisuse(f"a version has five ASCII characters: {version!r}")
            return framed(device_id, layout.VERSION_REPLY, version.encode())
        case SteinbergReply(data, device_id):
            return framed(device_id, layout.STEINBERG_REPLY, data)


def _fader(strip: int) -> int:
    if not 0 <= strip <= layout.MASTER:
        raise ProtocolMisuse(f"there is no fader {strip}")
    return strip


def _turn(ticks: int) -> int:
    if not 1 <= abs(ticks) <= _MOST_TICKS:
        raise ProtocolMisuse(f"one message turns by 1 to 63 ticks, not {ticks}")
    return ticks if ticks > 0 else _COUNTER_CLOCKWISE | -ticks


def _serial(serial: bytes) -> bytes:
    if len(serial) != _SERIAL_LENGTH:
        raise ProtocolMisuse(f"a serial number has seven bytes: {serial.hex(' ')}")
    return serial
