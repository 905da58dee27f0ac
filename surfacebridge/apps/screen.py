"""A terminal with lines that scroll and a few at its foot that are drawn again and again.

Owns: writing to the terminal, in a thread of its own.  Does not own: what is written.

Rule: nobody waits for a terminal.  One that stands still (Ctrl-S, a slow line) shows the
newest picture when it goes on; of lines that scroll the newest are kept, and how many are
not is said.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from surfacebridge.model.values import counted

MOST_LINES: Final = 1_000
# A terminal that stands still at the end is left as it is.
PATIENCE: Final = 1.0

_CLEAR_BELOW: Final = "\x1b[J"
_USUAL: Final = os.terminal_size((80, 24))


class Screen:
    """Writes to the terminal at ``file``; a text file for logging, and ``show`` for the foot."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._lines: deque[str] = deque()
        # One thread writes each of these two.
        self._left_out = 0
        self._told = 0
        self._foot: Sequence[str] = ()
        self._drawn = 0
        self._is_new = threading.Event()
        self._is_over = False
        self._writer = threading.Thread(target=self._run, name="screen", daemon=True)
        self._writer.start()

    def write(self, text: str) -> int:
        """Let whole lines scroll by, above the foot."""
        for line in text.splitlines():
            if len(self._lines) >= MOST_LINES:
                self._lines.popleft()
                self._left_out += 1
            self._lines.append(line)
        self._is_new.set()
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is written is on its way."""

    def show(self, foot: Sequence[str]) -> None:
        """Draw these lines at the foot from now on; they fit ``size``."""
        self._foot = foot
        self._is_new.set()

    def size(self) -> os.terminal_size:
        """Return how many columns and rows there are now."""
        with suppress(OSError):
            found = os.get_terminal_size(self._file)
            if found.columns and found.lines:
                return found
        return _USUAL

    def close(self) -> None:
        """Take the foot away and let the last lines scroll by; call once."""
        self._foot = ()
        self._is_over = True
        self._is_new.set()
        self._writer.join(PATIENCE)

    def _run(self) -> None:
        try:
            while not self._is_over:
                self._is_new.wait()
                self._is_new.clear()
                self._write(self._next())
            self._write(self._next())
        except OSError:
            """The terminal has gone; the bridge has not."""

    def _next(self) -> str:
        """Return what brings the terminal from what was drawn to what is to be seen."""
        lines = []
        while self._lines:
            lines.append(self._lines.popleft())
        if unsaid := self._left_out - self._told:
            lines.insert(0, f"({counted(unsaid, 'line')} not shown: the terminal stood still)")
            self._told += unsaid
        foot, up = self._foot, self._drawn - 1
        back = f"\r\x1b[{up}A" if up > 0 else "\r" if up == 0 else ""
        self._drawn = len(foot)
        said = "".join(f"{line}\n" for line in lines)
        return f"{back}{_CLEAR_BELOW}{said}" + "\n".join(foot)

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._file, data) :]


@contextmanager
def screen_on(terminal: TextIO) -> Iterator[Screen]:
    """Use ``terminal`` as long as this lasts."""
    terminal.flush()
    screen = Screen(terminal.fileno())
    try:
        yield screen
    finally:
        screen.close()
