from tests.helpers.commands import is_traceback, surfacebridge


def test_a_short_show_ends_by_itself_and_the_surface_equals_the_desk() -> None:
    done = surfacebridge("demo", "--seconds", "9", "--plain", within=19)
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("surface equals desk")
    assert "p99" in done.stdout
    assert "none under a hand" in done.stdout
    assert not is_traceback(done.stdout + done.stderr)
