"""The campaign in short; ``python -m tests.campaign.soak`` is the long form."""

import pytest

from tests.campaign.soak import soak


@pytest.mark.timeout(60)
async def test_ten_seconds_of_faults_under_load_lose_nothing_and_leave_nothing_stuck() -> None:
    tally = await soak(minutes=0.15, seed=5)
    assert tally.rounds == 1
    assert tally.faults.total() >= 8
    assert not tally.lost
    assert not tally.stuck
