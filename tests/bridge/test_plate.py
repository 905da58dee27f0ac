from collections.abc import Iterator

from surfacebridge.bridge.plate import BITE, MOST_WAITING, Plate


def halves(data: bytes) -> Iterator[bytes]:
    """Cut what is longer than a bite into bites."""
    for start in range(0, len(data), BITE):
        yield data[start : start + BITE]


def eaten(plate: Plate) -> list[bytes]:
    bites = []
    while plate.waits:
        bites.append(b"|".join(plate.bite()))
    return bites


def test_nothing_waits_at_first() -> None:
    plate = Plate(halves)
    assert not plate.waits
    assert plate.bite() == []
    assert plate.put([]) == 0
    assert not plate.waits


def test_small_chunks_are_one_bite_and_a_long_one_is_several_in_order() -> None:
    plate = Plate(halves)
    long = bytes(BITE) + b"x" * BITE + b"end"
    plate.put([b"a", long, b"b"])
    assert eaten(plate) == [b"a|" + bytes(BITE), b"x" * BITE, b"end|b"]


def test_what_comes_while_something_waits_comes_after_it() -> None:
    plate = Plate(halves)
    plate.put([bytes(2 * BITE)])
    plate.bite()
    plate.put([b"later"])
    assert eaten(plate) == [bytes(BITE), b"later"]


def test_when_too_much_waits_the_oldest_goes_and_is_counted() -> None:
    plate = Plate(halves)
    chunks = [bytes([number]) * 40_000 for number in range(60)]
    gone = plate.put(chunks)
    assert 60 * 40_000 - MOST_WAITING <= gone * 40_000 < 60 * 40_000 - MOST_WAITING + 40_000
    assert b"".join(eaten(plate)).startswith(bytes([gone]))


def test_what_is_thrown_away_is_counted_with_what_was_begun() -> None:
    plate = Plate(halves)
    plate.put([bytes(2 * BITE), b"a", b"b"])
    plate.bite()
    assert plate.clear() == 3
    assert not plate.waits
