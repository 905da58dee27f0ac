"""QLab, as far as a few cues go.

Owns: numbered cues with a level, a name, running and armed; answers in JSON, and updates without
values to whoever asked for them (dialects sheet, section 10; QLab's OSC dictionary).
Does not own: a socket.

Rules: answers and updates go to port 53001 of whoever asked. What is said without an argument is a
question. Updates are for those who asked for them. An unknown cue is an error.
"""

import json
import math
from dataclasses import dataclass
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.wire import OscArgument, OscMessage, encode_osc

ANSWERS: Final = 53001
SILENT: Final = -60.0
TOP: Final = 12.0
CLIENTS: Final = 16


@dataclass(slots=True)
class Cue:
    """One cue."""

    name: str
    level: float = 0.0
    running: bool = False
    armed: bool = True


class QLab(DatagramConsole):
    """QLab's OSC port (53000), with one workspace open."""

    subscription = (encode_osc("/connect"), encode_osc("/updates", 1))

    def __init__(self, names: tuple[str, ...] = ("Kick", "Preshow", "Thunder", "Bows")) -> None:
        super().__init__()
        self.cues = {str(number): Cue(name) for number, name in enumerate(names, start=1)}
        self._updated: dict[str, None] = {}
        self.gone = 0

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds

    def restart(self) -> None:
        """Quit and start again: nobody is told of changes any more."""
        self._updated.clear()
        self._output.clear()

    def move(self, number: str, level: float) -> None:
        """Set a level in the inspector."""
        self.cues[number].level = level
        self._tell(number)

    def _tell(self, number: str) -> None:
        for host in self._updated:
            self._send((host, ANSWERS), f"/update/workspace/W1/cue_id/{number}")

    def _obey(self, message: OscMessage, client: Client) -> None:
        parts = message.address.strip("/").split("/")
        argument = message.arguments[0] if message.arguments else None
        match parts:
            case ["version"]:
                self._answer(client, message.address, "5.4")
            case ["connect"]:
                self._answer(client, message.address, "ok:view|edit|control")
            case ["alwaysReply" | "disconnect"]:
                pass
            case ["updates"] if argument in (0, 0.0):
                self._updated.pop(client[0], None)
            case ["updates"] if len(self._updated) < CLIENTS:
                self._updated[client[0]] = None
            case ["go"]:
                self.gone += 1
            case ["cue", number, *leaf] if number in self.cues:
                self._obey_cue(number, "/".join(leaf), argument, client, message.address)
            case ["cue", *_]:
                self._answer(client, message.address, None, status="error")
            case _:
                self.counts.unknown += 1

    def _obey_cue(
        self, number: str, leaf: str, argument: OscArgument | None, client: Client, address: str
    ) -> None:
        cue = self.cues[number]
        is_number = isinstance(argument, (int, float)) and math.isfinite(argument)
        if leaf in ("start", "stop"):
            cue.running = leaf == "start"
            self._tell(number)
        elif leaf == "sliderLevel/0" and is_number:
            cue.level = min(TOP, max(SILENT, float(argument or 0)))
            self._tell(number)
        elif leaf == "armed" and is_number:
            cue.armed = argument != 0
            self._tell(number)
        elif argument is not None:
            self.counts.refused_values += 1
        else:
            values: dict[str, float | str] = {
                "sliderLevel/0": cue.level,
                "displayName": cue.name,
                "isRunning": cue.running,
                "armed": cue.armed,
            }
            status = "ok" if leaf in values else "error"
            self._answer(client, address, values.get(leaf), status=status)

    def _answer(
        self, client: Client, address: str, data: float | str | None, status: str = "ok"
    ) -> None:
        text = json.dumps(
            {"workspace_id": "W1", "address": address, "status": status, "data": data}
        )
        self._send((client[0], ANSWERS), f"/reply{address}", text)
