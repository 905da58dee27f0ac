"""A guard on what an event costs in a large rig, in calls: figures that no busy machine changes.

Seconds are for ``benchmarks/mappings.py`` and ``benchmarks/standing.py``.
"""

import asyncio
from collections.abc import Sequence

import pytest

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.replaying import Tape
from surfacebridge.bridge.session import SurfaceSession, TargetSession
from surfacebridge.model.controls import ControlId, LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.surfaces.osc_page import OscPage
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.running import Event
from tests.helpers.calls import calls_of
from tests.helpers.waiting import until
from tests.helpers.written import loaded

# What a rig may cost more that is a thousand times as large.
SHARE = 1.2

# Calls of one bank change, for each strip of six lines; as counted, and a tenth more.
BANK_CHANGE = 352


def boxes(strips: int) -> Engine:
    """An engine with ten bindings a strip."""
    return engine_of(
        f"""
surfacebridge: 1
name: many lines
surfaces:
  box:
    serial: {{port: none}}
    strips: {strips}
    controls:
      fader: {{in: "F{{s}} {{v:0..1023}}"}}
      "key{{1..9}}": {{in: "K{{value}}.{{s}} {{v:0|1}}", led: same}}
targets: {{daw: {{osc: "udp://127.0.0.1:9", listen: 9001}}}}
banks: {{all: {{items: 1..{strips}}}}}
strip:
  map:
    - fader > daw:/fader {{n:i}} {{v:f}}
    - key{{1..9}} <> daw:/key{{value}} {{n:i}} {{v:i}}
"""
    )


UNITS = ("x", "e1", "e2", "e3")


def desk(units: int) -> Engine:
    """An engine with Mackie units whose displays follow the finger, on an X32."""
    surfaces = "\n".join(
        f"  {name}: {{device: mackie/mcu, port: {name}}}" for name in UNITS[:units]
    )
    return engine_of(
        f"""
surfacebridge: 1
name: a desk
surfaces:
{surfaces}
rig: [{", ".join(UNITS[:units])}]
targets: {{desk: {{profile: behringer/x32, host: 127.0.0.1}}}}
banks:
  inputs: {{items: "desk.ch.{{1..32}}"}}
  buses: {{items: "desk.bus.{{1..16}}", button: x.f1}}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - select <> .selected
    - lcd.top < "{{.name|.id:7}}"
    - lcd.bottom < "{{.pan:pan}}"
    - when touched fader:
        - lcd.bottom < "{{.fader:dB}}"
"""
    )


def engine_of(text: str) -> Engine:
    plan = loaded(text)
    engine = Engine(plan)
    for name in (*plan.targets, *plan.surfaces):
        engine.handle(Arrived(name), 1.0)
    return engine


def cost(engine: Engine, events: Sequence[Event]) -> int:
    """The calls of ``events``, after they came once before."""
    now = 10.0
    for event in events:
        engine.handle(event, now)
        now += 1.0
        engine.wake(now)

    def again() -> None:
        later = now
        for event in events:
            engine.handle(event, later)
            later += 1.0

    return calls_of(again)


def test_an_event_among_thousands_of_bindings_costs_what_it_costs_among_ten() -> None:
    moves = [Moved(ControlId("box.fader.1"), place / 10) for place in range(10)]

    assert cost(boxes(400), moves) <= SHARE * cost(boxes(1), moves)


def test_a_report_among_thousands_of_bindings_costs_what_it_costs_among_ten() -> None:
    said = [Report(ParameterId("daw:/key1 1"), place % 2 == 0) for place in range(10)]

    assert cost(boxes(400), said) <= SHARE * cost(boxes(1), said)


@pytest.mark.parametrize(
    "gesture",
    [
        [Touched(ControlId("x.fader.1")), LetGo(ControlId("x.fader.1"))],
        [Pressed(ControlId("x.mute.1")), Released(ControlId("x.mute.1"))],
    ],
    ids=["touch", "key"],
)
def test_a_touch_and_a_key_cost_on_four_units_what_they_cost_on_one(gesture: list[Event]) -> None:
    assert cost(desk(4), gesture) <= SHARE * cost(desk(1), gesture)


def test_a_bank_change_costs_no_more_for_each_strip_than_it_did() -> None:
    engine = desk(4)
    for channel in range(1, 33):
        engine.handle(Report(ParameterId(f"desk.ch.{channel}.fader"), -10.0), 2.0)
    key = Pressed(ControlId("x.f1"))

    assert 0 < calls_of(lambda: engine.handle(key, 20.0)) <= 32 * BANK_CHANGE


class Pages:
    """As many OSC pages as wanted, and one target."""

    def __init__(self, pages: int) -> None:
        surfaces = "\n".join(
            f"  p{n}: {{port: memory:p{n}, strips: 8, controls: {{fader: "
            f'{{in: "/in/{{s}} {{v:f}}", out: "/in/{{s}} {{v:f}}", law: x32, echo: none}}}}}}'
            for n in range(1, pages + 1)
        )
        lines = "\n".join(
            f"  - p{n}.fader.{{1..8}} <> daw:/out/{n}/{{i}} {{v:f}} | db(x32, x-touch)"
            for n in range(1, pages + 1)
        )
        plan = loaded(
            f"surfacebridge: 1\nname: pages\nsurfaces:\n{surfaces}\n"
            f'targets: {{daw: {{osc: "udp://127.0.0.1:9"}}}}\nmap:\n{lines}\n'
        )
        hub = Hub(plan)
        self.sent: list[tuple[str, bytes]] = []
        self.tapes = {name: Tape(f"memory:{name}", name, self.sent) for name in plan.surfaces}
        for name, tape in self.tapes.items():
            SurfaceSession(name, OscPage(name, plan.surfaces[name]), tape, hub).start()
        TargetSession(
            "daw", PlainOsc("daw", [], None), Tape("memory:daw", "daw", self.sent), hub
        ).start()
        self._place = 0

    def move(self) -> None:
        """Move all faders of the first page, one after the other."""
        self._place += 1
        tape = self.tapes["p1"]
        for n in range(1, 9):
            place = (n * 7 + self._place * 13) % 900 / 1000 + 0.05
            tape.arrived(encode(OscMessage(f"/in/{n}", (place,), "f")))
            tape.rested()


async def test_an_event_costs_beside_thirty_one_other_surfaces_what_it_costs_alone() -> None:
    found = []
    for count in (1, 32):
        pages = Pages(count)
        await asyncio.sleep(0)

        def is_through(pages: Pages = pages) -> bool:
            pages.move()
            return bool(pages.sent)

        await until(is_through)
        pages.move()
        pages.sent.clear()
        found.append(calls_of(pages.move))
        assert len(pages.sent) == 8

    alone, among = found
    assert among <= SHARE * alone
