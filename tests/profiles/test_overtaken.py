"""Of places that came together, the newest; of everything else, everything."""

from surfacebridge.profiles.overtaken import without_overtaken


def fader_of(data: bytes) -> bytes | None:
    return data[:1] if data[:1].isupper() else None


def told(*chunks: bytes) -> list[bytes]:
    return list(without_overtaken(chunks, fader_of))


def test_a_newer_place_overtakes_the_older_one_of_its_fader() -> None:
    assert told(b"A1", b"B1", b"A2", b"A3") == [b"A3", b"B1"]


def test_what_is_no_place_keeps_its_turn_and_overtakes_nothing() -> None:
    assert told(b"A1", b"A2", b"key", b"A3", b"key", b"B1") == [
        b"A2", b"key", b"A3", b"key", b"B1",
    ]  # fmt: skip


def test_one_alone_is_as_it_came() -> None:
    assert told(b"A1") == [b"A1"]
    assert told(b"key") == [b"key"]
