"""The command at a terminal of its own, as a person would have it before them."""

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SIM = f"{sys.executable} -m surfacebridge sim"


class Terminal:
    def __init__(self, near: int, process: "subprocess.Popen[bytes]") -> None:
        self.near = near
        self.process = process
        self.shown = ""

    def type(self, line: str) -> None:
        os.write(self.near, line.encode() + b"\n")

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + 10
        while words not in self.shown:
            assert time.monotonic() < end, self.shown[-2000:]
            if select.select([self.near], [], [], 0.05)[0]:
                with suppress(OSError):
                    self.shown += os.read(self.near, 65_536).decode("utf-8", "replace")


@contextmanager
def terminal(command: str) -> Iterator[Terminal]:
    if shutil.which("setsid") is None:
        pytest.skip("there is no setsid here")
    near, far = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        ["setsid", "--ctty", "sh", "-c", command],  # noqa: S607 - found on PATH
        stdin=far,
        stdout=far,
        stderr=far,
    )
    os.close(far)
    try:
        yield Terminal(near, process)
    finally:
        process.terminate()
        process.wait(10)
        os.close(near)


def test_the_front_is_drawn_and_follows_what_is_typed(tmp_path: Path) -> None:
    with terminal(f"exec {SIM} xtouch --at pty:{tmp_path}/x") as screen:
        screen.wait_for("\x1b[HX-Touch at pty:")
        screen.wait_for("rewind  forward  stop  play  record")
        screen.type("touch 1, move 1 0dB")
        screen.wait_for("75.0%")
        screen.wait_for("╞▓╡")
        screen.type("dance")
        screen.wait_for("hands do not know how to 'dance'; type help.")
        screen.process.send_signal(signal.SIGINT)
        assert screen.process.wait(10) == 0


def test_in_the_background_it_neither_draws_nor_takes_the_keyboard(tmp_path: Path) -> None:
    # The shell ends what it started, however it ends itself.
    ending = "trap 'kill $!' EXIT; trap exit TERM"
    working = f"{SIM} xtouch --at pty:{tmp_path}/x & read line; echo read $line; read end"
    with terminal(f"set -m; {ending}; {working}") as sh:
        sh.wait_for("X-Touch at pty:")
        sh.type("for the shell")
        sh.wait_for("read for the shell")
        assert "\x1b" not in sh.shown
        assert (tmp_path / "x").is_symlink()
