from tests.helpers.commands import surfacebridge


def test_an_hour_can_be_made_shorter_and_says_what_it_cost() -> None:
    done = surfacebridge("bench", "--hour", "0.1")

    assert done.returncode == 0
    assert done.stdout.count("µs each") == 6
    assert not done.stderr


def test_an_end_nobody_knows_is_refused_with_those_there_are() -> None:
    done = surfacebridge("bench", "--from", "hui")

    assert done.returncode == 2
    assert "'osc', 'mackie'" in done.stderr
