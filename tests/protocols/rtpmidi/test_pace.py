import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.rtpmidi.pace import DIN_RATE, Pace

NOTE = b"\x90\x40\x7f"
LINE = b"\xf0" + b"\1" * 62 + b"\xf7"


def leave(pace: Pace) -> list[tuple[float, bytes]]:
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


@settings(max_examples=50)
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


class Device:
    """Takes in ``rate`` bytes a second, has room for ``room``, and loses the rest."""

    def __init__(self, rate: float, room: int) -> None:
        self.lost = 0
        self._rate, self._room = rate, room
        self._filled, self._at = 0.0, 0.0

    def receive(self, at: float, message: bytes) -> None:
        self._filled = max(0.0, self._filled - (at - self._at) * self._rate)
        self._at = at
        if self._filled + len(message) > self._room:
            self.lost += 1
        else:
            self._filled += len(message)


@pytest.mark.parametrize(("rate", "loses"), [(DIN_RATE, False), (4 * DIN_RATE, True)])
def test_a_slow_device_loses_nothing_of_a_repaint_at_its_pace(rate: int, loses: bool) -> None:
    pace, device = Pace(rate), Device(DIN_RATE, room=128)
    for message in [LINE, LINE, *[NOTE] * 100, *[bytes((0xE0 | n, 0, 64)) for n in range(9)]] * 3:
        pace.put(message)
    for at, message in leave(pace):
        device.receive(at, message)
    assert (device.lost > 0) == loses
    assert pace.dropped == 0
