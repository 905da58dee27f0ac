import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui import layout


@pytest.mark.parametrize(
    ("name", "strip", "place"),
    [
        ("select", 0, (0, 1)),
        ("rec", 7, (7, 7)),
        ("bank.left", None, (0x0A, 1)),
        ("assign.pan", None, (0x0B, 2)),
        ("cursor.mode", None, (0x0D, 2)),
        ("play", None, (0x0E, 4)),
        ("loop", None, (0x0F, 3)),
        ("num.enter", None, (0x14, 0)),
        ("auto.off", None, (0x18, 3)),
        ("f8", None, (0x1B, 7)),
    ],
)
def test_a_switch_and_its_lamp_share_a_place(
    name: str, strip: int | None, place: layout.Place
) -> None:
    assert layout.place_in(layout.SWITCHES, name, strip) == place
    assert layout.LAMP_AT[place] == layout.SWITCH_AT[place] == (name, strip)


def test_no_two_switches_share_a_name_or_a_place() -> None:
    assert len(layout.SWITCH_AT) == len(layout.SWITCHES)
    assert len(layout.LAMP_AT) == len(layout.LAMPS)


def test_one_place_can_be_a_foot_switch_and_a_relay() -> None:
    assert layout.SWITCH_AT[0x1D, 0] == ("foot.1", None)
    assert layout.LAMP_AT[0x1D, 0] == ("relay.1", None)
    with pytest.raises(ProtocolMisuse, match=r"no 'timecode'"):
        layout.place_in(layout.SWITCHES, "timecode", None)
