from collections.abc import Iterator

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable
from surfacebridge.transports.address import (
    NamePattern,
    SerialAddress,
    UsbDevice,
    parse_address,
)
from surfacebridge.transports.serial_port import open_serial
from tests.helpers.waiting import until
from tests.transports.test_pty_port import Terminal

pytest.importorskip("serial_asyncio_fast")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    one = Terminal()
    yield one
    one.unplug()


async def test_bytes_go_both_ways_whatever_they_are(terminal: Terminal) -> None:
    link = await open_serial(SerialAddress(terminal.path, 9600))
    heard = bytearray()
    link.send(b"before anyone listens")
    link.listen(heard.extend, lambda _: None)
    back = bytearray()
    every = bytes(range(256))
    terminal.write(every)
    link.send(every)

    def is_through() -> bool:
        back.extend(terminal.read())
        return heard == every and back == b"before anyone listens" + every

    await until(is_through)
    assert (link.sent, link.dropped) == (2, 0)
    await link.close()


async def test_a_burst_of_4000_messages_leaves_whole(terminal: Terminal) -> None:
    link = await open_serial(SerialAddress(terminal.path))
    link.listen(lambda _: None, lambda _: None)
    burst = [bytes([0xE0, step & 127, step >> 7]) for step in range(4_000)]
    link.send_many(burst)
    back = bytearray()

    def is_through() -> bool:
        back.extend(terminal.read())
        return len(back) >= 12_000

    await until(is_through)
    assert back == b"".join(burst)
    assert (link.sent, link.dropped) == (4_000, 0)
    await link.close()


async def test_a_slow_line_gets_the_newest(terminal: Terminal) -> None:
    link = await open_serial(SerialAddress(terminal.path))
    link.listen(lambda _: None, lambda _: None)
    for step in range(200):
        link.send(step.to_bytes(2) * 500)
    back = bytearray()

    def is_through() -> bool:
        back.extend(terminal.read())
        return back.endswith((199).to_bytes(2) * 500)

    await until(is_through)
    assert len(back) % 1_000 == 0
    assert link.dropped == 200 - len(back) // 1_000 > 0
    await link.close()


async def test_a_device_that_goes_is_a_loss(terminal: Terminal) -> None:
    link = await open_serial(SerialAddress(terminal.path))
    losses: list[LinkLost] = []
    link.listen(lambda _: None, losses.append)
    terminal.write(b"hello")
    await until(lambda: link.received)
    terminal.unplug()
    await until(lambda: losses)
    assert "Plug it in again" in losses[0].reason
    await link.close()


async def test_a_line_is_opened_once_at_a_time_and_again_when_closed(terminal: Terminal) -> None:
    address = SerialAddress(terminal.path)
    for listens in (True, False, True):
        link = await open_serial(address)
        if listens:
            link.listen(lambda _: None, lambda _: None)
        with pytest.raises(LinkUnavailable, match="in use by another program"):
            await open_serial(address)
        await link.close()


async def test_a_device_that_is_not_there_is_said() -> None:
    with pytest.raises(LinkUnavailable, match=r"no device at /dev/ttyNOWHERE now\. Plug it in"):
        await open_serial(SerialAddress("/dev/ttyNOWHERE"))


@pytest.mark.parametrize("device", [NamePattern("no such device$"), UsbDevice(0xFFFF, 0xFFFF)])
async def test_what_matches_nothing_lists_what_there_is(device: NamePattern | UsbDevice) -> None:
    with pytest.raises(LinkUnavailable) as refused:
        await open_serial(SerialAddress(device))
    assert f"No serial device matches {device}. Devices now: " in refused.value.reason


async def test_a_pseudo_terminal_serves_as_a_serial_line_by_its_address(
    terminal: Terminal,
) -> None:
    address = parse_address(f"serial:{terminal.path}?baud=31250")
    assert isinstance(address, SerialAddress)
    link = await open_serial(address)
    assert link.address == f"serial:{terminal.path}?baud=31250"
    await link.close()
