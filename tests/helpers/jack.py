"""A JACK server of our own, and a MIDI device that lives on it.

No sound card, no real-time rights, its own server name.  A machine has eight
places for JACK servers, and a server killed with -9 keeps its place for ever:
so it is only ever asked to stop.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

PERIOD = 256 / 48_000
CALM = 0.02

FOLLOWERS: list[Callable[[], None]] = []
"""What is to be stopped after the server that all tests share, and not before."""


class JackUnavailable(Exception):
    """No server could be started; the text says why."""


@contextmanager
def jack_server(name: str | None = None) -> Iterator[str]:
    """Run a server, make it this process's default, and yield its name."""
    name = name or f"surfacebridge-{os.getpid()}"
    with jack_process(name):
        yield name


@contextmanager
def jack_process(name: str, period: int = 256) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server called ``name``, make it this process's default, and yield its process.

    It loses time whenever this machine is late by a ``period``, of so many samples.
    """
    if shutil.which("jackd") is None or shutil.which("jack_wait") is None:
        raise JackUnavailable("jackd is not installed (Debian: jackd2)")
    before = os.environ.get("JACK_DEFAULT_SERVER")
    with tempfile.TemporaryFile() as log:
        # -S -t 500: wait for a late client; asynchronous servers drop its cycle,
        # MIDI included.
        command = ["jackd", "-n", name, "-r", "-S", "-t", "500"]
        command += ["-d", "dummy", "-r", "48000", "-p", str(period)]
        process = subprocess.Popen(  # noqa: S603 - the arguments are ours
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"},
        )
        try:
            if not _is_ready(name, process):
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()
                raise JackUnavailable(f"jackd did not start: {said[-1] if said else 'no reason'}")
            os.environ["JACK_DEFAULT_SERVER"] = name
            yield process
        finally:
            stop_jack(name, process)
            if before is None:
                os.environ.pop("JACK_DEFAULT_SERVER", None)
            else:
                os.environ["JACK_DEFAULT_SERVER"] = before


def stop_jack(name: str, process: "subprocess.Popen[bytes]") -> None:
    """Ask the server to stop, wait, and sweep up what its clients left in memory."""
    process.terminate()
    process.wait(10)
    for left in Path("/dev/shm").glob(f"jack_sem.*_{name}_*"):  # noqa: S108 - where libjack puts it
        with suppress(OSError):
            left.unlink()


def _is_ready(name: str, process: "subprocess.Popen[bytes]") -> bool:
    # jack_wait asks once a second; the request socket is there at once, and the
    # server answers soon after.
    socket = Path(f"/dev/shm/jack_{name}_{os.getuid()}_0")  # noqa: S108 - where jackd puts it
    end = time.monotonic() + 8
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(0.01)
    answer = subprocess.run(  # noqa: S603 - the arguments are ours
        ["jack_wait", "-s", name, "-w", "-t", "5"],  # noqa: S607 - found on PATH, as jackd is
        capture_output=True,
        check=False,
    )
    return answer.returncode == 0 and process.poll() is None


class JackDevice:
    """A MIDI device as others see it: ``NAME out`` to hear, ``NAME in`` to send to."""

    def __init__(self, name: str, *, hears: bool = True, speaks: bool = True) -> None:
        import rtmidi  # noqa: PLC0415 - where jackd is absent this may be too

        api = rtmidi.API_UNIX_JACK
        self.name = name
        self._ears = None
        if hears:
            self._ears = rtmidi.MidiIn(api, name=f"{name} in", queue_size_limit=65_536)
            self._ears.ignore_types(sysex=False, timing=False, active_sense=False)
            self._ears.open_virtual_port(name)
        self._mouth = None
        if speaks:
            self._mouth = rtmidi.MidiOut(api, name=f"{name} out")
            self._mouth.open_virtual_port(name)
        self.heard: list[bytes] = []

    def say(self, data: bytes) -> None:
        """Send one message."""
        assert self._mouth is not None
        self._mouth.send_message(data)

    def listen(self) -> list[bytes]:
        """Return all that was heard until now."""
        while self._ears is not None and (event := self._ears.get_message()) is not None:
            self.heard.append(bytes(event[0]))
        return self.heard

    def unplug(self) -> None:
        """Take both ports away."""
        for half in (self._ears, self._mouth):
            if half is not None:
                # libjack walks a client's ports after each change, in a thread and without
                # a lock (``midi_driver.JackDriver``).
                time.sleep(CALM)
                half.close_port()
                half.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()


@pytest.fixture(scope="session")
def jack() -> Iterator[str]:
    """Run one server for the whole session; skip where there is none, fail in CI."""
    pytest.importorskip("rtmidi")
    running = jack_server()
    try:
        name = running.__enter__()
    except JackUnavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield name
    running.__exit__(None, None, None)
    while FOLLOWERS:
        FOLLOWERS.pop()()
