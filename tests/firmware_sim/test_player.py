import pytest

from firmware_sim.player import Cable, Player, play, ride, tap, turn
from firmware_sim.xtouch import XTouch


def test_steps_are_done_in_order_of_time_and_once() -> None:
    done: list[str] = []
    hand = Player([(0.2, lambda: done.append("second")), (0.1, lambda: done.append("first"))])
    hand.advance(0.05)
    assert (done, hand.finished) == ([], False)
    hand.advance(0.5)
    hand.advance(0.5)
    assert (done, hand.finished) == (["first", "second"], True)


def test_a_script_may_go_round() -> None:
    done: list[float] = []
    hand = Player([(0.0, lambda: done.append(0.0)), (0.9, lambda: done.append(0.9))], every=1.0)
    play(hand, seconds=2.5)
    assert done == [0.0, 0.9, 0.0, 0.9, 0.0]
    assert not hand.finished


def test_a_script_that_overlaps_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="end before"):
        Player([(1.0, lambda: None)], every=1.0)


def test_a_ride_touches_moves_and_lets_go() -> None:
    surface = XTouch()
    hand = Player(ride(surface, 2, at=0.1, to=0.75, seconds=0.2))
    play(hand, surface, seconds=0.7)
    said = surface.take_output()
    assert said[0] == b"\x90\x69\x7f"
    assert said[-1] == b"\x90\x69\x00"
    assert {message[0] for message in said[1:-1]} == {0xE1}
    assert surface.fader_position(2) == 0.75


def test_a_finger_stays_on_a_button_for_a_moment() -> None:
    surface = XTouch()
    hand = Player(tap(surface, "play", at=0.0))
    play(hand, surface, seconds=0.05)
    assert surface.take_output() == [b"\x90\x5e\x7f"]
    play(hand, surface, seconds=0.1)
    assert surface.take_output() == [b"\x90\x5e\x00"]


def test_a_turn_is_a_row_of_ticks() -> None:
    surface = XTouch()
    play(Player(turn(surface, 3, at=0.0, ticks=-4)), surface, seconds=0.1)
    assert surface.take_output() == [b"\xb0\x12\x41"] * 4


def test_the_same_script_gives_the_same_bytes() -> None:
    def bytes_of_a_session() -> list[bytes]:
        surface = XTouch()
        steps = [*ride(surface, 1, at=0.1, to=0.6), *tap(surface, "mute.1", at=0.3)]
        play(Player(steps), surface, seconds=1.5)
        return surface.take_output()

    assert bytes_of_a_session() == bytes_of_a_session()


def test_a_cable_carries_both_ways() -> None:
    one, other = XTouch(), XTouch()
    one.tap("play")
    other.tap("stop")
    play(one, other, Cable(one, other), seconds=0.005)
    assert (one.counts.messages_in, other.counts.messages_in) == (2, 2)
