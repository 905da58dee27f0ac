from surfacebridge.bridge.latency import MOST_REMEMBERED, Latencies, Latency, percentiles


def test_percentiles_of_nothing_are_nought() -> None:
    assert Latencies().percentiles(50, 99) == [0.0, 0.0]
    assert percentiles([], 50) == [0.0]


def test_percentiles_are_taken_from_what_was_seen_whoever_spoke() -> None:
    latencies = Latencies()
    for value in range(101):
        latencies["x" if value % 3 else "desk"].add(value / 1000)
    assert latencies.percentiles(0, 50, 99, 100) == [0.0, 0.05, 0.099, 0.1]
    assert latencies.count == 101
    assert latencies["desk"].count == 34


def test_only_the_newest_are_remembered_and_all_are_counted() -> None:
    latency = Latency()
    for _ in range(MOST_REMEMBERED):
        latency.add(9.0)
    for _ in range(MOST_REMEMBERED):
        latency.add(1.0)
    assert set(latency.newest()) == {1.0}
    assert latency.count == 2 * MOST_REMEMBERED


def test_the_newest_come_first() -> None:
    latency = Latency()
    for value in (1.0, 2.0, 3.0):
        latency.add(value)
    assert latency.newest(2) == [3.0, 2.0]
    assert latency.newest(0) == []


def test_the_newest_come_first_when_the_oldest_are_being_forgotten() -> None:
    latency = Latency()
    for value in range(MOST_REMEMBERED + 2):
        latency.add(float(value))
    newest = latency.newest()
    assert newest == [float(value) for value in range(MOST_REMEMBERED + 1, 1, -1)]
