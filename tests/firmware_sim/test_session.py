import pytest

from firmware_sim.session import Session, shortened


def test_automation_moves_a_fader_along_its_curve_while_playing() -> None:
    session = Session()
    session.automate(2, [(1.0, 0.2), (2.0, 0.8)])
    assert session.advance(1.5) == []
    session.playing = True
    assert session.advance(0.5) == [2]
    assert session.tracks[2].position == 0.2
    session.advance(1.0)
    assert session.tracks[2].position == pytest.approx(0.5)
    session.advance(5.0)
    assert session.tracks[2].position == 0.8
    assert session.advance(1.0) == []


def test_automation_that_is_off_moves_nothing() -> None:
    session = Session()
    session.automate(0, [(0.0, 0.2)])
    session.tracks[0].mode = "off"
    session.playing = True
    assert session.advance(1.0) == []


def test_there_is_level_only_while_playing_and_unmuted() -> None:
    session = Session()
    assert session.level(0) == 0.0
    session.playing = True
    assert 0.0 < session.level(0) < 1.0
    session.tracks[0].mute = True
    assert session.level(0) == 0.0


@pytest.mark.parametrize(
    ("name", "short"),
    [("Kick", "Kick  "), ("Lead Vocal", "LedVcl"), ("Strings L", "StrngL"), ("", "      ")],
)
def test_names_lose_their_vowels_first(name: str, short: str) -> None:
    assert len(shortened(name, 6)) == 6
    if len(name) <= 6:
        assert shortened(name, 6) == short
    else:
        assert shortened(name, 6)[0] == name[0]
