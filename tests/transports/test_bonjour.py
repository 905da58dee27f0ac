import asyncio
import sys

import pytest

from surfacebridge.errors import MissingExtra
from surfacebridge.transports.bonjour import FoundSession, announce, sessions

pytest.importorskip("zeroconf")


async def test_an_announced_session_is_found_until_it_is_over() -> None:
    announcement = await announce("rtp:listen Desk", "Desk", 15_004, "127.0.0.1")
    try:
        found = await asyncio.to_thread(sessions, 0.3, "127.0.0.1")
    finally:
        await announcement.close()
    assert found == [FoundSession("Desk", "127.0.0.1", 15_004)]
    assert found[0].address == "rtp://127.0.0.1:15004"
    assert await asyncio.to_thread(sessions, 0.1, "127.0.0.1") == []


async def test_a_missing_package_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with pytest.raises(MissingExtra) as missing:
        await announce("rtp:listen Desk", "Desk", 15_004, "127.0.0.1")
    assert missing.value.extra == "network"
    with pytest.raises(MissingExtra):
        sessions(0.1)
