"""The local socket through which a running bridge is asked, and told to read again.

Owns: where the sockets are, their rights, the words of the protocol, and the
asking side.  Does not own: what a status holds (``bridge.status``), the bounds
of a visit (``small_server``).

The protocol: one line, ``status``, ``metrics`` or ``resync [LINK]``; the answer
is text, JSON for ``status``, until the socket closes.  A line that makes no
sense is answered ``error:`` and a sentence.

Rule: only the user who runs the bridge may ask: the folder is 0700, the socket 0600.
"""

import errno
import os
import re
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from surfacebridge.errors import SurfaceBridgeError
from surfacebridge.value import as_value

LONGEST_QUESTION: Final = 256
# A status of hundreds of links, and yet no memory for a peer that is no bridge.
LONGEST_ANSWER: Final = 4 * 1024 * 1024
PATIENCE: Final = 3.0
# sockaddr_un has room for 108 bytes on Linux, 104 on macOS, with the final zero.
LONGEST_PATH: Final = 103
_MOST_ALIKE: Final = 16

FOLDER: Final = "surfacebridge"


class NoControl(SurfaceBridgeError):
    """There is no socket to serve or to ask; the text says why and what to do."""


def folders(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Return where sockets may be, the first being where a bridge puts its own."""
    found = []
    # systemd gives a service a folder of its own.
    if (given := environ.get("RUNTIME_DIRECTORY")) is not None:
        found.append(Path(given.partition(":")[0]))
    if (runtime := environ.get("XDG_RUNTIME_DIR")) is not None:
        found.append(Path(runtime) / FOLDER)
    state = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    found.append(Path(state) / FOLDER)
    return list(dict.fromkeys([*found, Path("/run") / FOLDER]))


def listen(rig: str, folder: Path) -> tuple[socket.socket, Path]:
    """Return a listening socket for the bridge that runs ``rig``, and where it is.

    Raises ``NoControl`` where the folder is not safe or the system refuses.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise NoControl("This system has no local sockets; 'surfacebridge status' cannot ask here.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _be_private(folder)
        return _bind(rig, folder)
    except OSError as refused:
        raise NoControl(
            f"{folder} cannot hold the control socket: {refused.strerror or refused}. "
            "'surfacebridge status' will not find this bridge."
        ) from refused


def _be_private(folder: Path) -> None:
    kept = folder.stat()
    if kept.st_uid != os.getuid():
        raise OSError(errno.EPERM, "it belongs to another user")
    if stat.S_IMODE(kept.st_mode) & 0o077:
        folder.chmod(0o700)


def _bind(rig: str, folder: Path) -> tuple[socket.socket, Path]:
    for number in range(1, _MOST_ALIKE + 1):
        path = folder / f"{_slug(rig, folder)}{'' if number == 1 else f'-{number}'}.sock"
        if _is_alive(path):
            continue
        path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listening.bind(str(path))
            path.chmod(0o600)
            listening.listen(_MOST_ALIKE)
            listening.setblocking(False)
        except OSError:
            listening.close()
            raise
        return listening, path
    raise OSError(errno.EADDRINUSE, f"{_MOST_ALIKE} bridges run this rig already")


def _slug(rig: str, folder: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", rig.lower()).strip("-") or "rig"
    room = LONGEST_PATH - len(os.fsencode(folder)) - len("/-16.sock")
    if room < 1:
        raise OSError(errno.ENAMETOOLONG, "its path is too long for a local socket")
    return slug[:room]


def _is_alive(path: Path) -> bool:
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PATIENCE)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True


# What a bridge answers


@as_value
class Control:
    """What can be asked: each returns text.  ``resync`` is told which links, all if none."""

    status: Callable[[], str]
    metrics: Callable[[], str]
    resync: Callable[[str], str]

    def answer(self, question: bytes) -> bytes:
        """Return the answer to one line; what it says never raises."""
        word, _, rest = question.partition(b"\n")[0].decode("utf-8", "replace").partition(" ")
        match word, rest.strip():
            case "status", "":
                said = self.status()
            case "metrics", "":
                said = self.metrics()
            case "resync", name:
                said = self.resync(name)
            case _:
                said = "error: ask status, metrics or resync [LINK]."
        return said.encode("utf-8") + b"\n"


# Who asks


def running(places: list[Path] | None = None) -> Iterator[Path]:
    """Yield the socket of every bridge that runs here and may be asked."""
    for folder in folders() if places is None else places:
        try:
            # systemd's folder has one for each service in it.
            found = sorted([*folder.glob("*.sock"), *folder.glob("*/*.sock")])
        except OSError:
            continue
        for path in found:
            if _is_alive(path):
                yield path


def ask(path: Path, question: str) -> str:
    """Return the answer of the bridge at ``path``; ``NoControl`` where none comes."""
    said = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(PATIENCE)
            asking.connect(str(path))
            asking.sendall(question.encode("utf-8") + b"\n")
            while (data := asking.recv(65_536)) and len(said) < LONGEST_ANSWER:
                said += data
    except OSError as refused:
        raise NoControl(
            f"The bridge at {path} does not answer ({refused.strerror or refused}). "
            "Is it stopped (Ctrl-Z), or does it belong to another user?"
        ) from refused
    if said.startswith(b"error: "):
        raise NoControl(said[len(b"error: ") :].decode("utf-8", "replace").strip())
    return said.decode("utf-8", "replace")
