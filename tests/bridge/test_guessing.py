"""Guessing what an undescribed box is from its bytes alone; the bytes are written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.bridge.guessing import Guess, MidiGuess


def best(*messages: bytes) -> Guess:
    heard = MidiGuess()
    for message in messages:
        heard.receive(message)
    return max(heard.guesses(), key=lambda guess: guess.amount)


def cc(number: int, *values: int, channel: int = 1) -> list[bytes]:
    return [bytes((0xB0 + channel - 1, number, value)) for value in values]


def test_a_controller_that_travels_is_a_knob() -> None:
    guess = best(*cc(74, 3, 30, 90, 127, 60))
    assert (guess.name, guess.kind, guess.body) == ("knob.cc74", "knob", "{in: cc 1 74}")
    assert guess.amount == pytest.approx((27 + 60 + 37 + 67) / 127)


def test_another_channel_is_in_the_name() -> None:
    assert best(*cc(7, 0, 64, channel=3)).name == "knob.ch3.cc7"
    assert best(*cc(7, 0, 64, channel=3)).body == "{in: cc 3 7}"


def test_two_halves_that_come_together_are_one_pair() -> None:
    halves = [part for high in (1, 40, 90) for part in (*cc(7, high), *cc(39, 5 * high % 128))]
    guess = best(*halves)
    assert (guess.name, guess.body) == ("knob.pair7", "{in: cc14 1 7}")


def test_two_knobs_that_are_32_apart_are_two() -> None:
    heard = MidiGuess()
    for message in (*cc(7, 0, 60, 120), *cc(39, 1, 2, 3)):
        heard.receive(message)
    assert {guess.name for guess in heard.guesses()} == {"knob.cc7", "knob.cc39"}


def test_a_parameter_is_found_behind_its_four_controllers() -> None:
    values = [part for high in (0, 60, 127) for part in (*cc(6, high), *cc(38, 0))]
    guess = best(*cc(99, 7), *cc(98, 4), *values)
    assert (guess.name, guess.body) == ("knob.nrpn900", "{in: nrpn 1 900}")


def test_a_parameter_of_seven_bits_still_reaches_the_top() -> None:
    guess = best(*cc(99, 7), *cc(98, 4), *cc(6, 0, 127))
    assert guess.body == '{in: "nrpn 1 900 {v:0..16256}"}'
    assert guess.amount == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("right", "left", "coding"),
    [
        ((1, 1, 2, 1), (127, 127, 126), "twos_complement"),
        ((65, 65, 66, 65), (63, 63, 62), "binary_offset"),
        ((65, 65, 66, 65), (1, 1, 2), "bit6_up"),
        ((1, 1, 2, 1), (65, 65, 66), "bit6_down"),
    ],
)
def test_an_encoder_turned_right_and_back_tells_its_coding(
    right: tuple[int, ...], left: tuple[int, ...], coding: str
) -> None:
    guess = best(*cc(16, *right, *left))
    assert (guess.name, guess.kind) == ("vpot.cc16", "vpot")
    assert guess.body == f"{{in: cc 1 16, relative: {coding}}}"
    assert guess.amount == pytest.approx((5 + 4) / 32)


def test_an_encoder_turned_one_way_only_is_not_guessed() -> None:
    assert list(_heard(cc(16, 1, 1, 1, 1, 1)).guesses()) == []


def test_a_controller_with_two_states_is_a_key() -> None:
    guess = best(*cc(64, 127, 0, 127, 0))
    assert (guess.name, guess.kind, guess.amount) == ("key.cc64", "key", 1.0)


def test_a_note_is_a_key_however_hard_the_pad_is_pressed_on() -> None:
    pad = [b"\x90\x3c\x40", *(bytes((0xA0, 0x3C, value)) for value in (0, 127, 0)), b"\x80\x3c\x00"]
    heard = _heard(pad)
    assert [(guess.name, guess.body) for guess in heard.guesses()] == [
        ("key.note60", "{in: note 1 60}")
    ]


def test_a_bend_is_a_knob_of_its_channel() -> None:
    guess = best(b"\xe2\x00\x00", b"\xe2\x00\x40")
    assert (guess.name, guess.body) == ("knob.pb3", "{in: pb 3}")


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_whatever_is_said_nothing_raises_and_names_are_told_once(chunks: list[bytes]) -> None:
    names = [guess.name for guess in _heard(chunks).guesses()]
    assert len(names) == len(set(names))


def _heard(messages: list[bytes]) -> MidiGuess:
    heard = MidiGuess()
    for message in messages:
        heard.receive(message)
    return heard
