"""What the simulator's documents say is so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
README = HERE.parent.parent / "firmware-sim" / "README.md"
DOCUMENT = HERE.parent.parent / "docs" / "simulator.md"


def test_every_test_the_document_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text()))
    there = {
        name
        for path in HERE.rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert len(named) > 50
    assert named - there == set()


def rows() -> list[list[str]]:
    """The rows of all tables that name a test, by cells."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("|") and "`test_" in line
    ]


def test_every_behaviour_has_a_fault_a_test_and_says_how_its_figures_are_known() -> None:
    known = re.compile(
        r"^\u2013$|measured|documented|assumed|seen|source|our own design|as rtpmidid|default"
    )
    assert len(rows()) >= 20
    for row in rows():
        behaviour, fault, test, figures = row
        assert behaviour
        assert fault
        assert test.startswith("`test_")
        assert known.search(figures), row


def test_the_readmes_examples_run_with_nothing_but_the_package_on_the_path(
    tmp_path: Path,
) -> None:
    shutil.copytree(README.parent / "firmware_sim", tmp_path / "firmware_sim")
    examples = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(examples) == 3
    script = tmp_path / "examples.py"
    script.write_text("import sys; sys.path.insert(0, '.')\n" + "\n".join(examples))
    # -I and -S: no folder of installed packages, so neither the bridge nor anything else.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "examples.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
