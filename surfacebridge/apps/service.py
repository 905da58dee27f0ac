"""Telling systemd how a service is: ready, well, stopping (sd_notify(3)).

Owns: the datagrams.  Does not own: when anything is the case (``running``).
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

_LONGEST_STATUS: Final = 500


class Service:
    """The service manager, or nobody where there is none; nothing here waits or raises."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            # An abstract address begins with a zero byte.
            self._address = "\0" + self._address[1:]
        self._said = ""
        watched = environ.get("WATCHDOG_USEC", "")
        # Whose watchdog it is; without a number it is ours.
        ours = environ.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
        self.watchdog: float | None = (
            int(watched) / 1e6 if watched.isdigit() and ours and int(watched) else None
        )
        """Seconds within which the manager wants to hear from us, if it watches."""

    def ready(self) -> None:
        """Say that the bridge runs; links may still be waited for."""
        self._say("READY=1")

    def well(self, status: str) -> None:
        """Say that the loop still turns, and what people should read beside the name."""
        said = f"STATUS={status[:_LONGEST_STATUS]}" if status != self._said else ""
        self._said = status
        self._say("\n".join(filter(None, ["WATCHDOG=1" if self.watchdog else "", said])))

    def stopping(self) -> None:
        """Say that the bridge is on its way out."""
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self._address or not words or not hasattr(socket, "AF_UNIX"):
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto(words.encode("utf-8"), self._address)
