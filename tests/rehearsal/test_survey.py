"""Only stories that look at a line notice that it was broken."""

from surfacebridge.rehearsal.programme import Programme
from surfacebridge.rehearsal.survey import Outcome
from tests.rehearsal.stage import load, rig_text

STRIP = "- mute <> daw:/m {n:i} {v:i}\n- solo <> daw:/s {n:i} {v:i}"
MUTES = """tests:
  pages:
    - tap x.bank.right
    - move x.fader.1 0.5
    - expect no daw
  mutes:
    - tap x.mute.1
    - expect daw:/m 1 1
    - recv daw:/m 1 0
    - expect x.mute.1 dark
    - recv daw:/m 1 1
    - expect x.mute.1 lit
"""


def outcomes(strip: str = STRIP, more: str = MUTES) -> list[Outcome]:
    programme = Programme(*load(rig_text(strip, more=more)))
    assert [str(one.failure) for one in programme.verdicts() if not one.passed] == []
    return list(programme.survey(programme.mutations()))


def test_a_story_notices_what_it_looks_at_and_nothing_else() -> None:
    found = outcomes()
    assert {one.noticed_by for one in found if one.mutation.line.startswith("mute")} == {"mutes"}
    assert not any(one.noticed for one in found if one.mutation.line.startswith("solo"))


def test_a_test_on_the_line_notices_too() -> None:
    line = "mute <> daw:/m {n:i} {v:i} | invert"
    found = outcomes(f"- {line}: {{test: [press -> 1, lit <- 0]}}", more="")
    inverted = next(one for one in found if one.mutation.what == "without 'invert'")
    assert inverted.noticed_by == f"{line}: lit <- 0"


def test_a_change_around_the_lines_is_noticed_by_who_presses_the_key() -> None:
    more = MUTES.replace("move x.fader.1 0.5", "tap x.mute.1").replace("no daw", "daw:/m 9 1")
    found = outcomes(more=more)
    paged = next(one for one in found if one.mutation.line == "page")
    assert paged.noticed_by == "pages"
