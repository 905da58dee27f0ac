import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.mcu import layout


@pytest.mark.parametrize(
    ("note", "button"),
    [
        (0x00, ("rec", 0)),
        (0x0F, ("solo", 7)),
        (0x10, ("mute", 0)),
        (0x1A, ("select", 2)),
        (0x27, ("vpot.push", 7)),
        (0x2A, ("assign.pan", None)),
        (0x2E, ("bank.left", None)),
        (0x31, ("channel.right", None)),
        (0x3D, ("f8", None)),
        (0x43, ("buses", None)),
        (0x49, ("alt", None)),
        (0x4F, ("auto.group", None)),
        (0x5A, ("global.solo", None)),
        (0x5C, ("forward", None)),
        (0x65, ("scrub", None)),
        (0x67, ("user.b", None)),
    ],
)
def test_a_note_and_its_button_name_each_other(note: int, button: tuple[str, int | None]) -> None:
    assert layout.button_at(note) == button
    assert layout.button_note(*button) == note
    assert layout.lamp_at(note) == button
    assert layout.lamp_note(*button) == note


def test_every_note_up_to_the_touch_notes_is_a_button() -> None:
    assert all(layout.button_at(note) for note in range(layout.TOUCH.start))
    assert not any(layout.button_at(note) for note in range(layout.TOUCH.start, 0x80))


def test_lamps_without_a_button_are_no_buttons() -> None:
    assert layout.lamp_at(0x71) == ("smpte", None)
    assert layout.lamp_note("rude.solo", None) == 0x73
    with pytest.raises(ProtocolMisuse, match=r"no button 'rude\.solo'"):
        layout.button_note("rude.solo", None)
