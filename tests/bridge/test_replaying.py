"""Captured moments played to a fresh bridge, on their own clock."""

from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.replaying import MOST_DIFFERENCES, Replay, Replayed
from surfacebridge.bridge.session import SurfaceSession, TargetSession
from surfacebridge.model.controls import Moved
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.surfaces.osc_page import OscPage
from surfacebridge.protocols.capture import Moment
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.transports.memory import pair
from tests.helpers.waiting import until
from tests.helpers.written import load

RIG = """
surfacebridge: 1
surfaces:
  page:
    port: memory:page
    strips: 2
    controls:
      fader: {in: "/in/{s} {v:f}", out: "/in/{s} {v:f}"}
      lcd.top: {out: "/lcd/{s} {v:s}"}
targets: {daw: {osc: "udp://127.0.0.1:9", listen: 10, hello: [/hello 1]}}
banks: {all: {items: "1..2"}}
strip:
  map:
    - fader <> daw:/out/{n} {v:f} | delay(100ms)
    - lcd.top < "{clock:HH.MM.SS}"
"""


def osc(address: str, value: float) -> bytes:
    return encode(OscMessage(address, (value,), "f"))


def replay_of(text: str = RIG) -> Replay:
    rig = load(text)
    assert rig.plan is not None
    assert rig.document is not None
    return Replay(rig.plan, places_of(rig.document, rig.plan, {}))


async def captured() -> list[Moment]:
    """What a real hub and its sessions say of themselves while two faders are moved."""
    rig = load(RIG)
    assert rig.plan is not None
    moments: list[Moment] = []

    def tap(name: str, what: str, data: bytes, now: float) -> None:
        moments.append(Moment(now, what, name, data))

    hub = Hub(rig.plan)
    hub.taps.append(tap)
    (near_page, page), (near_daw, daw) = pair("memory:page"), pair("memory:daw")
    surface = SurfaceSession("page", OscPage("page", rig.plan.surfaces["page"]), near_page, hub)
    target = TargetSession("daw", PlainOsc("daw", ["/hello 1"], None), near_daw, hub)
    heard: list[bytes] = []
    daw.listen(heard.append, lambda _: None)
    for session in (surface, target):
        session.taps.append(tap)
        session.start()
    hub.tick_clock(20, 15, 30)
    await until(lambda: heard)
    for step in range(1, 6):
        page.send(osc("/in/1", step / 5))
        page.send(osc("/in/2", step / 10))
    await until(lambda: osc("/out/1", 1.0) in heard)
    hub.resync("daw")
    hub.resync("page")
    page.drop()
    await surface.wait_lost()
    await surface.stop(polite=False)
    await target.stop(polite=True)
    hub.close()
    await daw.close()
    return moments


async def test_what_a_bridge_said_of_itself_replays_to_the_same_bytes() -> None:
    moments = await captured()
    kinds = {one.what for one in moments}
    assert kinds == {"open", "in", "with", "out", "wake", "tick", "resync", "lost", "close"}
    replayed = await replay_of().run(moments)
    assert replayed.chunks == sum(one.what == "out" for one in moments)
    assert replayed.different == replayed.ignored == 0


async def test_a_byte_that_differs_is_found_where_it_left() -> None:
    moments = await captured()
    place = max(at for at, one in enumerate(moments) if one.what == "out")
    spoilt = moments[place]
    moments[place] = Moment(spoilt.at, "out", spoilt.name, b"?" + spoilt.data[1:])
    moments.append(Moment(spoilt.at + 1, "tick", "", b"20:15:31"))
    replayed = await replay_of().run(moments)
    assert replayed.different == 1
    assert spoilt.data in replayed.differences[0].replayed


async def test_chunks_that_came_together_leave_together() -> None:
    moments = await captured()
    apart = [Moment(m.at, "in", m.name, m.data) if m.what == "with" else m for m in moments]
    text = RIG.replace(" | delay(100ms)", "")
    moved: list[int] = []
    for played in (moments, apart):
        said: list[object] = []
        replay = replay_of(text)
        replay.observe(lambda _cause, _name, what, said=said: said.append(what))  # type: ignore[misc]
        await replay.run(played)
        moved.append(sum(isinstance(one, Moved) for one in said))
    # Two faders at five places each: of those that came together the last counts.
    assert moved == [2, 10]


async def test_a_timer_the_capture_does_not_know_fires_by_itself() -> None:
    moments = [one for one in await captured() if one.what != "wake"]
    replayed = await replay_of().run([*moments[:-2], *_later(moments)])
    sent = [data for one in replayed.differences for data in one.replayed]
    assert osc("/out/1", 1.0) in sent


def _later(moments: list[Moment]) -> list[Moment]:
    return [Moment(moments[-1].at + 5.0, "tick", "", b"20:15:40")]


async def test_of_very_many_differences_the_first_are_kept_and_all_counted() -> None:
    moments = [Moment(1.0, "open", "daw")]
    for step in range(MOST_DIFFERENCES + 50):
        moments.append(Moment(2.0 + step, "tick", "", b"20:15:40"))
        moments.append(Moment(2.0 + step, "out", "daw", b"?"))
    moments.append(Moment(1e6, "tick", "", b"20:15:41"))
    replayed: Replayed = await replay_of().run(moments)
    assert replayed.different >= MOST_DIFFERENCES + 50
    assert len(replayed.differences) == MOST_DIFFERENCES
