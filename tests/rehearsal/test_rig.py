import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import ControlId, LetGo, Moved, Pressed, Touched
from surfacebridge.model.feedback import ShowMotor, ShowText
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import decode, encode
from surfacebridge.rehearsal.casting import Casting
from surfacebridge.rehearsal.peers import Peer
from surfacebridge.rehearsal.rig import Rig, Shown, Wired, WordlessTarget, Written
from tests.helpers import rigs as bench
from tests.rehearsal.stage import DESK, HEAD, lines_by_order, load, rig_text, started, tell

FADER = ControlId("x.fader.1")


class Nobody:
    """A cast without a single profile."""

    def surface(self, name: str) -> None:
        return None

    def target(self, name: str) -> None:
        return None

    def peer(self, name: str) -> Peer:
        return Peer()


def wired(rig: Rig, endpoint: str, since: int) -> list[bytes]:
    log = rig.log[since:]
    return [one.data for one in log if isinstance(one, Wired) and one.endpoint == endpoint]


def test_a_started_desk_is_read_and_shown() -> None:
    rig = started(DESK)
    assert rig.is_present("desk")
    assert rig.is_present("x")
    assert rig.shows[ControlId("x.lcd.1.top")] == ShowText("x", ControlId("x.lcd.1.top"), "CH 01")
    assert rig.engine.wiring.parameters[ParameterId("desk.ch.16.on")].value is True


def test_a_move_becomes_a_datagram_and_a_report_becomes_a_pitch_bend() -> None:
    rig = started(DESK)
    mark = len(rig.log)
    for gesture in (Touched(FADER), Moved(FADER, 0.75), LetGo(FADER)):
        rig.gesture(gesture)
    (datagram,) = wired(rig, "desk", mark)
    message = decode(datagram)
    assert isinstance(message, OscMessage)
    assert message.address == "/ch/01/mix/fader"
    assert message.args[0] == pytest.approx(0.75, abs=0.001)
    mark = len(rig.log)
    rig.hear("desk", encode(OscMessage("/ch/03/mix/fader", (0.5,), "f")))
    assert len([one for one in wired(rig, "x", mark) if one[0] == 0xE2]) == 1


def test_a_profile_that_asks_again_later_is_woken() -> None:
    rig = started(DESK)
    mark = len(rig.log)
    rig.advance(rig.now + 10.0)
    assert encode(OscMessage("/xremote")) in wired(rig, "desk", mark)
    assert rig.is_present("desk")


def test_an_unplugged_surface_is_let_go_and_painted_anew_when_it_is_back() -> None:
    rig = started(rig_text())
    rig.gesture(Touched(FADER))
    mark = len(rig.log)
    rig.unplug("x")
    touch = [one.write for one in rig.log[mark:] if isinstance(one, Written)]
    assert [(one.parameter, one.value) for one in touch] == [("daw:/touch 1 {v:i}", False)]
    rig.gesture(Moved(FADER, 0.3))
    assert len(rig.log[mark:]) == 2
    mark = len(rig.log)
    rig.plug("x")
    rig.advance(rig.now + 1.0)
    assert wired(rig, "x", mark)


def test_a_target_that_was_unplugged_is_greeted_again() -> None:
    rig = started(rig_text(head=HEAD.replace("listen: 8000", "hello: [/hi 1]")))
    rig.unplug("daw")
    assert not rig.is_present("daw")
    mark = len(rig.log)
    rig.plug("daw")
    assert wired(rig, "daw", mark) == [encode(OscMessage("/hi", (1,)))]


def test_a_heartbeat_keeps_a_target_present_for_ever() -> None:
    head = "targets: {daw: {osc: 'udp://127.0.0.1:9', heartbeat: /alive within 2s}}\n"
    text = rig_text().replace('targets: {daw: {osc: "udp://127.0.0.1:9", listen: 8000}}\n', head)
    rig = started(text)
    rig.advance(rig.now + 20.0)
    assert rig.is_present("daw")


def test_what_is_lost_on_the_cable_arrives_nowhere() -> None:
    rig = started(rig_text())
    rig.lose("x", 1.0)
    mark = len(rig.log)
    rig.gesture(Pressed(ControlId("x.select.1")))
    assert not rig.log[mark:]
    rig.lose("x", 0.0)
    rig.gesture(Pressed(ControlId("x.select.1")))
    assert rig.log[mark:]


def test_a_lossy_network_still_reads_the_whole_desk() -> None:
    document, plan = load(DESK)
    rig = Rig(plan, Casting(document, plan))
    rig.lose("desk", 0.2)
    rig.start()
    rig.advance(rig.now + 5.0)
    values = [parameter.value for parameter in rig.engine.wiring.parameters.values()]
    assert rig.is_present("desk")
    assert len([value for value in values if value is None]) <= 16


def test_lines_that_nothing_passed_through_are_not_reached() -> None:
    rig = started(rig_text())
    assert rig.reached == set()
    texts = lines_by_order(rig.plan)
    for gesture in (Touched(FADER), Moved(FADER, 0.5)):
        rig.gesture(gesture)
    assert {texts[order] for order in rig.reached} == {
        "fader <> daw:/fader {n:i} {v:f}",
        "fader.touch > daw:/touch {n:i} {v:i}",
    }
    rig.hear("daw", encode(OscMessage("/name", (1, "Kick"))))
    assert "lcd.top < daw:/name {n:i} {v:s} | text(6)" in {texts[one] for one in rig.reached}


def test_products_without_a_profile_are_rehearsed_without_bytes() -> None:
    plan = bench.plan_of(bench.rig("- fader <> .fader | db\n- mute <> .on | invert"))
    rig = Rig(plan, Nobody())
    rig.start()
    assert not rig.speaks_bytes("x")
    assert not rig.speaks_bytes("desk")
    mark = len(rig.log)
    rig.report(Report(ParameterId("desk.ch.2.fader"), -10.0))
    (shown,) = rig.log[mark:]
    assert isinstance(shown, Shown)
    assert isinstance(shown.show, ShowMotor)
    assert shown.show.position == pytest.approx(0.5, abs=0.001)


def test_a_profile_that_is_due_for_ever_is_a_bug_and_not_a_hang() -> None:
    class Restless(WordlessTarget):
        def next_wakeup(self) -> float | None:
            return 0.0

    class Cast(Nobody):
        def target(self, name: str) -> WordlessTarget:  # type: ignore[override]
            return Restless(name, bench.TARGETS["bench/desk"])

    rig = Rig(bench.plan_of(bench.rig("- mute <> .on")), Cast())
    with pytest.raises(ProtocolMisuse, match="due at 0"):
        rig.start()


def test_a_story_begins_at_midnight_and_displays_follow_the_clock() -> None:
    rig = started(rig_text("[]", more="map:\n  - x.timecode < '{clock:HH.MM.SS}'\n"))
    control = ControlId("x.timecode")
    rig.advance(rig.now + 3.5)
    assert rig.shows[control] == ShowText("x", control, "00.00.03")
    rig.advance(rig.now + 3660.0)
    assert rig.shows[control] == ShowText("x", control, "01.01.03")


def test_what_a_wordless_target_is_told_is_taken_and_nothing_is_said() -> None:
    target = WordlessTarget("desk", bench.TARGETS["bench/desk"])
    target.open(0.0)
    assert [type(one).__name__ for one in target.wake(0.0)] == ["Arrived"]
    target.send(Write("desk", ParameterId("desk.ch.1.fader"), 0.0), 0.0)
    assert target.receive(b"\x00", 0.0) == ()
    target.close(1.0)
    assert target.data_to_send() == []
    assert target.next_wakeup() is None


def test_what_a_variable_shows_again_was_heard_all_the_time() -> None:
    more = "vars:\n  send: {range: 1..4, default: 1, dec: x.left, inc: x.right}\n"
    text = rig_text("- vpot <> daw:/send {n:i} {send:i} {v:f} | rel(1/100)", more=more)
    verdict = tell(
        text,
        "tap x.right",
        "tap x.left",
        "recv daw:/send 1 1 0.25",
        "expect x.ring.1 0.25",
        "tap x.right",
        "recv daw:/send 1 1 0.75",
        "tap x.left",
        "expect x.ring.1 0.75",
    )
    assert verdict.passed, str(verdict.failure)
