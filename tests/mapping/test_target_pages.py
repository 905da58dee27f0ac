"""The pages about targets: what they show can be copied."""

import re
from pathlib import Path

import pytest

from surfacebridge.mapping.sheets import read_target
from surfacebridge.mapping.source import Source
from tests.helpers.written import load
from tests.journeys.test_osc_daws import PROGRAMS, OtherDiGiCo
from tests.profiles.consoles.test_conformance import DESKS
from tests.profiles.shipped import ROOT, ShippedFiles, shipped

PAGES = Path(__file__).parents[2] / "docs" / "targets"
TARGETS = ROOT / "targets"
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted(PAGES.glob("*.md"))
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_is_sound(block: str) -> None:
    if block.startswith("surfacebridge-sheet"):
        sheet, problems = read_target(
            Source("page", block), lambda name: ShippedFiles().read("targets", name)
        )
        assert sheet is not None
        assert problems == []
    else:
        # Sections alone are shown too, to be put into a rig.
        whole = block if block.startswith("surfacebridge:") else f"surfacebridge: 1\n{block}"
        problems = [one for one in load(whole).problems if one.severity == "error"]
        assert problems == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: str(page.stem))
def test_every_page_of_a_target_ends_with_its_known_problems(page: Path) -> None:
    headings = re.findall(r"^## (.*)$", page.read_text(), re.MULTILINE)
    assert page.stem == "README" or headings[-1].startswith("Known problems")


def test_every_test_that_the_table_of_scenarios_names_is_one() -> None:
    table = (PAGES / "README.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", table))
    written = {
        name
        for path in (PAGES.parents[1] / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(named) > 25
    assert named - written == set()


def test_no_target_is_left_out_of_the_scenarios() -> None:
    played = {one.sheet for one in (*DESKS, *PROGRAMS, OtherDiGiCo)}
    dialects = {shipped().target(name).dialect for name in played}
    left_out = []
    for name in ShippedFiles().names("targets"):
        sheet = shipped().target(name)
        # A sheet of plain OSC is a dialect of its own, unless it only changes another one.
        extends = re.search(
            r"^extends: (\S+)", (TARGETS / f"{name}.yaml").read_text(), re.MULTILINE
        )
        base = extends[1] if extends is not None else name
        is_played = base in played if sheet.dialect == "osc" else sheet.dialect in dialects
        if not is_played:
            left_out.append(name)
    assert left_out == []
