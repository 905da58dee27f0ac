import pytest

from surfacebridge.model.controls import plain_control, strip_control


@pytest.mark.parametrize(
    ("name", "strip", "identity"),
    [("fader", 3, "x.fader.3"), ("lcd.top", 8, "x.lcd.8.top"), ("vpot.push", 1, "x.vpot.1.push")],
)
def test_the_strip_number_follows_the_first_word(name: str, strip: int, identity: str) -> None:
    assert strip_control("x", name, strip) == identity


def test_a_control_without_a_strip_is_just_named() -> None:
    assert plain_control("x", "bank.left") == "x.bank.left"
