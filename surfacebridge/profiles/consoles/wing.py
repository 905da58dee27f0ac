"""Behringer WING, by OSC.

Owns: its native values, and the one subscription that all its clients fight
for.
Does not own: addresses and grids (its sheet), reading, renewing and silence
(``profiles.console``), or reading back what was written and going through all
that is followed (``profiles.confirming``).

Rules.  Pushes go to one client, whoever asked last, and who loses them is not
told.  What a reading finds and no push told of was pushed to somebody else.
Twice in ten seconds means that another client holds the subscription: then it
is left to them, everything is read quickly instead, and people are told.

Sources: measured by others on a WING Rack, firmware 3.1 (triplets, no echo, one
subscription, speed of reading); the Companion module behringer-wing (addresses,
colours).
"""

from collections.abc import Sequence
from math import inf, isfinite, isnan
from typing import ClassVar, Final

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Colour, Value, nearest_colour
from surfacebridge.profiles.console import Heard, Renewal
from surfacebridge.profiles.osc_console import OscConsole, OscLeaf
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import encode

# Every WING has a first main; its name is short and hardly ever changes.
_LIFE: Final = "/main/1/name"
_QUESTION: Final = Renewal(encode(OscMessage(_LIFE)), every=1.5)

_SUBSCRIBE: Final = encode(OscMessage("/*S"))
# The subscription holds for ten seconds.
_SUBSCRIBE_EVERY: Final = 4.0
# Taking it from somebody who needs it costs them pushes; so we try seldom.
_TRY_AGAIN: Final = 60.0

# Everything followed is read once in so many seconds: while the pushes are
# ours, and while they are not.  A WING Rack answered 2,800 readings a second; we
# take no more than six hundred of them.
_ROUND: Final = 2.0
_QUICK_ROUND: Final = 0.5
_MOST_AT_ONCE: Final = 30

# Not every leaf a recall changes is pushed; the desk needs a moment for it.
_RECALL_TAKES: Final = 1.0

# A push may come a little after the reading that found the same.
_GRACE: Final = 0.25
_MISSES: Final = 2
_WITHIN: Final = 10.0

_OFF: Final = -144.0
# The fader's lowest step; below is off.
_LOWEST: Final = -90.0
_TOP: Final = 10.0
_PAN: Final = 100.0
_LONGEST_TEXT: Final = 64

PALETTE: Final = (
    Colour(112, 128, 160), Colour(64, 112, 208), Colour(16, 32, 160), Colour(32, 208, 208),
    Colour(0, 208, 0), Colour(112, 144, 32), Colour(255, 224, 0), Colour(144, 80, 32),
    Colour(255, 0, 0), Colour(255, 112, 96), Colour(255, 0, 255), Colour(144, 32, 208),
    Colour(255, 144, 0), Colour(128, 192, 255), Colour(255, 160, 144), Colour(0, 144, 144),
    Colour(64, 64, 64), Colour(192, 192, 192),
)  # fmt: skip
"""Colours 1 to 18.  The names are the desk's (grey blue … light grey), the shades are ours."""


class Wing(OscConsole):
    """One desk, as a target."""

    renewals: ClassVar[tuple[Renewal, ...]] = (_QUESTION,)

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        super().__init__(name, sheet)
        self._untold: dict[str, float] = {}
        self._misses: list[float] = []
        self._is_theirs = False
        self._subscribe_at = inf

    # Values.

    def to_wire(self, spec: ParameterSpec, tag: str, value: Value) -> OscValue:
        """Return ``value`` in the desk's own unit."""
        match spec.kind:
            case "level" | "pan" | "number":
                return _number_to_wire(spec, tag, value)
            case "switch" | "trigger":
                return int(bool(value) != _is_inverted(spec))
            case "text":
                return _text_to_wire(spec, value)
            case "colour":
                return _colour_to_wire(value)
            case "choice":
                return value if value in spec.choices else None
            case _:
                return None

    def from_wire(self, spec: ParameterSpec, tag: str, value: OscValue) -> Value | None:
        """Return what the desk's native ``value`` means."""
        del tag
        match value:
            case str():
                return _text_from_wire(spec, value)
            case int() | float() if isfinite(value):
                return _number_from_wire(spec, float(value))
            case _:
                return None

    def value_in(self, leaf: OscLeaf, message: OscMessage) -> OscValue:
        """Return the native value: the last of a triplet of text, 0…1 and native."""
        tags = message.tags
        if leaf.tag == "s":
            return message.args[0] if tags == "s" else None
        # A whole number may be written as either; one alone is native, as it is written.
        return message.args[-1] if tags in {"sff", "sfi", leaf.tag} else None

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Leave out what has no address; there are no meters by OSC."""

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow nothing: there are no others."""

    def hear_other(self, message: OscMessage, now: float) -> Sequence[Heard] | None:
        """Take an answer that only shows that the desk is there, or its errors in words."""
        del now
        match message:
            case OscMessage(address) if address == _LIFE:
                return ()
            case OscMessage("/*", (str(outcome),)):
                if outcome != "OK":
                    self.health.malformed += 1
                return ()
            case _:
                return None

    # Time.

    def open(self, now: float) -> None:
        """Ask for pushes, and for an answer."""
        super().open(now)
        self._subscribe(now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Also ask for pushes again, and notice who gets them."""
        if now >= self._subscribe_at:
            self._subscribe(now)
        self._look_for_misses(now)
        return super().wake(now)

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        due = super().next_wakeup()
        own = min((self._subscribe_at, *self._untold.values()))
        return own if due is None else min(due, own)

    def _subscribe(self, now: float) -> None:
        self._out.append(_SUBSCRIBE)
        self._subscribe_at = now + (_TRY_AGAIN if self._is_theirs else _SUBSCRIBE_EVERY)

    def forget(self) -> None:
        """Know nothing of what the desk holds, nor of who is subscribed."""
        super().forget()
        self._misses.clear()
        self._untold.clear()
        self._take_back()

    # Whose subscription it is.

    def hear_leaf(self, leaf: OscLeaf, raw: OscValue) -> None:
        """Also tell an answer from a push."""
        address = leaf.address
        if not self._confirming.is_asked(address):
            self._note_push(address)
        elif _is_finite(raw) and self._confirming.is_change(address, leaf.place(raw)):
            self._untold[address] = self._now + _GRACE
        super().hear_leaf(leaf, raw)

    def _note_push(self, address: str) -> None:
        self._untold.pop(address, None)
        if self._is_theirs and address != _LIFE:
            # What we asked for after so long has been given to us.
            self._take_back()

    def _take_back(self) -> None:
        self._is_theirs = False
        self._misses.clear()
        self._pace()
        self.health.trouble = ""
        self._subscribe(self._now)

    def _pace(self) -> None:
        seconds = _QUICK_ROUND if self._is_theirs else _ROUND
        self._confirming.take(seconds, _MOST_AT_ONCE)

    def _look_for_misses(self, now: float) -> None:
        for address, due in list(self._untold.items()):
            if due <= now:
                del self._untold[address]
                self._misses.append(now)
        self._misses[:] = [at for at in self._misses[-_MISSES:] if now - at < _WITHIN]
        if len(self._misses) >= _MISSES and not self._is_theirs:
            self._is_theirs = True
            self._pace()
            self._subscribe_at = now + _TRY_AGAIN
            self.health.trouble = (
                "Another client took the WING's subscription, of which there is one: the bridge "
                f"reads {self._name} itself now, so what moves there shows a little later. "
                "Stop the other program's feedback to have it back."
            )

    # Writing.

    def write(self, leaf: OscLeaf, value: Value, now: float) -> bool:
        """Queue the datagram that sets ``leaf``, and read it back soon."""
        if not super().write(leaf, value, now):
            return False
        self._untold.pop(leaf.address, None)
        follow = leaf.spec.wire.get("then")
        if isinstance(follow, str):
            self.ask(OscMessage(follow, (str(leaf.spec.wire.get("word", "")),)))
            self._reread_at = now + _RECALL_TAKES
        return True


def _is_finite(raw: OscValue) -> bool:
    return not isinstance(raw, float) or isfinite(raw)


def _is_inverted(spec: ParameterSpec) -> bool:
    return spec.wire.get("inverted") is True


def _number_to_wire(spec: ParameterSpec, tag: str, value: Value) -> float | int | None:
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    match spec.kind:
        case "level":
            # Not on the grid: the desk knows its own, and 0 dB must stay 0 dB.
            return _OFF if value <= _LOWEST else min(float(value), _TOP)
        case "pan":
            return min(max(value, -1.0), 1.0) * _PAN
        case _:
            clamped = min(max(value, spec.low), spec.high)
            return round(clamped) if tag == "i" else clamped


def _number_from_wire(spec: ParameterSpec, raw: float) -> Value | None:
    match spec.kind:
        case "level":
            return OFF if raw <= _LOWEST else min(raw, _TOP)
        case "pan":
            return min(max(raw / _PAN, -1.0), 1.0)
        case "switch" | "trigger":
            return (raw != 0) != _is_inverted(spec)
        case "colour":
            number = int(raw)
            return PALETTE[number - 1] if 1 <= number <= len(PALETTE) else None
        case "number":
            return raw
        case _:
            return None


def _text_to_wire(spec: ParameterSpec, value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    plain = value.replace("\x00", "").encode("ascii", "replace").decode("ascii")
    return plain[: spec.length or _LONGEST_TEXT]


def _text_from_wire(spec: ParameterSpec, raw: str) -> Value | None:
    if spec.kind == "choice":
        return raw if raw in spec.choices else None
    return raw[:_LONGEST_TEXT] if spec.kind == "text" else None


def _colour_to_wire(value: Value) -> int | None:
    return nearest_colour(value, PALETTE) + 1 if isinstance(value, Colour) else None
