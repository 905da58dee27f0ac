import asyncio
import sys

import pytest

from surfacebridge.errors import MissingExtra
from surfacebridge.transports.bonjour import FoundSession, announce, sessions
from tests.helpers.bonjour import session_is_found

pytest.importorskip("zeroconf")


async def test_an_announced_session_is_found_until_it_is_over() -> None:
    desk = FoundSession("Desk", "127.0.0.1", 15_004)
    announcement = await announce("rtp:listen Desk", "Desk", 15_004, "127.0.0.1")
    try:
        assert await session_is_found(desk)
    finally:
        await announcement.close()
    assert desk.address == "rtp://127.0.0.1:15004"
    assert desk not in await asyncio.to_thread(sessions, 0.1, "127.0.0.1")


async def test_a_missing_package_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with pytest.raises(MissingExtra) as missing:
        await announce("rtp:listen Desk", "Desk", 15_004, "127.0.0.1")
    assert missing.value.extra == "network"
    with pytest.raises(MissingExtra):
        sessions(0.1)
