"""Which program has a UDP port that we want.

Owns: finding its name, where the system tells us (Linux, and programs we may
look at).  Does not own: what is said about it (``udp``).
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

_SYSTEM: Final = Path("/proc")
# The tenth field of a line in /proc/net/udp (proc(5)).
_INODE_FIELD: Final = 9


def holder_of(port: int, system: Path = _SYSTEM) -> str:
    """Return ``python3 (process 123)`` for the program that has ``port``; empty if nobody says."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, system)}
    if not sockets:
        return ""
    for folder in system.glob("[0-9]*/fd"):
        with suppress(OSError):
            if any(str(one.readlink()) in sockets for one in folder.iterdir()):
                name = (folder.parent / "comm").read_text().strip()
                return f"{name} (process {folder.parent.name})"
    return ""


def _inodes(port: int, system: Path) -> set[str]:
    found: set[str] = set()
    for table in ("net/udp", "net/udp6"):
        with suppress(OSError, ValueError):
            for line in (system / table).read_text().splitlines()[1:]:
                fields = line.split()
                if len(fields) > _INODE_FIELD and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[_INODE_FIELD])
    return found
