import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import (
    ActiveSensing,
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
    SongPosition,
    SongSelect,
    Start,
    Stop,
    SysEx,
    SystemReset,
    TuneRequest,
)


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (NoteOff(1, 2, 3), "81 02 03"),
        (NoteOn(15, 127, 0), "9F 7F 00"),
        (KeyPressure(0, 7, 12), "A0 07 0C"),
        (ControlChange(0, 0x10, 0x41), "B0 10 41"),
        (ProgramChange(2, 5), "C2 05"),
        (ChannelPressure(0, 0x7C), "D0 7C"),
        (PitchBend(8, 16383), "E8 7F 7F"),
        (SysEx(b"\x7e\x7f\x06\x01"), "F0 7E 7F 06 01 F7"),
        (QuarterFrame(0x70), "F1 70"),
        (SongPosition(128), "F2 00 01"),
        (SongSelect(5), "F3 05"),
        (TuneRequest(), "F6"),
        (Clock(), "F8"),
        (Start(), "FA"),
        (Continue(), "FB"),
        (Stop(), "FC"),
        (ActiveSensing(), "FE"),
        (SystemReset(), "FF"),
    ],
)
def test_a_message_is_written_whole(message: MidiMessage, written: str) -> None:
    assert encode(message) == bytes.fromhex(written)


@pytest.mark.parametrize(
    "message",
    [
        NoteOn(16, 0, 0),
        NoteOn(-1, 0, 0),
        NoteOn(0, 128, 0),
        ControlChange(0, 0, -1),
        ProgramChange(0, 128),
        ChannelPressure(0, 128),
        PitchBend(0, 16384),
        PitchBend(0, -1),
        QuarterFrame(128),
        SongPosition(16384),
        SongSelect(128),
        SysEx(b"\xf7"),
    ],
)
def test_what_midi_cannot_say_is_our_own_mistake(message: MidiMessage) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
