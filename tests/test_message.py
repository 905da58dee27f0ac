from surfacebridge.model.controls import ControlId, Moved
from surfacebridge.model.parameters import ParameterId, Report


def test_messages_that_say_the_same_are_equal_and_hash_alike() -> None:
    one, other = Moved(ControlId("x.fader.1"), 0.5), Moved(ControlId("x.fader.1"), 0.5)

    assert one == other
    assert len({one, other}) == 1
    assert one != Moved(ControlId("x.fader.1"), 0.6)


def test_a_message_has_its_fields_and_no_room_for_others() -> None:
    assert not hasattr(Report(ParameterId("desk.ch.1.fader"), 0.0), "__dict__")


def test_messages_are_taken_apart_by_their_fields_in_order() -> None:
    match Moved(ControlId("x.fader.1"), 0.25):
        case Moved(control, position):
            assert (control, position) == ("x.fader.1", 0.25)
