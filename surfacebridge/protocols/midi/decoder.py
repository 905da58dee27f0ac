"""A byte stream to MIDI messages.

Owns: running status, real-time bytes in any place, SysEx assembly, and what is
said about bytes that are no message.
Does not own: silence (active sensing is only a message here).

Rule: the same bytes give the same result however they are cut into chunks.
"""

from collections.abc import Callable
from typing import Final

from surfacebridge.protocols.malformed import Malformed
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

# Display writes stay under 130 bytes and the longest configuration message of
# the surfaces we know is about 280 (iCON P1-Nano); 64 KiB also lets a synth's
# patch dump pass.  More than that is a peer that never sends an end.
LONGEST_SYSEX: Final = 65_536

# Enough of a broken message to recognise it in a log, and no more.
EXCERPT: Final = 32

_CHANNEL_MESSAGES: Final[dict[int, Callable[[int, int, int], ChannelMessage]]] = {
    0x8: NoteOff,
    0x9: NoteOn,
    0xA: KeyPressure,
    0xB: ControlChange,
    0xC: lambda channel, program, _: ProgramChange(channel, program),
    0xD: lambda channel, pressure, _: ChannelPressure(channel, pressure),
    0xE: lambda channel, low, high: PitchBend(channel, high << 7 | low),
}
_SYSTEM_COMMON: Final[dict[int, Callable[[int, int], SystemCommon]]] = {
    0xF1: lambda data, _: QuarterFrame(data),
    0xF2: lambda low, high: SongPosition(high << 7 | low),
    0xF3: lambda song, _: SongSelect(song),
    0xF6: lambda _, __: TuneRequest(),
}
_THREE_BYTES: Final = {
    kind: make for kind, make in _CHANNEL_MESSAGES.items() if kind not in {0xC, 0xD}
}
_REAL_TIME: Final[dict[int, RealTime]] = {
    0xF8: Clock(),
    0xFA: Start(),
    0xFB: Continue(),
    0xFC: Stop(),
    0xFE: ActiveSensing(),
    0xFF: SystemReset(),
}
_SYSTEM_LENGTHS: Final = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}
_SYSEX: Final = 0xF0
_END: Final = 0xF7


def _data_length(status: int) -> int:
    """Return how many data bytes follow ``status``; -1 if it is undefined."""
    if status < 0xF0:
        return 1 if 0xC0 <= status < 0xE0 else 2
    return _SYSTEM_LENGTHS.get(status, -1)


class MidiDecoder:
    """Turn chunks of bytes into whole messages, for one input port."""

    def __init__(self) -> None:
        # The status data bytes belong to; 0 when there is none.
        self._status = 0
        self._wanted = 0
        self._data: list[int] = []
        # A status has come and its message is not complete yet.
        self._open = False
        self._sysex: bytearray | None = None
        # A run of bytes without a message is reported once, at its first byte.
        self._skipping = False
        self._out: list[MidiMessage | Malformed] = []

    def passes(self, data: bytes) -> bool:
        """Take ``data`` in if it is one whole message of three bytes; return whether it is.

        Such a message needs no decoding: whoever asks reads it by itself.
        """
        if len(data) != 3 or self._open or self._data or self._sysex is not None:
            return False
        status, first, second = data
        if status >> 4 not in _THREE_BYTES or first >= 0x80 or second >= 0x80:
            return False
        self._status, self._wanted, self._skipping = status, 2, False
        return True

    def receive(self, data: bytes) -> list[MidiMessage | Malformed]:
        """Return the messages ``data`` completes, in order; never raise."""
        if self.passes(data):
            # Ports hand over whole messages, and nearly all of them are these.
            return [_THREE_BYTES[data[0] >> 4](data[0] & 0xF, data[1], data[2])]
        for byte in data:
            if byte < 0x80:
                self._take_data(byte)
            elif byte < 0xF8:
                self._take_status(byte)
            else:
                self._take_real_time(byte)
        out, self._out = self._out, []
        return out

    def _take_data(self, byte: int) -> None:
        if self._sysex is not None:
            self._take_sysex_data(self._sysex, byte)
        elif self._status:
            self._data.append(byte)
            if len(self._data) == self._wanted:
                self._finish()
        elif not self._skipping:
            self._skipping = True
            self._refuse(bytes((byte,)), "data byte without a status")

    def _take_sysex_data(self, sysex: bytearray, byte: int) -> None:
        if len(sysex) == LONGEST_SYSEX:
            self._refuse(b"\xf0" + sysex, f"SysEx longer than {LONGEST_SYSEX} bytes")
            self._sysex = None
            self._skipping = True
        else:
            sysex.append(byte)

    def _take_real_time(self, byte: int) -> None:
        message = _REAL_TIME.get(byte)
        if message is None:
            self._refuse(bytes((byte,)), "undefined real-time status")
        else:
            self._out.append(message)

    def _take_status(self, status: int) -> None:
        if self._sysex is not None:
            self._end_sysex(self._sysex, status)
        else:
            self._abandon_unfinished()
            if status == _END and not self._skipping:
                self._refuse(b"\xf7", "end of SysEx without a start")
        self._begin(status)

    def _end_sysex(self, sysex: bytearray, status: int) -> None:
        self._sysex = None
        if status == _END:
            self._out.append(SysEx(bytes(sysex)))
        else:
            self._refuse(b"\xf0" + sysex, "SysEx cut short by another message")

    def _abandon_unfinished(self) -> None:
        if self._open or self._data:
            self._refuse(bytes((self._status, *self._data)), "message cut short by another")

    def _begin(self, status: int) -> None:
        self._data.clear()
        self._skipping = False
        self._status = 0
        self._open = False
        if status == _SYSEX:
            self._sysex = bytearray()
        elif status != _END:
            self._wanted = _data_length(status)
            if self._wanted < 0:
                # F5 once chose a port and was followed by its number, which
                # must not surprise anybody a second time.
                self._refuse(bytes((status,)), "undefined status")
                self._skipping = True
                return
            self._status = status
            self._open = True
            if self._wanted == 0:
                self._finish()

    def _finish(self) -> None:
        status = self._status
        first = self._data[0] if self._data else 0
        second = self._data[1] if self._wanted == 2 else 0
        self._data.clear()
        self._open = False
        if status < 0xF0:
            # Running status: the status stays for the next data bytes.
            self._out.append(_CHANNEL_MESSAGES[status >> 4](status & 0xF, first, second))
        else:
            self._status = 0
            self._out.append(_SYSTEM_COMMON[status](first, second))

    def _refuse(self, data: bytes | bytearray, reason: str) -> None:
        self._out.append(Malformed(bytes(data[:EXCERPT]), reason))
