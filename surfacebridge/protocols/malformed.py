"""Bytes that were skipped, and why: peer garbage is a value, never an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes a codec could not use.

    ``data`` is at most a bounded excerpt of what was skipped; ``reason`` is a
    short phrase such as ``"data byte without a status"``.
    """

    data: bytes
    reason: str
