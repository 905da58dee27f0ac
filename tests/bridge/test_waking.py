import time
from collections.abc import Iterator

import pytest

from surfacebridge.bridge.waking import TOO_LONG, Waking, since_boot


def asked(*times: float) -> list[float]:
    clock: Iterator[float] = iter((0.0, *times))
    waking = Waking(0.5, lambda: next(clock))
    return [waking.was_away() for _ in times]


def test_a_loop_that_turns_was_never_away() -> None:
    assert asked(0.5, 1.0, 1.6, 2.1) == [0, 0, 0, 0]


def test_a_moment_of_other_work_is_no_sleep() -> None:
    assert asked(0.5, 0.5 + TOO_LONG) == [0, 0]


def test_a_sleep_is_noticed_once_with_its_length() -> None:
    assert asked(0.5, 3601.0, 3601.5) == [0, pytest.approx(3600.0), 0]


@pytest.mark.parametrize("back", [60.0, 86_400.0])
def test_a_clock_that_was_set_back_counts_too(back: float) -> None:
    assert asked(100_000.0, 100_000.0 - back)[1] == pytest.approx(back)


def test_the_clock_goes_on_while_the_machine_sleeps() -> None:
    # Nobody sleeps in a test; that it is no earlier than the one that stands still is known.
    assert since_boot() >= time.monotonic() - 1.0
