from tests.helpers.commands import is_traceback, surfacebridge


def test_ports_are_listed_or_a_sentence_says_why_not() -> None:
    done = surfacebridge("ports")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert not is_traceback(done.stdout + done.stderr)
