"""Twelve bugs in the keeping of state, that another bridge found in itself, by name.

Each is a class of mistake that comes back whenever a surface and a target both
speak.  docs/reliability.md says what each was, and which test is which.
"""

import asyncio
import re
from pathlib import Path

import pytest

from surfacebridge.apps.cli.demo_stage import Stage
from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Write
from tests.helpers.rigs import Bench, control, report, rig
from tests.helpers.stage import fader_of, running
from tests.helpers.waiting import until

FADER, NINTH = control("x.fader.1"), "desk.ch.9.fader"
CHATTY = "profile: bench/chatty, host: 127.0.0.1"
PAGING = "paging: {page: [x.left, x.right]}\n"


def chatty(lines: str = "- fader <> .fader | db", more: str = PAGING) -> Bench:
    """A target that tells everybody of a change, who made it too."""
    rigged = Bench(rig(lines, more=more, target=CHATTY))
    rigged.know(ch_1_fader=-10.0, ch_9_fader=-20.0, ch_1_on=True)
    return rigged


def tap(rigged: Bench, name: str) -> None:
    rigged.do(Pressed(control(name)), Released(control(name)))


def come_home(rigged: Bench) -> None:
    """Let the target tell us every value we wrote, in order, at once."""
    writes = [one for one in rigged.told if isinstance(one, Write)]
    rigged.do(*(report(one.parameter, one.value) for one in writes))


def test_bug_01_an_echo_is_not_state_that_a_later_page_replays() -> None:
    rigged = chatty()
    rigged.do(Touched(FADER), *(Moved(FADER, step / 100) for step in range(51, 76)), LetGo(FADER))
    written = [one for one in rigged.told if isinstance(one, Write)]
    tap(rigged, "x.right")
    # The echoes come while another page is shown, the oldest last.
    rigged.do(*(report(one.parameter, one.value) for one in reversed(written)))
    tap(rigged, "x.left")
    rigged.wait(1.0)
    assert rigged.shown(FADER)[-1] == pytest.approx(0.75, abs=0.001)


def test_bug_02_an_echo_that_comes_with_the_write_finds_no_gap() -> None:
    rigged = chatty()
    rigged.do(Touched(FADER))
    for step in range(51, 80):
        (write,) = rigged.do(Moved(FADER, step / 100))
        assert isinstance(write, Write)
        assert rigged.do(report(write.parameter, write.value)) == []
    rigged.wait(0.2)
    assert rigged.shown(FADER) == []


def test_bug_03_a_page_that_is_not_shown_changes_nothing_that_is() -> None:
    rigged = chatty()
    assert rigged.do(report(NINTH, 5.0)) == []
    assert rigged.wait(1.0) == []
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown(FADER) == [pytest.approx(0.875, abs=0.001)]


def test_bug_04_nothing_that_is_busy_lets_an_echo_through() -> None:
    rigged = chatty()
    rigged.do(Touched(FADER))
    # More moves under way than are remembered, and every echo of them in between.
    for burst in range(4):
        for step in range(80):
            rigged.do(Moved(FADER, 0.2 + burst / 10 + step / 1000))
        come_home(rigged)
    assert rigged.shown(FADER) == []
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert all(place == pytest.approx(0.579, abs=0.001) for place in rigged.shown(FADER))


def test_bug_05_what_was_known_before_a_reconnection_has_no_weight() -> None:
    rigged = chatty("- fader <> .fader | db\n- mute <> .on | invert")
    rigged.do(Gone("desk"), Arrived("desk"))
    rigged.forget()
    tap(rigged, "x.mute.1")
    assert rigged.written() == []
    assert rigged.engine.counts["unknown"] == 1
    tap(rigged, "x.right")
    tap(rigged, "x.left")
    rigged.wait(1.0)
    assert rigged.shown(FADER) == []


def test_bug_06_feedback_that_comes_after_a_page_change_moves_no_strip_of_the_new_page() -> None:
    rigged = chatty()
    tap(rigged, "x.right")
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(report("desk.ch.1.fader", 10.0))
    rigged.wait(1.0)
    assert rigged.shown(FADER) == []


def test_bug_07_a_reload_in_mid_move_loses_neither_the_hand_nor_the_last_value() -> None:
    rigged = chatty()
    rigged.do(Touched(FADER), Moved(FADER, 0.6))
    rigged.adopt(rigged.plan)
    assert rigged.shown(FADER) == []
    rigged.do(Moved(FADER, 0.75), LetGo(FADER))
    assert rigged.written()[-1] == pytest.approx(0.0)
    come_home(rigged)
    rigged.wait(1.0)
    assert all(place == pytest.approx(0.75, abs=0.001) for place in rigged.shown(FADER))


def test_bug_08_what_is_stored_never_beats_what_the_target_says_at_the_start() -> None:
    more = "scenes: {slots: [x.f1], include: ['desk.ch.{1..8}.fader']}\n"
    rigged = Bench(rig("- fader <> .fader | db", more=more))
    scenes = rigged.engine.wiring.scenes
    assert scenes is not None
    scenes.load(1, {ParameterId("desk.ch.1.fader"): 5.0})
    rigged.do(Gone("desk"), Gone("x"), Arrived("x"), Arrived("desk"))
    rigged.do(report("desk.ch.1.fader", -10.0))
    rigged.wait(1.0)
    assert rigged.written() == []
    assert rigged.shown(FADER) == [pytest.approx(0.5, abs=0.001)]


def test_bug_09_late_input_of_an_old_page_is_dropped_and_counted() -> None:
    rigged = chatty()
    rigged.do(Touched(FADER), Moved(FADER, 0.6))
    tap(rigged, "x.right")
    rigged.forget()
    rigged.do(Moved(FADER, 0.9), Moved(FADER, 0.95))
    assert rigged.written() == []
    assert rigged.engine.counts["late"] == 2


def test_bug_09_late_input_of_an_old_layer_is_dropped_and_counted() -> None:
    strip = "- when layer a: [fader <> .fader | db]\n- when layer b: [fader <> .send.1.level | db]"
    layers = "layers: {a: {button: x.f1, default: true}, b: {button: x.f2}}\n"
    rigged = Bench(rig(strip, more=layers))
    rigged.know(ch_1_fader=-10.0, ch_1_send_1_level=-20.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.6))
    tap(rigged, "x.f2")
    rigged.forget()
    rigged.do(Moved(FADER, 0.9))
    assert rigged.written() == []
    assert rigged.engine.counts["late"] == 1


async def test_bug_09_late_input_of_an_old_connection_reaches_nobody() -> None:
    async with running() as stage:
        old = stage.supervisor.sessions["x"]
        stage.plug.unplug()
        await until(lambda: "x" not in stage.supervisor.sessions)
        before = fader_of(stage, 1)
        # The old session's reader is called once more, as by a chunk that was under way.
        old._inbox.append(b"\x90\x68\x7f\xe0\x00\x60")
        old._rested()
        stage.plug.plug()
        await until(lambda: "x" in stage.supervisor.sessions)
        await asyncio.sleep(0.2)
        assert fader_of(stage, 1) == before
        assert not stage.hub.engine.situation.has("touched", "x.fader.1")
        assert stage.hub.engine.counts["outdated"] == 1


async def test_bug_10_connected_is_only_said_of_what_answered() -> None:
    async with running() as stage:
        states = states_of(stage)
        stage.desk.mute_for(60.0)
        await until(lambda: states_of(stage)["desk"] == "silent", within=8)
        assert states["desk"] == "connected"
        assert "has not answered" in stage.supervisor.health["desk"].reason


def states_of(stage: Stage) -> dict[str, str]:
    return {name: health.state for name, health in stage.supervisor.health.items()}


def test_bug_11_input_that_leads_nowhere_is_counted() -> None:
    rigged = Bench(rig("- fader <> .fader | db"), absent=True)
    rigged.do(Arrived("x"), Touched(FADER), Moved(FADER, 0.5), Pressed(control("x.nothing")))
    assert rigged.engine.counts["absent"] == 1
    assert rigged.engine.counts["unmapped"] == 1


def test_bug_12_a_lamp_changes_once_for_a_press_however_its_echoes_come() -> None:
    rigged = chatty("- mute <> .on | invert")
    rigged.do(Pressed(control("x.mute.1")))
    written = [one for one in rigged.told if isinstance(one, Write)]
    for one in written:
        rigged.do(report(one.parameter, one.value))
        rigged.wait(0.02)
        rigged.do(report(one.parameter, one.value))
    rigged.do(Released(control("x.mute.1")))
    rigged.wait(1.0)
    assert rigged.shown("x.mute.1") in (["lit"], ["lit", "lit"])
    assert "dark" not in rigged.shown("x.mute.1")


def test_every_test_the_document_names_exists() -> None:
    tests = Path(__file__).parents[1]
    named = set(re.findall(r"`(test_\w+)`", (tests.parent / "docs" / "reliability.md").read_text()))
    there = {
        name
        for path in tests.rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named - there == set()
