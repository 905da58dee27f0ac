"""What one side of a capture said, said again to a real link."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

from surfacebridge.apps.captures import Capture
from surfacebridge.errors import AddressError, LinkLost
from surfacebridge.mapping.problems import did_you_mean
from surfacebridge.transports.link import Link
from surfacebridge.transports.opener import open_link

# What was sent last leaves before the links are closed.
_REST: Final = 0.2


async def play_to_links(
    capture: Capture,
    places: Mapping[str, str],
    *,
    sent: bool,
    speed: float,
    say: Callable[[str], None],
) -> None:
    """Send what each name in ``places`` said to the address beside it, in its own time.

    With ``sent`` it is what the name was sent.  ``speed`` is how many times as fast.
    Answers are heard and counted.  Raises ``AddressError`` for a name that the capture
    lacks, and what opening a link raises.
    """
    known = capture.addresses()
    for name in places:
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are: {', '.join(known)}."
            raise AddressError(name, f"The capture has no such link{hint}")
    kinds = {"out"} if sent else {"in", "with"}
    chunks = [one for one in capture.moments if one.what in kinds and one.name in places]
    heard = dict.fromkeys(places, 0)
    lost: list[LinkLost] = []
    async with AsyncExitStack() as opened:
        links: dict[str, Link] = {}
        for name, address in places.items():
            links[name] = link = await open_link(address)
            opened.push_async_callback(link.close)

            def arrived(_: bytes, name: str = name) -> None:
                heard[name] += 1

            link.listen(arrived, lost.append)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for chunk in chunks:
            due = began + (chunk.at - capture.header.began) / speed
            await asyncio.sleep(max(due - loop.time(), 0.0))
            if lost:
                raise lost[0]
            links[chunk.name].send(chunk.data)
        await asyncio.sleep(_REST)
        for name, link in links.items():
            say(
                f"{name}: {link.sent} chunks sent, {link.dropped} dropped, "
                f"{heard[name]} came back from {link.address}."
            )
