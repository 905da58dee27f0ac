"""The hub with peers that only take notes."""

import asyncio

from surfacebridge.bridge.hub import Hub
from surfacebridge.model.controls import ControlId, LetGo, Moved, Touched
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import Follow, ParameterId, Report, Write
from surfacebridge.routing.running import Effect, Event
from tests.helpers.rigs import plan_of, rig
from tests.helpers.waiting import until

FADER = ControlId("x.fader.1")
LEVEL = ParameterId("desk.ch.1.fader")


class Notes:
    """A peer that writes down what it is told, and when it is flushed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[Effect] = []
        self.flushes = 0
        self.begun: list[float] = []
        self._waits = False

    def tell(self, effect: Effect, now: float) -> None:
        self.told.append(effect)
        self._waits = True

    def begin_again(self, now: float) -> None:
        self.begun.append(now)

    def flush(self, now: float) -> bool:
        self.flushes += 1
        waits, self._waits = self._waits, False
        return waits


def stage(*, writes: bool = True) -> tuple[Hub, Notes, Notes, float]:
    hub = Hub(plan_of(rig("- fader <> .fader | db")), writes=writes)
    surface, desk = Notes("x"), Notes("desk")
    hub.join(surface)
    hub.join(desk)
    now = asyncio.get_running_loop().time()
    hub.take("x", [Arrived("x")], now)
    hub.take("desk", [Arrived("desk"), Report(LEVEL, -10.0)], now)
    return hub, surface, desk, now


async def test_effects_reach_the_endpoint_they_are_for() -> None:
    hub, surface, desk, _ = stage()
    assert any(isinstance(one, Follow) for one in desk.told)
    assert any(isinstance(one, ShowMotor) and one.control == FADER for one in surface.told)
    hub.close()


async def test_what_was_decided_leaves_with_the_flush_and_is_timed() -> None:
    hub, _, desk, now = stage()
    desk.told.clear()
    flushed = desk.flushes
    hub.decide("x", [Touched(FADER), Moved(FADER, 0.75)], now)
    assert [one.value for one in desk.told if isinstance(one, Write)] == [0.0]
    assert desk.flushes == flushed
    hub.flush(now, "x", since=0.0)
    assert desk.flushes == flushed + 1
    assert hub.latency.count == 1
    hub.close()


async def test_a_rehearsal_writes_nothing_and_still_reads() -> None:
    hub, _, desk, now = stage(writes=False)
    hub.take("x", [Touched(FADER), Moved(FADER, 0.75)], now)
    assert not any(isinstance(one, Write) for one in desk.told)
    assert any(isinstance(one, Follow) for one in desk.told)
    hub.close()


async def test_who_leaves_is_gone_and_is_told_nothing_more() -> None:
    hub, surface, _, now = stage()
    assert hub.is_present("x")
    hub.leave("x", now)
    assert not hub.is_present("x")
    surface.told.clear()
    hub.take("desk", [Report(LEVEL, -20.0)], now)
    assert surface.told == []
    hub.close()


async def test_observers_see_events_and_effects_with_their_endpoint() -> None:
    hub, _, _, now = stage()
    seen: list[tuple[str, Event | Effect]] = []
    hub.observers.append(lambda name, one: seen.append((name, one)))
    moved = Moved(FADER, 0.75)
    hub.take("x", [Touched(FADER), moved], now)
    assert ("x", moved) in seen
    assert ("desk", Write("desk", LEVEL, 0.0)) in seen
    hub.close()


async def test_the_engine_is_woken_when_it_asked_to_be() -> None:
    hub, surface, _, now = stage()
    hub.take("x", [Touched(FADER), Moved(FADER, 0.5), Moved(FADER, 0.6), LetGo(FADER)], now)
    surface.told.clear()
    hub.take("desk", [Report(LEVEL, -30.0), Report(LEVEL, -40.0)], now)
    await until(
        lambda: any(
            isinstance(one, ShowMotor) and abs(one.position - 0.1875) < 0.001
            for one in surface.told
        )
    )
    hub.close()
