"""The window of strips over subjects.

Owns: which bank is on, how far it is moved, and what stands past its end.
Does not own: paging that a target does by itself (``delegate``).
"""

from collections.abc import Sequence
from typing import Literal

from surfacebridge.routing.plan import Bank, Subject

Edge = Literal["clamp", "wrap", "blank"]


class Banks:
    """Which subject each strip stands for."""

    def __init__(self, banks: Sequence[Bank], strips: int, edge: Edge) -> None:
        self._banks = {bank.name: bank for bank in banks}
        self._offsets = dict.fromkeys(self._banks, 0)
        self._strips = strips
        self._edge = edge
        self.active = banks[0].name if banks else ""

    @property
    def bank(self) -> Bank | None:
        """The bank that is on, or ``None`` where the mapping has none."""
        return self._banks.get(self.active)

    @property
    def offset(self) -> int:
        """How many subjects the window is moved to the right."""
        return self._offsets.get(self.active, 0)

    def subject(self, strip: int) -> Subject | None:
        """Return what ``strip`` (from 1) stands for; ``None`` past the end of the bank."""
        bank = self.bank
        if bank is None or not bank.subjects:
            return None
        place = self.offset + strip - 1
        if self._edge == "wrap":
            return bank.subjects[place % len(bank.subjects)]
        return bank.subjects[place] if 0 <= place < len(bank.subjects) else None

    def select(self, name: str) -> bool:
        """Turn bank ``name`` on where it was left; return whether anything changed."""
        if name not in self._banks or name == self.active:
            return False
        self.active = name
        return True

    def move(self, subjects: int) -> bool:
        """Move the window by ``subjects``; return whether anything changed."""
        bank = self.bank
        if bank is None or not bank.subjects:
            return False
        place = self.offset + subjects
        if self._edge == "blank" and place >= len(bank.subjects):
            # Pages stay where they are: from a window pushed past the last page, none fits on the
            # way back.
            return False
        place = self._kept(place, len(bank.subjects))
        if place == self.offset:
            return False
        self._offsets[self.active] = place
        return True

    def adopt(self, other: "Banks") -> None:
        """Stand where ``other`` stood, as far as this mapping has the same banks."""
        if other.active in self._banks:
            self.active = other.active
        for name, offset in other._offsets.items():  # noqa: SLF001 - the same class
            if name in self._banks:
                self._offsets[name] = self._kept(offset, len(self._banks[name].subjects))

    def _kept(self, place: int, count: int) -> int:
        """Return ``place`` as far as the edge allows it in a bank of ``count`` subjects."""
        match self._edge:
            case "wrap":
                return place % count if count else 0
            case "clamp":
                return min(max(place, 0), max(count - self._strips, 0))
            case "blank":
                return min(max(place, 0), max(count - 1, 0))
