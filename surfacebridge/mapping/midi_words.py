"""A raw MIDI message as a mapping writes it: ``cc 1 74``, ``nrpn 1 900``, ``sysex F0 … F7``.

Owns: the words, and what a value may be.  Does not own: bytes
(``profiles.plain_midi``).

Rules: channels are 1…16 and numbers 0…127, as musicians write them; a value is
in the message's own numbers (0…127, 0…16383) unless the pattern says a range.
"""

import re
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.value import as_value

_SEVEN: Final = 127
_FOURTEEN: Final = 16_383

# Kind: how many numbers name it after the channel, the largest of them, and of its value.
_KINDS: Final[dict[str, tuple[int, int, int]]] = {
    "cc": (1, 127, _SEVEN),
    "cc14": (1, 31, _FOURTEEN),
    "note": (1, 127, _SEVEN),
    "pb": (0, 0, _FOURTEEN),
    "nrpn": (1, 16_382, _FOURTEEN),
    "rpn": (1, 16_382, _FOURTEEN),
    "pc": (0, 0, _SEVEN),
    "pressure": (0, 0, _SEVEN),
    "keypressure": (1, 127, _SEVEN),
}
# Messages to everybody on the cable, which have no channel: the largest value, or none.
_COMMON: Final[dict[str, int | None]] = {
    "start": None,
    "stop": None,
    "continue": None,
    "spp": _FOURTEEN,
    "song": _SEVEN,
    # Time code is a text, the clock a tempo in beats a minute.
    "mtc": 0,
    "clock": 300,
}
_HEARD_ONLY: Final = frozenset(("mtc", "clock"))
MACHINE_WORDS: Final = (
    "stop", "play", "deferred-play", "forward", "rewind", "record", "record-exit", "record-pause",
    "pause", "eject", "chase", "reset",
)  # fmt: skip
"""What ``mmc`` may say."""
MIDI_KINDS: Final = (*_KINDS, "sysex", "mmc", *_COMMON)
"""The words that make ``kbd:word …`` a MIDI message."""

_WRITTEN: Final = {
    "cc": "cc 1 74", "cc14": "cc14 1 7", "note": "note 1 60", "pb": "pb 1",
    "nrpn": "nrpn 1 900", "rpn": "rpn 1 0", "pc": "pc 1 5", "pressure": "pressure 1",
    "keypressure": "keypressure 1 60",
}  # fmt: skip
_VALUE: Final = re.compile(r"\{v(?::([^{}]*))?\}")
_RANGE: Final = re.compile(r"(\d{1,5})\.\.(\d{1,5})")
_BYTE: Final = re.compile(r"[0-9A-Fa-f]{2}")


@as_value
class MidiWords:
    """One message with a place for a value, or with ``fixed`` in it.

    ``channel`` is 1…16 and ``number`` what the kind counts, 0 where it counts
    nothing.  ``low`` and ``high`` bound the value; ``bits`` is 7 or 14.  A
    ``sysex`` has neither channel nor number: ``before`` and ``after`` are its
    bytes around the value, without F0 and F7.  ``has_value`` is false for a
    message that is always the same.  ``word`` is what an ``mmc`` says.
    """

    kind: str
    channel: int
    number: int
    low: int
    high: int
    bits: int
    has_value: bool
    fixed: int = 0
    before: bytes = b""
    after: bytes = b""
    word: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the value is a text: time code."""
        return self.kind == "mtc"

    @property
    def heard_only(self) -> bool:
        """Whether nothing can be sent: time code and clock, which are made by a machine."""
        return self.kind in _HEARD_ONLY

    @property
    def text(self) -> str:
        """The message in one way of writing it, so that equal messages are equal texts."""
        if self.kind == "mmc":
            return f"mmc {self.word}"
        if self.kind in _COMMON:
            fixed = self.kind in {"spp", "song"} and not self.has_value
            return f"{self.kind} {self.fixed}" if fixed else self.kind
        value = ""
        if self.has_value:
            value = f"{{v:{self.low}..{self.high}}}"
            if self.kind == "sysex" or self.bits != _bits(_KINDS[self.kind][2]):
                value = f"{{v:{self.bits}}}"
        if self.kind == "sysex":
            parts = (self.before.hex(" ").upper(), value, self.after.hex(" ").upper())
            return " ".join(("sysex F0", *filter(None, parts), "F7"))
        words = [self.kind, str(self.channel)]
        if _KINDS[self.kind][0]:
            words.append(str(self.number))
        words.append(value or str(self.fixed))
        return " ".join(words)


def read_midi(text: str) -> MidiWords:
    """Return the message that ``cc 1 74``, ``note 1 60 100`` or ``cc 1 74 {v:0..64}`` writes.

    Without a value or a constant in its place, the value may be all the message
    can hold.  Raises ProtocolMisuse, with a sentence, for anything else.
    """
    kind, *words = text.split() or [""]
    if kind == "sysex":
        return _read_sysex(words)
    if kind == "mmc":
        return _read_machine(words)
    if kind in _COMMON:
        return _read_common(kind, words)
    known = _KINDS.get(kind)
    if known is None:
        raise ProtocolMisuse(f"'{kind}' is no MIDI message; there are {', '.join(MIDI_KINDS)}")
    count, most, top = known
    if not count + 1 <= len(words) <= count + 2:
        raise ProtocolMisuse(f"'{text}' should be written like '{_WRITTEN[kind]}'")
    channel = _whole(words[0], 1, 16, "a channel")
    number = _whole(words[1], 0, most, f"the number of a {kind}") if count else 0
    if len(words) == count + 1:
        return MidiWords(kind, channel, number, 0, top, _bits(top), has_value=True)
    last = words[-1]
    place = _VALUE.fullmatch(last)
    if place is None:
        fixed = _whole(last, 0, top, f"the value of a {kind}")
        return MidiWords(kind, channel, number, fixed, fixed, _bits(top), False, fixed)
    low, high, bits = _form(place[1] or "", top)
    return MidiWords(kind, channel, number, low, high, bits, has_value=True)


def _read_machine(words: list[str]) -> MidiWords:
    if len(words) != 1 or words[0] not in MACHINE_WORDS:
        said = " ".join(("mmc", *words))
        raise ProtocolMisuse(f"'{said}' should be mmc and one of {', '.join(MACHINE_WORDS)}")
    return MidiWords("mmc", 0, 0, 1, 1, 7, has_value=False, fixed=1, word=words[0])


def _read_common(kind: str, words: list[str]) -> MidiWords:
    top = _COMMON[kind]
    if top is None or kind in _HEARD_ONLY:
        if words:
            raise ProtocolMisuse(f"nothing may follow '{kind}', not '{' '.join(words)}'")
        high = 1 if top is None else top
        return MidiWords(kind, 0, 0, 0, high, 14, has_value=top is not None, fixed=1)
    if len(words) > 1:
        raise ProtocolMisuse(f"'{kind} {' '.join(words)}' should be written like '{kind} 16'")
    if not words or words[0] == "{v}":
        return MidiWords(kind, 0, 0, 0, top, _bits(top), has_value=True)
    fixed = _whole(words[0], 0, top, f"the value of a {kind}")
    return MidiWords(kind, 0, 0, fixed, fixed, _bits(top), has_value=False, fixed=fixed)


def _bits(top: int) -> int:
    return 14 if top > _SEVEN else 7


def _form(form: str, top: int) -> tuple[int, int, int]:
    """Return the ends and the bits that ``0..64``, ``7``, ``14`` or nothing stands for."""
    between = _RANGE.fullmatch(form)
    if between is not None:
        low, high = int(between[1]), int(between[2])
        if low < high <= top:
            return low, high, _bits(top)
        raise ProtocolMisuse(f"'{{v:{form}}}' is no range within 0..{top}")
    if form in {"", "i"}:
        return 0, top, _bits(top)
    if form == "7" or (form == "14" and top > _SEVEN):
        return 0, _SEVEN if form == "7" else _FOURTEEN, int(form)
    raise ProtocolMisuse(f"a value is written {{v}}, {{v:0..{top}}} or {{v:7}}, not {{v:{form}}}")


def _whole(word: str, low: int, high: int, what: str) -> int:
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else -1
    if not low <= number <= high:
        raise ProtocolMisuse(f"{what} is a number from {low} to {high}, not '{word}'")
    return number


def _read_sysex(words: list[str]) -> MidiWords:
    if len(words) < 3 or words[0].upper() != "F0" or words[-1].upper() != "F7":
        raise ProtocolMisuse("a sysex message starts with F0, ends with F7, and says something")
    parts = [bytearray()]
    bits = 0
    for word in words[1:-1]:
        place = _VALUE.fullmatch(word)
        if place is not None:
            if len(parts) > 1 or place[1] not in {None, "7", "14"}:
                raise ProtocolMisuse("a sysex message has one value at most, {v:7} or {v:14}")
            bits = int(place[1] or 7)
            parts.append(bytearray())
        elif _BYTE.fullmatch(word) and int(word, 16) <= _SEVEN:
            parts[-1].append(int(word, 16))
        else:
            raise ProtocolMisuse(f"a byte of a sysex message is 00 to 7F, not '{word}'")
    before, after = bytes(parts[0]), bytes(parts[-1]) if bits else b""
    high = _FOURTEEN if bits == 14 else _SEVEN if bits else 0
    return MidiWords("sysex", 0, 0, 0, high, bits, bool(bits), before=before, after=after)
