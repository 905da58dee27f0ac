import os
import socket
import stat
from pathlib import Path

import pytest

from surfacebridge.apps.control_socket import (
    LONGEST_PATH,
    Control,
    NoControl,
    ask,
    folders,
    listen,
    running,
)


def control() -> Control:
    return Control(lambda: '{"rig": "x"}', lambda: "up 1", lambda name: f"resynced {name}")


def test_a_bridge_is_found_by_the_name_of_its_rig(tmp_path: Path) -> None:
    listening, path = listen("X-Touch & X32!", tmp_path)
    with listening:
        assert path.name == "x-touch-x32.sock"
        assert list(running([tmp_path])) == [path]


def test_only_its_user_may_ask(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    listening, path = listen("x", folder)
    with listening:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_others_may_enter_is_closed_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    listening, _ = listen("x", tmp_path)
    with listening:
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_two_bridges_of_one_rig_are_told_apart(tmp_path: Path) -> None:
    one, first = listen("x", tmp_path)
    two, second = listen("x", tmp_path)
    with one, two:
        assert (first.name, second.name) == ("x.sock", "x-2.sock")
        assert len(list(running([tmp_path]))) == 2


def test_services_in_folders_of_their_own_are_found(tmp_path: Path) -> None:
    listening, path = listen("x", tmp_path / "foh")
    with listening:
        assert list(running([tmp_path])) == [path]


def test_a_socket_left_behind_by_a_kill_is_taken_over(tmp_path: Path) -> None:
    listen("x", tmp_path)[0].close()
    assert (tmp_path / "x.sock").exists()
    assert list(running([tmp_path])) == []
    listening, path = listen("x", tmp_path)
    with listening:
        assert path.name == "x.sock"


def test_a_long_name_is_cut_to_what_a_socket_may_be_called(tmp_path: Path) -> None:
    listening, path = listen("long " * 100, tmp_path)
    with listening:
        assert len(os.fsencode(path)) <= LONGEST_PATH
        assert list(running([tmp_path])) == [path]


def test_a_folder_that_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoControl, match="cannot hold the control socket"):
        listen("x", tmp_path / "file")
    deep = tmp_path / ("d" * LONGEST_PATH)
    with pytest.raises(NoControl, match="too long for a local socket"):
        listen("x", deep)


@pytest.mark.parametrize(
    ("environ", "first"),
    [
        ({"RUNTIME_DIRECTORY": "/run/one:/run/two", "XDG_RUNTIME_DIR": "/run/user/7"}, "/run/one"),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "/run/user/7/surfacebridge"),
        ({"XDG_STATE_HOME": "/home/me/state"}, "/home/me/state/surfacebridge"),
        ({}, str(Path.home() / ".local/state/surfacebridge")),
    ],
)
def test_the_folder_is_the_services_the_sessions_or_the_users(
    environ: dict[str, str], first: str
) -> None:
    assert str(folders(environ)[0]) == first
    assert str(folders(environ)[-1]) == "/run/surfacebridge"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"status\n", b'{"rig": "x"}\n'),
        (b"metrics\nand more", b"up 1\n"),
        (b"resync desk\n", b"resynced desk\n"),
        (b"resync\n", b"resynced \n"),
        (b"resync  desk \n", b"resynced desk\n"),
        (b"", b"error: ask status, metrics or resync [LINK].\n"),
        (b"status all\n", b"error: ask status, metrics or resync [LINK].\n"),
        (b"\xff\xfe\x00\n", b"error: ask status, metrics or resync [LINK].\n"),
    ],
)
def test_a_line_is_answered_whatever_it_says(question: bytes, answer: bytes) -> None:
    assert control().answer(question) == answer


def test_a_bridge_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoControl, match="does not answer"):
        ask(tmp_path / "none.sock", "status")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen()
        with pytest.raises(NoControl, match=r"stopped \(Ctrl-Z\)"):
            ask(tmp_path / "deaf.sock", "status")
