"""What imports cannot check: every module has its tests, and the rules still bite.

The import contracts themselves are in ``pyproject.toml``; here a deliberate
violation of each must be refused.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "surfacebridge"
TESTS = ROOT / "tests"

# Modules that are seen at work elsewhere, with the place that sees them.
SEEN_ELSEWHERE = {
    "__main__.py": "every test of a command",
    "errors.py": "every test that expects one",
    "apps/cli/demo_show.py": "apps/cli/test_demo.py",
    "apps/cli/demo_stage.py": "journeys",
    "apps/cli/demo_view.py": "apps/cli/test_demo.py",
    "apps/cli/options.py": "apps/cli/test_check.py",
    "apps/cli/problems.py": "apps/cli/test_run.py",
    "apps/front_desk.py": "apps/cli/test_status.py",
    "apps/loops.py": "apps/cli/test_run.py",
    "apps/running.py": "apps/cli/test_run.py",
    "apps/watching.py": "apps/cli/test_monitor.py",
    "apps/learning.py": "apps/cli/test_learn.py",
    "mapping/document.py": "mapping/test_parser.py",
    "mapping/lines.py": "mapping/test_arrows.py",
    "mapping/source.py": "mapping/test_yaml_reader.py",
    "model/feedback.py": "routing",
    "model/lifecycle.py": "routing",
    "model/parameters.py": "routing",
    "profiles/base.py": "a contract without code",
    "protocols/malformed.py": "every codec's tests",
    "routing/line_compiler.py": "routing/test_compiler.py",
    "routing/names.py": "routing/test_compiler.py",
    "routing/plan.py": "routing/test_compiler.py",
    "routing/running.py": "routing/test_engine.py",
}


def modules() -> list[Path]:
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(path for path in found if path.name != "__init__.py")


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_has_its_test_module(module: Path) -> None:
    test = TESTS / module.parent / f"test_{module.name}"
    if str(module) in SEEN_ELSEWHERE:
        assert not test.exists(), f"{module} has tests of its own now; take it off the list"
    else:
        assert test.exists(), f"{module} has no {test.relative_to(ROOT)}"


def test_the_list_of_exceptions_names_real_modules() -> None:
    assert set(SEEN_ELSEWHERE) <= {str(module) for module in modules()}


PRODUCT = "surfacebridge.profiles.surfaces.mcu"

# Each contract with an import that breaks it: (contract, module, import).
VIOLATIONS = [
    ("layers", "surfacebridge/model/laws.py", "surfacebridge.routing.engine"),
    ("layers", "surfacebridge/mapping/lists.py", "surfacebridge.protocols.malformed"),
    ("sans-io", "surfacebridge/routing/engine.py", "time"),
    ("sans-io", "surfacebridge/protocols/midi/decoder.py", "asyncio"),
    ("codecs-alone", "surfacebridge/protocols/mcu/text.py", "surfacebridge.model.values"),
    ("routing-off-wire", "surfacebridge/routing/text.py", "surfacebridge.protocols.osc.packet"),
    (
        "transports-move-bytes",
        "surfacebridge/transports/udp.py",
        "surfacebridge.protocols.osc.packet",
    ),
    ("rehearsal-off-wire", "surfacebridge/rehearsal/story.py", "surfacebridge.transports.link"),
    (
        "codec-stack",
        "surfacebridge/protocols/midi/messages.py",
        "surfacebridge.protocols.mcu.layout",
    ),
    (
        "products-apart",
        "surfacebridge/profiles/consoles/x32.py",
        "surfacebridge.profiles.surfaces.mcu",
    ),
    ("yaml-in-one-file", "surfacebridge/mapping/parser.py", "ruamel.yaml"),
    ("two-implementations", "firmware_sim/wire.py", "surfacebridge.errors"),
    ("two-implementations", "surfacebridge/bridge/hub.py", "firmware_sim.wire"),
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both packages and the contracts, to break things in."""
    place = tmp_path_factory.mktemp("tree")
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, place / "surfacebridge", ignore=skip)
    shutil.copytree(ROOT / "firmware-sim/firmware_sim", place / "firmware_sim", ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def lint(place: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    limits = [word for contract in contracts for word in ("--contract", contract)]
    code = (
        f"import sys; sys.path[:0] = [{str(place)!r}]\n"
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, "--no-cache", *limits],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("contract", "module", "imported"), VIOLATIONS)
def test_a_deliberate_violation_is_refused(
    copied: Path, contract: str, module: str, imported: str
) -> None:
    path = copied / module
    right = path.read_text(encoding="utf-8")
    try:
        path.write_text(f"{right}\nimport {imported}\n", encoding="utf-8")
        done = lint(copied, contract)
    finally:
        path.write_text(right, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_the_tree_as_it_is_breaks_nothing(copied: Path) -> None:
    done = lint(copied)
    assert done.returncode == 0, done.stdout


def test_no_test_patches_our_own_names() -> None:
    patched = re.compile(r"\bpatch\(|monkeypatch\.setattr\([^)]*(surfacebridge|firmware_sim)")
    guilty = [
        str(path.relative_to(ROOT))
        for path in TESTS.rglob("*.py")
        if path != Path(__file__) and patched.search(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_no_unfinished_mark_is_left() -> None:
    # Written in halves, so that this file does not find itself.
    words = [first + second for first, second in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"))]
    marks = re.compile(rf"\\b({'|'.join(words)})\\b|raise Not" + "ImplementedError")
    guilty = [
        str(path.relative_to(ROOT))
        for folder in (PACKAGE, ROOT / "firmware-sim", TESTS)
        for path in folder.rglob("*.py")
        if marks.search(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


WALL_CLOCK = re.compile(r"time\.time\(\)|localtime|datetime\.now|\.created\b")
READS_THE_WALL_CLOCK = {
    "apps/logs.py": "when a line was said, for people",
    "apps/recording.py": "the date of a capture",
    "apps/running.py": "displays of the time",
    "bridge/waking.py": "sleep, where the system has no clock for it",
}


def test_only_these_read_the_clock_on_the_wall() -> None:
    # It jumps: what waits, expires or is late goes by the loop's clock.
    readers = {str(path) for path in modules() if WALL_CLOCK.search((PACKAGE / path).read_text())}
    assert readers == set(READS_THE_WALL_CLOCK)
