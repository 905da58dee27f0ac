import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from firmware_sim.sockets.midi_port import MidiPort, MidiPortUnavailable
from firmware_sim.xtouch import XTouch

SERVER = f"firmware-sim-{os.getpid()}"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@pytest.fixture
async def jack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Yield rtmidi with a JACK server of our own, that needs no sound card."""
    jackd = shutil.which("jackd")
    rtmidi = pytest.importorskip("rtmidi", exc_type=ImportError)
    if jackd is None or rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        pytest.skip("there is no JACK on this machine")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", SERVER)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    server = await asyncio.create_subprocess_exec(
        *(jackd, "-r", "-n", SERVER, "-d", "dummy"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    yield rtmidi
    server.terminate()
    await server.wait()


async def open_port(surface: XTouch) -> MidiPort:
    port = MidiPort(surface, "Pretend X-Touch")
    async with asyncio.timeout(5):
        while True:
            try:
                return await port.__aenter__()
            except MidiPortUnavailable:
                await asyncio.sleep(0.05)


def listen(host: Any, heard: list[bytes]) -> bool:
    while (event := host.get_message()) is not None:
        heard.append(bytes(event[0]))
    return bool(heard)


async def test_a_surface_is_a_midi_port_to_other_programs(jack: Any) -> None:
    surface = XTouch()
    port = await open_port(surface)
    host_in, host_out = jack.MidiIn(jack.API_UNIX_JACK), jack.MidiOut(jack.API_UNIX_JACK)
    for host in (host_in, host_out):
        names = host.get_ports()
        host.open_port(next(i for i, name in enumerate(names) if "Pretend X-Touch" in name))
    host_in.ignore_types(sysex=False)
    host_out.send_message([0x90, 0x5E, 0x7F])
    host_out.send_message([0xF0, 0x00, 0x00, 0x66, 0x14, 0x13, 0x00, 0xF7])
    await until(lambda: surface.lamp("play") == "lit")
    heard: list[bytes] = []
    await until(lambda: listen(host_in, heard))
    assert heard[0] == b"\xf0\x00\x00\x66\x14\x14V1.22\xf7"
    for host in (host_in, host_out):
        host.close_port()
        host.delete()
    await port.__aexit__(None, None, None)


async def test_a_missing_library_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(MidiPortUnavailable, match="need python-rtmidi"):
        await MidiPort(XTouch(), "Nowhere").__aenter__()
