import re

import pytest

from surfacebridge.apps.metrics import as_prometheus, http_answer, listen_http
from surfacebridge.bridge.status import BridgeStatus, Hold, LinkStatus
from surfacebridge.errors import AddressError


def status(rig: str = "my rig") -> BridgeStatus:
    link = LinkStatus(
        name="desk", role="target", address="udp://h:1", state="silent", reason="", since=1.0,
        answered=None, peer="", master=("desk",), echoes="all", stale=3, stale_names=("a",),
        reopened=2, received=12_345_678, sent=5, dropped=0, malformed=0, unknown=0, strangers=7,
    )  # fmt: skip
    return BridgeStatus(
        rig=rig, path="p", pid=1, version="0", uptime=12.5, rehearsal=False, bank="", layer="",
        offset=0, latency_p50=0.0003, latency_p99=0.002, passages=9, resyncs=1, links=(link,),
        held=(Hold("x.fader.1", "p", True), Hold("x.fader.1", "q", True)),
        dropped={"not caught": 4},
    )  # fmt: skip


def test_every_sample_has_a_type_a_legal_name_and_a_number() -> None:
    lines = as_prometheus(status()).splitlines()
    typed = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    samples = [line for line in lines if not line.startswith("#")]
    pattern = re.compile(r'([a-z_0-9]+)\{(?:[a-z]+="[^"]*",?)+\} (\S+)')
    for sample in samples:
        found = pattern.fullmatch(sample)
        assert found is not None, sample
        float(found[2])
        assert found[1].removesuffix("_count") in typed
    assert len(samples) > 20


def test_counters_keep_all_their_digits() -> None:
    text = as_prometheus(status())
    assert 'surfacebridge_link_received_total{rig="my rig",link="desk"} 12345678' in text
    assert 'surfacebridge_events_dropped_total{rig="my rig",reason="not caught"} 4' in text


def test_a_link_is_in_one_state_and_what_is_not_known_is_left_out() -> None:
    text = as_prometheus(status())
    assert 'link="desk",state="silent"} 1' in text
    assert 'link="desk",state="connected"} 0' in text
    assert "link_answered_seconds{" not in text
    assert 'surfacebridge_held{rig="my rig"} 1' in text


def test_a_name_cannot_break_out_of_its_label() -> None:
    text = as_prometheus(status('a "b"\\\nup 1'))
    assert r'rig="a \"b\"\\\nup 1"' in text
    assert "\nup 1" not in text


@pytest.mark.parametrize("line", [b"GET /metrics HTTP/1.1", b"GET /metrics?x=1 HTTP/1.0"])
def test_a_scrape_is_answered(line: bytes) -> None:
    head, _, body = http_answer(lambda: "up 1\n")(line + b"\r\nHost: x\r\n\r\n").partition(
        b"\r\n\r\n"
    )
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 5" in head
    assert body == b"up 1\n"


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"POST /metrics HTTP/1.1", b"\xff\x00", b""])
def test_all_else_is_not_found(line: bytes) -> None:
    assert http_answer(lambda: "up 1\n")(line + b"\r\n\r\n").startswith(b"HTTP/1.1 404 Not Found")


@pytest.mark.parametrize("text", ["9464", "127.0.0.1", "localhost:http", "127.0.0.1:70000", ""])
def test_what_is_no_address_and_port_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="Write an address and a port"):
        listen_http(text)


def test_a_port_that_is_taken_is_said() -> None:
    with (
        listen_http("127.0.0.1:0") as taken,
        pytest.raises(AddressError, match="Nobody can listen there"),
    ):
        listen_http(f"127.0.0.1:{taken.getsockname()[1]}")
