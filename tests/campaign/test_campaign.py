"""The long runs in short: ``python -m tests.campaign`` and ``python -m tests.campaign.soak``."""

from pathlib import Path

import pytest

from tests.campaign.__main__ import campaign
from tests.campaign.cycles import LINKS, TROUBLES, drawn
from tests.campaign.flatness import flatness
from tests.campaign.soak import soak


@pytest.mark.timeout(60)
async def test_ten_seconds_of_faults_under_load_lose_nothing_and_leave_nothing_stuck() -> None:
    tally = await soak(minutes=0.15, seed=5)
    assert tally.rounds == 1
    assert tally.faults.total() >= 8
    assert not tally.lost
    assert not tally.stuck


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("jack")
async def test_after_each_cut_cable_and_each_trouble_the_surfaces_show_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tally = await campaign(tmp_path, len(TROUBLES), seed=1, midi=True)
    assert not tally.wrong
    assert set(tally.cut) == set(LINKS)
    assert set(tally.troubles) == set(TROUBLES)


def test_a_long_campaign_cuts_each_link_as_often_with_each_trouble() -> None:
    cycles = drawn(21, seed=3)
    assert [sum(link == one for link, _ in cycles) for one in LINKS] == [7, 7, 7]
    assert [sum(trouble == one for _, trouble in cycles) for one in TROUBLES] == [3] * 7
    assert cycles == drawn(21, seed=3)
    assert cycles != drawn(21, seed=4)


def test_what_the_first_half_of_a_run_fills_is_no_leak_and_what_the_second_adds_is() -> None:
    filled = [10, 30, 50, 60, 60, 60, 60, 60]
    leaking = [10, 30, 50, 60, 60, 62, 64, 66]
    assert "60.0 MB to 60.0 MB: a line through its 4 looks goes +0.00 MB" in told(filled)
    assert "60.0 MB to 66.0 MB: a line through its 4 looks goes +6.00 MB" in told(leaking)


def test_a_step_that_came_once_and_went_again_is_told_beside_the_line() -> None:
    assert told([60, 60, 60, 60, 60, 66, 60, 66, 60, 60]).endswith("the largest step +6.00 MB")


def told(megabytes: list[int]) -> str:
    return flatness([one * 1_000_000 for one in megabytes])
