"""What one scribble strip of an X-Touch should show, where its rows and colour share a message.

Owns: the rows, the colour nearest of eight, and keeping names readable.
Does not own: the messages (``protocols.vendors``), or when they leave.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surfacebridge.model.feedback import ShowColour, ShowText
from surfacebridge.model.values import EIGHT_COLOURS, nearest_colour
from surfacebridge.profiles.midi_surface import Place
from surfacebridge.protocols.mcu.text import lcd_text

_BLACK: Final = 0
_WHITE: Final = 7
WIDTH: Final = 7


@dataclass(slots=True)
class ScribbleStrip:
    """Two rows of seven characters and a colour; white and blank at the start."""

    upper: str = " " * WIDTH
    lower: str = " " * WIDTH
    inverted: bool = False
    _colour: int = _WHITE

    @property
    def colour(self) -> int:
        """The colour's number: bit 0 red, bit 1 green, bit 2 blue.

        Black puts the light out: a strip with a name could not be read then.
        """
        is_named = bool(self.upper.strip() or self.lower.strip())
        return _WHITE if self._colour == _BLACK and is_named else self._colour

    def take(self, item: ShowText | ShowColour, name: str) -> None:
        """Want a text in the row that ``name`` (``lcd.bottom``) says, or a colour."""
        match item:
            case ShowText(text=text) if name.endswith("bottom"):
                self.lower = lcd_text(text)[:WIDTH].ljust(WIDTH)
            case ShowText(text=text):
                self.upper = lcd_text(text)[:WIDTH].ljust(WIDTH)
            case ShowColour(colour=colour):
                self._colour = nearest_colour(colour, EIGHT_COLOURS)
                self.inverted = colour.inverted


def blank_strips(places: Iterable[Place]) -> dict[int, ScribbleStrip]:
    """Return a strip for every number that has a text or colour of its own."""
    return {int(place.number): ScribbleStrip() for place in places if place.spec.per_strip}
