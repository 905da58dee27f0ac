from typing import get_args

from surfacebridge.protocols.hui.messages import FaderMoved, FromSurface, ToSurface


def test_only_a_fader_s_place_is_said_in_both_directions() -> None:
    assert set(get_args(FromSurface)) & set(get_args(ToSurface)) == {FaderMoved}
