"""Profiles and peers for a rig, by the registry of dialects.

Owns: who plays each surface and target of a mapping.  Does not own: what a
profile or a peer does.
"""

from collections.abc import Mapping
from itertools import product

from surfacebridge.errors import UnknownProduct
from surfacebridge.mapping.document import Document, TargetDecl
from surfacebridge.mapping.lines import RawOsc
from surfacebridge.model.sheets import TargetSheet, without_owners
from surfacebridge.profiles.base import SurfaceEndpoint, TargetEndpoint
from surfacebridge.profiles.console import Console
from surfacebridge.profiles.osc_console import OscConsole
from surfacebridge.profiles.plain_midi import PlainMidi
from surfacebridge.profiles.plain_mqtt import PlainMqtt
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.registry import surface_endpoint, target_endpoint
from surfacebridge.profiles.sheet_osc import SheetOsc
from surfacebridge.protocols.hui import to_surface
from surfacebridge.protocols.hui.messages import Ping
from surfacebridge.protocols.hui.ping import PERIOD
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.rehearsal.peers import HUI_REPLIES, Peer, wire_defaults
from surfacebridge.routing.plan import Plan

# Three signs of life in the time in which one must come.
_BEATS: int = 3


class Casting:
    """The cast of one mapping; every call makes somebody new."""

    def __init__(self, document: Document, plan: Plan) -> None:
        self._document = document
        self._plan = plan
        self._memories: dict[str, Mapping[str, OscMessage]] = {}

    def surface(self, name: str) -> SurfaceEndpoint | None:
        """Return a new profile for surface ``name``, ``None`` if its dialect has none."""
        try:
            return surface_endpoint(name, self._plan.surfaces[name])
        except UnknownProduct:
            return None

    def target(self, name: str) -> TargetEndpoint | None:
        """Return a new profile for target ``name``, ``None`` where stories do without bytes."""
        sheet = without_owners(self._plan.targets[name])
        declared = self._document.targets.get(name)
        if sheet.dialect == "plain_midi":
            return PlainMidi(name)
        if sheet.dialect == "plain_mqtt":
            return PlainMqtt(name, retain=declared is not None and declared.retain)
        if sheet.dialect == "plain_osc":
            return self._plain(name, declared)
        facts: dict[str, object] = {"strips": len(self._plan.strips)}
        if declared is not None and declared.serial:
            facts["serial"] = declared.serial
        try:
            endpoint = target_endpoint(name, sheet, facts)
        except UnknownProduct:
            return None
        # Who would answer its questions?  Stories tell of it in the bridge's own words.
        is_asked = isinstance(endpoint, Console) and not isinstance(endpoint, OscConsole)
        return None if is_asked else endpoint

    def _plain(self, name: str, declared: TargetDecl | None) -> PlainOsc:
        if declared is None:
            return PlainOsc(name, (), None)
        hello = [_written(raw, len(self._plan.strips)) for raw in declared.hello]
        return PlainOsc(name, hello, declared.heartbeat)

    def peer(self, name: str) -> Peer:
        """Return whoever stands at the other end of the cable of ``name``."""
        if name in self._plan.surfaces:
            if self._plan.surfaces[name].dialect == "hui":
                return Peer(answers=HUI_REPLIES)
            console = self._plan.surfaces[name].facts.get("console")
            if isinstance(console, TargetSheet):
                return Peer(self._memory(name, target_endpoint(name, console, {}), console))
            return Peer(answers=_alive(self._document, name))
        declared = self._document.targets.get(name)
        beat = declared.heartbeat if declared is not None else None
        if beat is not None:
            return Peer(beat=(encode(OscMessage(beat[0])), beat[1] / _BEATS))
        if self._plan.targets[name].dialect == "hui_device":
            return Peer(beat=(to_surface.encode(Ping()), PERIOD))
        console = self.target(name)
        if isinstance(console, SheetOsc):
            return Peer(beat=_beat(self._plan.targets[name]), pushes=console)
        return Peer(self._memory(name, console, self._plan.targets[name]))

    def _memory(
        self, name: str, console: TargetEndpoint | None, sheet: TargetSheet
    ) -> Mapping[str, OscMessage]:
        if name not in self._memories:
            self._memories[name] = (
                wire_defaults(console, without_owners(sheet))
                if isinstance(console, OscConsole)
                else {}
            )
        return self._memories[name]


def _beat(sheet: TargetSheet) -> tuple[bytes, float] | None:
    """Return the sign of life a sheet promises, and how often it comes."""
    address, within = sheet.facts.get("heartbeat"), sheet.facts.get("within")
    if not isinstance(address, str) or not isinstance(within, int | float):
        return None
    return encode(OscMessage(address, (1.0,))), within / _BEATS


def _written(raw: RawOsc, strips: int) -> str:
    """Return a greeting as text, with the number of strips filled in."""
    words = [raw.address, *(arg.written for arg in raw.args)]
    text = " ".join(words)
    for placeholder in ("{strips:i}", "{strips}"):
        text = text.replace(placeholder, str(strips))
    return text


def _alive(document: Document, name: str) -> dict[bytes, bytes]:
    """Return how a serial box answers the question whether it is there."""
    declared = document.surfaces.get(name)
    inline = declared.inline if declared is not None else {}
    found: dict[bytes, bytes] = {}
    serial, alive = inline.get("serial"), inline.get("alive")
    pairs = []
    if isinstance(alive, Mapping):
        pairs.append((alive.get("ask"), alive.get("answer")))
    if isinstance(serial, Mapping) and serial.get("hello"):
        pairs.append((serial.get("hello"), _example_of(str(serial.get("expect", "")))))
    for (question, answer), end in product(pairs, ("\n", "\r\n")):
        if question and answer:
            found[f"{question}{end}".encode()] = f"{answer}{end}".encode()
    return found


def _example_of(pattern: str) -> str:
    """Return a text that a plain ``/^FADERBOX 2/`` recognises."""
    return pattern.strip("/").removeprefix("^").removesuffix("$")
