import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import Clock, SysEx
from surfacebridge.protocols.vendors.icon import (
    QCON,
    V1M,
    SecondDisplayText,
    StripColours,
    encode,
    to_surface,
)

RAINBOW = StripColours(tuple((each, 127 - each, 0) for each in range(8)))


@pytest.mark.parametrize(
    "message",
    [SecondDisplayText(49, "Master "), SecondDisplayText(0, " Kick  ", V1M), RAINBOW],
)
def test_what_a_host_says_arrives(message: SecondDisplayText | StripColours) -> None:
    assert to_surface(SysEx(encode(message)[1:-1])) == message


def test_text_past_the_last_cell_is_cut() -> None:
    assert to_surface(SysEx(QCON + bytes.fromhex("15 13 6E") + b"ABC")) == SecondDisplayText(
        110, "AB"
    )


@pytest.mark.parametrize("text", ["00 00 67 15 13", "00 02 4E 15 13 70 41", "00 02 4E 16 14 00"])
def test_a_broken_message_is_reported(text: str) -> None:
    assert isinstance(to_surface(SysEx(bytes.fromhex(text))), Malformed)


def test_other_messages_are_passed_over() -> None:
    assert to_surface(Clock()) is None
    assert to_surface(SysEx(bytes.fromhex("00 00 66 14 12 00"))) is None


@pytest.mark.parametrize(
    "message",
    [
        SecondDisplayText(112, ""),
        SecondDisplayText(106, "1234567"),
        StripColours(((0, 0, 0),)),
        StripColours(((0, 0, 128),) * 8),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: SecondDisplayText | StripColours) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
