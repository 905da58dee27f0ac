import pytest

from surfacebridge.apps.benching import Bench, Figures, Rate, measure


@pytest.mark.timeout(60)
def test_a_bridge_from_a_mackie_to_osc_is_measured_with_nothing_lost() -> None:
    bench = measure("mackie", "osc", events=30, bursts=3)

    assert len(bench.paced.took) == 30
    assert len(bench.bursts.took) == 3
    assert bench.paced.lost == bench.bursts.lost == 0
    assert all(one.right for one in bench.rates[:1])


def test_percentiles_are_those_of_all_that_came_out() -> None:
    figures = Figures(tuple(number / 1000 for number in range(100, -1, -1)), 0)

    assert figures.percentile(50) == pytest.approx(0.050)
    assert figures.percentile(100) == pytest.approx(0.100)
    assert Figures((), 3).percentile(99) == 0.0


def test_a_rate_is_whole_if_nothing_was_left_out_and_right_by_its_last_values() -> None:
    rates = (Rate(1_000, 1_000, 1_000, True), Rate(2_000, 2_000, 1_500, True))
    bench = Bench("osc to osc", 64, Figures((0.001,), 0), Figures((0.002,), 1), rates)

    said = "\n".join(bench.lines())

    assert "1,000 with none left out, 2,000 with every last value right" in said
    assert "1 lost" in said
