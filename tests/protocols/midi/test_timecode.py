import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import QuarterFrame, SysEx
from surfacebridge.protocols.midi.timecode import (
    QuarterFrames,
    Timecode,
    full_frame,
    full_frame_of,
    quarter_frames,
)

START = Timecode(1, 59, 58, 22, "24")

timecodes = st.builds(
    Timecode,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 23),
    st.sampled_from(["24", "25", "29.97df", "30"]),
).filter(Timecode.is_valid)


def follow(frames: list[QuarterFrame]) -> list[Timecode | None]:
    follower = QuarterFrames()
    return [follower.receive(frame) for frame in frames]


def running(first: Timecode, sets: int) -> list[QuarterFrame]:
    return [piece for at in range(sets) for piece in quarter_frames(first.later(2 * at))]


def test_the_time_is_known_at_each_piece_0_after_a_whole_set() -> None:
    told = follow(running(START, 3))
    assert [time for time in told if time] == [START.later(2), START.later(4)]
    assert told[8] == START.later(2)


@pytest.mark.parametrize("joined", range(1, 8))
def test_a_set_joined_in_its_middle_is_not_trusted(joined: int) -> None:
    told = follow(running(START, 3)[joined:])
    assert [time for time in told if time] == [START.later(4)]


def test_a_missing_piece_begins_the_set_again() -> None:
    frames = running(START, 4)
    del frames[12]
    told = [time for time in follow(frames) if time]
    assert told == [START.later(2), START.later(6)]


def test_time_runs_backwards_too() -> None:
    frames = running(START, 3)[::-1]
    told = [time for time in follow(frames) if time]
    assert told == [START.later(4), START.later(2), START]


def test_turning_round_begins_the_set_again() -> None:
    forwards = running(START, 1)[:5]
    backwards = running(START, 2)[::-1]
    told = follow([*forwards, *backwards[:4]])
    assert not any(told)


def test_a_set_that_tells_no_time_is_passed_over() -> None:
    pieces = [QuarterFrame(piece << 4 | 0xF) for piece in (*range(8), 0)]
    assert not any(follow(pieces))


@pytest.mark.parametrize(
    ("timecode", "frames", "later"),
    [
        (Timecode(0, 0, 59, 29, "29.97df"), 1, Timecode(0, 1, 0, 2, "29.97df")),
        (Timecode(0, 9, 59, 29, "29.97df"), 1, Timecode(0, 10, 0, 0, "29.97df")),
        (Timecode(23, 59, 59, 29, "29.97df"), 1, Timecode(0, 0, 0, 0, "29.97df")),
        (Timecode(23, 59, 59, 24, "25"), 2, Timecode(0, 0, 0, 1, "25")),
        (Timecode(0, 0, 0, 0, "24"), -1, Timecode(23, 59, 59, 23, "24")),
    ],
)
def test_frames_are_counted_over_dropped_ones_and_midnight(
    timecode: Timecode, frames: int, later: Timecode
) -> None:
    assert timecode.later(frames) == later


def test_every_frame_of_an_hour_has_a_name_of_its_own() -> None:
    time = Timecode(0, 0, 0, 0, "29.97df")
    for _ in range(1900):
        assert time.later(1).later(-1) == time
        time = time.later(1)
        assert time.is_valid()


@given(timecodes)
@settings(max_examples=100)
def test_a_full_frame_arrives(timecode: Timecode) -> None:
    assert full_frame_of(SysEx(full_frame(timecode)[1:-1])) == timecode


@pytest.mark.parametrize("text", ["7F 7F 01 01 18 00 00 00", "7F 7F 01 01 00", "7F 7F 01 01"])
def test_a_full_frame_without_a_time_is_reported(text: str) -> None:
    assert isinstance(full_frame_of(SysEx(bytes.fromhex(text))), Malformed)


@pytest.mark.parametrize("text", ["7F 7F 06 02", "7E 7F 01 01 00 00 00 00", "7F 7F 01 02", ""])
def test_other_messages_are_no_full_frames(text: str) -> None:
    assert full_frame_of(SysEx(bytes.fromhex(text))) is None


def test_a_frame_that_does_not_exist_cannot_be_sent() -> None:
    with pytest.raises(ProtocolMisuse):
        full_frame(Timecode(0, 1, 0, 0, "29.97df"))
    with pytest.raises(ProtocolMisuse):
        quarter_frames(Timecode(24, 0, 0, 0))
