import asyncio
import os
import pty
import signal
import socket
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import mappings_folder
from tests.helpers.commands import is_traceback, started, surfacebridge
from tests.helpers.terminal import on_a_terminal
from tests.helpers.terminal import terminal as shown

RIG = (mappings_folder() / "rigs" / "xtouch-x32.yaml").read_text(encoding="utf-8")

NAME = "X-Touch drives a Behringer X32"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A UDP port where somebody listens and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    near, far = pty.openpty()
    tty.setraw(far)
    os.set_blocking(near, False)
    yield near, os.ttyname(far)
    os.close(near)
    os.close(far)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_waits_for_what_is_not_there_says_so_and_stops_cleanly(
    tmp_path: Path, silent_port: int, how: int
) -> None:
    at = (
        "--at",
        f"pty:{tmp_path}/none".join(("x=", "")),
        "--at",
        f"desk=udp://127.0.0.1:{silent_port}",
    )
    with started(tmp_path / "log", "run", "xtouch-x32", *at) as running:
        running.wait_for("x is waiting. There is nothing at")
        running.wait_for("desk is silent. desk has not answered")
        assert running.stop(how) == 0
        assert not is_traceback(running.said())


def test_noise_on_the_surface_is_counted_and_nothing_hangs(
    tmp_path: Path, silent_port: int, terminal: tuple[int, str]
) -> None:
    near, path = terminal
    at = ("--at", f"x=pty:{path}", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(tmp_path / "log", "run", "xtouch-x32", *at) as running:
        running.wait_for("x is")
        noise = memoryview(bytes(range(256)) * 4096)
        while noise:
            try:
                noise = noise[os.write(near, noise[:4096]) :]
            except BlockingIOError:
                continue
            finally:
                with suppress(BlockingIOError):
                    os.read(near, 65_536)
        running.wait_until(lambda: running.process.poll() is None)
        assert running.stop() == 0
        said = running.said()
        assert "could not be understood" in said
        assert not is_traceback(said)


def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path, silent_port: int) -> None:
    at = ("--at", f"desk=udp://127.0.0.1:9?listen={silent_port}")
    with started(tmp_path / "log", "run", "xtouch-x32", *at) as running:
        running.wait_for(f"UDP port {silent_port} is held by")
        assert running.stop() == 0
        assert not is_traceback(running.said())


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("desk=upd://127.0.0.1:9", "Did you mean udp:?"),
        ("desk=udp://127.0.0.1", "There is no port in it."),
        ("desc=udp://127.0.0.1:9", "did you mean 'desk'?"),
    ],
)
def test_a_wrong_address_ends_with_status_2_and_says_what_to_write(at: str, words: str) -> None:
    done = surfacebridge("run", "xtouch-x32", "--at", at)
    assert done.returncode == 2
    assert words in done.stderr
    assert not is_traceback(done.stderr)


def test_a_rig_with_errors_does_not_run(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.replace("- mute <> .on", "- mut <> .on"), encoding="utf-8")
    done = surfacebridge("run", str(rig))
    assert done.returncode == 2
    assert "did you mean 'mute'?" in done.stderr


def test_a_saved_file_is_taken_over_and_a_broken_one_is_refused(
    tmp_path: Path, silent_port: int, terminal: tuple[int, str]
) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG, encoding="utf-8")
    at = ("--at", f"x=pty:{terminal[1]}", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(tmp_path / "log", "run", str(rig), *at) as running:
        running.wait_for("x is")
        rig.write_text(RIG.replace("- mute <> .on", "- mut <> .on"), encoding="utf-8")
        running.wait_for("has errors and is not taken over")
        running.wait_for("did you mean 'mute'?")
        rig.write_text(RIG.replace("rel(1/64)", "rel(1/32)"), encoding="utf-8")
        running.wait_for("was changed and taken over")
        assert running.stop() == 0
        assert not is_traceback(running.said())


def test_a_bridge_that_was_stopped_for_a_while_reads_and_paints_everything_again(
    tmp_path: Path, silent_port: int, terminal: tuple[int, str]
) -> None:
    near, path = terminal
    at = ("--at", f"x=pty:{path}", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(tmp_path / "log", "run", "xtouch-x32", *at) as running:
        running.wait_for("desk is silent")
        os.write(near, b"\x90\x68\x7f\xe0\x00\x40")
        running.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        running.process.send_signal(signal.SIGCONT)
        running.wait_for("everything is read and painted again")
        running.wait_for("x is lost. It was held while nobody heard.")
        assert running.stop() == 0
        assert not is_traceback(running.said())


async def test_on_a_terminal_every_link_is_seen_at_its_foot_and_the_log_scrolls_above(
    tmp_path: Path, silent_port: int
) -> None:
    at = ("--at", f"x=pty:{tmp_path}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with shown(columns=120, rows=24) as seen, on_a_terminal(seen, "run", "xtouch-x32", *at) as run:
        await seen.until(lambda lines: any(line.startswith("  desk  silent") for line in lines))
        lines = seen.lines()
        foot = next(at for at, line in enumerate(lines) if line.startswith(f"{NAME} ·"))
        assert any("x is waiting. There is nothing at" in line for line in lines[:foot])
        assert any(line.startswith("  x     waiting") for line in lines[foot:])
        assert any("has not answered" in line for line in lines[foot:])
        run.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(run.wait, 5) == 0
        # What stays is the log: the foot is gone, and the summary is the last word.
        await seen.until(lambda lines: lines[-1] == "" and "chunks in" in lines[-2])
        assert not any(line.startswith("  desk  silent") for line in seen.lines())


async def test_with_plain_a_terminal_gets_log_lines_and_nothing_else(
    tmp_path: Path, silent_port: int
) -> None:
    at = ("--at", f"x=pty:{tmp_path}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with (
        shown(columns=120, rows=24) as seen,
        on_a_terminal(seen, "run", "xtouch-x32", "--plain", *at) as run,
    ):
        await seen.until(lambda lines: any("desk is silent" in line for line in lines))
        run.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(run.wait, 5) == 0
        assert "\x1b" not in seen.text
