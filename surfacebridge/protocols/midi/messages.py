"""MIDI 1.0 messages as values.

Owns: one frozen class for each message of the MIDI 1.0 specification.
Does not own: bytes (``decoder`` and ``encoder``), or what a number means on a
particular surface (``mcu``, ``hui``).

Rule: channels are 0-based (0..15) and every data value is 0..127 unless a
docstring says otherwise.  A Note On with velocity 0 stays a Note On, because a
surface's lamps and keys use it as "off"; who reads it decides.
"""

from typing import TypeAlias

from surfacebridge.message import message


@message
class NoteOff:
    """A note ends; ``velocity`` is the release velocity."""

    channel: int
    note: int
    velocity: int = 64


@message
class NoteOn:
    """A note begins, or ends when ``velocity`` is 0."""

    channel: int
    note: int
    velocity: int


@message
class KeyPressure:
    """Polyphonic aftertouch of one note."""

    channel: int
    note: int
    pressure: int


@message
class ControlChange:
    """A controller has a new value."""

    channel: int
    controller: int
    value: int


@message
class ProgramChange:
    """A program is chosen."""

    channel: int
    program: int


@message
class ChannelPressure:
    """Aftertouch of a whole channel."""

    channel: int
    pressure: int


@message
class PitchBend:
    """The wheel's position; ``value`` is 0..16383 and rests at 8192."""

    channel: int
    value: int


@message
class SysEx:
    """A system exclusive message; ``data`` is without its F0 and F7."""

    data: bytes


@message
class QuarterFrame:
    """One MTC quarter frame; ``data`` is the piece number and its nibble."""

    data: int


@message
class SongPosition:
    """The song position in sixteenth notes, 0..16383."""

    sixteenths: int


@message
class SongSelect:
    """A song is chosen."""

    song: int


@message
class TuneRequest:
    """Analogue synthesisers are asked to tune themselves."""


@message
class Clock:
    """One of 24 clocks in a quarter note."""


@message
class Start:
    """Play from the beginning at the next clock."""


@message
class Continue:
    """Play from the song position at the next clock."""


@message
class Stop:
    """Stop playing."""


@message
class ActiveSensing:
    """The sender is still there."""


@message
class SystemReset:
    """Return to the power-up state; a HUI says it when switched on or off."""


ChannelMessage: TypeAlias = (
    NoteOff | NoteOn | KeyPressure | ControlChange | ProgramChange | ChannelPressure | PitchBend
)
SystemCommon: TypeAlias = QuarterFrame | SongPosition | SongSelect | TuneRequest
RealTime: TypeAlias = Clock | Start | Continue | Stop | ActiveSensing | SystemReset
MidiMessage: TypeAlias = ChannelMessage | SysEx | SystemCommon | RealTime
