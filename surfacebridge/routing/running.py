"""What the parts of the engine share: who is there, what waits, what was decided."""

from collections import Counter

from surfacebridge.model.controls import Gesture
from surfacebridge.model.feedback import Show
from surfacebridge.model.lifecycle import Arrived, ClockTicked, Gone
from surfacebridge.model.parameters import Follow, Report, Write
from surfacebridge.routing.setpoints import Schedule

Event = Gesture | Report | Arrived | Gone | ClockTicked
Effect = Write | Show | Follow


class Running:
    """The state of one engine that belongs to none of its parts alone."""

    __slots__ = ("counts", "epoch", "out", "present", "schedule")

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """What was dropped, by reason."""
        self.out: list[Effect] = []
        """The effects of the event at hand."""
        self.present: set[str] = set()
        """Surfaces and targets that answer now."""
        self.schedule = Schedule()
        self.epoch = 0
        """Counts what changed of who is there and what anything means, so that whoever
        worked something out beforehand knows when to do it again."""
