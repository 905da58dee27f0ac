"""Storms in short; ``python -m tests.storms --count 10000`` is the long form."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.storms.storm import run_storm
from tests.storms.weather import ACCIDENTS, BAD_CABLES, NETWORKS, WHOLE_CABLES, sky_of

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

SEEDS = range(1, 101)
AT_ONCE = 10
# Motors under a finger, caps that stayed astray, an answer that was overtaken, three that the
# ledger misjudged, a servo that a bouncing finger kept from its place, and a write that an older
# one overran.
ENDED_BADLY_ONCE = (
    2011,
    2238,
    1965,
    1983,
    2851,
    1509,
    2254,
    3227,
    4900,
    7988,
    3480,
    3376,
    8989,
    9633,
    4325,
)


# Two seconds' work; a busy machine may need many times that.
@pytest.mark.timeout(120)
@pytest.mark.parametrize("first", SEEDS[::AT_ONCE])
def test_after_a_storm_the_surface_shows_what_the_desk_holds(first: int) -> None:
    failed = {}
    for seed in range(first, first + AT_ONCE):
        outcome = run_storm(seed)
        if outcome.failures:
            failed[str(outcome.sky)] = outcome.failures
    assert not failed, "see them again with: python -m tests.storms --count 1 --log --seed SEED"


@pytest.mark.parametrize("seed", ENDED_BADLY_ONCE)
def test_a_storm_that_ended_badly_once_does_so_no_more(seed: int) -> None:
    assert run_storm(seed).failures == []


def test_the_short_form_has_every_sort_of_weather() -> None:
    skies = [sky_of(seed) for seed in SEEDS]
    assert {sky.cable for sky in skies} == {*WHOLE_CABLES, *BAD_CABLES}
    assert {sky.network for sky in skies} == NETWORKS.keys()
    assert {accident for sky in skies for accident in sky.accidents} == set(ACCIDENTS)
    assert {sky.servo for sky in skies} == {True, False}
    assert {sky.build for sky in skies} == {"exact", "physics", "worn"}


@pytest.mark.timeout(120)
def test_a_storm_is_the_same_every_time_whatever_python_hashes_to() -> None:
    said = set()
    for hashing in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.storms", "--count", "3", "--seed", "11", "--log"],
            capture_output=True,
            check=True,
            text=True,
            cwd=ROOT,
            env={**ENVIRONMENT, "PYTHONHASHSEED": hashing},
        )
        said.add(ran.stdout.rpartition(" in ")[0])
    assert len(said) == 1


@pytest.mark.timeout(120)
def test_ctrl_c_ends_with_what_was_done_so_far() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storms", "--count", "1000", "--log"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
    ) as running:
        assert running.stdout is not None
        # What happened in a storm is told when it is over.
        assert "network" in running.stdout.readline()
        running.send_signal(signal.SIGINT)
        said = running.stdout.read()
    assert running.returncode == 130
    _, _, end = said.partition("Interrupted; what was done so far:\n")
    assert end.partition(" of 1000 storms, seeds 1 to ")[0].isdigit()
    assert "All was well at the latest after: " in end
