"""A long bundle as several short ones that mean the same.

Owns: opening a bundle without reading its messages, a piece at a time.
Does not own: reading them (``packet``).

A bundle as long as UDP carries holds eight thousand messages.  Whoever takes them one after
the other is deaf to everybody else meanwhile.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from surfacebridge.protocols.osc.packet import BUNDLE, DEEPEST

BITE: Final = 2048
"""So many bytes of small messages are read and acted upon within a few milliseconds."""

_SIZE: Final = Struct(">i")
_HEAD: Final = len(BUNDLE) + 8
# The reader counts it as one thing that is no message, as it does what it stands for.
_UNREADABLE: Final = BUNDLE


def bites(data: bytes) -> Iterator[bytes]:
    """Yield ``data`` as it is, or a long bundle as bundles of about ``BITE`` bytes.

    Bundles in it are opened; a message that is longer than that stands alone.
    """
    if len(data) <= BITE or len(data) < _HEAD or not data.startswith(BUNDLE):
        yield data
        return
    head = data[:_HEAD]
    parts, size = [head], _HEAD
    for element in _elements(data):
        if len(parts) > 1 and size + len(element) > BITE:
            yield b"".join(parts)
            parts, size = [head], _HEAD
        parts += (_SIZE.pack(len(element)), element)
        size += _SIZE.size + len(element)
    yield b"".join(parts)


def _elements(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a bundle in their order, and a word for each thing that is none."""
    opened = [(_HEAD, len(data))]
    while opened:
        start, end = opened.pop()
        if start >= end:
            continue
        size = _SIZE.unpack_from(data, start)[0] if end - start >= _SIZE.size else 0
        start += _SIZE.size
        if not 0 < size <= end - start:
            yield _UNREADABLE
            continue
        opened.append((start + size, end))
        if not data.startswith(BUNDLE, start, start + size):
            yield data[start : start + size]
        elif size < _HEAD or len(opened) == DEEPEST:
            yield _UNREADABLE
        else:
            opened.append((start + _HEAD, start + size))
