"""MQTT brokers as links.

Owns: the connection (by aiomqtt), its last will, secrets on their way from
files and the environment to the broker, and the queue towards it.
Does not own: topics and payloads (profiles), or connecting again (the
bridge's supervisor).

Rule: one chunk is one PUBLISH, SUBSCRIBE or UNSUBSCRIBE packet as MQTT writes
it (``protocols.mqtt.packet``), both ways.  The CONNECT packet, which holds the
password, never is one: no tap and no capture sees it.
"""

import asyncio
import os
import socket
import ssl
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from surfacebridge.errors import LinkError, LinkUnavailable, MissingExtra
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import (
    LONGEST_PAYLOAD,
    Publish,
    Subscribe,
    Unsubscribe,
    decode,
    encode,
)
from surfacebridge.transports.address import MqttAddress
from surfacebridge.transports.link import OpenLink

if TYPE_CHECKING:
    import aiomqtt

# A whole console is some 6,000 values.  A broker further behind than this does
# not take what we say: the link is given up, and the next one begins with the truth.
MOST_WAITING: Final = 20_000
# Acknowledgements under way: a broker 20 ms away then still takes 3,000 a second.
MOST_UNACKNOWLEDGED: Final = 64
# Brokers take up to 100 filters in one SUBSCRIBE without complaint.
MOST_FILTERS: Final = 100
# An answer from a broker that is there takes milliseconds.
PATIENCE: Final = 5.0
# A broker with very much to do still acknowledges; one that is dead is noticed by its
# silence (keepalive) before this.
ACKNOWLEDGED_WITHIN: Final = 20.0
# The goodbyes still to be said are a few messages.
MOST_CLOSING: Final = 1.0
# The longest secret; a file beyond it is no password.
_LONGEST_PASSWORD: Final = 4_096


class MqttLink(OpenLink):
    """One connection to a broker."""

    def __init__(self, address: str, inbox: "deque[bytes]") -> None:
        super().__init__(address)
        self._inbox = inbox
        self._outbox: deque[Publish | Subscribe | Unsubscribe] = deque()
        self._news_out = asyncio.Event()
        self._unacknowledged: set[asyncio.Task[None]] = set()
        self._soon: asyncio.Handle | None = None
        self._task: asyncio.Task[None] | None = None

    def run(self, client: "aiomqtt.Client", connected: "asyncio.Future[None]") -> None:
        """Connect ``client``, then carry messages until one side ends it."""
        self._task = self._loop.create_task(self._run(client, connected))

    def take(self, data: bytes) -> None:
        """Hand on a message that arrived."""
        if not self._is_heard:
            self._inbox.append(data)
            return
        self.received += 1
        self._arrived(data)
        if self._soon is None:
            self._soon = self._loop.call_soon(self._rest)

    async def close(self) -> None:
        """Say what waits to be said, for a second at most, and close."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST_CLOSING):
                while self.is_open and (self._outbox or self._unacknowledged):
                    self._news_out.set()
                    await asyncio.sleep(0.005)
        await super().close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _rest(self) -> None:
        self._soon = None
        if self.is_open:
            self._rested()

    def _start(self) -> None:
        self._loop.call_soon(self._begin)

    def _begin(self) -> None:
        while self._inbox and self.is_open:
            self.take(self._inbox.popleft())

    def _stop(self) -> None:
        self.dropped += len(self._outbox)
        self._outbox.clear()
        if self._soon is not None:
            self._soon.cancel()
        if self._task is not None:
            self._task.cancel()

    def _send(self, data: bytes) -> None:
        packet = decode(data)
        if isinstance(packet, Malformed):
            self.dropped += 1
            return
        if len(self._outbox) >= MOST_WAITING:
            self.lose("The broker does not take messages as fast as they are made.")
            return
        self._outbox.append(packet)
        self._news_out.set()

    async def _run(self, client: "aiomqtt.Client", connected: "asyncio.Future[None]") -> None:
        import aiomqtt  # noqa: PLC0415 - an extra; whoever calls has one

        try:
            async with client:
                if connected.done():
                    return
                connected.set_result(None)
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._write(client, group))
                    # Messages come straight to ``take``; this ends when the broker is lost.
                    async for _ in client.messages:
                        pass
        except* (aiomqtt.MqttError, OSError, ValueError) as errors:
            error = errors.exceptions[0]
            if not connected.done():
                connected.set_exception(error)
            self.lose(f"The broker is gone ({error}).")

    async def _write(self, client: "aiomqtt.Client", group: asyncio.TaskGroup) -> None:
        room = asyncio.Semaphore(MOST_UNACKNOWLEDGED)
        while True:
            while self._outbox:
                packet = self._outbox.popleft()
                if isinstance(packet, Publish) and packet.qos == 0:
                    await client.publish(packet.topic, packet.payload, 0, packet.retain)
                    self.sent += 1
                    continue
                await room.acquire()
                task = group.create_task(self._acknowledged(client, packet, room))
                self._unacknowledged.add(task)
                task.add_done_callback(self._unacknowledged.discard)
                # Let it begin: packets leave in the order in which they came.
                await asyncio.sleep(0)
            self._news_out.clear()
            await self._news_out.wait()

    async def _acknowledged(
        self,
        client: "aiomqtt.Client",
        packet: Publish | Subscribe | Unsubscribe,
        room: asyncio.Semaphore,
    ) -> None:
        try:
            match packet:
                case Publish(topic, payload, qos, retain):
                    await client.publish(topic, payload, qos, retain)
                case Subscribe(filters, qos):
                    for start in range(0, len(filters), MOST_FILTERS):
                        part = filters[start : start + MOST_FILTERS]
                        await client.subscribe([(one, qos) for one in part])
                case Unsubscribe(filters):
                    await client.unsubscribe(list(filters))
            self.sent += 1
        finally:
            room.release()


async def open_mqtt(address: MqttAddress) -> MqttLink:
    """Connect to a broker.

    Raises ``LinkUnavailable`` while nobody answers, ``LinkError`` when the broker
    refuses us or a secret or certificate cannot be read, and ``MissingExtra``.
    """
    written = str(address)
    _pass_over_late_writers(asyncio.get_running_loop())
    try:
        import aiomqtt  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra(written, "mqtt") from None
    inbox: deque[bytes] = deque(maxlen=MOST_WAITING)
    link = MqttLink(written, inbox)
    client = _client(aiomqtt, address, link)
    connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    link.run(client, connected)
    try:
        async with asyncio.timeout(PATIENCE):
            await connected
    except TimeoutError:
        await link.close()
        reason = f"No broker answers at {address.host}:{address.port}; the bridge keeps trying."
        raise LinkUnavailable(written, reason) from None
    except aiomqtt.MqttCodeError as refused:
        raise LinkError(written, _refusal(address, refused)) from None
    except ssl.SSLError as error:
        reason = f"TLS with the broker fails ({error.reason or error}); check ca=, and the port."
        raise LinkError(written, reason) from None
    except (aiomqtt.MqttError, OSError, ValueError) as error:
        if "CERTIFICATE" in str(error) or "SSL" in str(error):
            reason = f"TLS with the broker fails ({error}); check ca=, and the port."
            raise LinkError(written, reason) from None
        reason = (
            f"No broker answers at {address.host}:{address.port} ({error}); is it running? "
            "The bridge keeps trying."
        )
        raise LinkUnavailable(written, reason) from None
    return link


_patient_loops: Final[WeakSet[asyncio.AbstractEventLoop]] = WeakSet()


def _pass_over_late_writers(loop: asyncio.AbstractEventLoop) -> None:
    """Keep one fault of aiomqtt from people: nothing follows from it.

    It asks the loop to write to a socket on the loop's next turn, by when paho has
    said goodbye and closed it.
    """
    if loop in _patient_loops:
        return
    _patient_loops.add(loop)
    before = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "add_writer" in str(context.get("message")):
            return
        if before is None:
            loop.default_exception_handler(context)
        else:
            before(loop, context)

    loop.set_exception_handler(handle)


def _client(aiomqtt: Any, address: MqttAddress, link: MqttLink) -> Any:
    class Straight(asyncio.Queue[Any]):
        """A queue that keeps nothing: what is put into it goes to the link at once."""

        def put_nowait(self, item: Any) -> None:
            payload = item.payload if isinstance(item.payload, bytes) else b""
            if len(payload) > LONGEST_PAYLOAD:
                link.dropped += 1
            else:
                packet = Publish(item.topic.value, payload, min(item.qos, 1), item.retain)
                link.take(encode(packet))

    will = None
    if address.will is not None:
        will = aiomqtt.Will(address.will.topic, address.will.payload, qos=1, retain=True)
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.user,
        password=None if address.password_at is None else _secret(address),
        identifier=address.client,
        will=will,
        queue_type=Straight,
        keepalive=address.keepalive,
        timeout=ACKNOWLEDGED_WITHIN,
        max_inflight_messages=MOST_UNACKNOWLEDGED,
        tls_context=_tls(address) if address.secure else None,
        # Without this the last value of a move waits for the next acknowledgement.
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )
    client.pending_calls_threshold = MOST_UNACKNOWLEDGED + 1
    return client


def _secret(address: MqttAddress) -> str:
    """Return the password; what it is read from, and never what it is, goes into errors."""
    where, _, name = (address.password_at or "").partition(":")
    if where == "env":
        found = os.environ.get(name)
        if found is None:
            reason = f"The environment has no variable {name}; set it to the broker's password."
            raise LinkError(str(address), reason)
        return found
    try:
        with Path(name).expanduser().open(encoding="utf-8") as file:
            return file.read(_LONGEST_PASSWORD).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        reason = f"The file {name} with the broker's password cannot be read."
        raise LinkError(str(address), reason) from None


def _tls(address: MqttAddress) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=_path(address.ca))
        if address.cert is not None:
            context.load_cert_chain(str(_path(address.cert)), _path(address.key))
    except (OSError, ssl.SSLError):
        files = ", ".join(one for one in (address.ca, address.cert, address.key) if one)
        reason = f"A certificate cannot be read; check {files}."
        raise LinkError(str(address), reason) from None
    return context


def _path(written: str | None) -> str | None:
    return None if written is None else str(Path(written).expanduser())


def _refusal(address: MqttAddress, refused: "aiomqtt.MqttCodeError") -> str:
    code = getattr(refused.rc, "value", refused.rc)
    who = f"user '{address.user}'" if address.user else "a client without a name"
    # MQTT 3.1.1, 3.2.2.3, and their numbers in MQTT 5.
    if code in {4, 5, 134, 135}:
        return f"The broker does not let {who} in; check user and password."
    return f"The broker refuses the connection ({refused})."
