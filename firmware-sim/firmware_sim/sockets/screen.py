"""The terminal before pretend hardware: a live picture, and lines that are typed.

Owns: standard input and output. Does not own: what is drawn (``front``) or what words do
(``person``).

Both only while this process is in the terminal's foreground: one started with ``&`` must not be
stopped for reading the keyboard, nor draw over the shell. Where standard output is no terminal
nothing is drawn; where standard input is a pipe its lines are words all the same.
"""

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

FRAMES: Final = 10.0
# Longer than anything there is to say; a pipe without a line's end must not fill the memory.
LONGEST_LINE: Final = 4096

_CLEAR: Final = "\x1b[2J\x1b[H"
_SAVE, _RESTORE, _HOME = "\x1b7", "\x1b8", "\x1b[H"
_REST_OF_LINE, _REST_OF_SCREEN = "\x1b[K", "\x1b[J"


class Screen:
    """Draws ``picture()`` and calls ``typed`` with each line; use it as ``with Screen(…):``."""

    def __init__(self, title: str, picture: Callable[[], list[str]]) -> None:
        self.typed: Callable[[str], None] = self.say
        self._title = title
        self._picture = picture
        self._said: list[str] = []
        self._rest = b""
        self._height = 0
        self._timer: asyncio.TimerHandle | None = None
        self.draws = _is_foreground(sys.stdout.fileno()) if sys.stdout.isatty() else False

    def __enter__(self) -> Self:
        """Say where the hardware is, begin to draw, and listen to the keyboard."""
        if self.draws:
            sys.stdout.write(_CLEAR)
            self._draw()
        else:
            print(self._title, flush=True)
        self._listen(start=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last picture standing."""
        self._listen(start=False)
        if self._timer is not None:
            self._timer.cancel()
            print(flush=True)

    def say(self, sentence: str) -> None:
        """Show a sentence: below the picture, or as a line of its own."""
        if self.draws:
            self._said = [*self._said, sentence][-12:]
        else:
            print(sentence, flush=True)

    def _draw(self) -> None:
        lines = [self._title, "", *self._picture(), "", *self._said]
        drawn = "".join(f"{line}{_REST_OF_LINE}\r\n" for line in lines)
        if len(lines) != self._height:
            # The line that is typed moves down or up with what is above it.
            self._height = len(lines)
            sys.stdout.write(f"{_HOME}{drawn}{_REST_OF_SCREEN}> ")
        else:
            sys.stdout.write(f"{_SAVE}{_HOME}{drawn}{_RESTORE}")
        sys.stdout.flush()
        self._timer = asyncio.get_running_loop().call_later(1 / FRAMES, self._draw)

    def _listen(self, *, start: bool) -> None:
        with suppress(OSError, ValueError):
            number = sys.stdin.fileno()
            kind = os.fstat(number).st_mode
            talks = stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) or _is_foreground(number)
            loop = asyncio.get_running_loop()
            if not talks or not start:
                loop.remove_reader(number)
            else:
                loop.add_reader(number, self._read, number)

    def _read(self, number: int) -> None:
        data = os.read(number, LONGEST_LINE)
        if not data:
            self._listen(start=False)
            return
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LONGEST_LINE:]
        if lines:
            self._said.clear()
            self._height = 0
        for line in lines:
            self.typed(line.decode("utf-8", "replace"))


def _is_foreground(number: int) -> bool:
    try:
        return os.tcgetpgrp(number) == os.getpgrp()
    except OSError:
        return False
