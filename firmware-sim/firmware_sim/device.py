"""What a pretend device is: bytes in, bytes out, and time that moves when it is told to.

Nothing here waits, opens or reads a clock. ``firmware_sim.sockets`` runs a device in real time;
a test moves the time itself.
"""

from typing import Protocol, runtime_checkable

Client = tuple[str, int]


class Device(Protocol):
    """A box at the end of one cable, such as a control surface."""

    def receive(self, data: bytes) -> None:
        """Take bytes from the host, chunked in any way. Never raises on what they say."""

    def take_output(self) -> list[bytes]:
        """Return what the device has said since the last call: one element, one message."""

    def advance(self, seconds: float) -> None:
        """Let time pass: motors travel, meters fall, hands move."""


@runtime_checkable
class PoweredDevice(Device, Protocol):
    """A device with a mains switch."""

    def power_cycle(self) -> None:
        """Switch off and on; what was said and not yet taken is lost."""


class Console(Protocol):
    """A box that answers datagrams from several clients, such as a mixing console."""

    def receive(self, data: bytes, client: Client) -> None:
        """Take one datagram from ``client``. Never raises on what it says."""

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return the datagrams to send since the last call, each with who it is for."""

    def advance(self, seconds: float) -> None:
        """Let time pass: subscriptions end, meters are sent."""


@runtime_checkable
class StreamConsole(Console, Protocol):
    """A console that its clients are connected to; bytes come chunked in any way.

    An empty chunk to send means that the console closes that connection.
    """

    def connect(self, client: Client) -> None:
        """Let a client in."""

    def disconnect(self, client: Client) -> None:
        """Learn that a client has gone."""


class SubscribedConsole(Console, Protocol):
    """A console that pushes changes to whoever asked for them."""

    @property
    def subscription(self) -> tuple[bytes, ...]:
        """Return the datagrams a client asks with."""


@runtime_checkable
class Surface(Device, Protocol):
    """A device with controls on it, and what a hand can do to them.

    Strips and faders count from 1; a button has the name a mapping uses (``mute.3``, ``play``).
    """

    def touch(self, n: int) -> None:
        """Put a finger on fader ``n``."""

    def move(self, n: int, position: float, seconds: float = 0) -> None:
        """Move fader ``n`` by hand to 0…1, at once or along an arm's path in ``seconds``."""

    def release(self, n: int) -> None:
        """Take the finger off fader ``n``."""

    def fader_position(self, n: int) -> float:
        """Return where cap ``n`` is, 0…1."""

    def press(self, name: str) -> None:
        """Press a button and hold it."""

    def release_button(self, name: str) -> None:
        """Let a button go."""

    def turn(self, n: int, ticks: int) -> None:
        """Turn knob ``n``, clockwise for positive ticks."""

    def jog(self, ticks: int) -> None:
        """Turn the wheel, clockwise for positive ticks."""


@runtime_checkable
class Screen(Protocol):
    """A DAW, and what the person before it can do; tracks count from 0."""

    def move(self, track: int, position: float) -> None:
        """Move a fader on the screen to 0…1."""

    def set(self, track: int, **state: bool | str | float) -> None:
        """Change anything else of a track, such as ``mute=True`` or ``name="Bass"``."""
