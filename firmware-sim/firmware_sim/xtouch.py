"""A Behringer X-Touch in its MCU mode.

Owns: where an X-Touch differs from a Mackie: strip colours, its top reading, its faders' manners
and its silence in Mackie's handshake.

Facts (protocols sheet 3.1 and 1.4.3, dialects sheet 14): command 72 carries eight colours;
a cap at the top reads 16380; no answer to a device query was seen. The version text is assumed.
"""

from firmware_sim.display import COLOURS
from firmware_sim.mcu import STRIPS, MackieControl
from firmware_sim.motor import EXACT, Build

# A colour is three bits; the fourth and later ones are not documented for this command.
_COLOUR_BITS = 0x07


class XTouch(MackieControl):
    """An X-Touch: a Mackie Control whose caps stay where a hand left them.

    ``servo=True`` gives it a real Mackie's faders; ``answers_query`` lets it take part in the
    handshake and announce itself at power-up, as clones of it do.
    """

    version = b"V1.22"
    # It has lamps for its meters, so there are no bars to draw among the text.
    redraw = 0.0

    def __init__(
        self,
        *,
        servo: bool = False,
        reports_motor: bool = False,
        answers_query: bool = False,
        device_id: int = 0x14,
        build: Build = EXACT,
        seed: int = 0,
    ) -> None:
        self._answers_query = answers_query
        self._colours = [7] * STRIPS
        super().__init__(
            device_id=device_id,
            servo=servo,
            reports_motor=reports_motor,
            top=16380,
            build=build,
            seed=seed,
        )

    def colour(self, n: int) -> str:
        """Return the colour behind the text of strip ``n``: a word of ``COLOURS``."""
        return COLOURS[self._colours[n - 1]]

    def power_cycle(self) -> None:
        """Switch off and on; the displays come back white."""
        self._colours = [7] * STRIPS
        super().power_cycle()

    def _announce(self) -> None:
        if self._answers_query:
            super()._announce()

    def _answer_query(self) -> bool:
        return self._answers_query and super()._answer_query()

    def _obey_command(self, command: int, data: bytes) -> bool:
        if command != 0x72:
            return super()._obey_command(command, data)
        if len(data) != STRIPS:
            return False
        self._colours = [code & _COLOUR_BITS for code in data]
        return True
