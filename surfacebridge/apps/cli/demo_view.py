"""The demo as a picture: eight strips as the surface shows them, and what is going on."""

import asyncio
from types import TracebackType
from typing import Final, Self

import click
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from surfacebridge.apps.cli.demo_stage import STRIPS, Stage

ROWS: Final = 11
FRAMES: Final = 12.0
"""Pictures a second: enough for motion; each costs a few milliseconds of the loop."""

_STYLES: Final = {
    "off": "white on black",
    "red": "black on red",
    "green": "black on green",
    "yellow": "black on yellow",
    "blue": "white on blue",
    "magenta": "black on magenta",
    "cyan": "black on cyan",
    "white": "black on white",
}
_METER: Final = "▁▂▃▄▅▆▇█"


class View:
    """Draws the stage on a terminal, or says the captions in lines where there is none."""

    def __init__(self, stage: Stage, *, draw: bool) -> None:
        self._stage = stage
        self._caption = ""
        self._live = Live(console=Console(), auto_refresh=False, transient=False) if draw else None

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last picture standing."""
        if self._live is not None:
            self._live.update(self.picture(), refresh=True)
            self._live.stop()

    def say(self, caption: str) -> None:
        """Tell the audience what happens now."""
        self._caption = caption
        if self._live is None:
            click.echo(f"- {caption}")

    async def keep_drawing(self) -> None:
        """Draw until cancelled."""
        while self._live is not None:
            self._live.update(self.picture(), refresh=True)
            await asyncio.sleep(1 / FRAMES)

    def picture(self) -> Panel:
        """Return the picture of this moment."""
        table = Table.grid(padding=(0, 1))
        for _ in range(STRIPS):
            table.add_column(width=8, no_wrap=True)
        table.add_row(*(self._scribble(strip) for strip in range(1, STRIPS + 1)))
        table.add_row(*(self._lamps(strip) for strip in range(1, STRIPS + 1)))
        for row in range(ROWS):
            table.add_row(*(self._fader_row(strip, row) for strip in range(1, STRIPS + 1)))
        table.add_row(*(Text(f" ch {self._stage.channel(s)}", "dim") for s in range(1, STRIPS + 1)))
        body = Group(table, Text(""), Text(self._caption, "bold"), self._links())
        return Panel(body, title="X-Touch ⇄ surfacebridge ⇄ X32", width=8 * 9 + 7)

    def _scribble(self, strip: int) -> Text:
        top, bottom = self._stage.surface.lcd_text(strip)
        style = _STYLES.get(self._stage.surface.colour(strip), "black on white")
        return Text(f"{top[:7]:<7}\n{bottom[:7]:<7}", style)

    def _lamps(self, strip: int) -> Text:
        text = Text(" ")
        for letter, key, style in (
            ("M", "mute", "red"),
            ("S", "solo", "yellow"),
            ("●", "select", "green"),
        ):
            lit = self._stage.surface.lamp(f"{key}.{strip}") == "lit"
            text.append(letter + " ", f"bold {style}" if lit else "bright_black")
        return text

    def _fader_row(self, strip: int, row: int) -> Text:
        surface = self._stage.surface
        cap = round((1.0 - surface.fader_position(strip)) * (ROWS - 1))
        desk = round((1.0 - self._stage.fader(strip)) * (ROWS - 1))
        text = Text(" ")
        if row == cap:
            text.append("╞█╡", "bold yellow" if surface.touched(strip) else "bold white")
        else:
            text.append(" │ ", "bright_black")
        text.append("◂" if row == desk else " ", "cyan")
        level = surface.meter(strip).level
        filled = level * (ROWS * 8) // 12 - (ROWS - 1 - row) * 8
        block = " " if filled <= 0 else _METER[min(filled, 8) - 1]
        text.append(f" {block}", "green" if row > 2 else "yellow" if row else "red")
        return text

    def _links(self) -> Text:
        text = Text()
        for name, health in self._stage.supervisor.health.items():
            style = "green" if health.state == "connected" else "yellow"
            text.append(f"{name}: {health.state}   ", style)
        p50, p99 = (1e6 * value for value in self._stage.hub.latency.percentiles(50, 99))
        text.append(f"bytes in to out: p50 {p50:.0f} µs, p99 {p99:.0f} µs", "dim")
        text.append("   yellow cap: a finger   ◂: the desk", "dim")
        return text
