import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import Clock, SysEx
from surfacebridge.protocols.vendors.texts import (
    AlphaTrackText,
    AsparionText,
    Text,
    TranzPortText,
    encode,
    to_surface,
)


@pytest.mark.parametrize(
    "message",
    [AlphaTrackText(16, "Vol"), TranzPortText(39, ""), AsparionText(7, 2, "Lead Vocals ")],
)
def test_a_text_arrives(message: Text) -> None:
    assert to_surface(SysEx(encode(message)[1:-1])) == message


def test_steinberg_s_heartbeat_is_no_text() -> None:
    assert to_surface(SysEx(bytes.fromhex("00 00 66 14 1A 00"))) is None
    assert to_surface(Clock()) is None


@pytest.mark.parametrize(
    "data",
    [
        bytes.fromhex("00 01 40 20 00"),
        bytes.fromhex("00 01 40 10 00 00") + b"x" * 129,
        bytes.fromhex("00 00 66 14 1A 0C 03") + b"x" * 12,
        bytes.fromhex("00 00 66 14 1A 0B 01") + b"x" * 12,
        bytes.fromhex("00 00 66 14 1A 0C 01") + b"x" * 11,
    ],
)
def test_a_broken_text_is_reported(data: bytes) -> None:
    assert isinstance(to_surface(SysEx(data)), Malformed)


@pytest.mark.parametrize(
    "message",
    [
        *(AlphaTrackText(128, ""), TranzPortText(0, "é"), AsparionText(8, 1, " " * 12)),
        *(AsparionText(0, 3, " " * 12), AsparionText(0, 1, "short")),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Text) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
