import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.relative import Coding, ticks, value_of

CODINGS: list[Coding] = ["twos_complement", "binary_offset", "bit6_up", "bit6_down"]


@pytest.mark.parametrize(
    ("coding", "up", "down", "most", "least"),
    [
        ("twos_complement", 0x01, 0x7F, (0x3F, 63), (0x40, -64)),
        ("binary_offset", 0x41, 0x3F, (0x7F, 63), (0x00, -64)),
        ("bit6_up", 0x41, 0x01, (0x7F, 63), (0x3F, -63)),
        ("bit6_down", 0x01, 0x41, (0x3F, 63), (0x7F, -63)),
    ],
)
def test_each_coding_has_its_own_up_and_down(
    coding: Coding, up: int, down: int, most: tuple[int, int], least: tuple[int, int]
) -> None:
    assert (ticks(coding, up), ticks(coding, down)) == (1, -1)
    for value, turn in (most, least):
        assert ticks(coding, value) == turn
        assert value_of(coding, turn) == value


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_written_is_read(coding: Coding) -> None:
    for turn in range(-63, 64):
        assert ticks(coding, value_of(coding, turn)) == turn


@pytest.mark.parametrize("coding", CODINGS)
def test_a_turn_too_far_for_one_message_is_our_own_mistake(coding: Coding) -> None:
    for turn in (64, -65):
        with pytest.raises(ProtocolMisuse):
            value_of(coding, turn)
