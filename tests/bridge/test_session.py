"""A session between a link in memory and a real profile."""

import asyncio
import gc
import weakref
from collections.abc import Sequence

import pytest

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.session import SurfaceSession, TargetSession
from surfacebridge.model.controls import ControlId
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.registry import surface_endpoint
from surfacebridge.profiles.surfaces.osc_page import OscPage
from surfacebridge.protocols.osc.messages import Bundle, OscMessage
from surfacebridge.protocols.osc.packet import decode, encode
from surfacebridge.transports.memory import MemoryLink, pair
from tests.helpers.waiting import until
from tests.helpers.written import loaded
from tests.profiles.shipped import ShippedFiles, shipped

RIG = """
surfacebridge: 1
name: a page and a DAW
surfaces:
  page:
    port: memory:page
    strips: 4
    controls:
      fader: {in: "/in/{s} {v:f}", out: "/in/{s} {v:f}"}
      key: {in: "/key/{s} {v:f}", led: "/key/{s} {v:f}"}
targets: {daw: {osc: "udp://127.0.0.1:9", listen: 10, hello: [/hello 1]}}
banks: {all: {items: "1..4"}}
strip:
  map:
    - fader <> daw:/out/{n} {v:f}
    - key > daw:/key/{n} {v:i}
"""

BANKS = """
surfacebridge: 1
name: banks
surfaces: {x: {device: behringer/x-touch, port: x}}
targets: {desk: {profile: behringer/x32, host: 127.0.0.1}}
banks: {inputs: {items: "desk.ch.{1..16}"}}
paging: {page: [x.bank.left, x.bank.right]}
strip:
  map:
    - fader <> .fader | db
"""


class Stage:
    """Both sessions, and the far ends of their links."""

    def __init__(self) -> None:
        plan = loaded(RIG)
        self.hub = Hub(plan)
        near_page, self.page = pair("memory:page")
        near_daw, self.daw = pair("memory:daw")
        self.surface = SurfaceSession(
            "page", OscPage("page", plan.surfaces["page"]), near_page, self.hub
        )
        self.target = TargetSession("daw", PlainOsc("daw", ["/hello 1"], None), near_daw, self.hub)
        self.at_page: list[OscMessage] = []
        self.at_daw: list[OscMessage] = []
        _listen(self.page, self.at_page)
        _listen(self.daw, self.at_daw)
        self.surface.start()
        self.target.start()

    async def stop(self) -> None:
        await self.surface.stop(polite=True)
        await self.target.stop(polite=True)
        for far in (self.page, self.daw):
            await far.close()
        self.hub.close()


def _listen(link: MemoryLink, heard: list[OscMessage]) -> None:
    def arrived(data: bytes) -> None:
        packet = decode(data)
        assert isinstance(packet, OscMessage)
        heard.append(packet)

    link.listen(arrived, lambda _: None)


def said(messages: Sequence[OscMessage], address: str) -> list[object]:
    return [one.args[-1] for one in messages if one.address == address]


def send(link: MemoryLink, address: str, value: float) -> None:
    link.send(encode(OscMessage(address, (value,), "f")))


async def test_the_greeting_leaves_at_the_start() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    await stage.stop()


async def test_a_move_crosses_and_its_time_is_taken() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    send(stage.page, "/in/2", 0.5)
    await until(lambda: said(stage.at_daw, "/out/2") == [0.5])
    assert stage.hub.latency.count == 1
    await stage.stop()


async def test_of_values_that_came_together_only_the_last_leaves() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    for step in range(1, 11):
        send(stage.page, "/in/1", step / 10)
        send(stage.page, "/in/2", 1 - step / 16)
    await until(lambda: said(stage.at_daw, "/out/2"))
    assert said(stage.at_daw, "/out/1") == [1.0]
    assert said(stage.at_daw, "/out/2") == [0.375]
    await stage.stop()


async def test_keys_that_came_together_all_leave_in_order() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    send(stage.page, "/in/1", 0.25)
    send(stage.page, "/key/1", 1.0)
    send(stage.page, "/key/1", 0.0)
    send(stage.page, "/in/1", 0.75)
    await until(lambda: said(stage.at_daw, "/out/1")[-1:] == [0.75])
    crossed = [(m.address, m.args[-1]) for m in stage.at_daw if m.address != "/hello"]
    assert crossed == [("/out/1", 0.25), ("/key/1", 1), ("/key/1", 0), ("/out/1", 0.75)]
    await stage.stop()


async def test_a_tap_sees_every_byte_both_ways() -> None:
    stage = Stage()
    seen: list[tuple[str, str, bytes]] = []
    stage.target.taps.append(lambda name, way, data, now: seen.append((name, way, data)))
    await until(lambda: said(stage.at_daw, "/hello"))
    send(stage.daw, "/out/3", 0.5)
    await until(lambda: said(stage.at_page, "/in/3") == [0.5])
    assert ("daw", "in", encode(OscMessage("/out/3", (0.5,), "f"))) in seen
    send(stage.page, "/in/4", 0.5)
    await until(lambda: ("daw", "out", encode(OscMessage("/out/4", (0.5,), "f"))) in seen)
    await stage.stop()


async def test_a_lost_link_says_why_and_an_old_session_says_nothing_more() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    stage.page.drop()
    lost = await asyncio.wait_for(stage.surface.wait_lost(), 2)
    assert lost.reason
    await stage.surface.stop(polite=False)
    assert not stage.hub.is_present("page")
    send(stage.daw, "/out/1", 0.5)
    await asyncio.sleep(0)
    assert said(stage.at_page, "/in/1") == []
    await stage.stop()


async def test_a_write_for_the_wrong_kind_of_endpoint_is_left_out() -> None:
    stage = Stage()
    now = asyncio.get_running_loop().time()
    stage.surface.tell(Write("daw", ParameterId("daw:/x {v:f}"), 1.0), now)
    assert not stage.surface.flush(now)
    stage.hub.take("page", [Arrived("page")], now)
    await stage.stop()


async def test_of_several_writes_to_one_fader_in_one_turn_the_last_leaves() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    for value in (0.25, 0.5, 0.75):
        stage.target.tell(Write("daw", ParameterId("daw:/out/1 {v:f}"), value), 0.0)
    stage.target.flush(0.0)
    await until(lambda: said(stage.at_daw, "/out/1"))
    assert said(stage.at_daw, "/out/1") == [0.75]
    await stage.stop()


async def test_of_several_places_of_one_motor_in_one_turn_the_last_leaves() -> None:
    stage = Stage()
    await until(lambda: said(stage.at_daw, "/hello"))
    for place in (0.25, 0.5, 0.75):
        stage.surface.tell(ShowMotor("page", ControlId("page.fader.1"), place), 0.0)
    stage.surface.flush(0.0)
    await until(lambda: said(stage.at_page, "/in/1"))
    assert said(stage.at_page, "/in/1") == [0.75]
    await stage.stop()


async def test_a_motor_does_not_leave_under_a_finger_that_came_with_the_bank_it_was_sent_for() -> (
    None
):
    plan = loaded(BANKS)
    hub = Hub(plan)
    near, far = pair("memory:x")
    said: list[bytes] = []
    far.listen(said.append, lambda _: None)
    session = SurfaceSession("x", surface_endpoint("x", plan.surfaces["x"]), near, hub)
    session.start()
    now = hub.clock.time()
    hub.take("desk", [Arrived("desk")], now)
    for channel in (1, 2, 9, 10):
        level = ParameterId(f"desk.ch.{channel}.fader")
        hub.take("desk", [Report(level, 0.0 if channel < 9 else -20.0)], now)
    await until(lambda: any(data[0] == 0xE1 for data in said))
    # Motors are told at their own pace, and both may be told now.
    await until(lambda: hub.clock.time() > now + 0.2)
    said.clear()
    # One read brings the bank key and a finger on the first fader.
    far.send(bytes.fromhex("90 2F 7F 90 68 7F"))
    await until(lambda: any(data[0] == 0xE1 for data in said))
    assert not any(data[0] == 0xE0 for data in said)
    far.send(bytes.fromhex("90 68 00"))
    await until(lambda: any(data[0] == 0xE0 for data in said))
    await session.stop(polite=False)
    await far.close()
    hub.close()


async def test_a_session_that_is_over_goes_at_once_and_without_the_collector() -> None:
    plan = loaded(BANKS)
    hub = Hub(plan)
    near, far = pair("memory:x")
    gc.disable()
    try:
        session = SurfaceSession("x", surface_endpoint("x", plan.surfaces["x"]), near, hub)
        ghosts: list[weakref.ref[object]] = [weakref.ref(session), weakref.ref(session.endpoint)]
        session.start()
        far.send(bytes.fromhex("90 68 7F E0 00 40"))
        await until(lambda: hub.heard["x"] > 1)
        await session.stop(polite=False)
        await far.close()
        del session, near, far
        await asyncio.sleep(0)
        assert [ghost() for ghost in ghosts] == [None, None]
    finally:
        gc.enable()
    hub.close()


@pytest.mark.parametrize("name", sorted(ShippedFiles().names("devices")))
async def test_every_shipped_surface_can_be_taken_up(name: str) -> None:
    hub = Hub(loaded(RIG))
    near, far = pair("memory:x")
    endpoint = surface_endpoint("x", shipped().device(name))
    session = SurfaceSession("x", endpoint, near, hub)
    far.listen(lambda _: None, lambda _: None)
    session.start()
    assert hub.is_present("x")
    await session.stop(polite=True)
    await far.close()
    hub.close()


async def test_a_full_bundle_lets_others_have_their_turn_and_its_last_value_arrives_in_order() -> (
    None
):
    stage = Stage()
    send(stage.daw, "/out/1", 0.0)
    await until(lambda: stage.hub.heard["daw"])
    values = [step / 4096 for step in range(1_500)]
    full = Bundle(tuple(OscMessage("/out/1", (value,), "f") for value in values))
    stage.daw.send(encode(full))
    send(stage.daw, "/out/1", 0.75)
    send(stage.page, "/in/2", 0.5)
    await until(lambda: said(stage.at_daw, "/out/2") == [0.5])
    # The bundle is not eaten up yet, and what came after it waits for it.
    assert stage.hub.heard["daw"] < 1_000
    await until(lambda: said(stage.at_page, "/in/1")[-1:] == [0.75])
    assert stage.hub.heard["daw"] > 1_500
    shown = [float(str(value)) for value in said(stage.at_page, "/in/1")]
    assert shown == sorted(shown)
    await stage.stop()


async def test_more_than_can_be_eaten_is_bounded_and_counted_and_the_newest_arrives() -> None:
    stage = Stage()
    part = tuple(OscMessage("/out/1", (0.25,), "f") for _ in range(2_500))
    for _ in range(40):
        stage.daw.send(encode(Bundle(part)))
    send(stage.daw, "/out/1", 0.75)
    await until(lambda: said(stage.at_page, "/in/1")[-1:] == [0.75])
    assert stage.target.link.dropped > 0
    await stage.stop()


async def test_what_is_left_of_a_bundle_when_the_link_is_closed_is_counted() -> None:
    stage = Stage()
    part = tuple(OscMessage("/out/1", (0.25,), "f") for _ in range(2_500))
    stage.daw.send(encode(Bundle(part)))
    for _ in range(5):
        await asyncio.sleep(0)
    await stage.stop()
    await until(lambda: stage.hub.engine.counts["outdated"] == 1)
