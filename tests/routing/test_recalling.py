"""Scene keys on a bench: taps, holds, lamps, fades and who leaves them."""

import pytest

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched, Turned
from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report
from tests.helpers.rigs import Bench, control, rig

LINES = """
- fader <> .fader | db
- mute <> .on | invert
- vpot <> .pan | rel(1/64)
"""
SCENES = """
scenes:
  slots: x.f{1..4}
  tap: recall
  hold: store
  include: [desk.ch.*.fader, desk.ch.*.on, desk.ch.*.pan]
  safe: [desk.ch.3.*]
  fade: %s
"""
LEVEL = ParameterId("desk.ch.1.fader")


def bench(fade: str = "0s") -> Bench:
    one = Bench(rig(LINES, more=SCENES % fade))
    for channel in (1, 2, 3):
        one.do(Report(ParameterId(f"desk.ch.{channel}.fader"), -10.0))
        one.do(Report(ParameterId(f"desk.ch.{channel}.on"), True))
    one.forget()
    return one


def press(one: Bench, key: str, seconds: float) -> None:
    one.do(Pressed(control(f"x.{key}")))
    one.wait(seconds)
    one.do(Released(control(f"x.{key}")))


def ride(one: Bench, fader: str, position: float) -> None:
    one.do(Touched(control(f"x.{fader}")))
    one.do(Moved(control(f"x.{fader}"), position))
    one.do(LetGo(control(f"x.{fader}")))


def test_a_hold_stores_and_a_tap_recalls() -> None:
    one = bench()
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    one.forget()
    press(one, "f1", 0.1)
    assert one.written(LEVEL) == [pytest.approx(-10.0, abs=0.02)]


def test_what_is_safe_stays_where_it_is() -> None:
    one = bench()
    press(one, "f1", 1.0)
    ride(one, "fader.3", 1.0)
    one.forget()
    press(one, "f1", 0.1)
    assert one.written(ParameterId("desk.ch.3.fader")) == []


def test_a_slot_says_what_it_holds() -> None:
    one = bench()
    press(one, "f1", 1.0)
    assert one.shown("x.f1")[-1] == "blink"
    press(one, "f2", 1.0)
    assert (one.shown("x.f1")[-1], one.shown("x.f2")[-1]) == ("lit", "blink")


def test_an_empty_slot_recalls_nothing() -> None:
    one = bench()
    press(one, "f4", 0.1)
    assert one.written(LEVEL) == []


def test_a_fade_takes_its_time_and_arrives_exactly() -> None:
    one = bench("2s")
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    one.forget()
    press(one, "f1", 0.1)
    one.wait(1.0)
    half = one.written(LEVEL)[-1]
    assert isinstance(half, float)
    assert LAWS["x32"].from_db(half) == pytest.approx(0.75, abs=0.02)
    one.wait(1.2)
    assert one.written(LEVEL)[-1] == pytest.approx(-10.0, abs=0.02)
    one.forget()
    one.wait(1.0)
    assert one.written(LEVEL) == []


@pytest.mark.parametrize(
    "event",
    [
        Touched(control("x.fader.1")),
        Report(LEVEL, -33.0),
    ],
)
def test_whoever_takes_a_parameter_takes_it_out_of_the_fade(event: Touched | Report) -> None:
    one = bench("2s")
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    press(one, "f1", 0.1)
    one.wait(0.5)
    one.do(event)
    one.forget()
    one.wait(2.0)
    assert one.written(LEVEL) == []


def test_an_encoder_takes_its_parameter_out_of_the_fade_too() -> None:
    one = bench("2s")
    pan = ParameterId("desk.ch.1.pan")
    one.do(Report(pan, -1.0))
    press(one, "f1", 1.0)
    one.do(Report(pan, 1.0))
    press(one, "f1", 0.1)
    one.wait(0.5)
    one.do(Turned(control("x.vpot.1"), 1))
    one.forget()
    one.wait(2.0)
    assert one.written(pan) == []


def test_what_was_stored_is_handed_over_once_to_be_kept() -> None:
    one = bench()
    press(one, "f2", 1.0)
    scenes = one.engine.wiring.scenes
    assert scenes is not None
    assert set(scenes.take_fresh()) == {2}
    assert scenes.take_fresh() == {}


def fading() -> Bench:
    one = bench("2s")
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    press(one, "f1", 0.1)
    one.wait(0.5)
    one.forget()
    return one


def test_a_fade_goes_on_through_a_reload() -> None:
    one = fading()
    one.adopt(rig(LINES, more=SCENES % "2s"))
    one.wait(2.0)
    assert one.written(LEVEL)[-1] == pytest.approx(-10.0, abs=0.02)
    assert one.engine.next_wakeup() is None


def test_recalling_again_and_again_does_not_hurry_the_fade() -> None:
    one = fading()
    for _ in range(5):
        press(one, "f1", 0.0)
    one.forget()
    one.wait(1.0)
    assert len(one.written(LEVEL)) <= 51


def test_a_fader_that_is_held_is_left_out_of_a_fade() -> None:
    one = bench("2s")
    press(one, "f1", 1.0)
    one.do(Touched(control("x.fader.1")), Moved(control("x.fader.1"), 1.0))
    press(one, "f1", 0.1)
    one.forget()
    one.wait(3.0)
    assert one.written(LEVEL) == []


def test_a_slot_key_whose_cable_is_pulled_recalls_nothing() -> None:
    one = bench()
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    one.forget()
    one.do(Pressed(control("x.f1")), Gone("x"))
    one.wait(2.0)
    assert one.writes() == []


def test_a_key_that_is_down_during_a_reload_still_taps() -> None:
    one = bench()
    press(one, "f1", 1.0)
    ride(one, "fader.1", 1.0)
    one.do(Pressed(control("x.f1")))
    one.adopt(rig(LINES, more=SCENES % "0s"))
    one.forget()
    one.do(Released(control("x.f1")))
    assert one.written(LEVEL) == [pytest.approx(-10.0, abs=0.02)]


def test_a_fade_ends_with_its_target() -> None:
    one = fading()
    one.do(Gone("desk"), Arrived("desk"))
    one.wait(3.0)
    assert one.written(LEVEL) == []
    assert one.engine.counts["absent"] == 0
