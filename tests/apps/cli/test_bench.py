from pathlib import Path

from tests.helpers.commands import surfacebridge


def test_an_hour_can_be_made_shorter_and_says_what_it_cost(tmp_path: Path) -> None:
    done = surfacebridge("bench", "--hour", "0.1", "--plot", str(tmp_path / "hour.svg"))

    assert done.returncode == 0
    assert done.stdout.count("µs each") == 12
    assert not done.stderr
    assert "memory, MB" in (tmp_path / "hour.svg").read_text(encoding="utf-8")


def test_an_end_nobody_knows_is_refused_with_those_there_are() -> None:
    done = surfacebridge("bench", "--from", "hui")

    assert done.returncode == 2
    assert "'osc', 'mackie'" in done.stderr
