"""A target's profile and a simulated console on one bench: real bytes, virtual time, no sockets."""

from collections.abc import Callable, Sequence

from firmware_sim.device import Client, Console, StreamConsole
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import Value
from surfacebridge.profiles.base import TargetEndpoint

US: Client = ("127.0.0.1", 40001)
TABLET: Client = ("127.0.0.1", 40002)

STEP = 0.005


class Bench:
    """The profile is called ``desk``; ``heard`` is all it said, ``held`` the last of each.

    ``largest_burst`` is the most messages that left at once.
    """

    def __init__(self, profile: TargetEndpoint, console: Console) -> None:
        self.profile = profile
        self.console = console
        self.now = 0.0
        self.heard: list[Report | Arrived | Gone] = []
        self.held: dict[str, Value] = {}
        self.sent: list[bytes] = []
        self.to_tablet: list[bytes] = []
        self.largest_burst = 0
        if isinstance(console, StreamConsole):
            console.connect(US)
        profile.open(self.now)
        self._exchange()

    def watch(self, *names: str) -> None:
        self.profile.watch([ParameterId(f"desk.{name}") for name in names], self.now)
        self._exchange()

    def read(self, *names: str) -> None:
        """Follow ``names``, and wait until all that is followed is known."""
        self.watch(*names)
        self.until(lambda: self.profile.health.synced)

    def write(self, name: str, value: Value) -> None:
        self.profile.send(Write("desk", ParameterId(f"desk.{name}"), value), self.now)
        self._exchange()

    def tablet(self, data: bytes) -> None:
        """Let another client say something."""
        self.console.receive(data, TABLET)
        self._exchange()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.now += STEP
            self.console.advance(STEP)
            due = self.profile.next_wakeup()
            if due is not None and due <= self.now:
                self._note(self.profile.wake(self.now))
            self._exchange()

    def until(self, condition: Callable[[], bool], within: float = 5.0) -> float:
        """Return how long it took."""
        start = self.now
        while not condition():
            assert self.now - start < within, f"still not so after {within} s"
            self.run(STEP)
        return self.now - start

    def _note(self, heard: Sequence[Report | Arrived | Gone]) -> None:
        for one in heard:
            self.heard.append(one)
            if isinstance(one, Report):
                self.held[one.parameter.partition(".")[2]] = one.value

    def _exchange(self) -> None:
        for _ in range(1000):
            asked = self.profile.data_to_send()
            self.sent += asked
            self.largest_burst = max(self.largest_burst, len(asked))
            for data in asked:
                self.console.receive(data, US)
            answers = self.console.take_output()
            for data, client in answers:
                if client == US:
                    self._note(self.profile.receive(data, self.now))
                else:
                    self.to_tablet.append(data)
            if not asked and not answers:
                return
        raise AssertionError("the profile and the console talk for ever")
