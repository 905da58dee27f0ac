"""The pages for DAWs say what is so: their commands work, their messages are ours."""

import re
import shlex
from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import load_rig, shipped_rigs
from surfacebridge.bridge.assembly import places_of
from surfacebridge.model.sheets import emulated
from surfacebridge.profiles.registry import target_endpoint
from tests.profiles.shipped import shipped

FOLDER = Path(__file__).parents[1] / "docs" / "hosts"
PAGES = sorted(FOLDER.glob("*.md"))
COMMAND = re.compile(r"^    surfacebridge run (?!RIG)(.*?)(?:  +#.*)?$", re.MULTILINE)


def commands() -> list[str]:
    return sorted({line for page in PAGES for line in COMMAND.findall(page.read_text())})


@pytest.mark.parametrize("command", commands())
def test_a_command_on_a_page_can_be_run(command: str) -> None:
    rig, *options = shlex.split(command)
    pairs = [word.partition("=")[::2] for word in options[1::2]]
    given = dict(zip(pairs, options[::2], strict=True))
    settings = {name: value for (name, value), option in given.items() if option == "--set"}
    at = {name: value for (name, value), option in given.items() if option == "--at"}
    assert set(given.values()) <= {"--set", "--at"}
    loaded = load_rig(rig, settings)
    assert loaded.plan is not None, loaded.problems
    assert loaded.document is not None
    assert places_of(loaded.document, loaded.plan, at)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_says_you_see_is_what_the_bridge_says(page: Path) -> None:
    reasons = set()
    for device in ("mackie/mcu", "mackie/hui"):
        reasons.add(target_endpoint("daw", emulated(shipped().device(device)), {}).health.reason)
    for said in re.findall(r"`\w+ is silent\. ([^`…]+)", page.read_text()):
        known = [reason for reason in reasons if reason.startswith(said.strip())]
        assert known or "stopped pinging" in said, said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_on_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_page_is_in_the_index_and_every_rig_for_a_daw_too() -> None:
    index = (FOLDER / "README.md").read_text()
    assert [page.name for page in PAGES if page.name not in index] == ["README.md"]
    for rig in ("xtouch-daw", "xtouch-ext-daw", "hui-daw", "mcu-protools", "serial-box-logic"):
        assert rig in shipped_rigs()
        assert f"`{rig}`" in index
