import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu.sysex import Frame, frame_of, framed, refused
from surfacebridge.protocols.midi.messages import SysEx


def test_a_frame_names_its_unit_and_command() -> None:
    assert frame_of(SysEx(bytes.fromhex("00 00 66 14 12 00 41"))) == Frame(0x14, 0x12, b"\x00A")


@pytest.mark.parametrize("text", ["7E 7F 06 01", "00 00 67 15 13 00", "00 00 66 05 00 10", ""])
def test_other_makers_frames_are_not_ours(text: str) -> None:
    assert frame_of(SysEx(bytes.fromhex(text))) is None


def test_a_frame_without_a_command_is_reported() -> None:
    assert isinstance(frame_of(SysEx(b"\x00\x00\x66\x14")), Malformed)


def test_a_frame_is_written_whole() -> None:
    assert framed(0x14, 0x13, b"\x00") == bytes.fromhex("F0 00 00 66 14 13 00 F7")


def test_eight_bit_bytes_are_our_own_mistake() -> None:
    with pytest.raises(ProtocolMisuse):
        framed(0x80, 0)
    with pytest.raises(ProtocolMisuse):
        framed(0x14, 0, b"\x80")


def test_what_is_said_of_a_broken_frame_is_bounded() -> None:
    assert len(refused(SysEx(bytes(100)), "too long").data) == 32
