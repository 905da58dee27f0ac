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


def bend(channel: int, value: int) -> bytes:
    return bytes((0xE0 | channel, 0, value))


def test_of_a_motors_places_that_wait_the_newest_leaves_however_long_the_ride() -> None:
    pace = Pace()
    pace.put(LINE)
    for value in range(100):
        pace.put(bend(0, value))
        pace.put(bend(1, 100 - value))
        if value % 10 == 0:
            pace.put(LINE)
    left = [message for _, message in leave(pace)]
    assert [message for message in left if message != LINE] == [bend(0, 99), bend(1, 1)]
    assert left.count(LINE) == 11
    assert pace.overtaken == 2 * 99
    assert pace.dropped == 0


def test_a_move_keeps_its_place_between_a_touch_and_its_release() -> None:
    touch, release = b"\x90\x68\x7f", b"\x90\x68\x00"
    pace = Pace()
    for message in (LINE, touch, bend(0, 1), bend(0, 2), release, bend(0, 3), touch, bend(0, 4)):
        pace.put(message)
    left = [message for _, message in leave(pace)]
    assert left == [LINE, touch, bend(0, 2), release, bend(0, 3), touch, bend(0, 4)]


def test_meters_leave_last_and_never_hold_a_fader_up() -> None:
    pace = Pace()
    for level in range(10):
        for strip in range(8):
            pace.put(bytes((0xD0, strip << 4 | level)))
            pace.put(bytes((0xA0, strip, level)))
    pace.put(LINE)
    pace.put(bend(3, 5))
    left = [message for _, message in leave(pace)]
    assert left[:2] == [LINE, bend(3, 5)]
    assert sorted(left[2:]) == sorted(
        [*(bytes((0xD0, s << 4 | 9)) for s in range(8)), *(bytes((0xA0, s, 9)) for s in range(8))]
    )


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
