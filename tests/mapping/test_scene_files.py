from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.mapping.scene_files import read_scene, write_scene
from surfacebridge.mapping.source import Source
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Value

VALUES: dict[str, Value] = {
    "desk.ch.10.fader": -10.0,
    "desk.ch.2.fader": OFF,
    "desk.ch.2.on": False,
    "desk.ch.2.name": "it's 7",
    "desk.ch.2.icon": 7,
}


def read(text: str) -> tuple[dict[str, Value], list[str]]:
    values, problems = read_scene(Source("s", text))
    return values, [str(one) for one in problems]


def test_a_scene_reads_back_as_it_was_written() -> None:
    assert read(write_scene(VALUES)) == (VALUES, [])


def test_channels_stand_in_the_order_people_count() -> None:
    text = write_scene(VALUES)
    assert text.index("ch.2.fader") < text.index("ch.10.fader")
    assert "desk.ch.2.fader: -oo\n" in text


def test_a_colour_is_left_to_the_desk() -> None:
    assert read(write_scene({"desk.ch.1.color": EIGHT_COLOURS[1]}))[0] == {}


def test_what_is_no_scene_is_blamed_at_its_place() -> None:
    assert read("surfacebridge-scene: 1\n")[1] == [
        "s:1:1: a scene file has 'values:' with a name and a value a line"
    ]
    values, problems = read("values:\n  a.b: [1]\n  c.d: 2\n")
    assert (values, problems) == ({"c.d": 2}, ["s:2:3: 'a.b' needs one value"])


@given(st.text(max_size=60))
def test_any_text_never_raises(text: str) -> None:
    read(text)
    read(f"values:\n{text}")
