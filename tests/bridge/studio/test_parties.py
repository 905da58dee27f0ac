"""Who is a guest of a shared desk, and which of its orders come in time."""

import pytest

from surfacebridge.bridge.studio.parties import (
    MOST_GUESTS,
    MOST_OLD_SESSIONS,
    Guests,
    Identity,
    signature,
)
from surfacebridge.protocols.studio.payloads import Guest, Order

ANNA = ("anna", "stage")
DESK = "s1.1"


def guests(session: str = "g1", **touched: str) -> Guests:
    made = Guests()
    assert made.note(ANNA, Guest(True, session, touched)) == ""
    return made


def test_what_is_done_is_signed_with_user_bridge_and_surface() -> None:
    assert signature(ANNA, "x") == "anna/stage/x"
    assert signature(ANNA, "") == Identity("house", "stage", "anna").who == "anna/stage"


def test_a_guest_says_anew_what_it_touches() -> None:
    here = guests(fader="x")
    assert here.touched(ANNA) == {"fader": "x"}
    here.note(ANNA, Guest(True, "g1", {}))
    assert here.touched(ANNA) == {}
    assert list(here) == [ANNA]


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        (None, False),
        (Guest(False, "g1"), False),
        (Guest(False, ""), False),
        (Guest(False, "g0"), True),
    ],
)
def test_a_guest_leaves_in_the_session_it_is_in(said: Guest | None, stays: bool) -> None:
    here = guests()
    assert here.note(ANNA, said) == ""
    assert (ANNA in here) is stays


def test_a_bridge_that_is_gone_takes_its_session_along_and_no_later_one() -> None:
    here = guests("g2")
    assert not here.leave(ANNA, "g1")
    assert not here.leave(("bert", "stage"), "g2")
    assert here.leave(ANNA, "g2")
    assert ANNA not in here


def test_old_sessions_are_known_as_over_within_a_bound() -> None:
    here = guests("g0")
    for number in range(1, MOST_OLD_SESSIONS + 2):
        here.note(ANNA, Guest(True, f"g{number}"))
    assert here.note(ANNA, Guest(True, "g1")) == "old session"
    assert here.note(ANNA, Guest(True, "g0")) == ""


def test_no_more_guests_are_taken_in_than_a_control_room_has() -> None:
    here = Guests()
    for number in range(MOST_GUESTS + 1):
        here.note(("anna", f"b{number}"), Guest(True, "g1"))
    assert len(list(here)) == MOST_GUESTS
    assert here.note(("anna", "b0"), Guest(True, "g2")) == ""
    assert here.why_late(("anna", "b0"), "fader", Order(0.0, "g2", 1, DESK), DESK) == ""


def test_each_order_of_a_parameter_is_newer_than_the_last_one() -> None:
    here = guests()
    said = [here.why_late(ANNA, "fader", Order(0.0, "g1", seq, DESK), DESK) for seq in (1, 3, 2, 3)]
    assert said == ["", "", "late", "late"]
    assert here.why_late(ANNA, "on", Order(True, "g1", 2, DESK), DESK) == ""


def test_an_order_that_was_out_of_its_time_makes_no_other_one_late() -> None:
    here = guests()
    assert here.why_late(ANNA, "fader", Order(0.0, "g1", 9, "s0.1"), DESK) == "old epoch"
    assert here.why_late(ANNA, "fader", Order(0.0, "g0", 9, DESK), DESK) == "old session"
    assert here.why_late(("bert", "x"), "fader", Order(0.0, "g1", 9, DESK), DESK) == "stranger"
    assert here.why_late(ANNA, "fader", Order(0.0, "g1", 1, DESK), DESK) == ""
