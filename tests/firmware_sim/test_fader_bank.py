import pytest

from firmware_sim.fader_bank import TICK, FaderBank


def test_a_bank_at_rest_takes_one_stride() -> None:
    assert list(FaderBank(8).live(3600.0)) == [3600.0]


def test_a_moving_fader_is_followed_tick_by_tick() -> None:
    bank = FaderBank(2)
    bank[2].command(1.0)
    strides = list(bank.live(10.0))
    assert strides[:10] == [TICK] * 10
    assert strides[-1] > 9.0
    assert sum(strides) == pytest.approx(10.0)
    assert bank[2].position == 1.0


def test_a_stride_may_be_limited() -> None:
    assert list(FaderBank(1).live(0.05, lambda: 0.02)) == pytest.approx([0.02, 0.02, 0.01])


def test_what_is_left_of_a_tick_is_kept() -> None:
    bank = FaderBank(1)
    assert list(bank.live(0.004)) == []
    assert list(bank.live(0.004)) == [TICK]
