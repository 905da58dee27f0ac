"""What pages say of tests is so: each test that one names is there."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SIMULATOR: Final = ROOT / "docs" / "simulator.md"
PAGES: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NAMED: Final = re.compile(r"`(test_\w+)`")
KNOWN_AS: Final = re.compile(r"\b(measured|documented|assumed)\b|^\u2013")


@cache
def names_of_tests(folder: Path) -> set[str]:
    """Return the names of all tests below ``folder``, and of the modules they are in."""
    names = set()
    for path in folder.rglob("test_*.py"):
        names |= {path.stem, *re.findall(r"\bdef (test_\w+)", path.read_text(encoding="utf-8"))}
    return names


def behaviours() -> list[list[str]]:
    """Return the cells of each row that says what the simulator does, and which test shows it."""
    rows, inside = [], False
    for line in SIMULATOR.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == "behaviour":
            assert cells == ["behaviour", "reported fault it catches", "test", "figures"]
            inside = True
        elif inside and not set(line) <= set("|-"):
            rows.append(cells)
    return rows


def test_every_test_that_a_page_names_is_there() -> None:
    there = names_of_tests(ROOT / "tests")
    named = {(page.name, name) for page in PAGES for name in NAMED.findall(page.read_text("utf-8"))}
    assert len(named) > 100
    assert sorted(one for one in named if one[1] not in there) == []


@pytest.mark.parametrize("row", behaviours(), ids=lambda row: row[0])
def test_a_behaviour_of_the_simulator_has_a_fault_a_test_and_figures(row: list[str]) -> None:
    behaviour, fault, shown_by, figures = row
    assert behaviour
    assert fault
    assert set(NAMED.findall(shown_by)) & names_of_tests(ROOT / "tests" / "firmware_sim")
    assert KNOWN_AS.search(figures)
