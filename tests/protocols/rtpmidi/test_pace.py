import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.rtpmidi.pace import DIN_RATE, Pace

NOTE = b"\x90\x40\x7f"
LINE = b"\xf0" + b"\1" * 62 + b"\xf7"


def leave(pace: Pace, step: float = 0.001) -> list[tuple[float, bytes]]:
    """Return when each message left, asking whenever the pace says."""
    out, now = [], 0.0
    while len(pace):
        now = max(now, pace.free_at())
        if (message := pace.take(now)) is not None:
            out.append((now, message))
    return out


def test_a_bank_of_faders_leaves_at_once() -> None:
    pace = Pace()
    for channel in range(9):
        pace.put(bytes((0xE0 | channel, 0, 64)))
    assert [at for at, _ in leave(pace)] == [0.0] * 9


@given(st.lists(st.sampled_from([NOTE, LINE]), min_size=1, max_size=60))
def test_no_window_holds_more_than_the_device_takes(messages: list[bytes]) -> None:
    pace = Pace()
    for message in messages:
        pace.put(message)
    left = leave(pace)
    assert [message for _, message in left] == messages
    for first, (start, _) in enumerate(left):
        size = 0
        for at, message in left[first:]:
            # What leaves at ``at`` follows what left before within the burst allowed.
            assert size <= 48 + (at - start) * DIN_RATE + 1e-6 + len(left[first][1])
            size += len(message)


def test_a_device_rests_after_a_sysex() -> None:
    pace = Pace()
    pace.put(LINE)
    pace.put(NOTE)
    (_, (at, _)) = leave(pace)
    assert at == pytest.approx((64 + 16) / DIN_RATE)


def test_a_faster_device_is_fed_faster() -> None:
    pace = Pace(rate=100_000)
    for _ in range(100):
        pace.put(LINE)
    assert leave(pace)[-1][0] == pytest.approx(99 * 80 / 100_000)


def test_the_oldest_goes_when_a_device_cannot_take_it_in_twenty_seconds() -> None:
    pace = Pace(rate=10)
    notes = [bytes((0x90, number, 1)) for number in range(80)]
    for note in notes:
        pace.put(note)
    assert pace.dropped == 14
    assert [message for _, message in leave(pace)] == notes[14:]


def test_nothing_waits_in_an_empty_pace() -> None:
    assert Pace().take(0.0) is None
    assert Pace().free_at() == float("inf")
