import pytest

from surfacebridge.protocols.vendors.segments import segments_of


@pytest.mark.parametrize(
    ("char", "bits"), [("1", 0x06), ("8", 0x7F), ("-", 0x40), (" ", 0), ("b", 0x7C), ("B", 0x7C)]
)
def test_a_character_has_the_shape_the_unit_draws(char: str, bits: int) -> None:
    assert segments_of(char) == bits


def test_what_seven_segments_cannot_draw_is_blank() -> None:
    assert segments_of("@") == segments_of("é") == 0
