"""What happens in one storm, drawn from its seed: hands, the desk, and what breaks.

Owns: drawing a storm and doing what it says.  Does not own: how hardware breaks
(``firmware_sim.faults``), or what must be true afterwards (``verdict``).
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Final

from firmware_sim.drive import Physics
from firmware_sim.faults import FAULTS
from firmware_sim.motor import EXACT, Build
from firmware_sim.network_faults import NETWORK_FAULTS, NetworkFault
from firmware_sim.sensing import Converter, Touch
from firmware_sim.x32 import X32
from tests.storms.ledger import Ledger
from tests.storms.stage import Stage
from tests.storms.window import CHANNELS, FADERS, STRIPS

# Long enough that the slowest cable has painted the whole surface.
CALM: Final = 0.8

BUILDS: Final[dict[str, Build]] = {
    "exact": EXACT,
    "physics": Build(physics=Physics()),
    # Worn, but a finger that is there is felt.
    "worn": Build(
        physics=Physics(),
        converter=Converter(low=3, high=1019, offset=2.0, jitter=1.0, spikes=0.01),
        touch=Touch(sticky=0.04, bounces=1),
    ),
}

# Cables that carry every byte, and those that do not and are changed when the storm is over.
WHOLE_CABLES: Final = ("none", "none", "din", "usb", "usb-stall", "split", "late")
BAD_CABLES: Final = ("byte-loss", "doubling", "small-queue", "boot-noise")

NETWORKS: Final[dict[str, NetworkFault]] = {
    **{name: NETWORK_FAULTS[name] for name in ("none", "loss", "duplicate", "reorder", "jitter")},
    "thief": NetworkFault(steal_every=0.5),
    "crowd": NetworkFault(steal_every=0.5, thieves=8),
    "all at once": NetworkFault(lose=0.1, duplicate=0.1, reorder=0.2, delay=0.002, jitter=0.01),
}
LOSING: Final = frozenset({"loss", "all at once"})

ACCIDENTS: Final = (
    "unplugged", "unplugged at a byte", "power lost", "network dead", "desk restarted",
    "desk reset", "reloaded", "scene recalled", "desk storm", "bank storm",
)  # fmt: skip

_NAMES: Final = ("Kick", "Snare", "Vox", "Gtr", "Keys", "Bass", "Pad", "FX")
_KEYS: Final = ("mute", "solo", "select")


@dataclass(frozen=True, slots=True)
class Sky:
    """What a storm is made of, in words."""

    seed: int
    servo: bool
    build: str
    cable: str
    network: str
    accidents: tuple[str, ...]
    length: float

    def __str__(self) -> str:
        surface = "servo" if self.servo else "settling"
        accidents = ", ".join(self.accidents) or "nothing else"
        return (
            f"seed {self.seed}: {surface} {self.build} faders, cable {self.cable}, "
            f"network {self.network}, {accidents}, {self.length:.1f} s"
        )


def sky_of(seed: int) -> Sky:
    """Return what the storm of ``seed`` is made of."""
    chance = Random(f"sky {seed}")  # noqa: S311 - makes weather, guards nothing
    bad = chance.random() < 0.3
    accidents = chance.choices(ACCIDENTS, k=chance.choice((0, 1, 1, 2, 3)))
    return Sky(
        seed=seed,
        servo=chance.random() < 0.3,
        build=chance.choice(("exact", "exact", "physics", "worn")),
        cable=chance.choice(BAD_CABLES if bad else WHOLE_CABLES),
        network=chance.choice((*NETWORKS, "none", "none")),
        accidents=tuple(accidents),
        length=chance.uniform(0.8, 2.5),
    )


Deed = Callable[[], None]


@dataclass(slots=True)
class Storm:
    """Everything that will happen, in order of time; ``log`` is what did."""

    sky: Sky
    stage: Stage
    ledger: Ledger
    log: list[str] = field(default_factory=list)
    deeds: list[tuple[float, int, str, Deed]] = field(default_factory=list)
    over_at: float = 0.0

    def plan(self, start: float) -> None:
        """Draw everything from ``start`` on."""
        chance = Random(f"storm {self.sky.seed}")  # noqa: S311 - makes weather, guards nothing
        self.over_at = start + self.sky.length
        self._at(start, f"network: {self.sky.network}", self._spoil_network)
        for hand in range(2):
            self._draw_hand(chance, start, hand)
        self._draw_desk(chance, start)
        for accident in self.sky.accidents:
            when = start + chance.uniform(0.0, 0.7) * self.sky.length
            self._draw_accident(accident, chance, when)
        self._at(self.over_at, "the storm is over", self._end)

    def next_due(self) -> float:
        """Return when something happens next."""
        return self.deeds[0][0] if self.deeds else inf

    def do_due(self) -> None:
        """Do what is due."""
        while self.deeds and self.deeds[0][0] <= self.stage.now + 1e-9:
            _, _, words, deed = heapq.heappop(self.deeds)
            self.log.append(f"{self.stage.now:7.3f} {words}")
            deed()

    def _at(self, when: float, words: str, deed: Deed) -> None:
        heapq.heappush(self.deeds, (when, len(self.deeds) + len(self.log), words, deed))

    # Hands

    def _draw_hand(self, chance: Random, start: float, hand: int) -> None:
        """Fill the time with gestures; the one hand has the odd faders, the other the even."""
        now = start + chance.uniform(0.0, 0.2)
        while now < self.over_at - 0.4:
            fader = chance.randrange(1 + hand, FADERS + 1, 2)
            kind = chance.choice(("ride", "ride", "ride", "drop", "hold", "tap", "key", "turn"))
            now += self._draw_gesture(kind, fader, chance, now)
            now += chance.uniform(0.02, 0.25)

    def _draw_gesture(self, kind: str, fader: int, chance: Random, now: float) -> float:
        room = self.over_at - 0.15 - now
        strip = min(fader, STRIPS)
        match kind:
            case "key":
                key = f"{chance.choice(_KEYS)}.{strip}"
                self._tap(key, strip, now)
                return 0.06
            case "turn":
                ticks = chance.choice((-9, -3, 4, 11))
                self._at(now, f"knob {strip} by {ticks}", lambda: self._turn(strip, ticks))
                return 0.02
            case "tap":
                for tap in range(3):
                    self._grab(fader, now + tap * 0.03)
                    self._release(fader, now + tap * 0.03 + 0.012)
                return 0.09
            case "hold":
                for_ = min(room, chance.uniform(0.05, 0.5))
                self._grab(fader, now)
                self._release(fader, now + for_)
                return for_
            case _:
                rest, takes = chance.uniform(0.0, 0.06), min(room - 0.1, chance.uniform(0.05, 0.6))
                to = chance.choice((0.0, 1.0, 0.75, chance.random(), chance.random()))
                self._grab(fader, now)
                self._at(
                    now + rest,
                    f"fader {fader} is taken to {to:.3f} in {takes:.3f} s",
                    lambda: self._move(fader, to, takes),
                )
                # A hand that lets go in mid-flight, and one that rests first.
                stay = takes * 0.6 if kind == "drop" else takes + chance.uniform(0.005, 0.05)
                self._release(fader, now + rest + stay)
                return rest + stay

    def _grab(self, fader: int, when: float) -> None:
        def deed() -> None:
            self.ledger.grabs(fader)
            self.stage.device.touch(fader)

        self._at(when, f"fader {fader} is touched", deed)

    def _release(self, fader: int, when: float) -> None:
        def deed() -> None:
            self.ledger.releases(fader)
            self.stage.device.release(fader)

        self._at(when, f"fader {fader} is let go", deed)

    def _move(self, fader: int, to: float, seconds: float) -> None:
        if self.stage.device.touched(fader) or self.stage.cable.powered:
            self.ledger.moves(fader, to)
            self.stage.device.move(fader, to, seconds)

    def _turn(self, strip: int, ticks: int) -> None:
        self.ledger.turns(strip)
        self.stage.device.turn(strip, ticks)

    def _tap(self, key: str, strip: int, when: float) -> None:
        def press() -> None:
            self.ledger.near(strip)
            self.stage.device.press(key)

        self._at(when, f"{key} is pressed", press)
        self._at(when + 0.04, f"{key} comes up", lambda: self.stage.device.release_button(key))

    def _change_meaning(self, key: str, when: float) -> None:
        def press() -> None:
            self.ledger.meaning_changes()
            self.stage.device.press(key)

        def lift() -> None:
            self.ledger.meaning_changes()
            self.stage.device.release_button(key)

        self._at(when, f"{key} is pressed", press)
        self._at(when + 0.03, f"{key} comes up", lift)

    # The desk

    def _draw_desk(self, chance: Random, start: float) -> None:
        now = start
        while (now := now + chance.expovariate(8.0)) < self.over_at - 0.02:
            self._desk_change(chance, now)

    def _desk_change(self, chance: Random, when: float) -> None:
        channel = chance.randint(1, CHANNELS)
        at = f"/ch/{channel:02}"
        value: float | int | str
        match chance.choice(
            ("fader", "fader", "fader", "send", "on", "pan", "name", "solo", "main")
        ):
            case "fader":
                address, value = f"{at}/mix/fader", round(chance.random() * 1023) / 1023
            case "send":
                address, value = f"{at}/mix/01/level", round(chance.random() * 160) / 160
            case "on":
                address, value = f"{at}/mix/on", chance.randint(0, 1)
            case "pan":
                address, value = f"{at}/mix/pan", round(chance.random() * 100) / 100
            case "name":
                address, value = f"{at}/config/name", f"{chance.choice(_NAMES)}{channel}"
            case "solo":
                address, value = f"/-stat/solosw/{channel:02}", chance.randint(0, 1)
            case _:
                address, value = "/main/st/mix/fader", round(chance.random() * 1023) / 1023

        def deed() -> None:
            self.stage.desk.set_from_desk(address, value)
            if isinstance(value, float):
                self.ledger.desk_set(address, value)

        self._at(when, f"the desk sets {address} to {value}", deed)

    # Accidents

    def _draw_accident(self, accident: str, chance: Random, when: float) -> None:
        stage = self.stage
        back = min(chance.uniform(0.01, 0.8), self.over_at - when - 0.01)
        match accident:
            case "reloaded":
                self._at(when, accident, lambda: stage.reload(stage.rig.other))
                self._at(when + back, "reloaded again", lambda: stage.reload(stage.rig.plan))
            case "scene recalled":
                for repeat in range(chance.choice((1, 1, 5))):
                    number = chance.choice((1, 2))
                    self._at(
                        when + repeat * 0.05,
                        f"scene {number} recalled",
                        lambda number=number: self._recall(number),  # type: ignore[misc]
                    )
            case "desk storm":
                for repeat in range(60):
                    self._desk_change(chance, when + repeat * 0.002)
            case "bank storm":
                keys = ("bank.left", "bank.right", "bank.right", "bank.left", "flip")
                for repeat in range(chance.choice((1, 2, 6))):
                    self._change_meaning(chance.choice(keys), when + repeat * 0.07)
            case _:
                self._draw_break(accident, chance, when, back)

    def _draw_break(self, accident: str, chance: Random, when: float, back: float) -> None:
        """Draw something that breaks, and is mended ``back`` seconds later."""
        stage = self.stage
        match accident:
            case "unplugged":
                self._at(when, accident, self._unplug)
                self._at(when + back, "plugged in", stage.plug_in)
            case "unplugged at a byte":
                count, side = chance.randint(1, 200), chance.random() < 0.5
                self._at(when, f"{accident}: {count}", lambda: self._cut(count, from_device=side))
                self._at(when + back, "plugged in", self._replug)
            case "power lost":
                caps = {n: chance.random() for n in chance.sample(range(1, FADERS + 1), 3)}
                self._at(when, accident, self._power_off)
                self._at(when + back, "power is back", lambda: stage.power_on(caps))
            case "network dead":
                self._at(when, accident, self._kill_network)
                self._at(when + back, "network lives", self._revive_network)
            case _:
                keeps = accident == "desk restarted"
                self._at(when, accident, lambda: self._restart_desk(keep_state=keeps))

    def _spoil_network(self) -> None:
        self.stage.network.fault = NETWORKS[self.sky.network]

    def _unplug(self) -> None:
        self.ledger.surface_loses()
        self.stage.pull()

    def _cut(self, count: int, *, from_device: bool) -> None:
        self.ledger.surface_loses()
        self.stage.cable.unplug_after(count, from_device=from_device)

    def _replug(self) -> None:
        # So many bytes may not have passed so far: then the plug comes out now.
        self._unplug()
        self.stage.plug_in()

    def _power_off(self) -> None:
        self.ledger.surface_loses()
        self.stage.power_off()

    def _kill_network(self) -> None:
        self.stage.network.die()

    def _revive_network(self) -> None:
        self.stage.network.alive = True

    def _restart_desk(self, *, keep_state: bool) -> None:
        self.stage.desk.restart(keep_state=keep_state)
        if not keep_state:
            self.ledger.recalled()

    def _recall(self, number: int) -> None:
        self.stage.desk.recall_scene(number)
        self.ledger.recalled()

    def _end(self) -> None:
        stage = self.stage
        stage.network.revive()
        if self.sky.cable in BAD_CABLES:
            self.ledger.surface_loses()
            stage.change_cable(FAULTS["none"])
        elif not stage.cable.plugged:
            stage.plug_in()


def dress(desk: X32, seed: int, channels: int = CHANNELS) -> None:
    """Give the desk a mix of ``channels`` and two scenes, of which the second is on."""
    chance = Random(f"mix {seed}")  # noqa: S311 - makes a mix, guards nothing
    for scene in (1, 2):
        for channel in range(1, channels + 1):
            at = f"/ch/{channel:02}"
            desk.set_from_desk(f"{at}/config/name", f"{_NAMES[channel % 8]}{channel}")
            desk.set_from_desk(f"{at}/config/color", chance.randint(1, 7))
            desk.set_from_desk(f"{at}/mix/fader", round(chance.random() * 1023) / 1023)
            desk.set_from_desk(f"{at}/mix/on", chance.randint(0, 1))
        desk.store_scene(scene)
