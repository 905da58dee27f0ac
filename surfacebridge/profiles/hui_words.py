"""What a mapping calls the controls of a HUI, where its protocol has another word or a number.

Owns: those names, for both roles.  Does not own: zones and ports (``protocols.hui.layout``).
"""

from typing import Final

# Keys and lamps.  The protocol's lamp "timecode" stands beside the display of that name.
_WORDS: Final = {"vpot.push": "v.sel", "smpte": "timecode"}
_NAMES: Final = {word: name for name, word in _WORDS.items()}

KNOBS: Final = {**{f"param.knob.{n}": 7 + n for n in range(1, 5)}, "param.page": 12}
"""The knobs beside the main display, by the protocol's numbers."""

PARAM_RINGS: Final = {f"param.ring.{n}": 7 + n for n in range(1, 5)}
"""The rings around them."""

ROWS: Final = {"display.top": 0, "display.bottom": 1}
"""The rows of the main display."""


def word_of(name: str) -> str:
    """Return the protocol's word for the key or lamp ``name``."""
    return _WORDS.get(name, name)


def name_of(word: str) -> str:
    """Return a mapping's name for the protocol's key or lamp ``word``."""
    return _NAMES.get(word, word)
