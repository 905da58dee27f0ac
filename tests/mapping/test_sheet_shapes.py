from surfacebridge.mapping.sheet_shapes import DEVICE_SHEET, TARGET_SHEET
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.structure import Shape, check_shape
from surfacebridge.mapping.yaml_reader import read_yaml


def check(shape: Shape, text: str) -> list[str]:
    root, _ = read_yaml(Source("f", text))
    assert root is not None
    return [str(one) for one in check_shape(shape, root)]


def test_a_sheet_needs_its_version_and_its_name_only() -> None:
    assert check(DEVICE_SHEET, "surfacebridge-sheet: 1\ndevice: a/b\n") == []
    assert check(TARGET_SHEET, "title: x\n") == [
        "f:1:1: the key 'surfacebridge-sheet' is missing here",
        "f:1:1: the key 'target' is missing here",
    ]


def test_a_figure_says_how_it_is_known_and_from_where() -> None:
    head = "surfacebridge-sheet: 1\ndevice: a/b\nfacts: "
    assert check(DEVICE_SHEET, head + "{a: {value: 1, known: measured, source: s}, b: 2}") == []
    assert check(DEVICE_SHEET, head + "{a: {value: 1}}") == [
        "f:3:12: the key 'known' is missing here",
        "f:3:12: the key 'source' is missing here",
    ]


def test_a_control_may_be_taken_away_but_not_be_a_text() -> None:
    head = "surfacebridge-sheet: 1\ndevice: a/b\ncontrols: "
    assert check(DEVICE_SHEET, head + "{a: , b: {lamp: true}}") == []
    assert check(DEVICE_SHEET, head + "{a: key}") == [
        "f:3:15: a mapping is expected here, not 'key'"
    ]
