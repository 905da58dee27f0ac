from dataclasses import asdict, replace

from surfacebridge.apps.status_words import in_words, one_line
from surfacebridge.bridge.status import BridgeStatus, Hold, LinkStatus

DESK = LinkStatus(
    name="desk", role="target", address="udp://h:1", state="silent", reason="It is off.", since=200,
    answered=7.0, peer="X32", master=("desk",), echoes="others", stale=7, stale_names=("a", "b"),
    reopened=2, received=3, sent=4, dropped=0, malformed=5, unknown=0, strangers=6,
)  # fmt: skip
SURFACE = replace(DESK, name="x", role="surface", echoes="settle", stale=1, stale_names=("c",))
STATUS = BridgeStatus(
    rig="my rig", path="p", pid=17, version="0", uptime=8000, rehearsal=False, bank="inputs",
    layer="pan", offset=8, latency_p50=0.0003, latency_p99=0.002, passages=9, resyncs=1,
    links=(DESK, SURFACE), held=(Hold("x.fader.1", "desk.ch.1.fader", True),
    Hold("y.fader.1", "desk.ch.1.fader", False)), dropped={"late": 4},
)  # fmt: skip


def said(status: BridgeStatus = STATUS) -> str:
    return in_words(asdict(status))


def test_a_bridge_says_for_how_long_it_runs_and_each_link_how_it_is() -> None:
    text = said()
    assert text.startswith("my rig has run for 2 h 13 min (process 17)\n")
    assert "  desk     silent for 3 min (X32)  udp://h:1\n           It is off.\n" in text


def test_master_echo_and_what_is_stale_are_said_in_words() -> None:
    text = said()
    assert "master: what it says is shown; it tells everybody of a change but who made it" in text
    assert "follows desk; its faders are told once, when the hand lets go" in text
    assert "7 values nobody knows now: a, b, …" in text
    assert "1 controls show what was true once: c\n" in text


def test_a_target_that_cannot_be_asked_leaves_it_to_the_surfaces() -> None:
    assert "cannot be asked: surfaces decide" in said(
        replace(STATUS, links=(replace(DESK, master=()),))
    )


def test_who_has_a_parameter_and_who_waits_for_it() -> None:
    text = said()
    assert "x.fader.1 is held and has desk.ch.1.fader" in text
    assert "y.fader.1 is held and waits for desk.ch.1.fader" in text


def test_counts_are_said_where_there_is_something_to_say() -> None:
    text = said()
    line = "answered 7 s ago, 3 in, 4 out, 5 malformed, 6 strangers, opened again 2 times"
    assert line in text
    assert "came to nothing: 4 late" in text
    assert "shows bank inputs from 9 layer pan" in text


def test_a_rehearsal_says_that_nothing_is_written() -> None:
    assert "(process 17, a rehearsal: nothing is written)" in said(replace(STATUS, rehearsal=True))


def test_the_states_fit_in_one_line() -> None:
    assert one_line({"x": "connected", "desk": "silent"}) == "x connected, desk silent"


def test_a_bridge_that_was_started_before_an_update_is_told_of_without_what_it_does_not_know() -> (
    None
):
    older = {key: value for key, value in asdict(STATUS).items() if key != "routes"}
    assert in_words(older) == said()
