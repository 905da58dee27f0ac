"""A real Mosquitto of our own, on a loopback port that was free."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, decode, encode
from surfacebridge.transports.address import parse_address
from surfacebridge.transports.mqtt import MqttLink, open_mqtt
from tests.helpers.waiting import until

_PROGRAM = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    """Return a port of loopback that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Mosquitto:
    """A broker that can be killed and started again, on the same port."""

    def __init__(self, folder: Path, *, more: str = "", anonymous: bool = True) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'true' if anonymous else 'false'}",
            "persistence true",
            f"persistence_location {folder}/",
            "max_queued_messages 0",
            # Started as root it would become a user who may not read our folder.
            *(["user root"] if os.getuid() == 0 else []),
            more,
        ]
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join(lines), encoding="utf-8")

    @property
    def address(self) -> str:
        """Where it is."""
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Run until it answers on its port."""
        assert _PROGRAM is not None
        log = (self._folder / "mosquitto.log").open("ab")
        with log:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - the arguments are ours
                [_PROGRAM, "-c", str(self._config)], stdout=log, stderr=log
            )
        await until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "mosquitto.log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False

    async def stop(self, how: int = signal.SIGTERM) -> None:
        """End it, by its id."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            await asyncio.to_thread(process.wait, 10)


@asynccontextmanager
async def mosquitto(folder: Path, **how: object) -> AsyncIterator[Mosquitto]:
    """Run a broker; skip the test where there is none, fail it in CI."""
    if _PROGRAM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("mosquitto is not installed (Debian: mosquitto)")
        pytest.skip("mosquitto is not installed (Debian: mosquitto)")
    pytest.importorskip("aiomqtt")
    broker = Mosquitto(folder, **how)  # type: ignore[arg-type]
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


class Onlooker:
    """A client that hears what it asked for and says what it is told."""

    def __init__(self, link: MqttLink) -> None:
        self._link = link
        self.heard: list[Publish] = []
        link.listen(self._arrived, lambda _: None)

    def _arrived(self, data: bytes) -> None:
        packet = decode(data)
        assert not isinstance(packet, Malformed)
        if isinstance(packet, Publish):
            self.heard.append(packet)

    def ask(self, *filters: str) -> None:
        """Hear what is said on ``filters``."""
        self._link.send(encode(Subscribe(filters)))

    def say(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish."""
        self._link.send(encode(Publish(topic, payload, qos, retain)))

    def payloads(self, topic: str) -> list[bytes]:
        """Return what was said on ``topic``."""
        return [one.payload for one in self.heard if one.topic == topic]

    async def has_heard(self, condition: Callable[[Publish], object], within: float = 5.0) -> None:
        """Return once a message satisfies ``condition``."""
        await until(lambda: any(condition(one) for one in self.heard), within)


@asynccontextmanager
async def onlooker(address: str, *filters: str) -> AsyncIterator[Onlooker]:
    """Connect a client to the broker at ``address``."""
    parsed = parse_address(address)
    link = await open_mqtt(parsed)  # type: ignore[arg-type]
    try:
        looking = Onlooker(link)
        if filters:
            looking.ask(*filters)
            await until(lambda: link.sent)
        yield looking
    finally:
        await link.close()
