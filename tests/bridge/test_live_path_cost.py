"""A guard on what an event costs, in calls and memory: figures that no busy machine changes.

Seconds are for ``surfacebridge bench`` and ``benchmarks/``.
"""

import asyncio
import gc
import sys
from collections.abc import Sequence

import pytest

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.replaying import Tape
from surfacebridge.bridge.session import SurfaceSession, TargetSession
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.surfaces.osc_page import OscPage
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from tests.helpers.calls import calls_of
from tests.helpers.waiting import until
from tests.helpers.written import loaded

RIG = """
surfacebridge: 1
name: a page and a DAW
surfaces:
  page:
    port: memory:page
    strips: 64
    controls:
      fader: {in: "/in/{s} {v:f}", out: "/in/{s} {v:f}", law: x32, echo: none}
targets: {daw: {osc: "udp://127.0.0.1:9"}}
map:
  - page.fader.{1..64} <> daw:/out/{i} {v:f} | db(x32, x-touch)
"""

# Python calls and calls of built-ins, as counted when this was written, and a tenth more:
# who needs more has made every fader slower.
ALONE = 35
TOGETHER = 20


class Bench:
    def __init__(self) -> None:
        plan = loaded(RIG)
        hub = Hub(plan)
        self.sent: list[tuple[str, bytes]] = []
        self.page = Tape("memory:page", "page", self.sent)
        self.daw = Tape("memory:daw", "daw", self.sent)
        SurfaceSession("page", OscPage("page", plan.surfaces["page"]), self.page, hub).start()
        TargetSession("daw", PlainOsc("daw", [], None), self.daw, hub).start()
        hub.take("page", (), 0.0)

    def feed(self, chunks: Sequence[bytes]) -> None:
        for data in chunks:
            self.page.arrived(data)
        self.page.rested()

    def feed_one_by_one(self, chunks: Sequence[bytes]) -> None:
        for data in chunks:
            self.feed((data,))


def moves(round_number: int) -> list[bytes]:
    return [
        encode(OscMessage(f"/in/{n}", ((n * 7 + round_number * 13) % 900 / 1000 + 0.05,), "f"))
        for n in range(1, 65)
    ]


@pytest.fixture
async def bench() -> Bench:
    made = Bench()
    # The target of a plain rig counts as there once its first timer ran.
    await asyncio.sleep(0)
    numbers = iter(range(200))

    def is_through() -> bool:
        made.feed(moves(next(numbers)))
        return len(made.sent) > 0

    await until(is_through)
    return made


async def test_a_fader_that_moves_alone_costs_no_more_calls_than_it_did(bench: Bench) -> None:
    bench.feed(moves(500))
    chunks = moves(501)
    bench.sent.clear()

    calls = calls_of(lambda: bench.feed_one_by_one(chunks))

    assert len(bench.sent) == 64
    assert calls / 64 <= ALONE


async def test_faders_that_move_together_cost_no_more_calls_than_they_did(bench: Bench) -> None:
    bench.feed(moves(500))
    chunks = moves(501)
    bench.sent.clear()

    calls = calls_of(lambda: bench.feed(chunks))

    assert len(bench.sent) == 64
    assert calls / 64 <= TOGETHER


async def test_an_hour_of_moves_leaves_nothing_behind_in_memory(bench: Bench) -> None:
    rounds = [moves(number) for number in range(200)]
    for chunks in rounds:
        bench.feed(chunks)
    bench.sent.clear()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(3):
        for chunks in rounds:
            bench.feed(chunks)
    bench.sent.clear()
    gc.collect()

    # A latency figure is kept for each passage, up to a bound: that is all that grows.
    assert sys.getallocatedblocks() - before < 3 * len(rounds) + 200
