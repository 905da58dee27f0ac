"""Live traffic in words: what ``monitor`` shows.

Owns: turning bytes of one direction into lines for people.  Does not own: the
codecs, or where the bytes come from.
"""

import asyncio
import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from surfacebridge.errors import AddressError, LinkLost
from surfacebridge.profiles.box_speech import SPEECHES, Gap, Said, speech_of
from surfacebridge.protocols.hui import from_surface as hui_from_surface
from surfacebridge.protocols.hui import to_surface as hui_to_surface
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import from_surface, to_surface
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from surfacebridge.protocols.osc.messages import OscMessage, messages_in
from surfacebridge.protocols.osc.packet import decode as decode_osc
from surfacebridge.protocols.osc.packet import encode as encode_osc
from surfacebridge.transports.opener import open_link

# A console's subscription lasts ten seconds; this renews what --send asked for.
RENEW_EVERY: Final = 5.0
# A peer that is there has said something by now, or needs a hand on it.
SILENCE: Final = 4.0
_LONGEST_HEX: Final = 24


class Words:
    """Says chunks of one direction in words; ``host_side`` when a DAW speaks."""

    def __init__(self, dialect: str, *, host_side: bool) -> None:
        self._dialect = dialect
        self._midi = MidiDecoder()
        self._box = speech_of(dialect if dialect in SPEECHES else "lines")
        self._mcu = to_surface.decode if host_side else from_surface.decode
        self._hui = hui_to_surface.HostDecoder() if host_side else hui_from_surface.SurfaceDecoder()

    def say(self, data: bytes) -> list[str]:
        """Return a line for each message in ``data``, with its bytes where they are not clear."""
        match self._dialect:
            case "osc":
                return self._say_osc(data)
            case "bytes":
                return [_hex(data)]
            case "lines" | "deej" | "slip-osc" | "cobs":
                return [_said(one) for one in self._box.receive(data)]
            case _:
                return [line for one in self._midi.receive(data) for line in self._say_midi(one)]

    def _say_osc(self, data: bytes) -> list[str]:
        packet = decode_osc(data)
        if isinstance(packet, Malformed):
            return [_malformed(packet)]
        return [
            f"{message.address} {' '.join(_argument(arg) for arg in message.args)}".rstrip()
            for message in messages_in(packet)
            if isinstance(message, OscMessage)
        ]

    def _say_midi(self, message: MidiMessage | Malformed) -> list[str]:
        if isinstance(message, Malformed):
            return [_malformed(message)]
        meaning: Any = None
        if self._dialect == "mcu":
            meaning = self._mcu(message)
        elif self._dialect == "hui":
            meaning = self._hui.receive(message)
            if meaning is None:
                return []  # the first half of a pair says nothing yet
        if isinstance(meaning, Malformed):
            return [_malformed(meaning)]
        return [in_words(message if meaning is None else meaning)]


def _said(one: Said) -> str:
    match one:
        case Malformed():
            return _malformed(one)
        case Gap():
            return "(messages are missing here)"
        case _:
            return one


def in_words(message: object) -> str:
    """Return a decoded message as words: ``fader moved  strip 1, value 9216``."""
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(message).__name__).lower()
    parts = []
    for field in fields(message):  # type: ignore[arg-type]
        value = getattr(message, field.name)
        if value is None:
            continue
        if field.name in {"strip", "channel"} and isinstance(value, int):
            value += 1  # people count from one
        if isinstance(value, bytes):
            value = _hex(value)
        parts.append(f"{field.name.replace('_', ' ')} {value}")
    return f"{kind:<18} {', '.join(parts)}".rstrip()


async def watch(
    address: str,
    show: Callable[[bytes], None],
    remark: Callable[[str], None],
    *,
    hello: str | None,
    seconds: float,
) -> None:
    """Open ``address`` and show what arrives, for ``seconds`` (0: until cancelled).

    ``hello`` is an OSC message in text, sent first and again every few seconds;
    ``remark`` is told, in sentences, when it listens and when nothing comes.
    Raises what opening the link raises, ``AddressError`` for a ``hello`` that is no
    message, and ``LinkLost``.
    """
    greeting = None if hello is None else _greeting(hello)
    link = await open_link(address)
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[LinkLost | None] = loop.create_future()

    def end(lost: LinkLost | None) -> None:
        if not ended.done():
            ended.set_result(lost)

    async def greet() -> None:
        while greeting is not None:
            link.send(greeting)
            await asyncio.sleep(RENEW_EVERY)

    heard = False

    def arrived(data: bytes) -> None:
        nonlocal heard
        heard = True
        show(data)

    def wonder() -> None:
        if not heard:
            remark(f"Nothing has arrived from {address} yet; is it on, and is this its address?")

    link.listen(arrived, end)
    remark(f"Listening at {address}; Ctrl-C ends it.")
    doubt = loop.call_later(SILENCE, wonder)
    greeter = asyncio.ensure_future(greet())
    timer = loop.call_later(seconds, end, None) if seconds else None
    try:
        lost = await ended
    finally:
        greeter.cancel()
        doubt.cancel()
        if timer is not None:
            timer.cancel()
        await link.close()
    if lost is not None:
        raise lost


def _greeting(text: str) -> bytes:
    try:
        return encode_osc(_message(text))
    except ValueError as wrong:
        example = "/ch/01/mix/fader 0.5"
        raise AddressError(text, f"This is no OSC message ({wrong}); write {example}.") from None


def _message(text: str) -> OscMessage:
    address, *words = shlex.split(text)
    if not address.startswith("/"):
        raise ValueError(f"'{address}' does not begin with '/'")
    args: list[int | float | str] = []
    tags = ""
    for word in words:
        try:
            value: int | float | str = int(word)
            tag = "i"
        except ValueError:
            try:
                value, tag = float(word), "f"
            except ValueError:
                value, tag = word, "s"
        args.append(value)
        tags += tag
    return OscMessage(address, tuple(args), tags)


def _argument(value: object) -> str:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, float):
        return f"{value:.4f}"
    return repr(value) if isinstance(value, str) else str(value)


def _malformed(one: Malformed) -> str:
    return f"skipped: {one.reason}  [{_hex(one.data)}]"


def _hex(data: bytes) -> str:
    shown = data[:_LONGEST_HEX].hex(" ").upper()
    return shown + (" …" if len(data) > _LONGEST_HEX else "")
