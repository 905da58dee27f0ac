"""Which of several ports a device is at, by asking each who it is.

Owns: the universal inquiry to ports that look alike, before one of them is
opened.  Does not own: names and USB numbers (``transports``), or what an
answer should be (a device's sheet).

Rule: a port is asked only if several fit and the sheet knows the answer; what
is asked is harmless to every MIDI device.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from surfacebridge.errors import LinkError, LinkUnavailable
from surfacebridge.protocols.midi import identity
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import SysEx
from surfacebridge.transports.address import Address, MidiAddress, parse_address
from surfacebridge.transports.link import Link
from surfacebridge.transports.opener import open_link

# A device answers within tens of milliseconds; ports are asked one after the other.
PATIENCE: Final = 0.3


async def open_place(address: str | Address) -> Link:
    """Open ``address`` as ``open_link`` does, but ask ports that look alike who they are."""
    wanted = parse_address(address) if isinstance(address, str) else address
    if isinstance(wanted, MidiAddress) and wanted.inquiry:
        from surfacebridge.transports.midi_port import fitting

        ports = fitting(wanted)
        if len(ports) > 1:
            port = await the_one_that_is(wanted, ports)
            return await open_link(MidiAddress(port, device=wanted.device))
    return await open_link(wanted)


async def the_one_that_is(
    wanted: MidiAddress, ports: Sequence[str], address_of: Callable[[str], Address] = MidiAddress
) -> str:
    """Return the one of ``ports`` whose device answers as ``wanted`` says.

    Raises ``LinkUnavailable`` with a sentence if none or several do.
    """
    answered = [port for port in ports if await _is_it(address_of(port), wanted.inquiry)]
    if len(answered) == 1:
        return answered[0]
    names = ", ".join(f'"{port}"' for port in (answered or ports))
    if answered:
        reason = f"{len(answered)} MIDI ports answer as {wanted.wanted}: {names}."
    else:
        reason = f"{len(ports)} MIDI ports match {wanted.wanted} and none says it is one: {names}."
    raise LinkUnavailable(str(wanted), f"{reason} Write the whole name of one as its port.")


async def _is_it(address: Address, answer: bytes) -> bool:
    try:
        link = await open_link(address)
    except LinkError:
        return False
    heard = asyncio.Event()
    decoder = MidiDecoder()

    def hear(data: bytes) -> None:
        for message in decoder.receive(data):
            if isinstance(message, SysEx) and _answers(message, answer):
                heard.set()

    link.listen(hear, lambda _: None)
    link.send(identity.encode(identity.IdentityRequest()))
    try:
        await asyncio.wait_for(heard.wait(), PATIENCE)
    except TimeoutError:
        return False
    finally:
        await link.close()
    return True


def _answers(message: SysEx, answer: bytes) -> bool:
    said = identity.decode(message)
    if not isinstance(said, identity.IdentityReply):
        return False
    return (said.manufacturer + said.family + said.member + said.version).startswith(answer)
