"""Logging, set up once: short lines for people, or one JSON object a line."""

import json
import logging
import sys
from typing import Final

_LEVELS: Final = {-1: logging.ERROR, 0: logging.INFO, 1: logging.DEBUG}


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        return f"{self.formatTime(record, '%H:%M:%S')} {mark}{record.getMessage()}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def set_up(*, as_json: bool = False, verbosity: int = 0) -> None:
    """Send logs to standard error, as lines for people or as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else _Console())
    root = logging.getLogger("surfacebridge")
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS.get(verbosity, logging.DEBUG))
    root.propagate = False
