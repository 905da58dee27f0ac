from surfacebridge.bridge.backoff import FIRST, GROWTH, LONGEST, SPREAD, Backoff


def test_waits_grow_up_to_a_bound_and_start_small_again() -> None:
    backoff = Backoff(lambda: 0.5)
    waits = [backoff.wait() for _ in range(12)]
    assert waits[0] == FIRST
    assert waits[1] == FIRST * GROWTH
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST
    backoff.reset()
    assert backoff.wait() == FIRST


def test_waits_vary_so_that_links_do_not_come_back_in_step() -> None:
    early, late = Backoff(lambda: 0.0).wait(), Backoff(lambda: 1.0).wait()
    assert early < FIRST < late
    assert late - early <= FIRST * SPREAD * 1.001
