from xml.etree import ElementTree as ET

import pytest

from surfacebridge.apps.plot import HEIGHT, LEFT, RIGHT, WIDTH, course_plot, percentile_plot

SVG = "{http://www.w3.org/2000/svg}"


def points_of(svg: str) -> list[list[tuple[float, float]]]:
    lines = ET.fromstring(svg).findall(f"{SVG}polyline")  # noqa: S314 - made a line above
    return [
        [
            (float(x), float(y))
            for x, y in (pair.split(",") for pair in line.get("points", "").split())
        ]
        for line in lines
    ]


def test_each_curve_rises_to_the_right_and_stays_in_the_picture() -> None:
    took = [0.0001 * (1 + number % 97) for number in range(1_000)]
    (curve,) = points_of(percentile_plot("a bench", {"osc": took}))

    assert curve == sorted(curve)
    assert [y for _, y in curve] == sorted((y for _, y in curve), reverse=True)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in curve)


def test_a_slower_curve_is_above_a_quicker_one() -> None:
    slow, quick = points_of(percentile_plot("", {"slow": [0.01] * 9, "quick": [0.0001] * 9}))

    assert slow[0][1] < quick[0][1]


def test_names_are_text_and_no_markup() -> None:
    svg = percentile_plot("<b>", {"a & b": [0.001]})

    texts = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - ours
    assert "<b>" in texts
    assert "a & b" in texts


def test_a_curve_without_figures_is_left_out() -> None:
    assert points_of(percentile_plot("", {"none": [], "one": [0.001]})) != []
    assert len(points_of(percentile_plot("", {"none": [], "one": [0.001]}))) == 1


def test_a_course_begins_at_the_left_and_ends_at_the_right_each_on_its_own_scale() -> None:
    svg = course_plot("an hour", [0.0, 30.0, 60.0], {"µs": [20.0, 20.0, 20.0], "MB": [4, 5, 6]})
    level, rising = points_of(svg)

    assert [x for x, _ in level] == [LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT]
    assert len({y for _, y in level}) == 1
    assert [y for _, y in rising] == sorted((y for _, y in rising), reverse=True)
    assert level[0][1] == pytest.approx(rising[2][1])
    assert "4.0 → 6.0" in svg


def test_a_course_of_nothing_is_an_empty_picture() -> None:
    assert points_of(course_plot("", [], {})) == []
