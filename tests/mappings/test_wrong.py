"""Files full of slips: each is found where it stands, and nothing else is blamed."""

from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import load_rig

WRONG = Path(__file__).parent / "wrong"


@pytest.mark.parametrize("path", sorted(WRONG.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_marked_line_is_blamed_and_no_other(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    problems = load_rig(str(path), {}).problems
    blamed = {problem.span.line for problem in problems if problem.severity == "error"}
    assert {lines[number - 1] for number in marked - blamed} == set()
    assert {str(problem) for problem in problems if problem.span.line not in marked} == set()


def test_there_are_fifty_different_slips() -> None:
    text = (WRONG / "fifty.yaml").read_text(encoding="utf-8")
    assert text.count("# wrong") >= 50


def test_a_problem_says_where_and_what() -> None:
    for problem in load_rig(str(WRONG / "fifty.yaml"), {}).problems:
        assert problem.span.column > 0
        assert problem.message.strip()
        assert problem.code
