"""Orders to a desk that somebody else holds.

Owns: their order and pace, which of them is not known to have been carried out,
and saying those again to whoever holds the desk next.
Does not own: what comes back (``studio_desk``).
"""

from dataclasses import dataclass
from typing import Final

from surfacebridge.profiles.moves import Moves
from surfacebridge.protocols.mqtt.packet import Publish, encode
from surfacebridge.protocols.studio.payloads import Order, Scalar
from surfacebridge.protocols.studio.payloads import encode as encode_payload
from surfacebridge.protocols.studio.topics import Topic

# What was ordered longer ago than this is not repeated to a new holder: the
# hand that meant it has gone on.
STILL_MEANT: Final = 5.0


@dataclass(slots=True)
class _Sent:
    value: Scalar
    seq: int
    at: float


class Orders:
    """The orders of one session: newest wins while something moves."""

    def __init__(self, site: str, target: str, user: str, bridge: str, session: str) -> None:
        self.session: Final = session
        self.epoch = ""
        self._address: Final = (site, target, user, bridge)
        self._seq = 0
        self._moves: Moves[str, Scalar] = Moves()
        self._sent: dict[str, _Sent] = {}
        self._out: list[bytes] = []

    def put(self, parameter: str, value: Scalar, now: float) -> None:
        """Order ``value``: at once, or when a move's turn comes; the last one is acknowledged."""
        if isinstance(value, float) or value is None:
            if self._moves.put(parameter, value, now):
                self._say(parameter, value, 0, now)
        else:
            self._moves.drop(parameter)
            self._say(parameter, value, 1, now)

    def wake(self, now: float) -> None:
        """Say what is due."""
        for parameter, value, final in self._moves.due(now):
            self._say(parameter, value, int(final), now)

    def settle(self, parameter: str, now: float) -> None:
        """Say the last of a move at once: its hand let go."""
        for _, value, _ in self._moves.settle(parameter):
            self._say(parameter, value, 1, now)

    def finish(self, now: float) -> None:
        """Say the last of every move."""
        for parameter, value, _ in self._moves.finish():
            self._say(parameter, value, 1, now)

    def next_due(self) -> float | None:
        """Return when ``wake`` has something to say next."""
        return self._moves.next_due()

    def was_carried_out(self, parameter: str, session: str, seq: int) -> bool:
        """Note what came back; return False for an answer to an order that a newer one replaced."""
        sent = self._sent.get(parameter)
        if sent is None or session != self.session:
            return True
        if seq < sent.seq:
            return False
        del self._sent[parameter]
        return True

    def forget(self, parameter: str) -> None:
        """Give up what was ordered of ``parameter``: it was refused."""
        self._sent.pop(parameter, None)
        self._moves.drop(parameter)

    def forget_all(self) -> None:
        """Give up everything: the desk is gone."""
        self._sent.clear()
        self._moves = Moves()

    def turn_to(self, epoch: str, now: float) -> None:
        """Say to a new holder what the one before is not known to have done."""
        self.epoch = epoch
        for parameter, sent in list(self._sent.items()):
            if now - sent.at <= STILL_MEANT:
                self._say(parameter, sent.value, 1, now)
            else:
                del self._sent[parameter]

    def take(self) -> list[bytes]:
        """Return and forget the packets to send."""
        out, self._out = self._out, []
        return out

    def _say(self, parameter: str, value: Scalar, qos: int, now: float) -> None:
        self._seq += 1
        self._sent[parameter] = _Sent(value, self._seq, now)
        order = Order(value, self.session, self._seq, self.epoch)
        site, target, user, bridge = self._address
        topic = Topic("set", site, target, user, bridge, parameter)
        self._out.append(encode(Publish(topic.text, encode_payload(order), qos)))
