"""Ports that look alike, and a device that says which it is at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from surfacebridge.bridge.identifying import the_one_that_is
from surfacebridge.errors import LinkUnavailable
from surfacebridge.transports.address import MemoryAddress, MidiAddress, NamePattern
from surfacebridge.transports.opener import open_link

WHO = bytes.fromhex("F0 7E 7F 06 01 F7")
FADERPORT = bytes.fromhex("F0 7E 7F 06 02 00 01 06 02 00 01 00 00 00 00 00 F7")
OTHER = bytes.fromhex("F0 7E 7F 06 02 41 02 00 01 00 00 00 00 00 F7")
WANTED = MidiAddress(
    NamePattern("Port"), inquiry=bytes.fromhex("00010602000100"), device="presonus/faderport"
)


@asynccontextmanager
async def devices(**answers: bytes) -> AsyncIterator[list[bytes]]:
    """At each name a device that answers the inquiry with these bytes; yield what they heard."""
    asked: list[bytes] = []
    links = []
    for name, answer in answers.items():
        link = await open_link(MemoryAddress(name))

        def hear(data: bytes, link=link, answer=answer) -> None:  # type: ignore[no-untyped-def]
            asked.append(data)
            if answer:
                link.send(answer)

        link.listen(hear, lambda _: None)
        links.append(link)
    try:
        yield asked
    finally:
        for link in links:
            await link.close()
        await asyncio.sleep(0)


async def test_of_ports_that_look_alike_the_one_that_answers_is_taken() -> None:
    async with devices(one=OTHER, two=FADERPORT) as asked:
        found = await the_one_that_is(WANTED, ["one", "two"], MemoryAddress)
    assert found == "two"
    assert asked == [WHO, WHO]


async def test_if_none_answers_people_are_told_which_there_are() -> None:
    async with devices(one=OTHER, two=b""):
        with pytest.raises(LinkUnavailable) as missing:
            await the_one_that_is(WANTED, ["one", "two"], MemoryAddress)
    assert missing.value.reason == (
        "2 MIDI ports match presonus/faderport and none says it is one: "
        '"one", "two". Write the whole name of one as its port.'
    )


async def test_if_two_answer_people_are_asked_which() -> None:
    async with devices(one=FADERPORT, two=FADERPORT, three=OTHER):
        with pytest.raises(LinkUnavailable, match='2 MIDI ports answer as presonus/faderport: "on'):
            await the_one_that_is(WANTED, ["one", "two", "three"], MemoryAddress)


async def test_a_port_that_cannot_be_opened_is_not_it() -> None:
    async with devices(two=FADERPORT):
        with pytest.raises(LinkUnavailable, match="none says"):
            await the_one_that_is(
                WANTED, ["gone"], lambda name: MidiAddress(f"no such port {name}")
            )
