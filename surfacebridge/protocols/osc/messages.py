"""OSC packets as values.

Owns: a message with its exact type tags, and a bundle.
Does not own: bytes (``packet``), or which address means what (profiles).
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.value import as_value

MidiBytes: TypeAlias = tuple[int, int, int, int]
OscValue: TypeAlias = int | float | str | bytes | bool | MidiBytes | None

IMMEDIATELY: Final = 1
"""The time tag that means "now"."""


def tags_for(args: tuple[OscValue, ...]) -> str:
    """Return the usual type tags of ``args``: i, f, s, b, T, F, N or m."""
    return "".join(map(_tag_for, args))


def _tag_for(value: OscValue) -> str:
    match value:
        case True:
            return "T"
        case False:
            return "F"
        case None:
            return "N"
        case int():
            return "i"
        case float():
            return "f"
        case str():
            return "s"
        case bytes():
            return "b"
        case tuple():
            return "m"
    raise ProtocolMisuse(f"OSC has no type for {value!r}")


@as_value
class OscMessage:
    """One message: where it goes and what it carries.

    ``tags`` has one letter for each of ``args``, plus the brackets of arrays,
    whose items lie flat in ``args``.  Left out, they are those of ``tags_for``;
    consoles tell 1 from 1.0, so say what the target wants.
    """

    address: str
    args: tuple[OscValue, ...] = ()
    tags: str = ""

    def __post_init__(self) -> None:
        if not self.tags and self.args:
            object.__setattr__(self, "tags", tags_for(self.args))


@as_value
class Bundle:
    """Packets that belong together; ``time`` is a 64-bit NTP time.

    A decoded bundle can have elements nobody can read beside good ones.
    """

    elements: tuple["OscMessage | Bundle | Malformed", ...]
    time: int = IMMEDIATELY


OscPacket: TypeAlias = OscMessage | Bundle


def messages_in(packet: OscPacket | Malformed) -> Iterator[OscMessage | Malformed]:
    """Yield what a packet holds, in order, bundles opened."""
    if isinstance(packet, Bundle):
        for element in packet.elements:
            yield from messages_in(element)
    else:
        yield packet
