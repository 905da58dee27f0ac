import pytest

from surfacebridge.rehearsal.coverage import coverage_of
from tests.rehearsal.stage import load, rig_text, tell

TEXT = rig_text(
    "- fader <> daw:/f {n:i} {v:f}\n- mute <> daw:/m {n:i} {v:i}",
    more="map:\n  - x.f{1..4} > daw:/go {i:i}\n",
)


def test_lines_no_story_reached_are_named_once_in_file_order() -> None:
    _, plan = load(TEXT)
    coverage = coverage_of(plan, [tell(TEXT, "move x.fader.1 0.5")])
    assert coverage.lines == 3
    assert [one.line.partition(" ")[0] for one in coverage.unreached] == ["mute", "x.f1"]
    assert coverage.share == pytest.approx(1 / 3)


def test_one_word_of_a_list_reaches_its_line() -> None:
    _, plan = load(TEXT)
    verdicts = [tell(TEXT, "move x.fader.1 0.5"), tell(TEXT, "tap x.mute.2", "tap x.f3")]
    assert coverage_of(plan, verdicts).share == 1.0


def test_nothing_is_missing_from_an_empty_mapping() -> None:
    _, plan = load(rig_text("[]"))
    assert coverage_of(plan, []).share == 1.0
