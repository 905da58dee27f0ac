import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi import commands

numbers = st.integers(0, 2**32 - 1)
times = st.integers(0, 2**64 - 1)
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
every_command: st.SearchStrategy[commands.Command] = st.one_of(
    st.builds(commands.Invitation, numbers, numbers, names),
    st.builds(commands.Accepted, numbers, numbers, names),
    st.builds(commands.Rejected, numbers, numbers),
    st.builds(commands.Ended, numbers, numbers),
    st.builds(commands.ClockSync, numbers, st.integers(0, 2), st.tuples(times, times, times)),
    st.builds(commands.Feedback, numbers, st.integers(0, 0xFFFF)),
    st.builds(commands.BitrateLimit, numbers, numbers),
)


@given(every_command)
def test_what_is_written_is_read_again(command: commands.Command) -> None:
    assert commands.decode(commands.encode(command)) == command


@given(st.binary(max_size=80), st.sampled_from([b"", b"IN", b"OK", b"NO", b"BY", b"CK", b"RS"]))
def test_no_bytes_raise(data: bytes, code: bytes) -> None:
    assert commands.decode(b"\xff\xff" + code + data) is not None


def test_a_name_may_be_missing_or_unfinished() -> None:
    start = commands.encode(commands.Accepted(1, 2, ""))[:-1]
    assert commands.decode(start) == commands.Accepted(1, 2, "")
    assert commands.decode(start + b"desk") == commands.Accepted(1, 2, "desk")


def test_a_name_of_a_whole_datagram_is_cut() -> None:
    start = commands.encode(commands.Invitation(1, 2, ""))[:-1]
    command = commands.decode(start + b"x" * 60_000)
    assert command == commands.Invitation(1, 2, "x" * commands.LONGEST_NAME)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("80 61", "no session packet"),
        ("FF FF 49 4E 00 00 00 02", "session packet cut short"),
        ("FF FF 58 58 00 00 00 02", "unknown session packet"),
        ("FF FF 49 4E 00 00 00 03 00 00 00 01 00 00 00 02", "session protocol 3 and not 2"),
        ("FF FF 43 4B 00 00 00 01 03" + " 00" * 27, "clock sync beyond its third packet"),
    ],
)
def test_what_is_no_session_packet_is_refused(data: str, reason: str) -> None:
    assert commands.decode(bytes.fromhex(data)) == Malformed(bytes.fromhex(data)[:32], reason)


@pytest.mark.parametrize(
    "command",
    [
        commands.Invitation(2**32, 1, "x"),
        commands.Invitation(1, 1, "a\0b"),
        commands.Invitation(1, 1, "x" * 300),
        commands.Feedback(1, 0x10000),
    ],
)
def test_what_does_not_fit_is_our_mistake(command: commands.Command) -> None:
    with pytest.raises(ProtocolMisuse):
        commands.encode(command)


def test_a_name_of_bytes_that_are_no_text_still_fits_when_it_is_said_again() -> None:
    heard = commands.decode(b"\xff\xffOK" + bytes([0, 0, 0, 2]) + bytes(8) + b"\x98" * 200 + b"\0")
    assert isinstance(heard, commands.Accepted)
    assert commands.decode(commands.encode(heard)) == heard
