import asyncio

from surfacebridge.errors import LinkLost
from surfacebridge.transports.link import MOST_WAITING
from surfacebridge.transports.memory import meet, pair
from tests.helpers.waiting import until


async def test_what_one_end_sends_the_other_hears_in_order() -> None:
    near, far = pair()
    heard: list[bytes] = []
    far.listen(heard.append, lambda _: None)
    expected = [bytes([0xE0, step & 127, step >> 7]) for step in range(4_000)]
    near.send_many(expected)
    assert not heard
    await until(lambda: len(heard) == 4_000)
    assert heard == expected
    assert (near.sent, far.received, near.dropped, far.dropped) == (4_000, 4_000, 0, 0)


async def test_two_ends_that_answer_each_other_do_not_recurse() -> None:
    near, far = pair()
    near.listen(near.send, lambda _: None)
    far.listen(far.send, lambda _: None)
    near.send(b"ball")
    await until(lambda: near.received > 2_000)
    await near.close()


async def test_a_dropped_cable_is_a_loss_at_both_ends() -> None:
    near, far = pair()
    losses: list[LinkLost] = []
    near.listen(lambda _: None, losses.append)
    far.listen(lambda _: None, losses.append)
    near.drop()
    near.drop()
    await until(lambda: len(losses) == 2)
    assert not near.is_open
    assert not far.is_open


async def test_an_end_nobody_reads_costs_bounded_memory() -> None:
    near, _ = pair()
    for _ in range(MOST_WAITING + 10):
        near.send(b"x")
    assert near.dropped == 10


async def test_every_second_caller_joins_the_one_before() -> None:
    first, second = meet("desk"), meet("desk")
    third, other = meet("desk"), meet("rack")
    heard: list[bytes] = []
    second.listen(heard.append, lambda _: None)
    first.send(b"to the second")
    third.send(b"to nobody yet")
    await until(lambda: heard)
    assert heard == [b"to the second"]
    fourth = meet("desk")
    fourth.listen(heard.append, lambda _: None)
    await until(lambda: len(heard) == 2)
    await other.close()
    assert meet("rack").is_open


def test_an_end_left_by_a_loop_that_is_over_joins_nobody() -> None:
    async def one() -> object:
        return meet("left over")

    async def two() -> None:
        first, second = meet("left over"), meet("left over")
        first.send(b"hello")
        assert await anext(second.chunks()) == b"hello"

    asyncio.run(one())
    asyncio.run(two())
