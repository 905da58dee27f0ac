"""Several whole MIDI messages in one chunk, taken apart.

Owns: where one message ends and the next begins, by status bytes alone.
Does not own: what they mean.

A HUI says most things with two controllers that belong together: they are
sent, and where there is no room left out, as one chunk.
"""

from surfacebridge.errors import ProtocolMisuse

_SYSEX = 0xF0
_END_OF_SYSEX = 0xF7
_STATUS = 0x80
_SHORT = 3


def whole_messages(chunk: bytes) -> list[bytes]:
    """Return the messages of ``chunk``, each from its status byte on.

    Raises ProtocolMisuse for a chunk that does not begin with one.
    """
    if not chunk or chunk[0] < _STATUS:
        raise ProtocolMisuse(f"a MIDI link is sent whole messages, not {chunk[:8].hex(' ')!r}")
    if len(chunk) <= _SHORT or chunk[0] == _SYSEX:
        return [chunk]
    starts = [at for at, byte in enumerate(chunk) if byte >= _STATUS and byte != _END_OF_SYSEX]
    return [chunk[at:end] for at, end in zip(starts, [*starts[1:], len(chunk)], strict=True)]
