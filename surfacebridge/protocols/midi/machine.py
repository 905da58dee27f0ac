"""MIDI Machine Control: transport commands for recorders and DAWs.

Owns: the commands we know, both ways, several in one message.
Does not own: answers of a machine (sub-id 07); nobody we met sends them.

Source: RP-013; the numbers of unofficial jog commands are Ardour's.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import SysEx
from surfacebridge.value import as_value

EVERY_DEVICE: Final = 0x7F

Action: TypeAlias = Literal[
    "stop",
    "play",
    "deferred_play",
    "fast_forward",
    "rewind",
    "record_strobe",
    "record_exit",
    "record_pause",
    "pause",
    "eject",
    "chase",
    "command_error_reset",
    "mmc_reset",
    "jog_start",
    "jog_stop",
]
TrackField: TypeAlias = Literal["record_ready", "mute"]

_ACTIONS: Final[dict[int, Action]] = {
    0x01: "stop",
    0x02: "play",
    0x03: "deferred_play",
    0x04: "fast_forward",
    0x05: "rewind",
    0x06: "record_strobe",
    0x07: "record_exit",
    0x08: "record_pause",
    0x09: "pause",
    0x0A: "eject",
    0x0B: "chase",
    0x0C: "command_error_reset",
    0x0D: "mmc_reset",
    0x20: "jog_start",
    0x21: "jog_stop",
}
_ACTION_CODES: Final = {action: code for code, action in _ACTIONS.items()}
_FIELDS: Final[dict[int, TrackField]] = {0x4F: "record_ready", 0x62: "mute"}
_FIELD_CODES: Final = {field: code for code, field in _FIELDS.items()}
_COMMANDS: Final = 0x06
# From here on a command tells how many bytes follow it.
_COUNTED: Final = 0x40
_MASKED_WRITE: Final = 0x41
_LOCATE: Final = 0x44
_SHUTTLE: Final = 0x47
_STEP: Final = 0x48
_TARGET: Final = 0x01
_BACKWARDS: Final = 0x40
# Track 1 is the sixth bit of the track bitmap; the five before it are
# video, time code and auxiliary tracks.
_FIRST_TRACK_BIT: Final = 5
_BITS: Final = 7


@as_value
class Transport:
    """One of the commands without data."""

    action: Action


@as_value
class Locate:
    """Go to a time; ``rate_bits`` are MTC's: 0 for 24, 1 for 25, 2 for 29.97, 3 for 30."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    subframes: int = 0
    rate_bits: int = 0


@as_value
class Step:
    """Go some frames on, or back: -63..63."""

    steps: int


@as_value
class Shuttle:
    """Wind at a multiple of play speed, negative for backwards; below 1024."""

    speed: float


@as_value
class TrackSet:
    """A track (1 the first) is switched."""

    field: TrackField
    track: int
    on: bool


@as_value
class UnknownCommand:
    """A command we have no name for."""

    code: int
    data: bytes = b""


Command: TypeAlias = Transport | Locate | Step | Shuttle | TrackSet | UnknownCommand


@as_value
class MachineControl:
    """Commands for one machine, or every one."""

    commands: tuple[Command, ...]
    device: int = EVERY_DEVICE


def decode(message: SysEx) -> MachineControl | Malformed | None:
    """Return the commands in ``message``; None if it is not machine control."""
    data = message.data
    if len(data) < 3 or data[0] != 0x7F or data[2] != _COMMANDS:
        return None
    commands: list[Command] = []
    at = 3
    while at < len(data):
        code = data[at]
        size = 1 if code < _COUNTED else 2 + (data[at + 1] if at + 1 < len(data) else 0x7F)
        if at + size > len(data):
            return _refused(data)
        read = _read(code, data[at + 2 : at + size])
        if read is None:
            return _refused(data)
        commands += read
        at += size
    return MachineControl(tuple(commands), data[1]) if commands else _refused(data)


def _refused(data: bytes) -> Malformed:
    return Malformed((b"\xf0" + data + b"\xf7")[:32], "broken machine control command")


def _read(code: int, data: bytes) -> Sequence[Command] | None:
    """Return the commands one code and its data mean; None if the data is broken."""
    if code in _ACTIONS:
        return [Transport(_ACTIONS[code])]
    reader = _READERS.get(code)
    return [UnknownCommand(code, data)] if reader is None else reader(data)


def _locate(data: bytes) -> Sequence[Command] | None:
    if data[:1] != bytes((_TARGET,)):
        return [UnknownCommand(_LOCATE, data)]
    if len(data) != 6:
        return None
    hours, minutes, seconds, frames, subframes = data[1:]
    return [Locate(hours & 0x1F, minutes, seconds, frames, subframes, hours >> 5 & 3)]


def _step(data: bytes) -> Sequence[Command] | None:
    if len(data) != 1:
        return None
    steps = data[0] & ~_BACKWARDS
    return [Step(-steps if data[0] & _BACKWARDS else steps)]


def _shuttle(data: bytes) -> Sequence[Command] | None:
    if len(data) != 3:
        return None
    high, middle, low = data
    shift = high >> 3 & 7
    speed = ((high & 7) << 14 | middle << 7 | low) / 2 ** (14 - shift)
    return [Shuttle(-speed if high & _BACKWARDS else speed)]


def _masked_write(data: bytes) -> Sequence[Command] | None:
    if len(data) != 4:
        return None
    field = _FIELDS.get(data[0])
    if field is None:
        return [UnknownCommand(_MASKED_WRITE, data)]
    byte, mask, values = data[1:]
    first = byte * _BITS - _FIRST_TRACK_BIT + 1
    return [
        TrackSet(field, first + bit, bool(values >> bit & 1))
        for bit in range(_BITS)
        if mask >> bit & 1 and first + bit > 0
    ]


_READERS: Final[dict[int, Callable[[bytes], Sequence[Command] | None]]] = {
    _LOCATE: _locate,
    _STEP: _step,
    _SHUTTLE: _shuttle,
    _MASKED_WRITE: _masked_write,
}


def encode(message: MachineControl) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    if not message.commands:
        raise ProtocolMisuse("machine control without a command")
    commands = b"".join(map(_written, message.commands))
    _check(message, message.device < 0x80)
    return encoder.encode(SysEx(bytes((0x7F, message.device, _COMMANDS)) + commands))


def _written(command: Command) -> bytes:
    match command:
        case Transport(action):
            return bytes((_ACTION_CODES[action],))
        case Locate(hours, minutes, seconds, frames, subframes, rate):
            times = (hours, minutes, seconds, frames, subframes)
            _check(
                command, all(0 <= time < 0x80 for time in times) and hours < 24 and 0 <= rate < 4
            )
            return bytes((_LOCATE, 6, _TARGET, rate << 5 | hours, *times[1:]))
        case Step(steps):
            _check(command, abs(steps) < _BACKWARDS)
            return bytes((_STEP, 1, -steps | _BACKWARDS if steps < 0 else steps))
        case Shuttle(speed):
            return _shuttle_bytes(speed)
        case TrackSet(field, track, on):
            _check(command, track > 0)
            byte, bit = divmod(track - 1 + _FIRST_TRACK_BIT, _BITS)
            return bytes((_MASKED_WRITE, 4, _FIELD_CODES[field], byte, 1 << bit, on << bit))
        case UnknownCommand(code, data):
            _check(command, 0 <= code < 0x78 and len(data) < 0x80)
            return bytes((code, len(data))) + data if code >= _COUNTED else bytes((code,))


def _shuttle_bytes(speed: float) -> bytes:
    shift = next((shift for shift in range(8) if abs(speed) < 8 * 2**shift), None)
    if shift is None:
        raise ProtocolMisuse(f"nothing winds at {speed} times play speed")
    steps = int(abs(speed) * 2 ** (14 - shift))
    high = (_BACKWARDS if speed < 0 else 0) | shift << 3 | steps >> 14
    return bytes((_SHUTTLE, 3, high, steps >> 7 & 0x7F, steps & 0x7F))


def _check(command: Command | MachineControl, possible: bool) -> None:
    if not possible:
        raise ProtocolMisuse(f"{command} is out of range")
