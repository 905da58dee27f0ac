"""Streams must mean the same however they are cut."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item", covariant=True)


class StreamDecoder(Protocol[Item]):
    """A decoder that is fed chunks, such as MidiDecoder."""

    def receive(self, data: bytes, /) -> Sequence[Item]: ...


def receive_all(decoder: StreamDecoder[Item], chunks: Iterable[bytes]) -> list[Item]:
    return [item for chunk in chunks for item in decoder.receive(chunk)]


def assert_stream(
    decoder_factory: Callable[[], StreamDecoder[Item]], data: bytes, expected: Sequence[Item]
) -> None:
    """Try ``data`` whole, byte by byte, and split at every offset."""
    splits = [[data[:at], data[at:]] for at in range(1, len(data))]
    for chunks in ([data], [data[at : at + 1] for at in range(len(data))], *splits):
        assert receive_all(decoder_factory(), chunks) == list(expected), chunks
