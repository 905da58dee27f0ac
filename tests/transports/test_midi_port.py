import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable, ProtocolMisuse
from surfacebridge.transports.address import (
    MidiAddress,
    NamePattern,
    UsbDevice,
    VirtualMidiAddress,
)
from surfacebridge.transports.link import MOST_WAITING
from surfacebridge.transports.midi_driver import Direction, usable_drivers
from surfacebridge.transports.midi_port import (
    MidiPortLink,
    PortEntry,
    open_midi,
    open_virtual_midi,
    open_whole_midi,
    ports,
)
from tests.helpers.jack import JackDevice
from tests.helpers.waiting import until

BURST = [bytes([0xE0, step & 127, step >> 7]) for step in range(4_000)]


@asynccontextmanager
async def opened(
    name: str | NamePattern = "X-Touch", look_every: float = 0.05
) -> AsyncIterator[tuple[MidiPortLink, list[bytes], list[LinkLost]]]:
    link = open_midi(MidiAddress(name), look_every)
    heard: list[bytes] = []
    losses: list[LinkLost] = []
    link.listen(heard.append, losses.append)
    try:
        yield link, heard, losses
    finally:
        await link.close()


@pytest.mark.usefixtures("jack")
async def test_messages_of_every_kind_pass_both_ways() -> None:
    messages = [b"\xe0\x00\x40", b"\xc0\x05", b"\xf8", b"\xfe", b"\xf1\x21", b"\x90\x68\x7f"]
    messages.append(b"\xf0" + bytes(range(128)) * 8 + b"\xf7")
    with JackDevice("X-Touch") as device:
        async with opened() as (link, heard, losses):
            for message in messages:
                link.send(message)
                device.say(message)
            await until(lambda: len(heard) == len(device.listen()) == len(messages))
            assert heard == device.heard == messages
            assert (link.sent, link.received, link.dropped) == (7, 7, 0)
            assert not losses


@pytest.mark.usefixtures("jack")
async def test_a_burst_of_4000_loses_nothing_either_way() -> None:
    with JackDevice("X-Touch") as device:
        async with opened() as (link, heard, _):
            started = time.monotonic()
            link.send_many(BURST)
            for message in BURST:
                device.say(message)
            await until(lambda: len(heard) == len(device.listen()) == 4_000)
            assert time.monotonic() - started < 2
            assert heard == BURST
            assert device.heard == BURST
            assert (link.sent, link.dropped) == (4_000, 0)


@pytest.mark.usefixtures("jack")
async def test_when_too_much_is_sent_the_last_value_arrives() -> None:
    with JackDevice("X-Touch") as device:
        async with opened() as (link, _, _):
            for step in range(40_000):
                link.send(bytes([0xE0, step & 127, step >> 7 & 127]))
            await until(lambda: device.listen()[-1:] == [bytes([0xE0, 39_999 & 127, 312 & 127])])
            assert len(device.heard) == link.sent
            assert link.dropped == 40_000 - link.sent > 0


@pytest.mark.usefixtures("jack")
async def test_of_too_many_pairs_none_ever_loses_its_first_half() -> None:
    with JackDevice("X-Touch") as device:
        async with opened() as (link, _, _):
            for step in range(16_000):
                zone, port = step % 128, step // 128 % 128
                link.send(bytes([0xB0, 0x0F, zone, 0xB0, 0x2F, port]))
            last = bytes([0xB0, 0x2F, 15_999 // 128 % 128])
            await until(lambda: device.listen()[-1:] == [last])
            assert link.dropped > 0
            chosen = -1
            pairs = []
            for _, controller, value in device.heard:
                if controller == 0x0F:
                    chosen = value
                else:
                    pairs.append(value * 128 + chosen)
            # What is left out is left out whole: the order of the rest tells.
            assert pairs == sorted(pairs)
            assert pairs[-1] == 15_999


@pytest.mark.usefixtures("jack")
async def test_a_port_that_goes_and_comes_back_is_noticed_20_times() -> None:
    device = JackDevice("X-Touch", hears=False)
    try:
        for turn in range(20):
            async with opened(look_every=0.02) as (link, heard, losses):
                message = bytes([0xB0, turn, 1])
                device.say(message)
                await until(heard.__len__)
                assert heard == [message]
                device.unplug()
                # Back before anyone looked: the name is there, the path is not.
                device = JackDevice("X-Touch", hears=False)
                await until(losses.__len__)
                assert '"X-Touch out:X-Touch" is gone' in losses[0].reason
                link.send(message)
                assert link.dropped == 1
    finally:
        device.unplug()


@pytest.mark.usefixtures("jack")
async def test_a_device_that_only_speaks_is_opened_until_its_other_half_appears() -> None:
    with JackDevice("X-Touch", hears=False) as half:
        async with opened() as (link, heard, losses):
            assert link.names == {"in": "X-Touch out:X-Touch"}
            link.send(b"\xf8")
            half.say(b"\xf8")
            await until(heard.__len__)
            assert (link.sent, link.dropped) == (0, 1)
            assert not losses
            with JackDevice("X-Touch"):
                await until(losses.__len__)
            assert '"X-Touch in:X-Touch" has appeared' in losses[0].reason


@pytest.mark.usefixtures("jack")
async def test_a_device_whose_ports_appear_one_after_the_other_is_opened_whole() -> None:
    with JackDevice("X-Touch", hears=False):
        opening = asyncio.ensure_future(open_whole_midi(MidiAddress("X-Touch")))
        await asyncio.sleep(0)
        with JackDevice("X-Touch", speaks=False):
            link = await opening
            assert set(link.names) == {"in", "out"}
            await link.close()
        link = await open_whole_midi(MidiAddress("X-Touch"))
        assert set(link.names) == {"in"}
        await link.close()


@pytest.mark.usefixtures("jack")
async def test_no_such_port_says_what_there_is() -> None:
    with JackDevice("FaderPort"), pytest.raises(LinkUnavailable) as refused:
        open_midi(MidiAddress(NamePattern("X-Touch.*INT")))
    assert refused.value.reason.startswith("No MIDI port matches /X-Touch.*INT/. Ports now: ")
    assert '"FaderPort out:FaderPort"' in refused.value.reason
    assert refused.value.reason.endswith("Plug it in; the bridge keeps looking.")


@pytest.mark.usefixtures("jack")
async def test_a_name_that_fits_two_devices_is_refused_and_one_that_fits_one_is_not() -> None:
    with JackDevice("X-Touch INT"), JackDevice("X-Touch EXT"):
        with pytest.raises(LinkUnavailable) as refused:
            open_midi(MidiAddress("X-Touch"))
        assert '"X-Touch INT out:X-Touch INT", "X-Touch EXT out' in refused.value.reason
        async with opened("x-touch ext") as (link, _, _):
            assert link.names == {
                "in": "X-Touch EXT out:X-Touch EXT",
                "out": "X-Touch EXT in:X-Touch EXT",
            }


@pytest.mark.usefixtures("jack")
async def test_two_links_to_one_device_both_hear_it_and_neither_is_lost() -> None:
    with JackDevice("X-Touch") as device:
        async with opened() as (_, first, losses), opened() as (link, second, more):
            device.say(b"\xf8")
            await until(lambda: first and second)
            received = link.received
            device.say(b"\xfa")
            await until(lambda: link.received > received)
        # The first has closed, and the second has looked a few times since.
        link = open_midi(MidiAddress("X-Touch"), look_every=0.02)
        async with opened(look_every=0.02) as (_, third, more):
            await link.close()
            end = time.monotonic() + 0.1
            await until(lambda: time.monotonic() > end)
            device.say(b"\xfc")
            await until(third.__len__)
            assert not losses
            assert not more


@pytest.mark.usefixtures("jack")
async def test_ports_of_our_own_meet_another_bridges_link() -> None:
    virtual = open_virtual_midi(VirtualMidiAddress("SurfaceBridge MCU"))
    heard: list[bytes] = []
    virtual.listen(heard.append, lambda _: None)
    async with opened("SurfaceBridge MCU") as (link, answers, _):
        link.send(b"\x90\x5e\x7f")
        await until(heard.__len__)
        virtual.send(b"\x90\x5e\x00")
        await until(answers.__len__)
        assert (heard, answers) == ([b"\x90\x5e\x7f"], [b"\x90\x5e\x00"])
    await virtual.close()
    assert not [port for port in ports() if "SurfaceBridge" in port.name]


@pytest.mark.usefixtures("jack")
async def test_ports_are_listed_for_people_without_our_own() -> None:
    with JackDevice("X-Touch"):
        async with opened():
            assert [port for port in ports() if port.api == "JACK"] == [
                PortEntry("JACK", "in", "X-Touch out:X-Touch"),
                PortEntry("JACK", "out", "X-Touch in:X-Touch"),
            ]


# In a process of its own: libjack serves one server a process, and what this
# guards against holds the interpreter's lock for ever.
ENDING = """
import asyncio, os
from surfacebridge.transports.midi_port import open_midi, open_virtual_midi, troubles
from surfacebridge.transports.address import MidiAddress, VirtualMidiAddress
from tests.helpers.jack import jack_process, stop_jack
from tests.helpers.waiting import until

async def main():
    name = f"surfacebridge-ends-{os.getpid()}"
    with jack_process(name) as process:
        link = open_virtual_midi(VirtualMidiAddress("Lonely"))
        other = open_midi(MidiAddress("Lonely"), look_every=60)
        losses = []
        link.listen(lambda _: None, losses.append)
        await asyncio.to_thread(stop_jack, name, process)
        for step in range(4_000):
            link.send(bytes([0xE0, step & 127, step >> 7]))
        assert link.sent < 4_000
        await until(losses.__len__)
        assert "are still open" in troubles()[-1], troubles()
        await other.close()
        assert "no server is running" in troubles()[-1], troubles()
    with jack_process(name):
        link = open_virtual_midi(VirtualMidiAddress("Again"))
        other = open_midi(MidiAddress("Again"))
        link.send(bytes([0xF8]))
        assert await anext(other.chunks()) == bytes([0xF8])
        await link.close()
        await other.close()

asyncio.run(main())
print("over")
"""


@pytest.mark.usefixtures("jack")
def test_a_server_that_ends_is_a_loss_and_sending_to_it_never_blocks() -> None:
    done = subprocess.run(  # noqa: S603 - the script is ours
        [sys.executable, "-c", ENDING], capture_output=True, text=True, timeout=15, check=False
    )
    assert (done.stdout, done.returncode) == ("over\n", 0), done.stderr


class SpokenTo:
    """A driver in the place of ALSA, CoreMIDI and WinMM, which call from their own threads."""

    api = "ALSA"
    is_polled = False

    def __init__(self) -> None:
        self.here = {"in": ["X-Touch"], "out": ["X-Touch"]}
        self.sent: list[bytes] = []
        self.is_closed = False
        self.breaks = False
        self._arrived: Callable[[bytes], None] | None = None

    def ports(self, direction: Direction) -> list[str]:
        if self.breaks:
            raise OSError("the sequencer is gone")
        return self.here[direction]

    def open(self, names: Mapping[Direction, str]) -> "SpokenTo":
        return self

    def open_virtual(self, name: str) -> "SpokenTo":
        return self

    def hear(self, arrived: Callable[[bytes], None]) -> None:
        self._arrived = arrived

    def take(self) -> bytes | None:
        raise AssertionError("this driver calls and is not polled")

    def send(self, data: bytes) -> bool:
        if self.breaks:
            raise OSError("the sequencer is gone")
        self.sent.append(data)
        return True

    def usb_of(self, port: str) -> UsbDevice | None:
        return None

    def is_intact(self) -> bool:
        return "X-Touch" in self.ports("in")

    def close(self) -> None:
        self.is_closed = True

    def speak(self, messages: list[bytes]) -> None:
        """Call from a foreign thread, and come back when all is said."""
        assert self._arrived is not None
        thread = threading.Thread(target=list, args=(map(self._arrived, messages),))
        thread.start()
        thread.join()


@asynccontextmanager
async def spoken_to() -> AsyncIterator[tuple[SpokenTo, MidiPortLink]]:
    driver = SpokenTo()
    names: dict[Direction, str] = {"in": "X-Touch", "out": "X-Touch"}
    link = MidiPortLink(MidiAddress("X-Touch"), driver, driver, names, look_every=0.01)
    try:
        yield driver, link
    finally:
        await link.close()
        assert driver.is_closed


async def test_what_a_foreign_thread_says_is_heard_on_the_loop_in_order() -> None:
    async with spoken_to() as (driver, link):
        driver.speak(BURST[:10])
        heard: list[bytes] = []
        threads = set()

        def hear(data: bytes) -> None:
            heard.append(data)
            threads.add(threading.current_thread())

        link.listen(hear, lambda _: None)
        assert not heard
        driver.speak(BURST[10:])
        await until(lambda: len(heard) == 4_000)
        assert heard == BURST
        assert threads == {threading.current_thread()}
        driver.speak([b"\xf8"])
        await until(lambda: heard[-1] == b"\xf8")


async def test_a_burst_from_a_foreign_thread_lets_others_have_their_turn() -> None:
    async with spoken_to() as (driver, link):
        heard: list[bytes] = []
        link.listen(heard.append, lambda _: None)
        driver.speak(BURST)
        most_per_turn = before = 0
        while len(heard) < 4_000:
            await asyncio.sleep(0)
            most_per_turn = max(most_per_turn, len(heard) - before)
            before = len(heard)
        assert most_per_turn <= 256


async def test_a_loop_that_does_not_come_round_costs_bounded_memory() -> None:
    async with spoken_to() as (driver, link):
        driver.speak([b"\xf8"] * (MOST_WAITING + 10))
        assert link.dropped == 10
        link.listen(lambda _: None, lambda _: None)
        await until(lambda: link.received == MOST_WAITING)


async def test_a_name_that_is_no_longer_listed_is_a_loss() -> None:
    async with spoken_to() as (driver, link):
        losses: list[LinkLost] = []
        link.listen(lambda _: None, losses.append)
        driver.here["in"] = []
        await until(losses.__len__)
        assert losses[0].reason == '"X-Touch" is gone. The bridge keeps looking.'
        driver.speak([b"\xf8"])
        await asyncio.sleep(0)
        assert link.received == 0


async def test_a_system_that_breaks_is_a_loss_whoever_finds_out_first() -> None:
    for finds_by_sending in (True, False):
        async with spoken_to() as (driver, link):
            losses: list[LinkLost] = []
            link.listen(lambda _: None, losses.append)
            driver.breaks = True
            if finds_by_sending:
                link.send(b"\xf8")
                assert link.dropped == 1
            await until(losses.__len__)
            assert "the sequencer is gone" in losses[0].reason


async def test_halves_that_belong_together_are_sent_as_one_chunk_and_leave_one_by_one() -> None:
    async with spoken_to() as (driver, link):
        link.send(bytes.fromhex("b00f02 b02f42"))
        assert driver.sent == [b"\xb0\x0f\x02", b"\xb0\x2f\x42"]


@pytest.mark.parametrize("data", [b"", b"\x40\x40"])
async def test_anything_but_whole_messages_is_our_own_bug(data: bytes) -> None:
    async with spoken_to() as (driver, link):
        with pytest.raises(ProtocolMisuse):
            link.send(data)
        assert not driver.sent


def test_a_system_that_is_not_there_is_said_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rtmidi")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "surfacebridge-nowhere")
    drivers, absent = usable_drivers("midi:X")
    assert len(drivers) + len(absent) > 0
    assert not [one for one in drivers if one.api == "JACK"]
    assert all(trouble.endswith(".") for trouble in absent)
    assert capfd.readouterr().err == ""
