import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.identity import (
    IdentityReply,
    IdentityRequest,
    decode,
    encode,
)
from surfacebridge.protocols.midi.messages import SysEx

FADERPORT = IdentityReply(b"\x00\x01\x06", b"\x02\x00", b"\x01\x00", bytes(4))
KORG = IdentityReply(b"\x42", b"\x13\x01", b"\x00\x00", bytes(4), 3)


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (IdentityRequest(), "F0 7E 7F 06 01 F7"),
        (FADERPORT, "F0 7E 7F 06 02 00 01 06 02 00 01 00 00 00 00 00 F7"),
        (KORG, "F0 7E 03 06 02 42 13 01 00 00 00 00 00 00 F7"),
    ],
)
def test_a_device_is_asked_and_answers(
    message: IdentityRequest | IdentityReply, written: str
) -> None:
    assert encode(message) == bytes.fromhex(written)
    assert decode(SysEx(encode(message)[1:-1])) == message


@pytest.mark.parametrize("text", ["7E 7F 06 01 00", "7E 7F 06 02", "7E 7F 06 02 42 00"])
def test_a_wrong_length_is_reported(text: str) -> None:
    assert isinstance(decode(SysEx(bytes.fromhex(text))), Malformed)


@pytest.mark.parametrize("text", ["7F 7F 06 01", "7E 7F 07 01", "7E 7F 06 03", "7E"])
def test_other_messages_are_no_identity(text: str) -> None:
    assert decode(SysEx(bytes.fromhex(text))) is None


def test_what_is_no_identity_is_our_own_mistake() -> None:
    with pytest.raises(ProtocolMisuse):
        encode(IdentityRequest(0x80))
    with pytest.raises(ProtocolMisuse):
        encode(IdentityReply(b"\x00", b"\x00\x00", b"\x00\x00", bytes(4)))
