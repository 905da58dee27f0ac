import pytest

from surfacebridge.model.controls import plain_control, strip_control


@pytest.mark.parametrize(
    ("name", "identity"),
    [("fader", "x.fader.3"), ("lcd.top", "x.lcd.3.top"), ("vpot.push", "x.vpot.3.push")],
)
def test_the_strip_follows_the_first_word_of_a_name(name: str, identity: str) -> None:
    assert strip_control("x", name, 3) == identity


def test_a_control_without_a_strip_keeps_its_name() -> None:
    assert plain_control("x", "main.fader") == "x.main.fader"
