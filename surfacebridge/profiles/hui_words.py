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

SLICES_A_ROW: Final = 4
SLICE: Final = 10

ROWS: Final = {"display.top": range(SLICES_A_ROW), "display.bottom": range(SLICES_A_ROW, 8)}
"""The rows of the main display, by the slices of ten characters they are made of."""

DISPLAYS: Final = {
    **ROWS,
    **{
        f"{name}.{n}": range(place, place + 1)
        for name, row in ROWS.items()
        for n, place in enumerate(row, 1)
    },
}
"""The rows, and each slice by itself: there is one of them above each parameter knob."""


def word_of(name: str) -> str:
    """Return the protocol's word for the key or lamp ``name``."""
    return _WORDS.get(name, name)


def name_of(word: str) -> str:
    """Return a mapping's name for the protocol's key or lamp ``word``."""
    return _NAMES.get(word, word)
