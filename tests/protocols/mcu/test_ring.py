import pytest

from surfacebridge.protocols.mcu.messages import RingMode, RingSet
from surfacebridge.protocols.mcu.ring import lit_lamps


@pytest.mark.parametrize(
    ("mode", "position", "lit"),
    [
        ("dot", 0, []),
        ("dot", 6, [6]),
        ("boost_cut", 4, [4, 5, 6]),
        ("boost_cut", 6, [6]),
        ("boost_cut", 9, [6, 7, 8, 9]),
        ("wrap", 3, [1, 2, 3]),
        ("wrap", 0, []),
        ("spread", 1, [6]),
        ("spread", 3, [4, 5, 6, 7, 8]),
        ("spread", 11, list(range(1, 12))),
    ],
)
def test_each_mode_lights_its_own_lamps(mode: RingMode, position: int, lit: list[int]) -> None:
    assert list(lit_lamps(RingSet(0, mode, position))) == lit
