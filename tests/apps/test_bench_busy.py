import pytest

from surfacebridge.apps.bench_busy import DISTURBANCES, ROUNDS, Busy, Disturbance, measure_busy
from surfacebridge.apps.benching import Figures


@pytest.mark.timeout(60)
@pytest.mark.parametrize("disturbance", DISTURBANCES)
def test_a_fader_is_timed_beside_what_really_moves(disturbance: Disturbance) -> None:
    busy = measure_busy((disturbance,), events=4 * ROUNDS)

    assert [len(one.took) for one in (*busy.quiet, *busy.busy)] == [4] * (2 * ROUNDS)
    assert sum(one.lost for one in (*busy.quiet, *busy.busy)) == 0
    # A second of either is more than a thousand bytes.
    assert busy.told > 300


def test_growth_is_the_median_of_what_each_round_shows() -> None:
    quiet = tuple(Figures((took,), 0) for took in (0.001, 0.002, 0.003))
    busy = tuple(Figures((took,), 1) for took in (0.002, 0.002, 0.009))
    seen = Busy(("meters",), quiet, busy, 960.0)

    assert seen.growth == pytest.approx(0.001)
    said = "\n".join(seen.lines())
    assert "p99 grows by 1,000 µs" in said
    assert "3 lost" in said
    assert "meters: surfaces told 960 bytes/s" in said
