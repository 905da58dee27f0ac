import gc
import weakref
from collections.abc import Iterator

import pytest

from surfacebridge.apps.collecting import MOST_YOUNG, QUIET_LOOKS, QuietCollector, held_back


class Cycle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """Which generations were collected."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def many(count: int) -> list[list[int]]:
    return [[] for _ in range(count)]


def test_the_collector_does_not_run_by_itself_while_it_is_held_back(
    collections: list[int],
) -> None:
    with held_back():
        collections.clear()
        kept = many(5_000)
        assert collections == []
        assert not gc.isenabled()

    assert gc.isenabled()
    assert kept


def test_what_became_garbage_goes_once_nothing_moves(collections: list[int]) -> None:
    collector = QuietCollector(lambda: 7)
    with held_back():
        collections.clear()
        ghost = weakref.ref(Cycle())
        for _ in range(QUIET_LOOKS - 1):
            collector.look()
        assert collections == []

        collector.look()
        assert collections == [2]
        assert ghost() is None


def test_a_full_collection_comes_once_in_a_rest_and_not_at_every_look(
    collections: list[int],
) -> None:
    collector = QuietCollector(lambda: 7)
    with held_back():
        collections.clear()
        for _ in range(10 * QUIET_LOOKS):
            collector.look()

    assert collections.count(2) == 1


def test_while_faders_move_only_a_heap_of_young_objects_is_looked_at(
    collections: list[int],
) -> None:
    moves = iter(range(99))
    collector = QuietCollector(lambda: next(moves))
    with held_back():
        collections.clear()
        for _ in range(2 * QUIET_LOOKS):
            collector.look()
        assert collections == []

        # Python keeps some eighty emptied lists to use again, and does not count those.
        kept = many(MOST_YOUNG + 100)
        collector.look()
        assert collections == [0]
        assert kept


def test_what_a_reload_left_alone_and_replaced_goes_in_the_next_rest() -> None:
    moved = [7]
    collector = QuietCollector(lambda: moved[0])
    with held_back():
        replaced = Cycle()
        ghost = weakref.ref(replaced)
        gc.freeze()
        del replaced
        for _ in range(QUIET_LOOKS):
            collector.look()
        assert ghost() is None

        left_alone = gc.get_freeze_count()
        moved[0] += 1
        for _ in range(QUIET_LOOKS + 1):
            collector.look()
        assert gc.get_freeze_count() == left_alone
