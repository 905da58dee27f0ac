import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from firmware_sim.sockets.midi_port import MidiPort, MidiPortUnavailable
from firmware_sim.xtouch import XTouch


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@pytest.fixture
def midi(jack: str) -> Any:
    """Yield rtmidi, with the JACK server that all tests share: a process reaches only one."""
    del jack
    return pytest.importorskip("rtmidi", exc_type=ImportError)


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


async def test_a_surface_is_a_midi_port_to_other_programs(midi: Any) -> None:
    surface = XTouch()
    port = await open_port(surface)
    host_in, host_out = midi.MidiIn(midi.API_UNIX_JACK), midi.MidiOut(midi.API_UNIX_JACK)
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
