"""Whose a parameter is, among hands here and hands of guests."""

from surfacebridge.bridge.studio.owners import UNTOUCHED, Owners
from surfacebridge.bridge.studio.parties import Guests, Party
from surfacebridge.protocols.studio.payloads import Guest

US = ("desks", "foh")
ANNA = ("anna", "stage")


class Room:
    """Owners and their guests; nobody but us may hold the master."""

    def __init__(self) -> None:
        self.guests = Guests()
        self.owners = Owners(US, self.guests, self.may_hold)

    def may_hold(self, party: Party, name: str) -> bool:
        return party == US or name != "main.fader"

    def touch(self, party: Party, *names: str, now: float = 0.0) -> list[str]:
        if party == US:
            self.owners.local = dict.fromkeys(names, "x")
        else:
            self.guests.note(party, Guest(True, "g1", dict.fromkeys(names, "y")))
        return sorted(self.owners.settle(now))


def test_whoever_holds_it_first_owns_it_until_he_lets_go() -> None:
    room = Room()
    assert room.touch(ANNA, "ch.1.fader") == ["ch.1.fader"]
    assert room.touch(US, "ch.1.fader") == []
    assert room.owners.texts == {"ch.1.fader": "anna/stage/y"}
    room.touch(ANNA)
    assert room.owners.texts == {"ch.1.fader": "desks/foh/x"}


def test_who_was_refused_stays_so_until_he_lets_go() -> None:
    room = Room()
    room.touch(US, "ch.1.fader")
    room.touch(ANNA, "ch.1.fader")
    assert room.owners.holder_beside(ANNA, "ch.1.fader", 0.0) == "desks/foh/x"
    room.touch(US)
    assert room.owners.texts == {}
    assert room.owners.holder_beside(ANNA, "ch.1.fader", 60.0) == "desks/foh/x"
    room.touch(ANNA, now=60.0)
    room.touch(ANNA, "ch.1.fader", now=60.0)
    assert room.owners.holder_beside(ANNA, "ch.1.fader", 60.0) == ""
    assert room.owners.texts == {"ch.1.fader": "anna/stage/y"}


def test_what_is_used_without_a_touch_is_free_again_a_moment_after() -> None:
    room = Room()
    room.touch(US, "ch.1.fader")
    assert room.owners.holder_beside(ANNA, "ch.1.fader", 0.0) == "desks/foh/x"
    room.touch(US)
    assert room.owners.holder_beside(ANNA, "ch.1.fader", UNTOUCHED / 2) == "desks/foh/x"
    assert room.owners.holder_beside(ANNA, "ch.1.fader", UNTOUCHED) == ""


def test_a_touch_of_what_may_not_be_controlled_owns_nothing() -> None:
    room = Room()
    assert room.touch(ANNA, "main.fader") == []
    assert room.touch(US, "main.fader") == ["main.fader"]


def test_hands_here_are_not_afar() -> None:
    room = Room()
    room.touch(US, "ch.1.fader")
    assert room.owners.afar("ch.1") is None
    assert not room.owners.is_elsewhere("ch.1.fader")
    room.touch(ANNA, "ch.2.pan")
    owner = room.owners.afar("ch.2")
    assert owner is not None
    assert owner.party == ANNA
    assert room.owners.is_elsewhere("ch.2.pan")
    assert not room.owners.is_elsewhere("ch.2.fader")
