import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.messages import SysEx
from surfacebridge.protocols.vendors.frames import after, fixed, framed, plain, refused, small


def test_a_header_is_taken_off_and_put_on() -> None:
    assert after(b"\x01\x02", SysEx(b"\x01\x02\x03")) == b"\x03"
    assert after(b"\x01\x02", SysEx(b"\x01\x03")) is None
    assert framed(b"\x01", b"\x02", b"\x03") == bytes.fromhex("F0 01 02 03 F7")


def test_texts_have_their_width() -> None:
    assert fixed("Kick   ", 7) == b"Kick   "
    assert plain("Kick", 7) == b"Kick"
    for text in ("Kick", "Flöte  "):
        with pytest.raises(ProtocolMisuse):
            fixed(text, 7)
    for text in ("Overheads", "Flöte"):
        with pytest.raises(ProtocolMisuse):
            plain(text, 7)


def test_numbers_have_seven_bits() -> None:
    assert small(0, 127) == b"\x00\x7f"
    for value in (128, -1):
        with pytest.raises(ProtocolMisuse):
            small(value)


def test_what_is_said_of_a_broken_message_is_bounded() -> None:
    assert len(refused(SysEx(bytes(100)), "too long").data) == 32
