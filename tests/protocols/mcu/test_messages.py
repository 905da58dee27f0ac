from typing import get_args

from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import FaderMoved, FromSurface, LcdText, ToSurface


def test_messages_are_for_a_main_unit_unless_they_say_otherwise() -> None:
    assert LcdText(0, "").device_id == layout.MACKIE_CONTROL


def test_only_a_fader_s_place_is_said_in_both_directions() -> None:
    assert set(get_args(FromSurface)) & set(get_args(ToSurface)) == {FaderMoved}
