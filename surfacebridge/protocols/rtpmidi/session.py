"""One end of an AppleMIDI session: initiator or listener.

Owns: inviting and being invited, the clock exchange, whether the peer is still
there, feedback, and when our packets leave.
Does not own: sockets (the transport), what the messages mean.

Rule: call ``receive`` with every datagram, ``poll`` when ``wake`` says so and
after anything else, and send what ``take`` returns.  A session that has ended
stays ended, and ``reason`` says why in a sentence; its successor is a new object.
Times are seconds on the caller's clock.

Source: Apple's MIDI Network Driver Protocol; the waits are our own and written
next to what other implementations keep.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi import commands, payload
from surfacebridge.protocols.rtpmidi.pace import DIN_RATE, Pace
from surfacebridge.protocols.rtpmidi.stream import IncomingStream, OutgoingStream, ticks
from surfacebridge.value import as_value

# An invitation is repeated after these waits, on each port; macOS repeats twelve times, once
# a second.  Who turns up later is found by the next attempt.
_INVITE_WAITS: Final = (0.25, 0.5, 1.0, 1.0, 1.0, 1.0)
# Arduino-AppleMIDI: every 10 s; Apple asks for once a minute.  We find out sooner.
_SYNC_EVERY: Final = 5.0
# A lost clock packet is no lost session (rtpmidid issue 55): five in a row are.
_SYNC_AGAIN: Final = 1.0
_MOST_UNANSWERED: Final = 5
# Some initiators ask once a minute; rtpmidid waits 61 s too.
LISTENER_PATIENCE: Final = 61.0
# Some receivers discard what comes before the first clock exchange is complete,
# but an initiator that never completes one must not wait for ever.
_MOST_HOLDING: Final = 2.0
_FEEDBACK_AFTER: Final = 0.2
# A message split over more packets than the journal's bound is a mistake of the caller.
LONGEST_MESSAGE: Final = 65_538

NEVER: Final = float("inf")

Port: TypeAlias = Literal["control", "data"]
State: TypeAlias = Literal["waiting", "open", "ended"]


@as_value
class Datagram:
    """Bytes to leave by ``port``; ``to`` is what ``receive`` was told, None for the initiator."""

    port: Port
    to: Hashable
    data: bytes


class Session(ABC):
    """What both ends share."""

    def __init__(self, name: str, ssrc: int, token: int, rate: int = DIN_RATE) -> None:
        """Take numbers of 32 bits, drawn anew for every session, and bytes a second."""
        self.state: State = "waiting"
        self.reason = ""
        """Why the session ended, as a sentence."""
        self.peer_name = ""
        self.round_trip: float | None = None
        """Seconds to the peer and back at the last clock exchange we asked for."""
        self.offset: int | None = None
        """What is added to the peer's clock to have ours, in 100 microseconds."""
        self.incoming = IncomingStream()
        self.sent = 0
        """Messages that left."""
        self.dropped = 0
        """Messages that were sent and had no session to go to."""
        self._name = name
        self._ssrc = ssrc
        self._token = token
        self._peer_ssrc: int | None = None
        self._where: dict[Port, Hashable] = {}
        self._pace = Pace(rate)
        self._outgoing = OutgoingStream(ssrc, token & 0xFFFF)
        self._may_send_at = NEVER
        self._feedback_at = NEVER
        self._out: list[Datagram] = []

    @property
    def overrun(self) -> int:
        """Messages dropped because the device could not take so many in twenty seconds."""
        return self._pace.dropped

    @property
    def waiting(self) -> int:
        """Messages that wait for the device's pace."""
        return len(self._pace)

    def send(self, message: bytes) -> None:
        """Queue one whole message; without an open session it is dropped and counted."""
        if not message or message[0] < 0x80 or len(message) > LONGEST_MESSAGE:
            raise ProtocolMisuse("a session is sent one whole MIDI message at a time")
        if message[0] == 0xF0 and message[-1] != 0xF7:
            raise ProtocolMisuse("a SysEx is sent whole, to its F7")
        if self.state == "open":
            self._pace.put(message)
        else:
            self.dropped += 1

    def receive(
        self, port: Port, data: bytes, now: float, sender: Hashable = None
    ) -> list[bytes | Malformed]:
        """Take in a datagram; return the messages it brought, whole and in order.  Never raises."""
        if self.state == "ended":
            return []
        self.settle(now)
        if data[:2] == commands.SIGNATURE:
            command = commands.decode(data)
            if isinstance(command, Malformed):
                return [command]
            self._take_command(port, command, now, sender)
            return []
        packet = payload.decode(data)
        if isinstance(packet, Malformed):
            return [packet]
        if port != "data" or packet.ssrc != self._peer_ssrc or not self._is_peer(port, sender):
            return []
        lost = self.incoming.lost
        messages = self.incoming.receive(packet)
        wait = _FEEDBACK_AFTER if self.incoming.lost == lost else 0
        self._feedback_at = min(self._feedback_at, now + wait)
        return messages

    def settle(self, now: float) -> bool:
        """Note what passed ``incoming.plain``; return whether ``wake`` came forward by it."""
        if not self.incoming.settle() or self._feedback_at != NEVER:
            return False
        self._feedback_at = now + _FEEDBACK_AFTER
        return True

    def poll(self, now: float) -> None:
        """Do what is due at ``now``."""
        self._keep_up(now)
        if self.state != "open":
            return
        if now >= self._may_send_at:
            messages: list[bytes] = []
            while (message := self._pace.take(now)) is not None:
                messages.append(message)
            self.sent += len(messages)
            for packet in [*self._outgoing.send(messages, now), *self._outgoing.guard(now)]:
                self._tell("data", packet)
        if now >= self._feedback_at and self.incoming.latest is not None:
            self._feedback_at = NEVER
            self._say("control", commands.Feedback(self._ssrc, self.incoming.latest))

    def wake(self) -> float:
        """Return when ``poll`` wants to be called at the latest."""
        if self.state == "ended":
            return NEVER
        due = self._due()
        if self.state == "open":
            leaving = min(self._pace.free_at(), self._outgoing.guard_at())
            due = min(due, max(leaving, self._may_send_at), self._feedback_at)
        return due

    def take(self) -> list[Datagram]:
        """Return what is to be sent now, in order, once."""
        out, self._out = self._out, []
        return out

    def end(self) -> None:
        """Say goodbye.  What still waits is dropped and counted."""
        self._give_up("We ended the session.")

    def _give_up(self, reason: str) -> None:
        """End it, and tell the peer, which may only be out of reach for a while."""
        if self._peer_ssrc is not None and self.state != "ended":
            self._say("control", commands.Ended(self._token, self._ssrc))
        self._finish(reason)

    def _finish(self, reason: str) -> None:
        if self.state == "ended":
            return
        self.state = "ended"
        self.reason = reason
        self.incoming.expect_nobody()
        self.dropped += len(self._pace)

    def _called(self) -> str:
        return f'"{self.peer_name}"' if self.peer_name else "The peer"

    def _is_peer(self, port: Port, sender: Hashable) -> bool:
        return self._where.get(port) == sender

    def _take_command(
        self, port: Port, command: commands.Command, now: float, sender: Hashable
    ) -> None:
        match command:
            case commands.Invitation() | commands.Accepted() | commands.Rejected():
                self._take_exchange(port, command, now, sender)
            case _ if command.ssrc != self._peer_ssrc or not self._is_peer(port, sender):
                # Of another session, or of one that ended.
                return
            case commands.Ended():
                self._finish(f"{self._called()} ended the session.")
            case commands.ClockSync(_, count, times):
                self._take_sync(count, times, now)
            case commands.Feedback(_, sequence):
                self._outgoing.confirm(sequence)
            case commands.BitrateLimit():
                # Our pace is below any limit we have seen, and Apple's own never sends one.
                pass

    def _take_sync(self, count: int, times: tuple[int, int, int], now: float) -> None:
        first, second, third = times
        if count == 0:
            self._sync(1, (first, ticks(now), 0))
        elif count == 2:
            # Both of the asker's times are of its clock: its middle was our ``second``.
            self.offset = second - (first + third) // 2
            self._may_send_at = now
        if count != 1:
            self._was_asked(now)
        else:
            self._was_answered(times, now)

    def _sync(self, count: int, times: tuple[int, int, int]) -> None:
        self._say("data", commands.ClockSync(self._ssrc, count, times))

    def _say(self, port: Port, command: commands.Command) -> None:
        self._tell(port, commands.encode(command))

    def _tell(self, port: Port, data: bytes) -> None:
        self._out.append(Datagram(port, self._where.get(port), data))

    @abstractmethod
    def _take_exchange(
        self,
        port: Port,
        command: commands.Invitation | commands.Accepted | commands.Rejected,
        now: float,
        sender: Hashable,
    ) -> None:
        """Take in a part of the invitation."""

    @abstractmethod
    def _keep_up(self, now: float) -> None:
        """Repeat or give up what is due."""

    @abstractmethod
    def _due(self) -> float:
        """Return when ``_keep_up`` has something to do."""

    @abstractmethod
    def _was_asked(self, now: float) -> None:
        """Note that the peer's clock exchange goes on."""

    @abstractmethod
    def _was_answered(self, times: tuple[int, int, int], now: float) -> None:
        """Complete the clock exchange that we began."""


class Initiator(Session):
    """Invites a peer, and asks for the clock.

    A peer that answers no clock packet is lost after at most ten seconds.
    """

    def __init__(self, name: str, ssrc: int, token: int, now: float, rate: int = DIN_RATE) -> None:
        """Begin to invite at ``now``."""
        super().__init__(name, ssrc, token, rate)
        self._where = {"control": None, "data": None}
        self._asking: Port | Literal["clock"] = "control"
        self._tries = 0
        self._next_try = now
        self._asked_at: int | None = None
        self._invite(now)

    def _invite(self, now: float) -> None:
        port: Port = "control" if self._asking == "control" else "data"
        self._say(port, commands.Invitation(self._token, self._ssrc, self._name))
        self._next_try = now + _INVITE_WAITS[self._tries]
        self._tries += 1

    def _take_exchange(
        self,
        port: Port,
        command: commands.Invitation | commands.Accepted | commands.Rejected,
        now: float,
        sender: Hashable,
    ) -> None:
        if isinstance(command, commands.Invitation):
            # Nobody invites whom we invite, except us.
            self._say(port, commands.Rejected(command.token, self._ssrc))
        elif command.token != self._token or self._asking == "clock":
            return
        elif isinstance(command, commands.Rejected):
            self._finish(
                "It turned the invitation down. Allow us there; on a Mac that is in "
                "Audio MIDI Setup, MIDI Network."
            )
        elif port == self._asking:
            self._peer_ssrc = command.ssrc
            self.peer_name = command.name or self.peer_name
            self._tries = 0
            if port == "control":
                self._asking = "data"
                self._invite(now)
            else:
                self._asking = "clock"
                self._ask(now)
                self.incoming.expect(command.ssrc, None)

    def _ask(self, now: float) -> None:
        self._asked_at = ticks(now)
        self._sync(0, (self._asked_at, 0, 0))
        self._tries += 1
        self._next_try = now + _SYNC_AGAIN

    def _was_asked(self, now: float) -> None:
        """Answering is enough: we have our own exchange to tell whether it lives."""

    def _was_answered(self, times: tuple[int, int, int], now: float) -> None:
        if times[0] != self._asked_at:
            return
        here = ticks(now)
        self._sync(2, (times[0], times[1], here))
        self.round_trip = (here - times[0]) / 10_000
        self.offset = (times[0] + here) // 2 - times[1]
        self._asked_at = None
        self._tries = 0
        self._next_try = now + _SYNC_EVERY
        if self.state == "waiting":
            self.state = "open"
            self._may_send_at = now

    def _due(self) -> float:
        return self._next_try

    def _keep_up(self, now: float) -> None:
        if self.state == "ended" or now < self._next_try:
            return
        if self._asking == "clock":
            if self._tries < _MOST_UNANSWERED:
                self._ask(now)
            else:
                self._give_up(f"{self._called()} stopped answering. The bridge keeps looking.")
        elif self._tries < len(_INVITE_WAITS):
            self._invite(now)
        elif self._asking == "control":
            self._finish("Nobody answers there. Start the session there; the bridge keeps looking.")
        else:
            self._give_up(
                "It answers, but not on the next port, which carries the MIDI. "
                "A firewall may let only one of the two through."
            )


class Listener(Session):
    """Waits to be invited, and has one peer at a time.

    A peer that asks for no clock is lost after ``LISTENER_PATIENCE`` seconds.
    """

    def __init__(self, name: str, ssrc: int, token: int, rate: int = DIN_RATE) -> None:
        super().__init__(name, ssrc, token, rate)
        self._candidate: commands.Invitation | None = None
        self._lost_at = NEVER

    def _take_exchange(
        self,
        port: Port,
        command: commands.Invitation | commands.Accepted | commands.Rejected,
        now: float,
        sender: Hashable,
    ) -> None:
        if not isinstance(command, commands.Invitation):
            return
        if self.state == "open" and command.ssrc != self._peer_ssrc:
            if port == "control" and command.name == self.peer_name != "":
                # It was switched off and on; its next invitation finds us free.
                self._finish(f"{self._called()} began again. The bridge listens for it.")
            else:
                self._answer(port, commands.Rejected(command.token, self._ssrc), sender)
            return
        if port == "control":
            self._candidate = command
        elif self._candidate is None or self._candidate.ssrc != command.ssrc:
            return
        self._where[port] = sender
        if port == "data":
            self.incoming.expect(command.ssrc, sender)
        self._answer(port, commands.Accepted(command.token, self._ssrc, self._name), sender)
        if port == "data" and self.state == "waiting":
            self.state = "open"
            self._token = command.token
            self._peer_ssrc = command.ssrc
            self.peer_name = command.name
            self._may_send_at = now + _MOST_HOLDING
            self._lost_at = now + LISTENER_PATIENCE

    def _answer(self, port: Port, command: commands.Command, to: Hashable) -> None:
        self._out.append(Datagram(port, to, commands.encode(command)))

    def _was_asked(self, now: float) -> None:
        self._lost_at = now + LISTENER_PATIENCE

    def _was_answered(self, times: tuple[int, int, int], now: float) -> None:
        """Nothing: a listener begins no exchange."""

    def _due(self) -> float:
        return self._lost_at

    def _keep_up(self, now: float) -> None:
        if now >= self._lost_at:
            self._give_up(
                f"{self._called()} stopped asking for the clock. The bridge listens for it."
            )
