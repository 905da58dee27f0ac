import pytest

from surfacebridge.mapping.shapes import MappingShape, OptionsShape, check_shape, read_duration
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.yaml_reader import read_yaml


def check(text: str) -> list[str]:
    root, problems = read_yaml(Source("f", text))
    assert problems == []
    assert root is not None
    return [str(one) for one in check_shape(MappingShape, root)]


@pytest.mark.parametrize(
    ("text", "seconds"), [("300ms", 0.3), ("2s", 2.0), ("1.5 s", 1.5), ("1min", 60.0)]
)
def test_times_have_a_unit(text: str, seconds: float) -> None:
    assert read_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["2", "s", "-1s", "1h", "1e3s", ""])
def test_what_is_no_time(text: str) -> None:
    assert read_duration(text) is None


def test_unknown_keys_are_compared_with_what_may_stand_there() -> None:
    assert check("surfacebridge: 1\nbanks: {a: {items: x, buton: y}}\n") == [
        "f:2:23: no key 'buton' can stand here; did you mean 'button'?"
    ]
    assert check("surfacebridge: 1\npaging: {xyzzy: y}\n") == [
        "f:2:10: no key 'xyzzy' can stand here; these can: edge, nudge, page"
    ]
    assert check("surfacebridge: 1\nscenes: {slots: a, per-scenes: {}}\n") == [
        "f:2:20: no key 'per-scenes' can stand here; did you mean 'per-scene'?"
    ]


def test_a_fault_deep_in_a_file_has_its_own_place() -> None:
    text = "surfacebridge: 1\nsurfaces:\n  b:\n    controls:\n      f: {in: a, cells: many}\n"
    assert check(text) == ["f:5:25: a whole number is expected here, not 'many'"]


def test_truth_is_written_one_way_only() -> None:
    for word in ("yes", "on", "True", "1"):
        assert check(f"surfacebridge: 1\nlayers: {{a: {{default: {word}}}}}\n") == [
            f"f:2:23: 'true' or 'false' is expected here, not '{word}'"
        ]


def test_sections_may_be_there_with_nothing_in_them() -> None:
    sections = ("settings", "surfaces", "targets", "banks", "layers", "vars", "tests", "map", "rig")
    assert check("surfacebridge: 1\n" + "".join(f"{name}:\n" for name in sections)) == []


def test_options_of_a_line_are_checked_alone() -> None:
    root, _ = read_yaml(Source("f", "{echo: loud, test: {a: b}}"))
    assert root is not None
    assert [str(one) for one in check_shape(OptionsShape, root)] == [
        "f:1:8: 'servo', 'settle' or 'none' is expected here, not 'loud'",
        "f:1:20: a text is expected here, not a mapping; quote a text that starts with '{'",
    ]
