"""Other people's programs for Behringer's mixers, met on loopback: xair-api and behringer-mixer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import xair_api
from behringer_mixer import mixer_api


async def script(kind: str, port: int, act: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return what ``act`` sees of a mixer by xair-api; it blocks, so it runs in a thread."""
    return await asyncio.to_thread(_run_script, kind, port, act)


def _run_script(kind: str, port: int, act: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    mixer = xair_api.connect(kind, ip="127.0.0.1", port=port, delay=0.02)
    with mixer:
        seen = act(mixer)
    mixer.worker.join(timeout=2)
    mixer.server.server_close()
    assert not mixer.worker.is_alive()
    return seen


def basics(mixer: Any) -> dict[str, Any]:
    """Read a strip, then write one, a bus and a send; what every kind of these mixers has.

    ``info_response`` is whatever came last: it is looked at first.
    """
    seen = {
        "model": mixer.info_response[2],
        "fader": mixer.strip[2].mix.fader,
        "muted": mixer.strip[2].mute,
        "name": mixer.strip[2].config.name,
    }
    mixer.strip[0].mix.fader = -10.0
    mixer.strip[0].mute = True
    mixer.strip[0].config.name = "Kick"
    mixer.bus[5].mix.fader = -30.0
    mixer.strip[15].send[3].level = -20.0
    mixer.dca[3].on = False
    seen["written"] = (mixer.strip[0].mix.fader, mixer.strip[0].mute, mixer.dca[3].on)
    return seen


@asynccontextmanager
async def behringer_mixer(kind: str, port: int, *include: str) -> AsyncIterator[Any]:
    """Yield behringer-mixer's idea of a mixer, once it has met it."""
    mixer = mixer_api.create(kind, ip="127.0.0.1", port=port, include=list(include))
    assert await mixer.start()
    try:
        yield mixer
    finally:
        await mixer.stop()
        await asyncio.sleep(0)
