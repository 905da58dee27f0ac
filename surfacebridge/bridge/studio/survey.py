"""What a studio looks like to somebody who only listens.

Owns: collecting what a broker keeps of a site, and putting it into lines for
people.  Does not own: the connection, or anything that is decided.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from surfacebridge.profiles.studio_desk import called
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Publish, decode
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.payloads import Desk, Guest, Owned, PayloadT, Presence, State
from surfacebridge.protocols.studio.topics import read_topic

KeyT = TypeVar("KeyT")


class Survey:
    """Bridges, desks, guests and held faders of one site."""

    def __init__(self) -> None:
        self.desks: dict[str, Desk] = {}
        self.malformed = 0
        self._bridges: dict[str, Presence] = {}
        self._guests: dict[tuple[str, str], Guest] = {}
        self._owned: dict[str, Owned] = {}
        self._epochs: dict[str, dict[str, str]] = {}

    def hear(self, data: bytes) -> None:
        """Note one message; never raise."""
        packet = decode(data)
        topic = read_topic(packet.topic) if isinstance(packet, Publish) else None
        if topic is None or not isinstance(packet, Publish) or not packet.payload:
            return
        match topic.kind:
            case "bridge":
                self._note(self._bridges, topic.who, Presence, packet)
            case "desk":
                self._note(self.desks, topic.target, Desk, packet)
            case "guest":
                self._note(self._guests, (topic.target, topic.who), Guest, packet)
            case "owned":
                self._note(self._owned, topic.target, Owned, packet)
            case "value":
                state = payloads.decode(State, packet.payload)
                if isinstance(state, State):
                    self._epochs.setdefault(topic.target, {})[topic.parameter] = state.epoch
            case _:
                pass

    def _note(
        self, found: dict[KeyT, PayloadT], key: KeyT, kind: type[PayloadT], packet: Publish
    ) -> None:
        payload = payloads.decode(kind, packet.payload)
        if isinstance(payload, Malformed):
            self.malformed += 1
        else:
            found[key] = payload

    def holder(self, target: str) -> str:
        """Return the name of the bridge that holds a desk, empty if none does."""
        desk = self.desks.get(target)
        presence = self._bridges.get(desk.holder) if desk is not None else None
        there = presence is not None and presence.online
        return desk.holder.partition("/")[2] if desk is not None and there else ""

    def lines(self) -> Iterator[str]:
        """Yield what there is, a line each."""
        for who, presence in sorted(self._bridges.items()):
            user, _, bridge = who.partition("/")
            links = ", ".join(f"{name} {state}" for name, state in presence.links.items())
            said = links if presence.online else "is not there"
            yield f"bridge  {bridge} (user {user}): {said or 'has no links'}"
        for target, desk in sorted(self.desks.items()):
            yield from self._desk_lines(target, desk)
        if not self._bridges and not self.desks:
            yield "Nobody has said anything here yet."

    def _desk_lines(self, target: str, desk: Desk) -> Iterator[str]:
        epochs = Counter(self._epochs.get(target, {}).values())
        fresh, stale = epochs[desk.epoch], epochs.total() - epochs[desk.epoch]
        holder = self.holder(target)
        held = f"held by {holder}, {desk.link}" if holder else "nobody holds it"
        old = f", {stale} of an earlier time" if stale else ""
        yield f"desk    {target}: a {desk.profile}, {held}; {fresh} values{old}"
        for (where, who), guest in sorted(self._guests.items()):
            if where == target and guest.online:
                yield f"  guest {called(who)} at {who.partition('/')[2]}"
        owned = self._owned.get(target)
        for name, owner in sorted(owned.owners.items() if owned is not None else ()):
            yield f"  {name} is held by {owner}"
