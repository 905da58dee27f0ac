"""Bytes that were skipped, and why: peer garbage is a value, never an exception."""

from surfacebridge.value import as_value


@as_value
class Malformed:
    """Bytes a codec could not use.

    ``data`` is at most a bounded excerpt of what was skipped; ``reason`` is a
    short phrase such as ``"data byte without a status"``.
    """

    data: bytes
    reason: str
