"""Bars that fall by themselves, played and hosted."""

import pytest

from surfacebridge.profiles.mackie_meters import FALL, REPEAT, FallingBars, HeldBars


def test_a_peak_stands_and_then_loses_a_segment_again_and_again() -> None:
    bars = FallingBars()
    bars.hear(2, 3, 10.0)
    seen = []
    while (due := bars.next_wakeup()) is not None:
        seen.append((due, bars.wake(due)))
    assert [fallen for _, fallen in seen] == [[(2, 2)], [(2, 1)], [(2, 0)]]
    assert [at for at, _ in seen] == pytest.approx([10.0 + FALL * n for n in (1, 2, 3)])


def test_a_new_peak_stands_as_long_as_the_first() -> None:
    bars = FallingBars()
    bars.hear(0, 12, 10.0)
    bars.hear(0, 5, 10.2)
    assert bars.wake(10.0 + FALL) == []
    assert bars.wake(10.2 + FALL) == [(0, 4)]


def test_whoever_wakes_late_finds_the_bar_where_it_would_be() -> None:
    bars = FallingBars()
    bars.hear(0, 12, 10.0)
    assert bars.wake(10.0 + 5.5 * FALL) == [(0, 7)]
    assert bars.wake(99.0) == [(0, 0)]
    assert bars.next_wakeup() is None


def test_a_bar_told_to_be_nought_falls_no_further() -> None:
    bars = FallingBars()
    bars.hear(0, 12, 10.0)
    bars.hear(0, 0, 10.1)
    assert bars.next_wakeup() is None


def test_a_bar_that_stands_is_told_again_before_it_falls() -> None:
    bars = HeldBars()
    bars.told(3, 7, 10.0)
    assert REPEAT < FALL
    assert bars.next_wakeup() == 10.0 + REPEAT
    assert bars.wake(10.0 + REPEAT - 0.01) == []
    assert bars.wake(10.0 + REPEAT) == [(3, 7)]
    assert bars.next_wakeup() == pytest.approx(10.0 + 2 * REPEAT)


def test_nought_is_told_once() -> None:
    bars = HeldBars()
    assert bars.needs(3, 0)
    bars.told(3, 0, 10.0)
    assert not bars.needs(3, 0)
    assert bars.needs(3, 1)
    assert bars.next_wakeup() is None
