from itertools import pairwise

import pytest

from firmware_sim.drive import Drive, Physics

READING = 1 / 1023


def path(drive: Drive, start: float, target: float, seconds: float = 1.0) -> list[float]:
    drive.seek(target)
    places = [start]
    for _ in range(round(seconds / 0.005)):
        places.append(drive.run(places[-1], 0.005))
    return places


def test_a_motor_takes_time_to_get_going_and_never_runs_faster_than_it_can() -> None:
    places = path(Drive(Physics()), 0.0, 1.0)
    speeds = [(b - a) / 0.005 for a, b in pairwise(places)]
    assert speeds[0] < speeds[1] < speeds[2]
    assert max(speeds) == pytest.approx(6.5)


def test_a_full_travel_takes_about_a_fifth_of_a_second() -> None:
    places = path(Drive(Physics()), 0.0, 0.9)
    arrived = next(i for i, place in enumerate(places) if place >= 0.9)
    assert 0.14 < arrived * 0.005 < 0.26


@pytest.mark.parametrize(("damping", "least", "most"), [(150.0, -0.002, 0.01), (40.0, 0.03, 0.2)])
def test_overshoot_is_a_matter_of_damping(damping: float, least: float, most: float) -> None:
    places = path(Drive(Physics(damping=damping)), 0.0, 0.75)
    assert least <= max(places) - 0.75 <= most


def test_a_standing_cap_is_not_moved_for_less_than_its_stiction() -> None:
    assert path(Drive(Physics()), 0.5, 0.5 + 2 * READING)[-1] == 0.5
    assert path(Drive(Physics()), 0.5, 0.5 + 4 * READING)[-1] > 0.5
    assert path(Drive(Physics(stiction=0.0)), 0.5, 0.5 + 2 * READING)[-1] > 0.5


@pytest.mark.parametrize("target", [0.1, 0.502, 0.6, 0.9])
def test_it_comes_to_rest_within_its_dead_band_or_stiction(target: float) -> None:
    end = path(Drive(Physics()), 0.0, target)[-1]
    assert abs(end - target) <= 2.5 * READING


def test_it_loses_power_once_it_has_rested() -> None:
    drive = Drive(Physics(rest=0.2))
    path(drive, 0.5, 0.5, seconds=0.19)
    assert drive.powered
    drive.run(0.5, 0.02)
    assert not drive.powered


def test_it_gives_up_pulling_at_a_cap_that_does_not_move() -> None:
    drive = Drive(Physics(acceleration=0.0, stall=0.3))
    path(drive, 0.0, 1.0, seconds=0.29)
    assert drive.powered
    drive.run(0.0, 0.02)
    assert not drive.powered


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_ends_of_the_track_are_never_passed(target: float) -> None:
    places = path(Drive(Physics(damping=20.0)), 0.5, target)
    assert min(places) >= 0.0
    assert max(places) <= 1.0
    assert places[-1] == pytest.approx(target, abs=2.5 * READING)


def test_time_may_be_handed_out_in_any_pieces() -> None:
    coarse, fine = Drive(Physics()), Drive(Physics())
    coarse.seek(0.7)
    fine.seek(0.7)
    place = 0.0
    for _ in range(200):
        place = fine.run(place, 0.0005)
    assert coarse.run(0.0, 0.1) == place
