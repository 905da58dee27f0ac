"""Our sessions with pymidi, which nobody here wrote."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from surfacebridge.transports.address import RtpAddress
from surfacebridge.transports.rtp_midi import RtpLink, open_rtp
from tests.helpers.lossy import free_pair, lossy_wire
from tests.helpers.waiting import until

server = pytest.importorskip("pymidi.server")

FADER, HIGHER = b"\xe0\x00\x40", b"\xe0\x01\x50"
TOUCH, RELEASE = b"\x90\x68\x7f", b"\x90\x68\x00"


class Host:
    """pymidi's server in a thread, and what it made of our packets.

    pymidi reads journals and leaves it to its user to restore from them, so that is
    done here: with its own reading of the first channel's header, and a
    dozen lines for the chapters.
    """

    def __init__(self) -> None:
        self.port = free_pair()
        self.packets: list[Any] = []
        self.names: list[str] = []
        self.gone: list[str] = []
        self.wheel: bytes | None = None
        self.notes_on: set[int] = set()
        self.controllers: dict[int, int] = {}
        self._server = server.Server([("127.0.0.1", self.port)])
        self._server._init_protocols()
        for protocol in self._server.ipv4_protocols:
            protocol.connect_cb = lambda peer: self.names.append(peer.name)
            protocol.disconnect_cb = lambda peer: self.gone.append(peer.name)
        self._server.ipv4_protocols[1].midi_command_cb = self._hear
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        for sock in self._server.socket_map:
            sock.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._server._loop_once(0.02)

    def _hear(self, _peer: Any, packet: Any) -> None:
        if packet.journal is not None and packet.journal.channel_journal is not None:
            self._restore(packet.journal.channel_journal)
        for each in packet.command.midi_list:
            self._obey(each)
        self.packets.append(packet)

    def _obey(self, each: Any) -> None:
        match int(each.command_byte) & 0xF0:
            case 0x90 if each.params.velocity:
                self.notes_on.add(int(each.params.key))
            case 0x90:
                self.notes_on.discard(int(each.params.key))
            case 0xB0:
                self.controllers[each.params.controller] = each.params.value
            case 0xE0:
                # pymidi knows no wheel and keeps the rest of the list for us.
                self.wheel = bytes(each.params.unknown[:2])
            case status:
                raise AssertionError(f"nothing here says {status:02x}")

    def _restore(self, channel: Any) -> None:
        data = bytes(channel.journal)
        if channel.header.c:
            count = 1 + (data[0] & 0x7F)
            for number, value in zip(
                data[1 : 1 + 2 * count : 2], data[2 : 2 + 2 * count : 2], strict=True
            ):
                self.controllers[number & 0x7F] = value
            data = data[1 + 2 * count :]
        if channel.header.w:
            self.wheel, data = bytes((data[0] & 0x7F, data[1])), data[2:]
        if channel.header.n:
            count, low, high = data[0] & 0x7F, data[1] >> 4, data[1] & 0xF
            logs, octets = data[2 : 2 + 2 * count], data[2 + 2 * count :]
            self.notes_on |= {note & 0x7F for note in logs[::2]}
            for index, octet in enumerate(octets[: high - low + 1]):
                for bit in range(8):
                    if octet & 0x80 >> bit:
                        self.notes_on.discard((low + index) * 8 + bit)


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.close()


async def opened(port: int) -> RtpLink:
    link = await open_rtp(RtpAddress("127.0.0.1", port))
    link.listen(lambda _: None, lambda _: None)
    return link


async def test_pymidi_accepts_our_session_hears_us_and_our_goodbye(host: Host) -> None:
    link = await opened(host.port)
    assert set(host.names) == {"surfacebridge"}
    assert link.session.peer_name == "pymidi"
    assert link.session.round_trip is not None
    link.send(TOUCH)
    link.send(b"\xb0\x07\x64")
    await until(lambda: host.packets)
    assert [each.command for each in host.packets[0].command.midi_list] == [
        "note_on",
        "control_mode_change",
    ]
    await link.close()
    await until(lambda: len(host.gone) == 2)


async def test_pymidi_reads_every_packet_with_its_journal(host: Host) -> None:
    link = await opened(host.port)
    for step in range(100):
        link.send(bytes((0x90, step, 1 + step % 2)))
        await asyncio.sleep(0)
    await until(lambda: len(host.notes_on) == 100)
    await until(lambda: len(host.packets[-1].command.midi_list) == 0)
    assert host.packets[-1].journal.channel_journal.header.n
    sequences = [packet.header.rtp_header.sequence_number for packet in host.packets]
    steps = {(b - a) & 0xFFFF for a, b in pairwise(sequences)}
    assert steps == {1}
    await link.close()


@pytest.mark.parametrize("every", [2, 3])
async def test_with_loss_the_journal_tells_pymidi_where_everything_is(
    host: Host, every: int
) -> None:
    with lossy_wire(host.port) as wire:
        link = await opened(wire.port)
        seen = 0

        def passes(toward_server: bool, data: bytes) -> bool:
            nonlocal seen
            if not toward_server or data[:2] == b"\xff\xff":
                return True
            seen += 1
            # The first of each round is lost, so the last move of all is, too.
            return seen % every != 1

        wire.passes = passes
        for message in (TOUCH, FADER, b"\xb0\x10\x05", HIGHER, b"\x90\x69\x7f", RELEASE, FADER):
            link.send(message)
            sent = link.sent + 1
            await until(lambda sent=sent: link.sent == sent)  # type: ignore[misc]
        await until(
            lambda: (
                host.wheel == FADER[1:]
                and host.notes_on == {0x69}
                and host.controllers == {0x10: 5}
            )
        )
        assert wire.lost >= 3
        await link.close()
