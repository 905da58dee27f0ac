"""Noticing that a mapping file, or one it includes, was saved."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# Soon enough for an evening of editing; a stat() of a few files costs nothing.
LOOK_EVERY: Final = 0.5

Stamp = tuple[int, int]


class FileWatch:
    """Waits for any of some files to change.

    By modification time and size, asked again and again: editors replace
    files rather than write into them, and that is seen everywhere alike.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._seen: dict[Path, Stamp | None] = {}
        self.follow(paths)

    def follow(self, paths: Iterable[Path]) -> None:
        """Wait for changes of ``paths`` from now on; known files keep what was seen of them."""
        before = self._seen
        self._seen = {path: before.get(path) or _stamp(path) for path in paths}
        for path, stamp in before.items():
            self._seen.setdefault(path, stamp)

    async def changed(self) -> None:
        """Return once a file differs from when it was last looked at, and holds still."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = {path: _stamp(path) for path in self._seen}
            # A file that is missing is being replaced: wait for the new one.
            if now != self._seen and None not in now.values():
                self._seen = dict(now)
                return


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
