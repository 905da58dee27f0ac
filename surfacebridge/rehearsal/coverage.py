"""Which lines of a mapping no story ever used.

Owns: counting.  Does not own: what a story reached (``rig`` notes it).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surfacebridge.mapping.source import Span
from surfacebridge.rehearsal.runner import Verdict
from surfacebridge.routing.plan import Plan


@dataclass(frozen=True, slots=True)
class Unreached:
    """A line through which nothing passed."""

    span: Span
    line: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many lines there are, and those no story and no line test reached."""

    lines: int
    unreached: Sequence[Unreached]

    @property
    def share(self) -> float:
        """How much of the mapping was reached, 0…1; all of an empty one."""
        return 1.0 - len(self.unreached) / self.lines if self.lines else 1.0


def coverage_of(plan: Plan, verdicts: Iterable[Verdict]) -> Coverage:
    """Return what ``verdicts`` reached of ``plan``.

    A line with a list counts once: it is one line of the file.
    """
    reached = {order for verdict in verdicts for order in verdict.reached}
    lines: dict[Span, str] = {}
    seen: set[Span] = set()
    for line in plan.lines:
        lines.setdefault(line.span, line.text)
        if line.order in reached:
            seen.add(line.span)
    unreached = [Unreached(span, text) for span, text in sorted(lines.items()) if span not in seen]
    return Coverage(len(lines), unreached)
