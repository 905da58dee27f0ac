"""Messages in a chunk, one by one."""

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.transports.midi_chunk import whole_messages


@pytest.mark.parametrize(
    "messages",
    [
        ["90407f"],
        ["ff"],
        ["d07c"],
        ["f000006614120041f7"],
        ["b00f02", "b02f42"],
        ["90687f", "e00040", "906800"],
        ["ff", "90007f"],
        ["d07c", "d10a", "c005"],
        ["b00f02", "f00000660500100041424344f7"],
    ],
)
def test_every_message_begins_with_its_status(messages: list[str]) -> None:
    apart = [bytes.fromhex(one) for one in messages]
    assert whole_messages(b"".join(apart)) == apart


@pytest.mark.parametrize("chunk", [b"", b"\x40\x40"])
def test_a_chunk_without_a_status_is_our_own_bug(chunk: bytes) -> None:
    with pytest.raises(ProtocolMisuse):
        whole_messages(chunk)
