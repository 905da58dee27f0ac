"""The contract every product keeps: a sans-I/O endpoint.

An endpoint is given bytes and a time and answers with what they mean; it is
given orders and queues bytes.  It never waits, opens or logs.  After every
call the caller takes ``data_to_send()``.

Life of an endpoint: ``open`` queues the greeting; ``receive`` and ``wake``
follow; a lost link ends it, and a new link gets a new endpoint, so nothing of
an old connection can leak into the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable

from surfacebridge.model.controls import ControlId, Gesture
from surfacebridge.model.feedback import Show
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import Value

Heard_co = TypeVar("Heard_co", covariant=True)
Said_contra = TypeVar("Said_contra", contravariant=True)


@dataclass(slots=True)
class Health:
    """How an endpoint feels about its peer, for people to look at.

    ``answered`` is the time of the last sign of life, ``None`` before the
    first; ``alive`` is true while the peer answers as its dialect promises;
    ``synced`` once everything asked for at the start is known; ``reason`` says
    in a sentence why it is not alive, or that nothing was heard of one that counts
    as alive all the same; ``peer`` is what the peer calls itself.
    ``trouble`` says in a sentence what does not work although the peer answers;
    ``advice`` what to look at when the peer never did.
    ``malformed`` and ``unknown`` count what was heard and could not be used.
    """

    alive: bool = False
    synced: bool = False
    answered: float | None = None
    reason: str = "Nothing has been heard yet."
    peer: str = ""
    trouble: str = ""
    advice: str = ""
    malformed: int = 0
    unknown: int = 0
    notes: list[str] = field(default_factory=list)


class Endpoint(Protocol[Heard_co, Said_contra]):
    """One product on one link, without I/O."""

    health: Health

    def open(self, now: float) -> None:
        """Queue the greeting."""
        ...

    def receive(self, data: bytes, now: float) -> Sequence[Heard_co]:
        """Return what ``data`` means; peer bytes never raise."""
        ...

    def send(self, item: Said_contra, now: float) -> None:
        """Queue the bytes that say ``item``; what the product lacks is dropped."""
        ...

    def wake(self, now: float) -> Sequence[Heard_co]:
        """Do what is due: pings, renewals, timeouts."""
        ...

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next, on the caller's clock."""
        ...

    def data_to_send(self) -> list[bytes]:
        """Return and forget what is queued, one message or datagram an element.

        MIDI messages that mean something only together are one element.
        """
        ...

    def close(self, now: float) -> None:
        """Queue the goodbye."""
        ...


@runtime_checkable
class BeginsAgain(Protocol):
    """An endpoint that can begin anew on the link it has."""

    def begin_again(self, now: float) -> None:
        """Take nothing for known or shown.

        A target that can be read says ``Arrived`` next and is read whole; a
        surface is sent everything again by whoever asked for this.
        """
        ...


@runtime_checkable
class InBatches(Protocol[Heard_co]):
    """What an endpoint may offer beside ``receive`` where many chunks come at once."""

    def receive_all(self, chunks: Sequence[bytes], now: float) -> Sequence[Heard_co]:
        """Return what ``chunks`` of one wake-up mean, as ``receive`` would one by one.

        Of several places of one fader only the last need be told, unless
        something else happened on the surface in between.
        """
        ...


@runtime_checkable
class InBites(Protocol):
    """What an endpoint may offer whose chunks can hold thousands of messages."""

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield chunks that mean what ``data`` does, each of which is soon taken."""
        ...


ReadPlace = Callable[[bytes, float], float | None]
"""From a chunk and the time to a position; ``None``, and nothing noted, for anything else."""

Pack = tuple[bytes, Callable[[Value], bytes | None]]
"""The chunk up to its value, and the way to pack that; ``None`` for a value that has to go
through ``send``.  Many parameters share one way, so that it is in the caches for all of them."""


@dataclass(frozen=True, slots=True)
class Places:
    """The chunks of a surface that are one place of one fader each.

    All of such a chunk but its last ``value_length`` bytes says which fader, and is a
    key of ``faders``; the way to read the place does all that ``receive`` would do.
    """

    value_length: int
    faders: Mapping[bytes, tuple[ControlId, ReadPlace]]


@runtime_checkable
class TellsPlaces(Protocol):
    """A surface that lets its plain moves be read without making gestures of them."""

    def plain_places(self) -> Places:
        """Return the chunks that are plain moves; asked for once."""
        ...


@runtime_checkable
class PacksValues(Protocol):
    """An endpoint that packs plain values without being told of each."""

    def packer(self, name: str) -> Pack | None:
        """Return how to pack the values of one parameter, or the positions of one motor.

        A packed chunk is what ``send`` would have queued, and sending it needs
        nothing else noted.  ``None`` where everything has to go through ``send``.
        """
        ...


class SurfaceEndpoint(Endpoint[Gesture | Arrived | Gone, Show], Protocol):
    """A surface: gestures in, shows out.

    It counts as there from the moment its link opens, because many never speak
    before a hand moves.  ``Arrived`` later means that the unit has started
    anew and shows nothing; ``Gone`` that one which used to answer stopped.
    """


class TargetEndpoint(Endpoint[Report | Arrived | Gone, Write], Protocol):
    """A target: reports in, writes out.

    It counts as there only from its first ``Arrived`` on; reports of the first
    reading follow.  ``Gone`` says that it stopped answering, and ``Arrived``
    after that begins again, everything unknown.
    """

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Read and follow ``parameters``, the most urgent first; replaces earlier calls."""
        ...
