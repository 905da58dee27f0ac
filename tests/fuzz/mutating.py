"""Inputs made of seeds by chance, the same each time: for the gate, without a fuzzer."""

from collections.abc import Iterator, Sequence
from random import Random

LONGEST = 4_000


def inputs(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield the seeds, then ``count`` inputs made of them; the same for the same ``seed``."""
    yield b""
    yield from seeds
    chance = Random(seed)  # noqa: S311 - spoils bytes, guards nothing
    for _ in range(count):
        data = bytearray(chance.choice(seeds) if seeds else b"")
        for _ in range(chance.randint(1, 6)):
            _spoil(data, chance, seeds)
        yield bytes(data[:LONGEST])


def _spoil(data: bytearray, chance: Random, seeds: Sequence[bytes]) -> None:
    at = chance.randint(0, len(data))
    end = min(len(data), at + chance.randint(1, 12))
    match chance.randint(0, 6):
        case 0:
            data[at:at] = chance.randbytes(chance.randint(1, 12))
        case 1:
            del data[at:end]
        case 2 if data:
            data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xF0, 0xF7, 0xFF))
        case 3 if data:
            data[at % len(data)] ^= 1 << chance.randint(0, 7)
        case 4:
            data[at:at] = data[at:end] * chance.randint(1, 40)
        case 5:
            del data[at:]
        case _:
            data[at:at] = chance.choice(seeds) if seeds else b"?"
