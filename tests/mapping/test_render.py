import json

from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.render import as_json, as_sarif, as_text
from surfacebridge.mapping.source import Source, Span

LATER = Problem(Span("a.yaml", 2, 5), "no control 'fadr'", "control")
FIRST = Problem(Span("a.yaml", 1, 1), "an arrow is missing", "arrow")
WARNING = Problem(Span("a.yaml", 1, 2), "two tapers in a row", "taper", "warning")
SOURCE = Source("a.yaml", "- mute .on\n  - fadr <> .fader\n")


def test_text_shows_the_line_and_a_caret_errors_first() -> None:
    assert as_text([WARNING, LATER, FIRST], [SOURCE]) == (
        "a.yaml:1:1: an arrow is missing\n"
        "    - mute .on\n"
        "    ^\n"
        "a.yaml:2:5: no control 'fadr'\n"
        "      - fadr <> .fader\n"
        "        ^\n"
        "a.yaml:1:2: warning: two tapers in a row\n"
        "    - mute .on\n"
        "     ^\n"
        "2 errors, 1 warning\n"
    )


def test_text_without_problems_is_empty() -> None:
    assert as_text([]) == ""


def test_a_file_that_is_not_at_hand_goes_without_its_line() -> None:
    assert as_text([FIRST]) == "a.yaml:1:1: an arrow is missing\n1 error\n"


def test_a_place_past_the_end_does_no_harm() -> None:
    for span in (Span("a.yaml", 9, 1), Span("a.yaml", 1, 400)):
        assert "x" in as_text([Problem(span, "x", "c")], [SOURCE])


def test_a_long_line_is_cut_around_its_fault() -> None:
    text = as_text(
        [Problem(Span("b", 1, 500), "x", "c")], [Source("b", "a" * 499 + "!" + "b" * 499)]
    )
    _, line, caret, _ = text.splitlines()
    assert len(line) <= 104
    assert line[caret.index("^")] == "!"


def test_json_has_one_object_for_each_problem() -> None:
    assert json.loads(as_json([LATER, FIRST]))[0] == {
        "path": "a.yaml",
        "line": 1,
        "column": 1,
        "severity": "error",
        "code": "arrow",
        "message": "an arrow is missing",
    }


def test_sarif_has_a_rule_for_each_code_and_places_from_one() -> None:
    log = json.loads(as_sarif([WARNING, LATER, FIRST], "1.2.3"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("surfacebridge", "1.2.3")
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == ["arrow", "control", "taper"]
    levels = [(rules[one["ruleIndex"]], one["ruleId"], one["level"]) for one in run["results"]]
    assert levels == [
        ("arrow", "arrow", "error"),
        ("control", "control", "error"),
        ("taper", "taper", "warning"),
    ]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 5}
