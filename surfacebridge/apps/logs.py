"""Logging, set up once: short lines for people, or one JSON object a line.

Rules: what a peer says of itself is shown without control characters and cut to
a length; a line that comes again and again is said ten times a minute, and then
how often it was not.
"""

import json
import logging
import sys
from typing import Final, Protocol

_LEVELS: Final = {-1: logging.ERROR, 0: logging.INFO, 1: logging.DEBUG}

# A plug that is loose flaps several times a second, all night.
MOST_ALIKE: Final = 10
WINDOW: Final = 60.0
# Different lines whose number is kept; a rig has a few dozen.
MOST_LINES: Final = 256
LONGEST: Final = 4000
# Explanations were asked for one by one.
EXPLAINING: Final = "surfacebridge.why"


class Patience(logging.Filter):
    """Lets a line through ``MOST_ALIKE`` times in each ``WINDOW``, then says how often more."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether ``record`` is said; a line that says how many were not, with it."""
        if record.name == EXPLAINING:
            return True
        text = record.getMessage()
        since, count = self._seen.pop(text, (record.created, 0))
        unsaid = 0
        # A clock that was set back begins a new window: else the line would be mute until then.
        if not 0 <= record.created - since < WINDOW:
            unsaid, since, count = max(0, count - MOST_ALIKE), record.created, 0
        if len(self._seen) >= MOST_LINES:
            self._seen.pop(next(iter(self._seen)))
        # The newest last, so that the oldest is forgotten first.
        self._seen[text] = (since, count + 1)
        if unsaid:
            record.msg, record.args = "%s (and %d times more before)", (text, unsaid)
        return count < MOST_ALIKE


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        return f"{self.formatTime(record, '%H:%M:%S')} {mark}{_tame(record.getMessage())}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage()[:LONGEST],
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def _tame(text: str) -> str:
    """Return ``text`` as a terminal may show it: no escapes, no more than ``LONGEST``."""
    plain = "".join(one if one.isprintable() or one in "\n\t" else "?" for one in text[:LONGEST])
    return plain + (" …" if len(text) > LONGEST else "")


class Lines(Protocol):
    """Where lines can be written."""

    def write(self, text: str, /) -> object:
        """Write whole lines."""
        ...

    def flush(self) -> object:
        """Let them be seen."""
        ...


def set_up(*, as_json: bool = False, verbosity: int = 0, to: Lines | None = None) -> None:
    """Send logs to standard error (or ``to``), as lines for people or as JSON lines."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr if to is None else to)
    handler.setFormatter(_Json() if as_json else _Console())
    handler.addFilter(Patience())
    root = logging.getLogger("surfacebridge")
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS.get(verbosity, logging.DEBUG))
    root.propagate = False
