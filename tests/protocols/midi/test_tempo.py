import pytest

from surfacebridge.protocols.midi.tempo import Tempo


def told(tempo: Tempo, clocks: int, every: float, start: float = 0.0) -> list[float]:
    found = [tempo.tick(start + clock * every) for clock in range(clocks)]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("beats", [60.0, 120.0, 173.5])
def test_a_tempo_is_told_with_each_24th_clock(beats: float) -> None:
    assert told(Tempo(), 73, 60.0 / beats / 24) == [beats] * 3


def test_a_clock_that_stood_still_begins_anew() -> None:
    tempo = Tempo()
    told(tempo, 20, 0.02)
    assert told(tempo, 25, 0.02, start=60.0) == [125.0]


def test_clocks_that_came_all_at_once_have_no_tempo() -> None:
    assert told(Tempo(), 60, 0.0) == []
