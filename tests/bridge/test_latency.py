from surfacebridge.bridge.latency import MOST_REMEMBERED, Latency


def test_percentiles_of_nothing_are_nought() -> None:
    assert Latency().percentiles(50, 99) == [0.0, 0.0]


def test_percentiles_are_taken_from_what_was_seen() -> None:
    latency = Latency()
    for value in range(101):
        latency.add(value / 1000)
    assert latency.percentiles(0, 50, 99, 100) == [0.0, 0.05, 0.099, 0.1]


def test_only_the_newest_are_remembered_and_all_are_counted() -> None:
    latency = Latency()
    for _ in range(MOST_REMEMBERED):
        latency.add(9.0)
    for _ in range(MOST_REMEMBERED):
        latency.add(1.0)
    assert latency.percentiles(100) == [1.0]
    assert latency.count == 2 * MOST_REMEMBERED
