"""Seven-segment digits as bits, a (top) lowest to g: as an X-Touch takes them.

Owns: the shapes of characters.  Does not own: which digit stands where.

Source: "Xctl Protocol for X-Touch V1.0" (digits and minus); letters as is usual.
"""

from typing import Final

_SHAPES: Final = {
    " ": 0x00, "-": 0x40, "_": 0x08, "=": 0x48, "'": 0x02, '"': 0x22,
    "0": 0x3F, "1": 0x06, "2": 0x5B, "3": 0x4F, "4": 0x66,
    "5": 0x6D, "6": 0x7D, "7": 0x07, "8": 0x7F, "9": 0x6F,
    "A": 0x77, "B": 0x7C, "C": 0x39, "D": 0x5E, "E": 0x79, "F": 0x71, "G": 0x3D,
    "H": 0x76, "I": 0x06, "J": 0x1E, "L": 0x38, "N": 0x54, "O": 0x3F, "P": 0x73,
    "Q": 0x67, "R": 0x50, "S": 0x6D, "T": 0x78, "U": 0x3E, "Y": 0x6E, "Z": 0x5B,
}  # fmt: skip


def segments_of(char: str) -> int:
    """Return the bits that draw ``char``, in either case; none for what cannot be drawn."""
    return _SHAPES.get(char.upper(), 0)
