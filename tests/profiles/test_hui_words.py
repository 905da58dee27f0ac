"""Names of a HUI's controls, in a mapping and on the wire."""

import pytest

from surfacebridge.profiles.hui_words import DISPLAYS, KNOBS, PARAM_RINGS, name_of, word_of


@pytest.mark.parametrize(
    ("name", "word"),
    [("vpot.push", "v.sel"), ("smpte", "timecode"), ("mute", "mute"), ("f1", "f1")],
)
def test_a_name_is_the_protocols_word_unless_that_is_another(name: str, word: str) -> None:
    assert word_of(name) == word
    assert name_of(word) == name


def test_the_knobs_beside_the_display_follow_those_of_the_strips() -> None:
    assert [KNOBS[f"param.knob.{n}"] for n in (1, 4)] == [8, 11]
    assert KNOBS["param.page"] == 12
    assert [PARAM_RINGS[f"param.ring.{n}"] for n in (1, 4)] == [8, 11]


def test_a_row_of_the_main_display_is_four_slices() -> None:
    assert [*DISPLAYS["display.bottom"]] == [4, 5, 6, 7]
    assert [[*DISPLAYS[f"display.bottom.{n}"]] for n in (1, 4)] == [[4], [7]]
