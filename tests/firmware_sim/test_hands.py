from itertools import pairwise

import pytest

from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.hands import REST, Gesture, Hands
from firmware_sim.player import Player, play
from firmware_sim.xtouch import XTouch

TOUCH, UNTOUCH = b"\x90\x6a\x7f", b"\x90\x6a\x00"


def positions(said: list[bytes]) -> list[int]:
    return [m[1] | m[2] << 7 for m in said if m[0] == 0xE2]


@pytest.fixture
def surface() -> XTouch:
    return XTouch()


@pytest.fixture
def hands(surface: XTouch) -> Hands:
    return Hands(surface)


def test_a_ride_in_words_grabs_moves_and_lets_go(surface: XTouch, hands: Hands) -> None:
    hands.perform("ride 3 to 0.7 in 500ms")
    said = surface.take_output()
    assert (said[0], said[-1]) == (TOUCH, UNTOUCH)
    assert surface.fader_position(3) == 0.7
    assert positions(said) == sorted(positions(said))
    assert 45 <= len(said) <= 53


def test_an_arm_is_quickest_in_the_middle_of_its_way(surface: XTouch, hands: Hands) -> None:
    hands.perform("ride 3 to 100% in 1s")
    way = positions(surface.take_output())
    speeds = [b - a for a, b in pairwise(way)]
    assert max(speeds) == max(speeds[len(speeds) // 3 : 2 * len(speeds) // 3])
    assert max(speeds[0], speeds[-1]) < max(speeds) / 10


def test_words_and_python_do_the_same(surface: XTouch, hands: Hands) -> None:
    hands.perform("ride 3 to 0.7 in 500ms, wait 1s, tap mute.3")
    in_words = surface.take_output()
    other = XTouch()
    twin = Hands(other)
    twin.perform(twin.ride(3, 0.7, 0.5).then(twin.wait(1.0)).then(twin.tap("mute.3")))
    assert other.take_output() == in_words


def test_grab_slide_and_release_are_a_ride_taken_apart(surface: XTouch, hands: Hands) -> None:
    hands.perform("grab 3")
    assert surface.take_output() == [TOUCH]
    hands.perform("slide 3 to 0.25 in 100ms")
    assert surface.fader_position(3) == 0.25
    hands.perform("release 3")
    assert surface.take_output()[-1] == UNTOUCH


def test_a_thrown_cap_coasts_on_without_a_finger(surface: XTouch, hands: Hands) -> None:
    hands.perform("throw 3 to 0.9 in 90ms", after=0.05)
    said = surface.take_output()
    let_go = said.index(UNTOUCH)
    assert positions(said[:let_go])
    assert len(positions(said[let_go:])) >= 2
    assert surface.fader_position(3) == 0.9


def test_a_cap_dropped_in_mid_flight_stays_there(surface: XTouch, hands: Hands) -> None:
    hands.perform("drop 3 to 1.0 in 500ms after 250ms", after=0.5)
    assert surface.fader_position(3) == pytest.approx(0.5, abs=0.02)
    assert surface.take_output()[-1] == UNTOUCH


def test_a_still_hand_says_nothing_but_its_touch(surface: XTouch, hands: Hands) -> None:
    hands.perform("hold 3 for 2s")
    assert surface.take_output() == [TOUCH, UNTOUCH]


def test_a_bump_moves_a_cap_without_a_touch(surface: XTouch, hands: Hands) -> None:
    hands.perform("slide 3 to 0.5 in 10ms, bump 3 by -0.02")
    said = surface.take_output()
    assert surface.fader_position(3) == pytest.approx(0.48)
    assert len(positions(said)) == len(said)


def test_two_hands_work_at_once(surface: XTouch, hands: Hands) -> None:
    gesture = hands.read("ride 1 to 0.2 in 1s and ride main to 0.9 in 500ms then tap play")
    assert gesture.seconds == pytest.approx(1.0 + 2 * REST + 0.1)
    hands.perform(gesture)
    said = surface.take_output()
    kinds = [message[0] for message in said]
    assert kinds.index(0xE8) < len(kinds) - 1 - kinds[::-1].index(0xE0)
    assert (surface.fader_position(1), surface.fader_position(9)) == (0.2, 0.9)
    assert said[-2:] == [b"\x90\x5e\x7f", b"\x90\x5e\x00"]


def test_knobs_and_the_wheel_turn_tick_by_tick(surface: XTouch, hands: Hands) -> None:
    hands.perform("turn 2 by -2 and jog by +2")
    assert sorted(surface.take_output()) == [
        b"\xb0\x11\x41",
        b"\xb0\x11\x41",
        b"\xb0\x3c\x01",
        b"\xb0\x3c\x01",
    ]


def test_a_button_may_be_kept(surface: XTouch, hands: Hands) -> None:
    hands.perform("press shift, tap save\nlift shift")
    notes = [(m[1], m[2]) for m in surface.take_output()]
    assert notes == [(0x46, 127), (0x50, 127), (0x50, 0), (0x46, 0)]


@pytest.mark.parametrize(
    "words", ["dance 3", "ride 3 to 0.7 slowly", "ride 3 to 2m in 1s", "wait a bit"]
)
def test_unknown_words_are_said_back(hands: Hands, words: str) -> None:
    with pytest.raises(ValueError, match=f"do not know how to '{words}'"):
        hands.read(f"wait 1s, {words}")


def test_a_gesture_can_be_one_of_a_longer_script(surface: XTouch, hands: Hands) -> None:
    script = Player([*hands.tap("play").at(0.5), *hands.read("tap stop").at(1.5)], every=2.0)
    play(script, surface, seconds=4.0)
    assert [m[1] for m in surface.take_output()] == [0x5E, 0x5E, 0x5D, 0x5D] * 2
    assert hands.read("") == Gesture()


def test_hands_at_a_surface_behind_a_bad_cable_take_their_time_once(surface: XTouch) -> None:
    link = FaultyLink(surface, FAULTS["din"])
    Hands(surface, link).perform("ride 3 to 0.5 in 500ms", after=0.1)
    heard = b"".join(link.take_output())
    assert (heard[:3], heard[-3:]) == (TOUCH, UNTOUCH)
    assert 45 <= len(heard) / 3 <= 53


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("touch 3, move 3 0.7 in 300ms, release 3", "grab 3, slide 3 to 0.7 in 300ms, release 3"),
        ("ride fader.3 -10dB", "ride 3 to 0.5 in 300ms"),
        ("ride 3 0dB", "ride 3 to 75% in 300ms"),
        ("slide 3 -inf", "slide 3 to 0 in 300ms"),
        ("press play, release play", "press play, lift play"),
    ],
)
def test_a_gesture_has_short_words_too(words: str, same: str) -> None:
    said = []
    for one in (words, same):
        surface = XTouch()
        Hands(surface).perform(one)
        said.append(surface.take_output())
    assert said[0] == said[1]
