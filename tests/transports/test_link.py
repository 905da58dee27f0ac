import asyncio
from functools import partial

import pytest

from surfacebridge.errors import LinkLost, ProtocolMisuse
from surfacebridge.transports.link import MOST_WAITING, Link
from surfacebridge.transports.memory import MemoryLink, pair
from tests.helpers.waiting import until


async def test_chunks_yields_what_arrives_and_ends_when_closed() -> None:
    near, far = pair()
    link: Link = far
    near.send(b"one")
    near.send(b"two")
    heard = []
    async for data in link.chunks():
        heard.append(data)
        if data == b"two":
            await link.close()
    assert heard == [b"one", b"two"]


async def test_chunks_yields_what_came_before_the_loss_and_then_raises() -> None:
    near, far = pair("memory:desk")
    stream = far.chunks()
    near.send(b"last words")
    assert await anext(stream) == b"last words"
    near.drop()
    with pytest.raises(LinkLost) as loss:
        await anext(stream)
    assert loss.value.address == "memory:desk"


def has_received(link: MemoryLink, count: int) -> bool:
    return link.received >= count


async def test_a_reader_that_falls_behind_costs_bounded_memory() -> None:
    near, far = pair()
    stream = far.chunks()
    near.send(b"first")
    await anext(stream)
    # In two halves, so that it is the reader's queue that is full and not the wire.
    for half in range(2):
        for _ in range(MOST_WAITING - 1):
            near.send(b"x")
        await until(partial(has_received, far, (half + 1) * (MOST_WAITING - 1)))
    assert far.dropped == MOST_WAITING - 2
    await far.close()


async def test_a_link_has_one_listener() -> None:
    near, far = pair()
    near.listen(lambda _: None, lambda _: None)
    with pytest.raises(ProtocolMisuse):
        near.listen(lambda _: None, lambda _: None)
    with pytest.raises(ProtocolMisuse):
        await anext(near.chunks())
    await far.close()


async def test_who_listens_after_the_loss_is_told_of_it() -> None:
    near, far = pair()
    far.drop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    losses: list[LinkLost] = []
    near.listen(lambda _: None, losses.append)
    assert not losses
    await until(lambda: losses)


async def test_a_closed_link_tells_nobody_of_a_loss() -> None:
    near, far = pair()
    losses: list[LinkLost] = []
    heard: list[bytes] = []
    near.listen(heard.append, losses.append)
    far.send(b"too late")
    far.drop()
    await near.close()
    await near.close()
    other, _ = pair()
    turned: list[bytes] = []
    other.listen(lambda _: None, lambda _: turned.append(b""))
    other.drop()
    await until(lambda: turned)
    assert not losses
    assert not heard


async def test_what_is_sent_after_the_end_is_dropped_and_counted() -> None:
    near, far = pair()
    await far.close()
    near.send_many([b"one", b"two"])
    assert (near.sent, near.dropped) == (0, 2)
