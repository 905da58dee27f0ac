import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui.messages import FaderMoved
from surfacebridge.protocols.hui.pairs import Pairs, fader_pair, port_pair
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import ControlChange


def test_a_port_belongs_to_the_zone_chosen_last() -> None:
    pairs = Pairs()
    assert isinstance(pairs.port(ControlChange(0, 0x2F, 0x41)), Malformed)
    pairs.choose_zone(3)
    pairs.choose_zone(4)
    assert pairs.port(ControlChange(0, 0x2F, 0x41)) == ((4, 1), True)
    assert pairs.port(ControlChange(0, 0x2F, 0x01)) == ((4, 1), False)
    assert pairs.port(ControlChange(0, 0x2F, 0x21)) is None


def test_a_low_half_belongs_to_its_own_fader_s_high_half() -> None:
    pairs = Pairs()
    pairs.high(0, 1)
    pairs.high(1, 2)
    assert pairs.low(0, ControlChange(0, 0x20, 5)) == FaderMoved(0, 133)
    assert isinstance(pairs.low(2, ControlChange(0, 0x22, 5)), Malformed)


def test_both_halves_are_written_together() -> None:
    assert fader_pair(FaderMoved(2, 8193)) == bytes.fromhex("B0 02 40 B0 22 01")
    assert port_pair(0x0C, 0x2C, (0x0E, 4), on=False) == bytes.fromhex("B0 0C 0E B0 2C 04")


@pytest.mark.parametrize("move", [FaderMoved(-1, 0), FaderMoved(9, 0), FaderMoved(0, -1)])
def test_a_fader_that_does_not_exist_is_our_own_mistake(move: FaderMoved) -> None:
    with pytest.raises(ProtocolMisuse):
        fader_pair(move)
