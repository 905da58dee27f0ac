"""The pages about targets: what they show can be copied."""

import re
from pathlib import Path

import pytest

from surfacebridge.mapping.sheets import read_target
from surfacebridge.mapping.source import Source
from tests.helpers.written import load
from tests.profiles.shipped import ShippedFiles

PAGES = Path(__file__).parents[2] / "docs" / "targets"
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
