import pytest

from surfacebridge.model.feedback import RingMode
from surfacebridge.profiles.mackie_scale import FULL, bar_of, ring_lamp


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
