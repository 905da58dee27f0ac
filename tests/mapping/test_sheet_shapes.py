from surfacebridge.mapping.shapes import check_shape
from surfacebridge.mapping.sheet_shapes import DeviceFileShape, TargetFileShape
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.yaml_reader import read_yaml


def check(shape: type[DeviceFileShape | TargetFileShape], text: str) -> list[str]:
    root, _ = read_yaml(Source("f", text))
    assert root is not None
    return [str(one) for one in check_shape(shape, root)]


def test_a_sheet_needs_its_version_and_its_name_only() -> None:
    assert check(DeviceFileShape, "surfacebridge-sheet: 1\ndevice: a/b\n") == []
    assert check(TargetFileShape, "title: x\n") == [
        "f:1:1: the key 'surfacebridge-sheet' is missing here",
        "f:1:1: the key 'target' is missing here",
    ]


def test_a_figure_says_how_it_is_known_and_from_where() -> None:
    head = "surfacebridge-sheet: 1\ndevice: a/b\nfacts: "
    assert check(DeviceFileShape, head + "{a: {value: 1, known: measured, source: s}, b: 2}") == []
    assert check(DeviceFileShape, head + "{a: {value: 1}}") == [
        "f:3:12: the key 'known' is missing here",
        "f:3:12: the key 'source' is missing here",
    ]


def test_a_control_may_be_taken_away_but_not_be_a_text() -> None:
    head = "surfacebridge-sheet: 1\ndevice: a/b\ncontrols: "
    assert check(DeviceFileShape, head + "{a: , b: {lamp: true}}") == []
    assert check(DeviceFileShape, head + "{a: key}") == [
        "f:3:15: a mapping is expected here, not 'key'"
    ]
