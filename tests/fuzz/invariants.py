"""What must hold of any parser, whatever it is fed."""

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

# What a parser may keep of its peer, in bytes and elements: the largest bound any
# of them states, a SysEx or datagram of 64 KiB and what it is made into, twice.
MOST_KEPT = 400_000

# Nobody is here longer than that with so few bytes; a longer one hangs.
_DEEPEST = 6


class Reader(Protocol):
    """A parser of a stream."""

    def receive(self, data: bytes, /) -> Sequence[object]: ...


def kept(thing: object, depth: int = 0) -> int:
    """Return about how much ``thing`` holds on to: bytes, characters and elements."""
    if isinstance(thing, bytes | bytearray | str):
        return len(thing)
    if depth > _DEEPEST:
        return 0
    if isinstance(thing, Mapping):
        return len(thing) + sum(kept(one, depth + 1) for one in thing.values())
    if isinstance(thing, list | tuple | set | frozenset | deque):
        return len(thing) + sum(kept(one, depth + 1) for one in thing)
    return sum(kept(one, depth + 1) for one in _parts(thing))


def _parts(thing: object) -> Iterable[object]:
    if isinstance(thing, type) or callable(thing):
        return
    if dataclasses.is_dataclass(thing) or hasattr(type(thing), "__slots__"):
        for kind in type(thing).__mro__:
            for name in getattr(kind, "__slots__", ()):
                yield getattr(thing, name, None)
    yield from getattr(thing, "__dict__", {}).values()


def chunks_of(data: bytes) -> list[bytes]:
    """Return ``data`` cut into chunks whose sizes its own bytes say."""
    chunks = []
    at = 0
    while at < len(data):
        size = data[at] % 17 + 1
        chunks.append(data[at : at + size])
        at += size
    return chunks


def check_stream(
    make: Callable[[], Reader], data: bytes, mend: bytes, good: bytes, meant: object
) -> None:
    """Feed ``data`` whole and cut: the same, bounded, and ``good`` is understood after ``mend``.

    ``meant`` is what the last thing is that ``good`` says.
    """
    whole, cut = make(), make()
    told = list(whole.receive(data))
    again = [one for chunk in chunks_of(data) for one in cut.receive(chunk)]
    assert told == again, "it means something else when it is cut otherwise"
    for reader in (whole, cut):
        assert kept(reader) <= MOST_KEPT, "it keeps too much of its peer"
        assert list(reader.receive(mend + good))[-1:] == [meant], "it does not recover"
