from surfacebridge.profiles.consoles.x32 import X32
from surfacebridge.profiles.daws.hui_device import HuiDevice
from surfacebridge.profiles.daws.mcu_device import MackieDevice
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.surfaces.mcu import MackieSurface
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import decode, encode
from surfacebridge.rehearsal.casting import Casting
from tests.rehearsal.stage import DESK, HEAD, load, rig_text

TWO = HEAD.replace(
    'targets: {daw: {osc: "udp://127.0.0.1:9", listen: 8000}}',
    """targets:
  daw: {osc: "udp://127.0.0.1:9", hello: ["/hi {strips:i} \\"box\\""], heartbeat: /alive within 3s}
  logic: {emulate: mackie/mcu, port: M, serial: SBR0001}
  tools: {emulate: mackie/hui, port: H}""",
)
BOX = HEAD.replace(
    "{x: {",
    """{box: {serial: {port: /ACM/, hello: "ID?", expect: /^BOX 2/}, alive: {ask: "?", answer: "!"},
    strips: 8, controls: {fader: {in: "F{s} {v:0..9}"}}}, x: {""",
)


def test_every_dialect_with_a_profile_is_played_by_it() -> None:
    document, plan = load(rig_text(head=TWO))
    cast = Casting(document, plan)
    assert isinstance(cast.surface("x"), MackieSurface)
    assert isinstance(cast.target("daw"), PlainOsc)
    assert isinstance(cast.target("logic"), MackieDevice)
    assert isinstance(cast.target("tools"), HuiDevice)
    desk = Casting(*load(DESK))
    assert isinstance(desk.target("desk"), X32)
    assert desk.target("desk") is not desk.target("desk")


def test_a_plain_target_is_greeted_as_its_mapping_says() -> None:
    target = Casting(*load(rig_text(head=TWO))).target("daw")
    assert target is not None
    target.open(0.0)
    assert [decode(data) for data in target.data_to_send()] == [OscMessage("/hi", (8, "box"))]


def test_a_promised_heartbeat_comes_three_times_as_often_as_it_must() -> None:
    peer = Casting(*load(rig_text(head=TWO))).peer("daw")
    assert peer.beat == (encode(OscMessage("/alive")), 1.0)


def test_the_host_of_a_hui_pings_it_each_second() -> None:
    peer = Casting(*load(rig_text(head=TWO))).peer("tools")
    assert peer.beat == (b"\x90\x00\x00", 1.0)


def test_a_virtual_desk_answers_from_its_own_memory() -> None:
    cast = Casting(*load(DESK))
    one, other = cast.peer("desk"), cast.peer("desk")
    one.hear(encode(OscMessage("/ch/01/mix/on", (0,), "i")))
    question = encode(OscMessage("/ch/01/mix/on"))
    assert one.hear(question) != other.hear(question)


def test_a_box_of_ones_own_answers_as_its_mapping_says() -> None:
    peer = Casting(*load(rig_text(head=BOX))).peer("box")
    assert peer.hear(b"?\n") == [b"!\n"]
    assert peer.hear(b"ID?\n") == [b"BOX 2\n"]
