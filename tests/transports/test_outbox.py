from surfacebridge.transports.outbox import Outbox


def test_chunks_leave_in_the_order_they_came() -> None:
    outbox = Outbox(10)
    assert [outbox.put(data) for data in (b"one", b"two")] == [0, 0]
    assert len(outbox) == 2
    assert (outbox.first(), outbox.take(), outbox.take()) == (b"one", b"one", b"two")
    assert not outbox


def test_the_oldest_make_room_for_the_newest() -> None:
    outbox = Outbox(6)
    outbox.put(b"aaa")
    outbox.put(b"bbb")
    assert outbox.put(b"cccc") == 2
    assert outbox.take() == b"cccc"


def test_room_is_free_again_when_a_chunk_has_left() -> None:
    outbox = Outbox(6)
    for _ in range(100):
        assert outbox.put(b"aaaaaa") == 0
        outbox.take()


def test_a_chunk_longer_than_the_room_is_kept_alone() -> None:
    outbox = Outbox(3)
    outbox.put(b"ab")
    assert outbox.put(b"longer") == 1
    assert outbox.take() == b"longer"
