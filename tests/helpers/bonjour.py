"""Looking for announced sessions, on a machine that may be busy."""

import asyncio

from surfacebridge.transports.bonjour import FoundSession, sessions

# A browser asks again after a second, and after three; on a busy machine the first
# answer comes too late for it.
LOOKS = (0.3, 1.5, 4.0, 6.0)


async def session_is_found(wanted: FoundSession) -> bool:
    """Return whether ``wanted`` answers in one of some looks at this machine's network."""
    for seconds in LOOKS:
        if wanted in await asyncio.to_thread(sessions, seconds, "127.0.0.1"):
            return True
    return False
