"""MIDI 1.0 messages as values.

Owns: one frozen class for each message of the MIDI 1.0 specification.
Does not own: bytes (``decoder`` and ``encoder``), or what a number means on a
particular surface (``mcu``, ``hui``).

Rule: channels are 0-based (0..15) and every data value is 0..127 unless a
docstring says otherwise.  A Note On with velocity 0 stays a Note On, because a
surface's lamps and keys use it as "off"; who reads it decides.
"""

from typing import TypeAlias

from surfacebridge.value import as_value


@as_value
class NoteOff:
    """A note ends; ``velocity`` is the release velocity."""

    channel: int
    note: int
    velocity: int = 64


@as_value
class NoteOn:
    """A note begins, or ends when ``velocity`` is 0."""

    channel: int
    note: int
    velocity: int


@as_value
class KeyPressure:
    """Polyphonic aftertouch of one note."""

    channel: int
    note: int
    pressure: int


@as_value
class ControlChange:
    """A controller has a new value."""

    channel: int
    controller: int
    value: int


@as_value
class ProgramChange:
    """A program is chosen."""

    channel: int
    program: int


@as_value
class ChannelPressure:
    """Aftertouch of a whole channel."""

    channel: int
    pressure: int


@as_value
class PitchBend:
    """The wheel's position; ``value`` is 0..16383 and rests at 8192."""

    channel: int
    value: int


@as_value
class SysEx:
    """A system exclusive message; ``data`` is without its F0 and F7."""

    data: bytes


@as_value
class QuarterFrame:
    """One MTC quarter frame; ``data`` is the piece number and its nibble."""

    data: int


@as_value
class SongPosition:
    """The song position in sixteenth notes, 0..16383."""

    sixteenths: int


@as_value
class SongSelect:
    """A song is chosen."""

    song: int


@as_value
class TuneRequest:
    """Analogue synthesisers are asked to tune themselves."""


@as_value
class Clock:
    """One of 24 clocks in a quarter note."""


@as_value
class Start:
    """Play from the beginning at the next clock."""


@as_value
class Continue:
    """Play from the song position at the next clock."""


@as_value
class Stop:
    """Stop playing."""


@as_value
class ActiveSensing:
    """The sender is still there."""


@as_value
class SystemReset:
    """Return to the power-up state; a HUI says it when switched on or off."""


ChannelMessage: TypeAlias = (
    NoteOff | NoteOn | KeyPressure | ControlChange | ProgramChange | ChannelPressure | PitchBend
)
SystemCommon: TypeAlias = QuarterFrame | SongPosition | SongSelect | TuneRequest
RealTime: TypeAlias = Clock | Start | Continue | Stop | ActiveSensing | SystemReset
MidiMessage: TypeAlias = ChannelMessage | SysEx | SystemCommon | RealTime
