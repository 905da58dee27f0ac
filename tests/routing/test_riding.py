"""What a ride takes upon itself, and what it leaves to the engine."""

import pytest

from surfacebridge.model.controls import Moved, Touched
from surfacebridge.model.parameters import ParameterId
from surfacebridge.routing.riding import HELD_ALREADY, REFUSED, Ride
from tests.helpers.rigs import Bench, control, report, rig

FADER = control("x.fader.1")
LEVEL = ParameterId("desk.ch.1.fader")


def held(lines: str = "- fader <> .fader | db") -> tuple[Bench, Ride | None]:
    bench = Bench(rig(lines))
    bench.do(report("desk.ch.1.fader", -10.0))
    bench.do(Touched(FADER))
    bench.do(Moved(FADER, 0.5))
    return bench, bench.engine.ride(FADER)


def test_a_held_fader_rides_its_parameter() -> None:
    bench, ride = held()
    assert ride is not None
    assert (ride.target, ride.parameter) == ("desk", "desk.ch.1.fader")
    assert ride.move(0.75, bench.now) == 0.0
    assert bench.engine.wiring.parameters[LEVEL].value == 0.0


def test_what_the_target_holds_is_not_written_again() -> None:
    bench, ride = held()
    assert ride is not None
    ride.move(0.75, bench.now)
    assert ride.move(0.75, bench.now) is HELD_ALREADY


def test_a_fader_that_nobody_holds_is_left_to_the_engine() -> None:
    bench = Bench(rig("- fader <> .fader | db"))
    ride = bench.engine.ride(FADER)
    assert ride is not None
    assert ride.move(0.75, bench.now) is REFUSED
    assert bench.engine.wiring.parameters[LEVEL].value is None


def test_a_ride_ends_with_its_epoch() -> None:
    bench, ride = held()
    assert ride is not None
    before = bench.engine.epoch
    bench.engine.adopt(bench.engine.prepare(bench.engine.plan), bench.now)
    assert bench.engine.epoch != before
    assert ride.move(0.75, bench.now) is REFUSED


@pytest.mark.parametrize(
    "lines",
    [
        "- fader <> .fader | db | slew(2/s)",
        "- fader <> .fader | db\n- fader > .send.1.level | db",
        '- fader <> .fader | db\n- lcd.top < "{.fader:dB}"',
        "- mute <> .on",
    ],
    ids=["slowed", "two at once", "shown elsewhere", "no line"],
)
def test_what_concerns_more_than_one_value_has_no_ride(lines: str) -> None:
    _, ride = held(lines)
    assert ride is None
