"""Links to a real Mosquitto."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from surfacebridge.errors import LinkError, LinkLost, LinkUnavailable
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, Unsubscribe, decode, encode
from surfacebridge.transports.address import LastWill, MqttAddress, parse_address
from surfacebridge.transports.mqtt import MqttLink, open_mqtt
from surfacebridge.transports.opener import open_link
from tests.helpers.mosquitto import free_port, mosquitto, onlooker
from tests.helpers.waiting import until


def where(text: str) -> MqttAddress:
    address = parse_address(text)
    assert isinstance(address, MqttAddress)
    return address


async def test_what_is_published_arrives_at_who_asked_for_it(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker:
        link = await open_link(broker.address)
        heard: list[bytes] = []
        rested: list[int] = []
        link.listen(heard.append, lambda _: None, lambda: rested.append(len(heard)))
        link.send(encode(Subscribe(("desk/+",))))
        await until(lambda: link.sent == 1)
        link.send_many([encode(Publish("desk/a", b"1")), encode(Publish("desk/b", b"2", qos=1))])
        await until(lambda: len(heard) == 2)
        assert [decode(one) for one in heard] == [
            Publish("desk/a", b"1"),
            Publish("desk/b", b"2", qos=1),
        ]
        await until(lambda: rested and rested[-1] == 2)
        await until(lambda: link.sent == 3)
        assert (link.received, link.dropped) == (2, 0)
        link.send(encode(Unsubscribe(("desk/+",))))
        await until(lambda: link.sent == 4)
        link.send(encode(Publish("desk/a", b"3", qos=1)))
        await until(lambda: link.sent == 5)
        assert len(heard) == 2
        await link.close()
        await link.close()


@pytest.mark.parametrize("qos", [0, 1])
async def test_messages_leave_in_the_order_in_which_they_came(tmp_path: Path, qos: int) -> None:
    async with mosquitto(tmp_path) as broker, onlooker(broker.address, "a") as other:
        link = await open_link(broker.address)
        link.listen(lambda _: None, lambda _: None)
        for number in range(300):
            link.send(encode(Publish("a", b"%d" % number, qos)))
        await until(lambda: len(other.heard) == 300)
        assert other.payloads("a") == [b"%d" % number for number in range(300)]
        await link.close()


async def test_what_waits_is_said_before_the_link_closes(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker, onlooker(broker.address, "a") as other:
        link = await open_link(broker.address)
        link.listen(lambda _: None, lambda _: None)
        link.send(encode(Publish("a", b"goodbye", qos=1)))
        await link.close()
        await until(lambda: other.payloads("a") == [b"goodbye"])


async def test_a_broker_that_dies_loses_the_link_and_what_is_sent_then_is_counted(
    tmp_path: Path,
) -> None:
    async with mosquitto(tmp_path) as broker:
        link = await open_link(broker.address)
        lost: list[LinkLost] = []
        link.listen(lambda _: None, lost.append)
        await broker.stop(signal.SIGKILL)
        await until(lambda: lost)
        assert "broker is gone" in lost[0].reason
        link.send(encode(Publish("a", b"1")))
        assert link.dropped == 1
        await link.close()
        with pytest.raises(LinkUnavailable, match="is it running"):
            await open_link(broker.address)
        await broker.start()
        again = await open_link(broker.address)
        await again.close()


async def test_the_last_will_is_published_for_who_dies_and_not_for_who_leaves(
    tmp_path: Path,
) -> None:
    async with mosquitto(tmp_path) as broker, onlooker(broker.address, "will/#") as other:
        for name, polite in (("leaves", True), ("dies", False)):
            will = LastWill(f"will/{name}", b"gone")
            link = await open_mqtt(replace(where(broker.address), will=will, client=name))
            if polite:
                await link.close()
            else:
                # A second client of the same name throws the first out.
                rival = await open_mqtt(replace(where(broker.address), client=name))
                await until(lambda: other.heard)
                await rival.close()
                await link.close()
        assert [one.topic for one in other.heard] == ["will/dies"]


async def test_a_flood_the_broker_does_not_take_loses_the_link(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker:
        link = await open_link(broker.address)
        assert isinstance(link, MqttLink)
        lost: list[LinkLost] = []
        link.listen(lambda _: None, lost.append)
        one = encode(Publish("a", b""))
        for _ in range(20_001):
            link.send(one)
        await until(lambda: lost)
        assert "as fast as" in lost[0].reason
        assert link.dropped == 20_000
        await link.close()


async def test_a_user_the_broker_does_not_know_is_refused_without_telling_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_PASSWORD", "hush-hush")
    async with mosquitto(tmp_path, anonymous=False) as broker:
        with pytest.raises(LinkError) as refused:
            await open_link(f"{broker.address}?user=me&password=env:HUB_PASSWORD")
        assert not isinstance(refused.value, LinkUnavailable)
        assert "user 'me'" in refused.value.reason
        assert "hush" not in str(refused.value)


async def test_a_secret_that_is_not_there_is_asked_for_by_where_it_should_be() -> None:
    address = f"mqtt://127.0.0.1:{free_port()}?user=me&password="
    with pytest.raises(LinkError, match="no variable NO_SUCH_SECRET"):
        await open_link(f"{address}env:NO_SUCH_SECRET")
    with pytest.raises(LinkError, match="/no/such/file"):
        await open_link(f"{address}file:/no/such/file")


async def test_a_certificate_that_cannot_be_read_is_named() -> None:
    with pytest.raises(LinkError, match="check /no/such/ca"):
        await open_link(f"mqtts://127.0.0.1:{free_port()}?ca=/no/such/ca")
