from xml.etree import ElementTree as ET

from surfacebridge.apps.plot import HEIGHT, WIDTH, percentile_plot

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
