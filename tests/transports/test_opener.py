import os
import socket

import pytest

from surfacebridge.errors import AddressError, LinkUnavailable, MissingExtra
from surfacebridge.transports.address import MemoryAddress
from surfacebridge.transports.opener import open_link
from tests.helpers.jack import JackDevice
from tests.helpers.lossy import free_pair

pty = pytest.importorskip("pty")


@pytest.mark.usefixtures("jack")
async def test_each_address_opens_a_link_that_carries_its_name() -> None:
    far, near = pty.openpty()
    port = free_pair()
    with (
        JackDevice("X-Touch"),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        peer.bind(("127.0.0.1", 0))
        addresses = [
            "midi:X-Touch",
            "midi:virtual SurfaceBridge",
            f"udp://127.0.0.1:{peer.getsockname()[1]}",
            f"tcp://127.0.0.1:{server.getsockname()[1]}",
            f"pty:{os.ttyname(near)}",
            f"serial:{os.ttyname(near)}?baud=9600",
            "memory:desk",
            "ipmidi:92?interface=127.0.0.1",
            f"rtp:listen Desk?port={port}&bind=127.0.0.1",
            f"rtp://127.0.0.1:{port}",
        ]
        links = [await open_link(address) for address in addresses]
        assert [link.address for link in links] == addresses
        for link in links:
            link.send(b"\xf8")
            assert link.dropped == 0
            await link.close()
    os.close(far)
    os.close(near)


async def test_an_address_that_was_read_already_opens_too() -> None:
    near = await open_link(MemoryAddress("opener"))
    far = await open_link("memory:opener")
    near.send(b"hello")
    assert await anext(far.chunks()) == b"hello"


async def test_what_cannot_be_read_and_what_is_not_there_differ() -> None:
    with pytest.raises(AddressError):
        await open_link("X-Touch")
    with pytest.raises(LinkUnavailable):
        await open_link("pty:/dev/pts/nowhere")


@pytest.mark.parametrize(
    ("address", "package", "extra"),
    [("midi:X", "rtmidi", "midi"), ("serial:COM3", "serial", "serial")],
)
async def test_a_missing_package_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch, address: str, package: str, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtra) as missing:
        await open_link(address)
    assert missing.value.extra == extra
