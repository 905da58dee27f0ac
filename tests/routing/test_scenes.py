"""Scenes by themselves: storing, recalling, fading."""

import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF, Value
from surfacebridge.routing.plan import ScenePlan
from surfacebridge.routing.scenes import MOST_SCENES, Scenes, chosen
from surfacebridge.routing.state import Parameter

FADER = ParameterId("desk.ch.1.fader")
ON = ParameterId("desk.ch.1.on")
MAIN = ParameterId("desk.main.st.fader")


def level(identity: ParameterId, value: Value | None) -> Parameter:
    spec = ParameterSpec(identity, "level", LAWS["x32"], 1024)
    return known(Parameter(identity, "desk", spec, "others", 0), value)


def switch(identity: ParameterId, value: Value | None) -> Parameter:
    return known(Parameter(identity, "desk", ParameterSpec(identity, "switch"), "others", 0), value)


def known(parameter: Parameter, value: Value | None) -> Parameter:
    if value is not None:
        parameter.believe(value)
    return parameter


def plan(fade: float = 0.0, per_scene: dict[int, float] | None = None) -> ScenePlan:
    return ScenePlan((FADER, ON), fade, per_scene or {}, "recall", "store")


def desk(fader: float | None, on: bool) -> dict[ParameterId, Parameter]:
    return {FADER: level(FADER, fader), ON: switch(ON, on), MAIN: level(MAIN, 0.0)}


def recalled(scenes: Scenes, number: int, there: dict[ParameterId, Parameter]) -> dict[str, Value]:
    return {parameter.id: value for parameter, value in scenes.recall(number, there, 0.0)}


def test_a_scene_holds_what_is_known_and_named_and_nothing_else() -> None:
    scenes = Scenes(plan())
    assert scenes.store(1, desk(None, True).values()) == {ON: True}
    assert scenes.numbers() == [1]
    assert scenes.current == 1


def test_nothing_known_stores_nothing() -> None:
    scenes = Scenes(plan())
    assert scenes.store(1, [level(FADER, None)]) is None
    assert scenes.numbers() == []


@pytest.mark.parametrize("number", [0, -1, MOST_SCENES + 1])
def test_a_number_beyond_any_show_is_refused(number: int) -> None:
    scenes = Scenes(plan())
    assert scenes.store(number, desk(-10.0, True).values()) is None
    scenes.load(number, {ON: True})
    assert scenes.numbers() == []


def test_without_a_fade_everything_changes_at_once() -> None:
    scenes = Scenes(plan())
    scenes.store(2, desk(-10.0, False).values())
    assert recalled(scenes, 2, desk(0.0, True)) == {FADER: -10.0, ON: False}
    assert not scenes.is_fading


def test_an_empty_slot_changes_nothing() -> None:
    scenes = Scenes(plan())
    assert recalled(scenes, 5, desk(0.0, True)) == {}
    assert scenes.current is None


def test_a_fade_moves_along_the_travel_and_arrives_exactly() -> None:
    scenes = Scenes(plan(fade=2.0))
    scenes.store(1, desk(OFF, False).values())
    there = desk(10.0, True)
    assert recalled(scenes, 1, there) == {ON: False}
    half = dict(scenes.step(1.0))
    assert half[there[FADER]] == pytest.approx(LAWS["x32"].to_db(0.5))
    assert dict(scenes.step(2.0)) == {there[FADER]: OFF}
    assert not scenes.is_fading


def test_a_scene_may_have_a_fade_of_its_own() -> None:
    scenes = Scenes(plan(fade=2.0, per_scene={1: 0.0}))
    scenes.store(1, desk(-10.0, True).values())
    assert recalled(scenes, 1, desk(0.0, True))[FADER] == -10.0


def test_a_touched_fader_leaves_the_fade() -> None:
    scenes = Scenes(plan(fade=2.0))
    scenes.store(1, desk(-10.0, True).values())
    recalled(scenes, 1, desk(0.0, True))
    scenes.leave(FADER)
    assert list(scenes.step(1.0)) == []


def test_a_value_nobody_knows_is_set_and_not_faded_from() -> None:
    scenes = Scenes(plan(fade=2.0))
    scenes.load(1, {FADER: -10.0})
    assert recalled(scenes, 1, desk(None, True)) == {FADER: -10.0}


def test_a_scene_from_an_older_file_cannot_touch_what_is_safe_now() -> None:
    scenes = Scenes(plan())
    scenes.load(1, {MAIN: -10.0, ON: False})
    assert recalled(scenes, 1, desk(0.0, True)) == {ON: False}


def test_a_second_recall_takes_over_from_where_the_first_one_is() -> None:
    scenes = Scenes(plan(fade=2.0))
    scenes.load(1, {FADER: OFF})
    scenes.load(2, {FADER: 10.0})
    there = desk(10.0, True)
    list(scenes.recall(1, there, 0.0))
    there[FADER].believe(dict(scenes.step(1.0))[there[FADER]])
    list(scenes.recall(2, there, 1.0))
    later = dict(scenes.step(2.0))[there[FADER]]
    assert later == pytest.approx(LAWS["x32"].to_db(0.75))


def test_a_reload_keeps_what_was_stored() -> None:
    old, new = Scenes(plan()), Scenes(plan())
    old.store(3, desk(-10.0, True).values())
    new.inherit(old, {})
    assert (new.numbers(), new.current) == ([3], 3)


def test_include_and_safe_are_patterns() -> None:
    names = ["desk.ch.1.fader", "desk.ch.12.fader", "desk.ch.1.on", "desk.main.st.fader"]
    assert list(chosen(names, ["desk.*.fader"], ["desk.main.*"])) == names[:2]
    assert list(chosen(names, [], [])) == []
