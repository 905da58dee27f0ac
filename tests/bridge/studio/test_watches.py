"""Meters are said while somebody asks for them."""

from surfacebridge.bridge.studio.watches import WATCHED_FOR, Watches

ANNA = ("anna", "stage")
BERT = ("bert", "stage")


def test_a_wish_holds_until_it_is_not_renewed() -> None:
    watches = Watches(0.1)
    assert watches.wish(ANNA, ("ch.1.meter",), 0.0)
    assert not watches.wish(ANNA, ("ch.1.meter",), 4.0)
    assert not watches.end(WATCHED_FOR)
    assert watches.end(4.0 + WATCHED_FOR)
    assert watches.wanted == frozenset()
    assert watches.due is None


def test_what_two_ask_for_is_wanted_until_neither_does() -> None:
    watches = Watches(0.1)
    watches.wish(ANNA, ("a", "b"), 0.0)
    assert not watches.wish(BERT, ("b",), 0.0)
    watches.forget(ANNA)
    assert watches.wanted == {"b"}


def test_a_round_says_the_newest_level_of_what_is_wanted_once() -> None:
    watches = Watches(0.1)
    watches.wish(ANNA, ("a",), 0.0)
    watches.hear("a", -30.0)
    watches.hear("a", -20.0)
    watches.hear("b", -10.0)
    assert watches.round(0.05) == {}
    assert watches.due == 0.1
    assert watches.round(0.1) == {"a": -20.0}
    assert watches.round(0.2) == {}


def test_levels_of_a_desk_that_is_gone_are_not_said() -> None:
    watches = Watches(0.1)
    watches.wish(ANNA, ("a",), 0.0)
    watches.hear("a", -30.0)
    watches.silence()
    assert watches.round(0.1) == {}


def test_a_studio_without_meters_has_no_rounds() -> None:
    watches = Watches(0.0)
    watches.wish(ANNA, ("a",), 0.0)
    watches.hear("a", -30.0)
    assert watches.due is None
    assert watches.round(99.0) == {}
