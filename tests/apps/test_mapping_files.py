from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import (
    LARGEST_FILE,
    SheetFolder,
    find_rig,
    load_rig,
    mappings_folder,
    shipped_rigs,
)

RIG = """\
surfacebridge: 1
name: mine
surfaces: {x: {device: my/own, port: x}}
targets: {desk: {profile: behringer/x32, host: 127.0.0.1}}
banks: {all: {items: desk.ch.1}}
strip:
  map:
    - fader <> .fader | db
"""
SHEET = """\
surfacebridge-sheet: 1
device: my/own
title: My own
dialect: mcu
strips: 1
strip: {fader: {kind: fader, law: x-touch, motor: true, touch: true}}
"""


def test_a_rig_is_found_by_path_and_by_the_name_of_a_shipped_one(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(RIG, encoding="utf-8")
    assert find_rig(str(mine)) == mine
    shipped = find_rig("xtouch-x32")
    assert shipped == find_rig("xtouch-x32.yaml")
    assert shipped is not None
    assert find_rig("../rigs/xtouch-x32") is None


def test_the_shipped_rigs_are_listed() -> None:
    assert {"xtouch-x32", "hui-reaper", "mcu-xt-ardour", "serial-box-logic"} <= set(shipped_rigs())


def test_sheets_beside_a_rig_come_before_the_shipped_ones(tmp_path: Path) -> None:
    rig = tmp_path / "mine.yaml"
    rig.write_text(RIG, encoding="utf-8")
    assert load_rig(str(rig), {}).plan is None
    sheet = tmp_path / "devices" / "my" / "own.yaml"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(SHEET, encoding="utf-8")
    loaded = load_rig(str(rig), {})
    assert loaded.plan is not None, loaded.problems
    assert loaded.errors == 0


def test_a_sheet_cannot_be_reached_outside_its_folders() -> None:
    folder = SheetFolder(mappings_folder(), mappings_folder())
    assert folder.read("devices", "../targets/behringer/x32") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "not-text"),
        (b"#" * (LARGEST_FILE + 1), "too-large"),
        (b"include: [none.yaml]\n", "include"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_no_exception(
    tmp_path: Path, content: bytes, code: str
) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_bytes(content)
    loaded = load_rig(str(rig), {})
    assert loaded.plan is None
    assert code in {problem.code for problem in loaded.problems}


def test_an_included_file_is_read_from_beside_the_one_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "common.yaml").write_text("name: shared\n", encoding="utf-8")
    rig = tmp_path / "rig.yaml"
    text = RIG.replace("name: mine\n", "include: [common.yaml]\n").replace(
        "my/own", "behringer/x-touch"
    )
    rig.write_text(text, encoding="utf-8")
    loaded = load_rig(str(rig), {})
    assert loaded.document is not None
    assert loaded.document.name == "shared"
    assert {Path(source.path).name for source in loaded.sources} == {"rig.yaml", "common.yaml"}


CODE = RIG.replace("my/own", "behringer/x-touch").replace(
    ".fader | db", ".fader | py(halves_of_mine:half, inverse=halves_of_mine:double)"
)


def test_code_runs_only_when_its_module_is_allowed(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(CODE, encoding="utf-8")
    module = tmp_path / "halves_of_mine.py"
    module.write_text("def half(v): return v / 2\ndef double(v): return v * 2\n", encoding="utf-8")
    (problem,) = load_rig(str(rig), {}).problems
    assert "start with --allow-code halves_of_mine" in problem.message
    (problem,) = load_rig(str(rig), {}, ("other",)).problems
    assert problem.code == "code"
    allowed = load_rig(str(rig), {}, ("halves_of_mine",))
    assert allowed.plan is not None, allowed.problems


@pytest.mark.parametrize(
    ("body", "words"),
    [("1 / 0", "cannot be imported"), ("half = 3", "has no function 'half'")],
)
def test_code_that_cannot_be_had_is_blamed_on_its_line(
    tmp_path: Path, body: str, words: str
) -> None:
    name = f"broken_{abs(hash(body))}"
    rig = tmp_path / "rig.yaml"
    rig.write_text(CODE.replace("halves_of_mine", name), encoding="utf-8")
    (tmp_path / f"{name}.py").write_text(body, encoding="utf-8")
    (problem,) = load_rig(str(rig), {}, (name,)).problems
    assert words in problem.message
    assert problem.span.line == 8


def test_a_pattern_that_no_profile_can_say_is_a_problem_of_its_surface(tmp_path: Path) -> None:
    rig = tmp_path / "mine.yaml"
    text = RIG.replace(
        "{device: my/own, port: x}",
        "{port: x, strips: 1, controls: {fader: {in: 'pb {s}', out: 'note 1 2 3', law: x32}}}",
    )
    rig.write_text(text, encoding="utf-8")
    loaded = load_rig(str(rig), {})
    assert loaded.plan is None
    assert [str(one).partition("mine.yaml:")[2] for one in loaded.problems] == [
        "3:12: 'x': 'note 1 2 3 127' is no MIDI message"
    ]
