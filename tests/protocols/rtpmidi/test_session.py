from collections.abc import Iterable, Iterator
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.rtpmidi import commands, payload
from surfacebridge.protocols.rtpmidi.session import (
    LISTENER_PATIENCE,
    Initiator,
    Listener,
    Session,
)
from surfacebridge.protocols.rtpmidi.stream import OutgoingStream
from tests.protocols.midi.strategies import midi_messages
from tests.protocols.rtpmidi.wires import Wires

FADER, HIGHER = b"\xe0\x00\x40", b"\xe0\x00\x50"
TOUCH, RELEASE = b"\x90\x68\x7f", b"\x90\x68\x00"
TEXT = b"\xf0\x00\x00\x66\x14\x12\x00" + b"Kick   " * 8 + b"\xf7"


def said(session: Session, port: str = "") -> list[commands.Command | Malformed]:
    return [
        commands.decode(datagram.data)
        for datagram in session.take()
        if datagram.data[:2] == commands.SIGNATURE and port in {"", datagram.port}
    ]


def invite(listener: Listener, ssrc: int = 5, name: str = "Mac", now: float = 0.0) -> None:
    for port in ("control", "data"):
        data = commands.encode(commands.Invitation(77, ssrc, name))
        listener.receive(port, data, now, sender=("host", port))


def test_two_ends_open_a_session_and_talk_both_ways() -> None:
    wires = Wires().open()
    wires.initiator.send(FADER)
    wires.listener.send(TOUCH)
    wires.listener.send(TEXT)
    wires.run(0.1)
    assert wires.heard[wires.listener] == [FADER]
    assert wires.heard[wires.initiator] == [TOUCH, TEXT]
    assert (wires.initiator.peer_name, wires.listener.peer_name) == ("theirs", "ours")


def test_both_ends_know_how_their_clocks_differ() -> None:
    wires = Wires().open()
    assert wires.initiator.round_trip == pytest.approx(0.002, abs=1e-4)
    # Both clocks are one here.
    assert abs(wires.initiator.offset or 0) <= 10
    assert abs(wires.listener.offset or 0) <= 10


def test_an_answer_to_another_clock_question_is_not_believed() -> None:
    wires = Wires().open()
    round_trip = wires.initiator.round_trip
    wires.run(0.3)
    old = commands.encode(commands.ClockSync(0x2222, 1, (5, 6, 0)))
    wires.initiator.receive("data", old, wires.now)
    assert said(wires.initiator) == []
    assert wires.initiator.round_trip == round_trip


def test_a_session_opens_through_a_wire_that_loses_every_fifth() -> None:
    opened = 0
    for seed in range(20):
        wires = Wires(seed)
        wires.loss = 0.2
        wires.run(12.0)
        opened += wires.initiator.state == wires.listener.state == "open"
    assert opened == 20


@pytest.mark.parametrize("seed", range(8))
def test_after_losses_every_fader_and_touch_is_where_it_was_left(seed: int) -> None:
    wires = Wires(seed).open()
    wires.loss, wires.doubling, wires.jitter = 0.2, 0.1, 0.02
    for step in range(300):
        channel = step % 9
        wires.listener.send(bytes((0x90, 0x68 + channel, 0x7F if step % 5 else 0)))
        wires.listener.send(bytes((0xE0 | channel, step % 128, step * 7 % 128)))
        wires.initiator.send(bytes((0xE0 | channel, step * 3 % 128, step % 128)))
        wires.run(0.01)
    # The last six guards stop after three seconds.
    wires.run(4.0)
    for near, far in wires._pairs():
        assert where(wires.heard[far]) == where(wires.heard[far] + everything_from(near, wires))
    assert wires.initiator.incoming.restored > 0
    assert wires.initiator.state == wires.listener.state == "open"


def everything_from(near: Session, wires: Wires) -> list[bytes]:
    """Return what ``near`` said of each control last."""
    steps = range(291, 300)
    if near is wires.initiator:
        return [bytes((0xE0 | step % 9, step * 3 % 128, step % 128)) for step in steps]
    faders = [bytes((0xE0 | step % 9, step % 128, step * 7 % 128)) for step in steps]
    return faders + [bytes((0x90, 0x68 + step % 9, 0x7F if step % 5 else 0)) for step in steps]


def where(messages: list[bytes]) -> dict[bytes, bytes]:
    return {
        message[:1] if message[0] >= 0xC0 else message[:2]: message[-2:]
        for message in messages
        if message[0] < 0xF0
    }


def test_no_value_goes_back_to_an_older_one() -> None:
    wires = Wires(3).open()
    wires.jitter, wires.doubling = 0.05, 0.2
    for step in range(1, 120):
        wires.listener.send(bytes((0xE0, 0, step)))
        wires.run(0.01)
    wires.run(4.0)
    values = [message[2] for message in wires.heard[wires.initiator]]
    assert values == sorted(values)
    assert values[-1] == 119
    assert wires.initiator.incoming.late > 0


def test_a_confirmed_journal_leaves_the_packets_short() -> None:
    wires = Wires().open()
    for note in range(60):
        wires.listener.send(bytes((0x90, note, 127)))
    wires.run(1.0)
    wires.listener.send(FADER)
    wires.listener.poll(wires.now)
    (datagram,) = wires.listener.take()
    packet = payload.decode(datagram.data)
    assert isinstance(packet, payload.Packet)
    assert packet.journal == b""


def test_a_quiet_session_costs_little() -> None:
    wires = Wires().open()
    wires.run(10.0)
    before = wires.moved
    wires.run(60.0)
    assert wires.moved - before <= 3 * 13
    assert wires.initiator.state == wires.listener.state == "open"


def test_nobody_there_is_given_up_within_five_seconds() -> None:
    wires = Wires()
    wires.lost_ports = {"control", "data"}
    wires.run(5.0)
    assert wires.initiator.state == "ended"
    assert wires.initiator.reason.startswith("Nobody answers there.")
    assert wires.moved == 6


def test_a_peer_with_only_one_open_port_is_told_apart_and_let_go() -> None:
    wires = Wires()
    wires.lost_ports = {"data"}
    wires.run(6.0)
    assert "firewall" in wires.initiator.reason
    assert wires.listener.state == "waiting"


def test_who_turns_us_down_is_said_so() -> None:
    initiator = Initiator("ours", 1, 2, 0.0)
    initiator.receive("control", commands.encode(commands.Rejected(99, 5)), 0.1)
    assert initiator.state == "waiting"
    initiator.receive("control", commands.encode(commands.Rejected(2, 5)), 0.1)
    assert (initiator.state, initiator.wake()) == ("ended", float("inf"))
    assert "turned the invitation down" in initiator.reason


def test_a_dead_peer_is_lost_within_ten_seconds() -> None:
    wires = Wires().open()
    wires.run(10.0)
    wires.lost_ports = {"control", "data"}
    wires.run(10.1)
    assert wires.initiator.state == "ended"
    assert wires.initiator.reason == '"theirs" stopped answering. The bridge keeps looking.'


def test_an_initiator_that_stops_asking_is_lost_after_a_minute() -> None:
    wires = Wires().open()
    wires.lost_ports = {"control", "data"}
    states = []
    for seconds in (LISTENER_PATIENCE - 5.0, 5.0):
        wires.run(seconds)
        states.append(wires.listener.state)
    assert states == ["open", "ended"]
    assert wires.listener.reason.startswith('"ours" stopped asking')


def test_a_few_lost_clock_packets_lose_no_session() -> None:
    wires = Wires().open()
    wires.lost_ports = {"data"}
    wires.run(4.0)
    wires.lost_ports = set()
    wires.run(120.0)
    assert wires.initiator.state == "open"


@pytest.mark.parametrize("near", ["initiator", "listener"])
def test_a_goodbye_ends_the_other_end(near: str) -> None:
    wires = Wires().open()
    getattr(wires, near).end()
    wires.run(0.1)
    for session in (wires.initiator, wires.listener):
        assert session.state == "ended"
    reasons = {wires.initiator.reason, wires.listener.reason}
    assert "We ended the session." in reasons
    assert any(reason.endswith('" ended the session.') for reason in reasons)


def test_a_listener_has_one_peer_and_turns_others_down() -> None:
    listener = Listener("desk", 9, 0)
    invite(listener)
    assert said(listener) == [commands.Accepted(77, 9, "desk")] * 2
    invite(listener, ssrc=6, name="PC")
    assert said(listener) == [commands.Rejected(77, 9)] * 2
    assert listener.state == "open"
    invite(listener)
    assert said(listener) == [commands.Accepted(77, 9, "desk")] * 2


def test_a_peer_that_was_switched_off_and_on_frees_the_listener() -> None:
    listener = Listener("desk", 9, 0)
    invite(listener, ssrc=5)
    invite(listener, ssrc=6)
    assert listener.state == "ended"
    assert listener.reason == '"Mac" began again. The bridge listens for it.'


def test_the_data_port_alone_opens_nothing() -> None:
    listener = Listener("desk", 9, 0)
    listener.receive("data", commands.encode(commands.Invitation(77, 5, "Mac")), 0.0, "there")
    assert (listener.state, listener.take()) == ("waiting", [])


def test_a_listener_holds_its_messages_until_the_clock_is_known() -> None:
    listener = Listener("desk", 9, 0)
    listener.send(FADER)
    assert listener.dropped == 1
    invite(listener)
    listener.take()
    listener.send(HIGHER)
    listener.poll(0.1)
    assert listener.take() == []
    clock = commands.encode(commands.ClockSync(5, 2, (1, 2, 3)))
    listener.receive("data", clock, 0.2, ("host", "data"))
    listener.poll(0.2)
    assert len(listener.take()) == 1


def test_an_initiator_that_asks_for_no_clock_is_served_after_two_seconds() -> None:
    listener = Listener("desk", 9, 0)
    invite(listener)
    listener.take()
    listener.send(FADER)
    assert listener.wake() == 2.0
    listener.poll(2.0)
    assert len(listener.take()) == 1


def test_strangers_say_nothing_in_our_session() -> None:
    listener = Listener("desk", 9, 0)
    invite(listener)
    listener.take()
    note = payload.encode(payload.Packet(1, 0, 5, (payload.TimedCommand(TOUCH),)))
    other = payload.encode(payload.Packet(1, 0, 6, (payload.TimedCommand(TOUCH),)))
    goodbye = commands.encode(commands.Ended(77, 5))
    assert listener.receive("data", note, 0.1, ("elsewhere", "data")) == []
    assert listener.receive("data", other, 0.1, ("host", "data")) == []
    assert listener.receive("control", note, 0.1, ("host", "control")) == []
    listener.receive("control", goodbye, 0.1, ("elsewhere", "control"))
    assert listener.state == "open"
    assert listener.receive("data", note, 0.1, ("host", "data")) == [TOUCH]


def test_feedback_follows_soon_and_after_a_loss_at_once() -> None:
    listener = Listener("desk", 9, 0)
    invite(listener)
    listener.take()
    for sequence, due in ((1, 0.2), (2, 0.2), (5, 0.0)):
        packet = payload.encode(payload.Packet(sequence, 0, 5, ()))
        listener.receive("data", packet, 0.0, ("host", "data"))
        assert listener.wake() == due
    listener.poll(0.0)
    assert said(listener, "control") == [commands.Feedback(9, 5)]
    assert listener.wake() == LISTENER_PATIENCE


def test_a_bitrate_limit_is_borne() -> None:
    wires = Wires().open()
    limit = commands.encode(commands.BitrateLimit(0x2222, 1))
    assert wires.initiator.receive("control", limit, wires.now) == []
    assert wires.initiator.state == "open"


def test_a_device_gets_no_more_than_its_pace() -> None:
    wires = Wires(rate=3_125).open()
    for _ in range(40):
        wires.initiator.send(TEXT)
    wires.run(0.5)
    heard = sum(map(len, wires.heard[wires.listener]))
    assert 0.5 * 3_125 * 0.7 <= heard <= 0.5 * 3_125 + len(TEXT)
    wires.run(2.0)
    assert wires.heard[wires.listener] == [TEXT] * 40
    assert (wires.initiator.sent, wires.initiator.dropped, wires.initiator.overrun) == (40, 0, 0)


def test_what_waits_at_the_end_is_counted() -> None:
    wires = Wires(rate=3_125).open()
    for _ in range(10):
        wires.initiator.send(TEXT)
    wires.run(0.001)
    wires.initiator.end()
    assert wires.initiator.sent + wires.initiator.dropped == 10
    wires.initiator.send(TEXT)
    assert wires.initiator.sent + wires.initiator.dropped == 11


@pytest.mark.parametrize("message", [b"", b"\x40", b"\xf0\x01", b"\xf0" + b"\1" * 70_000 + b"\xf7"])
def test_only_whole_messages_are_taken(message: bytes) -> None:
    with pytest.raises(ProtocolMisuse):
        Wires().open().initiator.send(message)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["control", "data"]), st.binary(max_size=60)), max_size=8)
)
def test_no_bytes_raise_and_the_session_goes_on(datagrams: list[tuple[str, bytes]]) -> None:
    wires = Wires().open()
    starts = (b"", b"\xff\xff", payload.encode(payload.Packet(9, 0, 0x2222, (), b""))[:12])
    for port, data in datagrams:
        for start in starts:
            wires.initiator.receive(port, start + data, wires.now)  # type: ignore[arg-type]
            wires.listener.receive(port, start + data, wires.now, "there")  # type: ignore[arg-type]
    wires.initiator.send(FADER)
    wires.run(0.1)
    if wires.listener.state == "open":
        assert wires.heard[wires.listener][-1] == FADER


# The short way of plain packets.

MAC = ("host", "data")
Fate = Literal["comes", "lost", "twice", "late", "marked", "from elsewhere", "of another", "cut"]

bends = st.builds(
    lambda channel, low, high: bytes((0xE0 | channel, low, high)),
    st.integers(0, 9), st.integers(0, 127), st.integers(0, 127),
)  # fmt: skip
said_together = st.lists(bends, min_size=1, max_size=1) | st.lists(
    midi_messages.map(encoder.encode) | bends, max_size=3
)
fates: st.SearchStrategy[Fate] = st.sampled_from(
    [*["comes"] * 8, "lost", "twice", "late", "marked", "from elsewhere", "of another", "cut"]
)


def heard_listener() -> Listener:
    listener = Listener("desk", 9, 0)
    invite(listener)
    listener.take()
    return listener


def on_the_wire(
    batches: Iterable[list[bytes]], met: list[Fate], first: int
) -> Iterator[tuple[bytes, tuple[str, str]]]:
    """Yield what of a Mac's packets arrives, and whence."""
    out = OutgoingStream(5, first)
    packets = [data for step, batch in enumerate(batches) for data in out.send(batch, step * 0.01)]
    held: list[tuple[bytes, tuple[str, str]]] = []
    for number, data in enumerate(packets):
        fate = met[number % len(met)] if met else "comes"
        if fate == "late":
            held.append((data, MAC))
            continue
        if fate == "marked":
            yield b"\x80\xe1" + data[2:], MAC
        elif fate == "from elsewhere":
            yield data, ("elsewhere", "data")
        elif fate == "of another":
            yield data[:8] + b"\0\0\0\x06" + data[12:], MAC
        elif fate == "cut":
            yield data[: 12 + number % 5], MAC
        elif fate != "lost":
            yield from [(data, MAC)] * (2 if fate == "twice" else 1)
        yield from held
        held.clear()


def known(session: Session) -> object:
    into = session.incoming
    return into.lost, into.late, into.restored, into.latest, session.wake()


@settings(max_examples=150)
@given(
    st.lists(said_together, max_size=30),
    st.lists(fates, max_size=30),
    st.sampled_from([0, 7, 0xFFFA]),
    st.lists(st.booleans(), min_size=1, max_size=5),
)
def test_the_short_way_of_packets_says_and_knows_what_the_full_way_does(
    batches: list[list[bytes]], met: list[Fate], first: int, settles: list[bool]
) -> None:
    short, full = heard_listener(), heard_listener()
    now = 0.0
    for number, (data, sender) in enumerate(on_the_wire(batches, met, first)):
        plain = short.incoming.plain(data, sender)
        said = [plain] if plain else short.receive("data", data, now, sender)
        assert said == full.receive("data", data, now, sender)
        # Some wake-ups bring one packet, others many.
        if settles[number % len(settles)]:
            short.settle(now)
            assert known(short) == known(full)
            for session in (short, full):
                session.poll(now)
            assert short.take() == full.take()
            now += 0.03


def test_a_plain_packet_has_a_journal_or_none_and_is_the_next_of_the_peer() -> None:
    out, listener = OutgoingStream(5, 0), heard_listener()
    packets = [out.send([message], 0.0)[0] for message in (TOUCH, FADER, HIGHER, RELEASE)]
    plain = listener.incoming.plain
    assert plain(packets[0], MAC) is None
    assert listener.receive("data", packets[0], 0.0, MAC) == [TOUCH]
    assert plain(packets[2], MAC) is None
    assert plain(packets[1], ("elsewhere", "data")) is None
    assert [plain(data, MAC) for data in packets[1:]] == [FADER, HIGHER, RELEASE]
    assert plain(packets[3], MAC) is None


# First bytes, flags of the list and the list: extension, padding, sources, other payloads, a first
# delta, a long list, two messages, a message of two bytes with a delta, system common, data first.
@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("90 61", "03 e0 01 02"),
        ("a0 61", "03 e0 01 02 00 01"),
        ("81 61", "03 e0 01 02"),
        ("80 60", "03 e0 01 02"),
        ("80 61", "23 00 e0 01 02"),
        ("80 61", "80 03 e0 01 02"),
        ("80 61", "07 e0 01 02 00 e1 01 02"),
        ("80 61", "03 c0 01 00"),
        ("80 61", "03 f2 01 02"),
        ("80 61", "03 01 02 03"),
        ("80 61", "03 f8 00 f8"),
        ("80 61", "03 e0 80 02"),
        ("80 61", "03 e0 01"),
    ],
)
def test_what_is_not_quite_plain_goes_the_full_way(head: str, body: str) -> None:
    listener = heard_listener()
    listener.receive("data", OutgoingStream(5, 0).send([TOUCH], 0.0)[0], 0.0, MAC)
    data = bytes.fromhex(f"{head} 00 01 00 00 00 00 00 00 00 05 {body}")
    assert listener.incoming.plain(data, MAC) is None
    assert not listener.settle(1.0)
    plain = bytes.fromhex("80 61 00 01 00 00 00 00 00 00 00 05 03 e0 01 02")
    assert listener.incoming.plain(plain, MAC) == b"\xe0\x01\x02"


def test_plain_packets_go_on_where_their_numbers_begin_anew() -> None:
    out, listener = OutgoingStream(5, 0xFFFD), heard_listener()
    listener.receive("data", out.send([TOUCH], 0.0)[0], 0.0, MAC)
    packets = [out.send([message], 0.0)[0] for message in (FADER, HIGHER, FADER, HIGHER)]
    assert [listener.incoming.plain(data, MAC) for data in packets] == [FADER, HIGHER] * 2
    assert (listener.incoming.lost, listener.incoming.latest) == (0, 1)


def test_feedback_follows_plain_packets_as_well() -> None:
    out, listener = OutgoingStream(5, 0), heard_listener()
    listener.receive("data", out.send([TOUCH], 0.0)[0], 0.0, MAC)
    listener.poll(0.2)
    assert said(listener, "control") == [commands.Feedback(9, 0)]
    assert listener.incoming.plain(out.send([FADER], 1.0)[0], MAC) == FADER
    assert listener.settle(1.0)
    assert not listener.settle(1.0)
    assert listener.wake() == 1.2
    listener.poll(1.2)
    assert said(listener, "control") == [commands.Feedback(9, 1)]


def test_nothing_is_plain_once_the_session_has_ended() -> None:
    out, listener = OutgoingStream(5, 0), heard_listener()
    listener.receive("data", out.send([TOUCH], 0.0)[0], 0.0, MAC)
    listener.end()
    assert listener.incoming.plain(out.send([FADER], 0.1)[0], MAC) is None
