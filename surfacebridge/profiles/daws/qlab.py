"""QLab: cues whose levels are read and set, and go.

Owns: unwrapping answers, which are JSON texts, and reading again what changed.
Does not own: everything else (``sheet_osc`` and the sheet).

Source: QLab's OSC dictionary, as bitfocus/companion-module-figure53-qlab-advance
uses it.  An answer comes at ``/reply/…``; its JSON repeats the address that was
asked, as ``address``, and has the value as ``data``.  What changed is told by
``/update/…``, without the value.
"""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Final

from surfacebridge.profiles.sheet_osc import Heard, SheetOsc
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode, encode

_REPLY: Final = "/reply/"
_UPDATE: Final = "/update/"
# A workspace may be named in front of the address; there is one to a rig.
_WORKSPACE: Final = "/workspace/"


class QLab(SheetOsc):
    """One workspace, as a target."""

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one datagram, as ``SheetOsc`` does."""
        heard: list[Heard] = []
        for message in messages_in(decode(data)):
            match message:
                case Malformed():
                    self.health.malformed += 1
                case OscMessage(address, (str(text), *_)) if address.startswith(_REPLY):
                    answer = _answer(address, text)
                    if answer is None:
                        self.health.malformed += 1
                    else:
                        heard += super().receive(encode(answer), now)
                case OscMessage(address) if address.startswith(_UPDATE):
                    self.read_again(now)
                case _:
                    heard += super().receive(encode(message), now)
        return heard


def _answer(address: str, text: str) -> OscMessage | None:
    """Return an answer as if the value had come as it is; None for what is no answer."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    asked = said.get("address")
    path = asked if isinstance(asked, str) else address.removeprefix(_REPLY[:-1])
    if path.startswith(_WORKSPACE):
        path = "/" + path.removeprefix(_WORKSPACE).partition("/")[2]
    value = _value(said.get("data"))
    if not path.startswith("/") or not path.isprintable():
        return None
    return OscMessage(path, () if value is None else (value,))


def _value(data: object) -> OscValue:
    match data:
        case bool():
            return int(data)
        case int() if abs(data) < 2**31:
            return data
        case float() if isfinite(data) and abs(data) < 1e9:
            return data
        case str():
            # JSON may hold one half of a pair, which no other text can.
            return data.replace("\x00", "").encode(errors="replace").decode()
        case _:
            return None
