import pytest

from surfacebridge.model.feedback import RingMode
from surfacebridge.profiles.mackie_scale import (
    FULL,
    WireRing,
    bar_of,
    level_of,
    ring_lamp,
    ring_value,
)


@pytest.mark.parametrize(
    ("level", "bar"),
    [(float("-inf"), 0), (-60.1, 0), (-60.0, 1), (-20.0, 5), (-0.1, 11), (0.0, FULL), (9.0, FULL)],
)
def test_a_level_lights_the_segments_of_the_published_scale(level: float, bar: int) -> None:
    assert bar_of(level) == bar


@pytest.mark.parametrize(
    ("position", "mode", "lamp"),
    [
        (None, "pan", (0, False)),
        (0.0, "dot", (1, False)),
        (1.0, "fill", (11, False)),
        (0.5, "pan", (6, True)),
        (0.5, "dot", (6, False)),
        (1.0, "spread", (6, False)),
        (7.0, "dot", (11, False)),
    ],
)
def test_a_position_lights_its_lamp(
    position: float | None, mode: RingMode, lamp: tuple[int, bool]
) -> None:
    assert ring_lamp(position, mode) == lamp


@pytest.mark.parametrize("bar", range(FULL + 1))
def test_a_bar_comes_back_as_it_was_lit(bar: int) -> None:
    assert bar_of(level_of(bar)) == bar


def test_a_bar_beyond_the_last_segment_is_full_scale() -> None:
    assert level_of(FULL + 1) == 0.0
    assert level_of(0) == float("-inf")


@pytest.mark.parametrize(
    ("lamp", "mode", "value"),
    [
        (0, "dot", "dark"),
        (1, "dot", 0.0),
        (6, "boost_cut", 0.5),
        (11, "wrap", 1.0),
        (1, "spread", 0.0),
        (6, "spread", 1.0),
        (9, "spread", 1.0),
    ],
)
def test_a_hosts_ring_is_a_position_or_dark(lamp: int, mode: WireRing, value: float | str) -> None:
    assert ring_value(lamp, mode) == value
