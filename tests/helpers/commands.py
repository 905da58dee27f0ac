"""The installed command in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "surfacebridge")


def surfacebridge(
    *words: str, cwd: Path | None = None, within: float = 15
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, *words], capture_output=True, text=True, timeout=within, cwd=cwd, check=False
    )


class Running:
    """A command that goes on until it is told to stop."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process = process
        self._log = log

    def said(self) -> str:
        """Return all it printed until now."""
        return self._log.read_text(encoding="utf-8")

    def wait_for(self, words: str, within: float = 8) -> None:
        """Return once it has printed ``words``."""
        self.wait_until(lambda: words in self.said(), within)

    def wait_until(self, condition: Callable[[], object], within: float = 8) -> None:
        """Return once ``condition`` holds; show what was printed if it never does."""
        end = time.monotonic() + within
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"this did not happen in time; the command said:\n{self.said()}")
            time.sleep(0.01)

    def stop(self, how: int = signal.SIGINT, within: float = 4) -> int:
        """Stop it as a user would; return its status."""
        self.process.send_signal(how)
        return self.process.wait(within)


@contextmanager
def started(log: Path, *words: str, on: Sequence[str] = ()) -> Iterator[Running]:
    """Start the command with its output in ``log``; end it if the test has not.

    ``on`` begins the line: a command that runs ours somewhere else.
    """
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*on, *COMMAND, *words],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        yield Running(process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(5)


def is_traceback(text: str) -> bool:
    """Return whether Python's own words reached the user."""
    return "Traceback" in text or 'File "' in text
