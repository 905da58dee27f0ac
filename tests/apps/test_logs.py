import json
import logging
from collections.abc import Iterator

import pytest

from surfacebridge.apps.logs import EXPLAINING, MOST_ALIKE, MOST_LINES, WINDOW, Patience, set_up


def record(text: str, at: float, name: str = "surfacebridge.x") -> logging.LogRecord:
    made = logging.LogRecord(name, logging.INFO, "", 0, "%s", (text,), None)
    made.created = at
    return made


def test_a_line_that_comes_again_and_again_is_said_ten_times_and_then_how_often_not() -> None:
    patience = Patience()
    said = [patience.filter(record("x is lost.", n / 10)) for n in range(200)]
    assert sum(said) == MOST_ALIKE
    later = record("x is lost.", WINDOW + 1)
    assert patience.filter(later)
    assert later.getMessage() == "x is lost. (and 190 times more before)"


def test_a_clock_that_is_set_back_does_not_make_a_line_mute() -> None:
    patience = Patience()
    an_hour = 3600.0
    assert not all(patience.filter(record("x is lost.", an_hour + n / 10)) for n in range(50))
    assert patience.filter(record("x is lost.", 0.0))


def test_other_lines_are_said_meanwhile() -> None:
    patience = Patience()
    for n in range(50):
        patience.filter(record("x is lost.", n / 10))
    assert patience.filter(record("desk is silent.", 5.0))


def test_explanations_that_were_asked_for_are_all_said() -> None:
    patience = Patience()
    assert all(patience.filter(record("x.fader.1 moved", n / 10, EXPLAINING)) for n in range(50))


def test_many_different_lines_fill_no_memory() -> None:
    patience = Patience()
    for n in range(10 * MOST_LINES):
        assert patience.filter(record(f"line {n}", 1.0))
    assert len(patience._seen) == MOST_LINES


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    root = logging.getLogger("surfacebridge")
    root.handlers.clear()
    root.propagate = True
    root.setLevel(logging.NOTSET)


def test_a_peers_words_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("surfacebridge.x").warning("desk is \x1b[2J%s", "n" * 10_000)
    said = capsys.readouterr().err
    assert "warning: desk is ?[2Jnnn" in said
    assert "\x1b" not in said
    assert len(said) < 5000


def test_json_lines_are_whole_and_hold_no_raw_controls(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(as_json=True)
    logging.getLogger("surfacebridge.x").info("two\nlines \x1b")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "two\nlines \x1b"
