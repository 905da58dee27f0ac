"""What X32 and X-Air share: which meter blocks are asked for, and what is made of them."""

from struct import pack

from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF
from surfacebridge.profiles.behringer_console import QUESTION, BehringerConsole
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode

ALIVE = encode(OscMessage("/xinfo", ("127.0.0.1", "FOH", "any", "1.0")))


class ByteConsole(BehringerConsole):
    """A console whose meters are bytes of one decibel; 0 is silence."""

    renewals = (QUESTION,)
    meter_size = 1

    def decibels(self, blob: bytes, offset: int) -> float:
        return -float(blob[offset]) if blob[offset] else OFF


def console(*watched: str) -> ByteConsole:
    specs = {
        name: ParameterSpec(ParameterId(name), "meter", writable=False, wire=wire)
        for name, wire in {
            "a": {"block": "/meters/1", "index": 0},
            "b": {"block": "/meters/2", "index": 1, "width": 2},
        }.items()
    }
    desk = ByteConsole("desk", TargetSheet("a/b", "b", "B", specs))
    desk.open(0.0)
    desk.receive(ALIVE, 0.0)
    desk.watch([ParameterId(f"desk.{name}") for name in watched], 0.0)
    return desk


def block(number: int, *levels: int) -> bytes:
    return encode(OscMessage(f"/meters/{number}", (pack("<i", len(levels)) + bytes(levels),)))


def test_only_the_blocks_somebody_watches_are_asked_for() -> None:
    ask = [encode(OscMessage("/meters", (f"/meters/{n}",))) for n in (1, 2)]
    assert [one in console("a").data_to_send() for one in ask] == [True, False]
    assert [one in console("a", "b").data_to_send() for one in ask] == [True, True]


def test_a_block_that_nobody_watches_is_neither_news_nor_a_mistake() -> None:
    desk = console("a")
    assert list(desk.receive(block(2, 1, 2, 3), 1.0)) == []
    assert desk.health.unknown == 0


def test_two_blocks_held_up_on_the_way_are_one() -> None:
    desk = console("a")
    assert list(desk.receive(block(1, 20), 1.0)) == [Report(ParameterId("desk.a"), -20.0)]
    assert list(desk.receive(block(1, 21), 1.001)) == []
    assert list(desk.receive(block(1, 22), 1.05)) == [Report(ParameterId("desk.a"), -22.0)]


def test_silence_is_said_once() -> None:
    desk = console("a")
    assert list(desk.receive(block(1, 0), 1.0)) == [Report(ParameterId("desk.a"), OFF)]
    assert list(desk.receive(block(1, 0), 1.1)) == []
    assert list(desk.receive(block(1, 9), 1.2)) == [Report(ParameterId("desk.a"), -9.0)]
    assert list(desk.receive(block(1, 0), 1.3)) == [Report(ParameterId("desk.a"), OFF)]


def test_a_pair_is_its_louder_side_and_not_read_beyond_the_end() -> None:
    desk = console("b")
    assert list(desk.receive(block(2, 1, 30, 20), 1.0)) == [Report(ParameterId("desk.b"), -20.0)]
    assert list(desk.receive(block(2, 1, 30), 2.0)) == []
    assert desk.health.malformed == 1


def test_a_silence_that_was_interrupted_is_said_again_though_its_bytes_are_the_same() -> None:
    desk = console("b")
    for at, levels, said in (
        (1.0, (7, 0, 0), [Report(ParameterId("desk.b"), OFF)]),
        (1.1, (7, 0, 0), []),
        (1.2, (7, 0, 5), [Report(ParameterId("desk.b"), -5.0)]),
        (1.3, (7, 0, 0), [Report(ParameterId("desk.b"), OFF)]),
    ):
        assert list(desk.receive(block(2, *levels), at)) == said
