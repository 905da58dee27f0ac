"""A terminal as its user sees it: what programs write, as the lines that stand there."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.helpers.commands import COMMAND

_PIECE = re.compile(r"\x1b\[(\d*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


def seen(text: str) -> list[str]:
    """Return the lines that ``text`` leaves standing on a terminal wide enough for them."""
    lines, row, column = [""], 0, 0
    for number, letter, control, words in _PIECE.findall(text):
        if letter == "A":
            row = max(0, row - int(number or 1))
        elif letter == "J":
            lines[row:] = [lines[row][:column]]
        elif control == "\r":
            column = 0
        elif control == "\n":
            row, column = row + 1, 0
            if row == len(lines):
                lines.append("")
        elif words:
            line = lines[row].ljust(column)
            lines[row] = line[:column] + words + line[column + len(words) :]
            column += len(words)
    return lines


class Terminal:
    """A pseudo-terminal; programs write to ``file``."""

    def __init__(self, columns: int, rows: int) -> None:
        self._master, self.file = pty.openpty()
        tty.setraw(self.file)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._master, False)
        self.text = ""

    def read(self) -> None:
        """Let the user see what was written; until then it waits."""
        data = b""
        with suppress(BlockingIOError):
            while more := os.read(self._master, 65_536):
                data += more
        self.text += data.decode()

    def lines(self) -> list[str]:
        """Return what stands there now."""
        self.read()
        return seen(self.text)

    async def until(self, condition: Callable[[list[str]], object], within: float = 10.0) -> None:
        """Return as soon as what stands there satisfies ``condition``."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not condition(self.lines()):
            assert loop.time() < end, "\n".join(self.lines())
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """Take it away."""
        os.close(self._master)
        with suppress(OSError):
            os.close(self.file)


@contextmanager
def terminal(columns: int = 100, rows: int = 30) -> Iterator[Terminal]:
    """Have one as long as this lasts."""
    made = Terminal(columns, rows)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def on_a_terminal(shown: Terminal, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the command on a terminal; end it if the test has not."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *words],
        stdin=shown.file,
        stdout=shown.file,
        stderr=shown.file,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(5)
