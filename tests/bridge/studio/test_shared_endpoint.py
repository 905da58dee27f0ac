"""A shared desk's profile as the engine sees it."""

from surfacebridge.model.parameters import ParameterId, Report, Write
from tests.helpers.shared_desk import Place, leading


def test_the_engine_hears_what_it_follows_and_not_what_only_others_see() -> None:
    place = Place()
    assert place.report("ch.1.fader", -3.0) == [Report(ParameterId("desk.ch.1.fader"), -3.0)]
    assert place.report("ch.9.fader", -3.0) == []
    assert place.console.watched[:2] == ["desk.ch.1.fader", "desk.ch.1.on"]
    assert "desk.ch.9.fader" in place.console.watched
    assert not any(name.endswith(".owner") for name in place.console.watched)


def test_a_hand_here_that_came_second_is_not_written_and_the_engine_told_the_truth() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.desk.touched({"ch.1.fader": "x"}, place.now)
    place.endpoint.wake(place.now)
    place.endpoint.send(Write("desk", ParameterId("desk.ch.1.fader"), 0.0), place.now)
    assert place.console.written == []
    assert place.endpoint.next_wakeup() == place.now
    assert place.endpoint.wake(place.now) == [Report(ParameterId("desk.ch.1.fader"), -20.0)]


def test_the_engine_is_told_who_holds_what() -> None:
    place = leading()
    place.guest("ch.1.fader")
    assert Report(ParameterId("desk.ch.1.owner"), "anna") in place.endpoint.wake(place.now)
    place.guest()
    assert Report(ParameterId("desk.ch.1.owner"), "") in place.endpoint.wake(place.now)
