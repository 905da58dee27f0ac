import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.machine import (
    Command,
    Locate,
    MachineControl,
    Shuttle,
    Step,
    TrackSet,
    Transport,
    UnknownCommand,
    decode,
    encode,
)
from surfacebridge.protocols.midi.messages import SysEx


def told(text: str) -> MachineControl | Malformed | None:
    return decode(SysEx(bytes.fromhex("7F 7F" + text)))


def test_several_commands_share_a_message() -> None:
    assert told("06 02 06") == MachineControl((Transport("play"), Transport("record_strobe")))


def test_a_shuttle_has_a_speed_and_a_direction() -> None:
    assert told("06 47 03 01 00 00") == MachineControl((Shuttle(1.0),))
    assert told("06 47 03 40 40 00") == MachineControl((Shuttle(-0.5),))
    assert told("06 47 03 09 00 00") == MachineControl((Shuttle(2.0),))


def test_one_write_switches_all_tracks_of_its_mask() -> None:
    assert told("06 41 04 62 00 60 40") == MachineControl(
        (TrackSet("mute", 1, on=False), TrackSet("mute", 2, on=True))
    )


def test_unknown_commands_are_stepped_over() -> None:
    assert told("06 30 55 02 01 02 01") == MachineControl(
        (UnknownCommand(0x30), UnknownCommand(0x55, b"\x01\x02"), Transport("stop"))
    )
    assert told("06 44 02 00 01") == MachineControl((UnknownCommand(0x44, b"\x00\x01"),))
    assert told("06 41 04 11 00 01 01") == MachineControl(
        (UnknownCommand(0x41, b"\x11\x00\x01\x01"),)
    )


@pytest.mark.parametrize(
    "text",
    ["06", "06 44", "06 44 06 01 01", "06 44 02 01 00", "06 48 00", "06 47 01 00", "06 41 00"],
)
def test_a_broken_command_is_reported(text: str) -> None:
    assert isinstance(told(text), Malformed)


@pytest.mark.parametrize("text", ["07 02", "01 01 00 00 00 00", ""])
def test_other_messages_are_no_machine_control(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    "message",
    [
        MachineControl(()),
        MachineControl((Transport("play"),), 0x80),
        MachineControl((Locate(24, 0, 0, 0),)),
        MachineControl((Locate(0, 0, 0, 128),)),
        MachineControl((Step(64),)),
        MachineControl((Shuttle(1024.0),)),
        MachineControl((TrackSet("mute", 0, on=True),)),
        MachineControl((UnknownCommand(0x100),)),
    ],
)
def test_what_machine_control_cannot_say_is_our_own_mistake(message: MachineControl) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)


commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Transport, st.sampled_from(["stop", "play", "pause", "jog_stop"])),
    st.builds(
        Locate,
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.integers(0, 29),
        st.integers(0, 99),
        st.integers(0, 3),
    ),
    st.builds(Step, st.integers(-63, 63)),
    st.builds(Shuttle, st.sampled_from([0.0, 1.0, -1.0, 7.5, -8.0, 1000.0])),
    st.builds(
        TrackSet, st.sampled_from(["record_ready", "mute"]), st.integers(1, 800), st.booleans()
    ),
)


@given(st.lists(commands, min_size=1, max_size=4).map(tuple), st.integers(0, 127))
@settings(max_examples=100)
def test_what_is_written_is_read(said: tuple[Command, ...], device: int) -> None:
    message = MachineControl(said, device)
    assert decode(SysEx(encode(message)[1:-1])) == message


@given(st.lists(st.integers(0, 127), max_size=12).map(bytes))
@settings(max_examples=100)
def test_any_command_is_read_without_raising(data: bytes) -> None:
    decode(SysEx(b"\x7f\x7f\x06" + data))
