import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, EchoClass, ParameterSpec
from surfacebridge.routing.state import Control, Parameter
from tests.helpers.rigs import control


def level(echo: EchoClass = "all", steps: int = 1024, rate: float = 0.0) -> Parameter:
    identity = ParameterId("desk.ch.1.fader")
    return Parameter(
        identity, "desk", ParameterSpec(identity, "level", LAWS["x32"], steps), echo, rate
    )


def sent(parameter: Parameter, *values: float, now: float = 0.0) -> Parameter:
    for value in values:
        parameter.wrote(value, now, insists=True)
    return parameter


def test_nothing_is_known_at_first() -> None:
    parameter = level()
    assert parameter.newest is None
    assert not parameter.holds(0.0)
    assert parameter.echoed


def test_believing_tells_news_from_the_same_place_on_the_grid() -> None:
    parameter = level()
    assert parameter.believe(0.0)
    assert not parameter.believe(0.001)
    assert parameter.value == 0.0
    assert parameter.believe(1.0)


def test_what_waits_is_newer_than_what_is() -> None:
    parameter = level()
    parameter.believe(0.0)
    parameter.setpoint = -10.0
    assert parameter.newest == -10.0


def test_a_pace_is_an_interval() -> None:
    assert level(rate=20.0).interval == pytest.approx(0.05)
    assert level().interval == 0.0


def test_only_a_target_that_echoes_is_waited_for() -> None:
    assert sent(level("others"), 0.0).echoed
    assert sent(level("none"), 0.0).echoed
    assert not sent(level("all"), 0.0).echoed


def test_echoes_come_home_in_order() -> None:
    parameter = sent(level(), -10.0, -5.0, 0.0)
    assert [parameter.echo_of(value, 0.1) for value in (-10.0, -5.0, 0.0)] == [
        "older",
        "older",
        "newest",
    ]
    assert parameter.echoed
    assert parameter.echo_of(0.0, 0.1) is None


def test_an_echo_that_was_overtaken_is_still_ours() -> None:
    parameter = sent(level(), -10.0, 0.0)
    assert parameter.echo_of(0.0, 0.1) == "newest"
    assert parameter.echo_of(-10.0, 0.11) == "older"


def test_what_was_overtaken_long_ago_is_a_strangers() -> None:
    parameter = sent(level(), -10.0, now=0.0)
    sent(parameter, 0.0, now=0.5)
    assert parameter.echo_of(0.0, 0.6) == "newest"
    assert parameter.echo_of(-10.0, 0.61) is None


def test_an_echo_on_the_targets_grid_is_ours() -> None:
    assert sent(level(steps=161), 0.0).echo_of(0.02, 0.1) == "newest"


def test_after_a_second_nothing_is_ours() -> None:
    assert sent(level(), 0.0).echo_of(0.0, 1.1) is None


def test_the_same_value_twice_comes_home_twice() -> None:
    parameter = sent(level(), -10.0, 0.0, -10.0)
    assert parameter.echo_of(-10.0, 0.1) == "older"
    assert parameter.echo_of(0.0, 0.1) == "older"
    assert parameter.echo_of(-10.0, 0.1) == "newest"


def test_a_target_that_never_answers_fills_no_memory() -> None:
    parameter = sent(level(), *(float(-n) for n in range(1000)))
    assert len(parameter.awaited) == 64


def test_forgetting_forgets_what_is_under_way_too() -> None:
    parameter = sent(level(), 0.0)
    parameter.setpoint = -10.0
    parameter.forget()
    assert parameter.newest is None
    assert parameter.echoed
    assert parameter.echo_of(0.0, 0.1) is None


def test_a_reload_knows_what_was_known() -> None:
    old = sent(level(), -10.0)
    old.setpoint = 0.0
    new = level(steps=161)
    new.take_over(old)
    assert new.value == -10.0
    assert new.newest == 0.0
    assert not new.echoed


def test_a_surface_that_went_shows_nothing_and_holds_nothing() -> None:
    spec = ControlSpec("fader", "fader", per_strip=True, touch=True)
    fader = Control(control("x.fader.1"), "x", 1, spec)
    fader.shown, fader.held, fader.down, fader.moved = 0.5, True, True, True
    fader.forget_shown()
    state: list[object] = [fader.shown, fader.held, fader.down, fader.moved]
    assert state == [None, False, False, False]


def test_touch_comes_from_the_sheet() -> None:
    def touch(senses: bool) -> str:
        spec = ControlSpec("fader", "fader", per_strip=True, touch=senses)
        return Control(control("x.fader.1"), "x", 1, spec).touch

    assert touch(True) == "required"
    assert touch(False) == "made"


def test_positions_are_compared_on_the_controls_grid() -> None:
    spec = ControlSpec("fader", "fader", per_strip=True, steps=128)
    fader = Control(control("x.fader.1"), "x", 1, spec)
    assert fader.index(0.5) == fader.index(0.501)
    assert fader.index(0.5) != fader.index(0.51)


def test_a_wire_of_thirty_two_bits_rounds_an_echo_and_it_is_still_ours() -> None:
    identity = ParameterId("desk:/a {v:f}")
    plain = Parameter(identity, "desk", ParameterSpec(identity, "plain"), "all", 0.0)
    assert sent(plain, 0.1).echo_of(0.10000000149011612, 0.1) == "newest"
    assert not plain.believe(0.10000000149011612)
    assert plain.believe(0.1001)
