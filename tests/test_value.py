from dataclasses import field, replace

from surfacebridge.model.controls import ControlId, Moved
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.value import as_value


@as_value
class Place:
    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)


@as_value
class Elsewhere:
    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)


@as_value
class Nowhere:
    pass


def test_values_that_say_the_same_are_equal_and_hash_alike() -> None:
    one, other = Moved(ControlId("x.fader.1"), 0.5), Moved(ControlId("x.fader.1"), 0.5)

    assert one == other
    assert len({one, other}) == 1
    assert one != Moved(ControlId("x.fader.1"), 0.6)


def test_values_of_two_kinds_are_never_equal() -> None:
    others: list[object] = [Elsewhere(1, 2), (1, 2, [])]

    assert Place(1, 2) not in others


def test_a_value_without_fields_equals_its_like() -> None:
    assert Nowhere() == Nowhere()
    assert hash(Nowhere()) == hash(Nowhere())


def test_a_value_has_its_fields_and_no_room_for_others() -> None:
    assert not hasattr(Report(ParameterId("desk.ch.1.fader"), 0.0), "__dict__")


def test_values_are_taken_apart_by_their_fields_in_order() -> None:
    match Moved(ControlId("x.fader.1"), 0.25):
        case Moved(control, position):
            assert (control, position) == ("x.fader.1", 0.25)


def test_each_value_has_its_own_default_and_is_changed_by_making_another() -> None:
    assert Place(1).names is not Place(1).names
    assert replace(Place(1, 2), x=3) == Place(3, 2)


def test_a_value_shows_what_it_is_made_of() -> None:
    assert repr(Place(1, 2)) == "Place(x=1, y=2, names=[])"
    assert repr(Nowhere()) == "Nowhere()"
