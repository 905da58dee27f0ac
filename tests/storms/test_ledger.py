"""What the ledger claims of a fader in whose track there is dust."""

import asyncio
from dataclasses import replace

import pytest

from firmware_sim.motor import EXACT
from firmware_sim.sensing import Converter
from tests.storms.ledger import Ledger
from tests.storms.stage import TICK, Stage
from tests.storms.virtual_time import run_virtually
from tests.storms.weather import CALM

DUSTY = replace(EXACT, converter=Converter(spikes=50.0))
CAP = 0.5


def claimed_of_a_dusty_fader(*, put_right: bool) -> tuple[float | None, float]:
    """Leave a fader at ``CAP`` after dust has spoken, or after the surface has said better.

    Returns what is then claimed, and what the dust had said.
    """
    outcome: list[tuple[float | None, float]] = []

    async def leave() -> None:
        stage = Stage(servo=False, build=DUSTY, cable="none", seed=1, reopen=lambda: 0.01)
        stage.start()
        await asyncio.sleep(CALM)
        ledger, device = Ledger(stage, carries_all=True), stage.device
        ledger.grabs(1)
        device.touch(1)
        ledger.moves(1, CAP)
        device.move(1, CAP)
        while (misread := device.misread(1)) is None:
            device.advance(TICK)
        while put_right and device.misread(1) is not None:
            device.advance(TICK)
        ledger.releases(1)
        device.release(1)
        ledger.close()
        outcome.append((ledger.claims["/ch/01/mix/fader"].value, misread))
        await stage.stop()

    assert run_virtually(leave()) == []
    return outcome[0]


def test_where_dust_had_the_last_word_under_a_finger_that_word_is_claimed() -> None:
    claimed, misread = claimed_of_a_dusty_fader(put_right=False)
    assert claimed == misread != pytest.approx(CAP, abs=0.005)


def test_dust_that_was_put_right_under_the_finger_is_no_excuse() -> None:
    claimed, misread = claimed_of_a_dusty_fader(put_right=True)
    assert claimed == CAP
    assert misread != pytest.approx(CAP, abs=0.005)
