"""Every exception surfacebridge raises on purpose.

Reasons are attributes, so that callers never parse a message.  Bytes from a
peer never raise: they become ``protocols.malformed.Malformed`` values.
"""

from collections.abc import Sequence


class SurfaceBridgeError(Exception):
    """The root: whatever we raise on purpose is one of these."""


class MappingRefused(SurfaceBridgeError):
    """A mapping or sheet has errors; ``problems`` holds all of them."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(f"{len(problems)} problem(s) in the mapping")
        self.problems = tuple(problems)


class AddressError(SurfaceBridgeError, ValueError):
    """An address cannot be read: ``text`` is what was written, ``reason`` what to write."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text = text
        self.reason = reason


class UnknownName(SurfaceBridgeError):
    """A rig has nothing of a name somebody asked about; the message says what it has."""


class LinkError(SurfaceBridgeError):
    """A byte path failed: ``address`` says which, ``reason`` says why."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


class LinkUnavailable(LinkError):
    """The path could not be opened now; trying again later may succeed."""


class LinkLost(LinkError):
    """The path was open and is gone; it may be opened again."""


class MissingExtra(LinkError):
    """The path needs an optional package; ``extra`` names the one to install."""

    def __init__(self, address: str, extra: str) -> None:
        super().__init__(
            address, f"this needs an optional package: pip install 'surfacebridge[{extra}]'"
        )
        self.extra = extra


class RecordingRefused(SurfaceBridgeError):
    """A capture cannot be written or read; the message says what to do."""


class UnknownProduct(SurfaceBridgeError):
    """No device or target sheet has this name; ``near`` lists close ones."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        hint = f"; did you mean {' or '.join(repr(word) for word in near)}?" if near else "."
        super().__init__(f"There is no product {name!r}{hint}")
        self.name = name
        self.near = tuple(near)


class ProtocolMisuse(SurfaceBridgeError, ValueError):
    """Our own bug: a codec was asked for something its protocol cannot say."""
