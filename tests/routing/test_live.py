import pytest

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched, Turned
from surfacebridge.model.feedback import ShowLamp
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import Follow
from tests.helpers.rigs import Bench, control, kinds, report, rig

FADER = control("x.fader.1")
LAYERS = "layers: {pan: {button: x.pan, default: true}, sends: {button: x.sends}}\n"
PAGING = "paging: {page: [x.left, x.right], nudge: [x.down, x.up]}\n"


def tap(rigged: Bench, name: str) -> None:
    rigged.do(Pressed(control(name)), Released(control(name)))


# Banks


def paged(strip: str = "- fader <> .fader | db\n- lcd.top < .name", more: str = PAGING) -> Bench:
    rigged = Bench(rig(strip, more=more))
    for n in range(1, 17):
        rigged.do(report(f"desk.ch.{n}.fader", float(-n)), report(f"desk.ch.{n}.name", f"N{n}"))
    rigged.wait(1.0)
    rigged.forget()
    return rigged


def test_a_page_shows_the_next_subjects_at_once() -> None:
    rigged = paged()
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert [rigged.shown(f"x.lcd.{s}.top") for s in (1, 8)] == [["N9"], ["N16"]]
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    assert rigged.written("desk.ch.9.fader") == [0.0]


def test_a_nudge_moves_by_one() -> None:
    rigged = paged()
    tap(rigged, "x.up")
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.top") == ["N2"]


def test_at_the_edge_nothing_is_sent() -> None:
    rigged = paged()
    tap(rigged, "x.left")
    assert [one for one in rigged.told if not isinstance(one, ShowLamp)] == []


def test_a_finger_that_was_on_before_the_page_turned_writes_nothing_more() -> None:
    rigged = paged()
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    tap(rigged, "x.right")
    rigged.forget()
    rigged.do(Moved(FADER, 0.8), Moved(FADER, 0.9))
    rigged.wait(1.0)
    assert rigged.writes() == []
    assert rigged.shown("x.fader.1") == []
    assert rigged.engine.counts["late"] == 2
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.525, abs=0.001)]
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    assert rigged.written() == [0.0]
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.9.fader"]


def test_a_finger_means_what_it_meant_when_the_page_comes_back() -> None:
    rigged = paged()
    rigged.do(Touched(FADER))
    tap(rigged, "x.right")
    tap(rigged, "x.left")
    rigged.do(Moved(FADER, 0.75))
    assert rigged.written("desk.ch.1.fader") == [0.0]


def test_a_strip_past_the_end_is_blank_and_does_nothing() -> None:
    strip = "- fader <> .fader | db\n- lcd.top < .name\n- mute <> .on | invert"
    rigged = paged(strip, "paging: {page: [x.left, x.right], nudge: [x.down, x.up], edge: blank}\n")
    rigged.know(ch_2_on=False)
    for key in ["x.right", *["x.up"] * 7]:
        tap(rigged, key)
        rigged.wait(1.0)
    rigged.forget()
    # Subject 16 is the first now; strip 2 stands for nothing.
    rigged.do(Touched(control("x.fader.2")), Moved(control("x.fader.2"), 0.5))
    tap(rigged, "x.mute.2")
    assert rigged.writes() == []
    rigged.do(LetGo(control("x.fader.2")))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.2") == [0.0]


def test_an_unknown_subject_is_dark_and_not_its_predecessor() -> None:
    strip = "- lcd.top < .name\n- mute <> .on\n- ring < .pan\n- meter < .meter\n- fader <> .fader"
    rigged = Bench(rig(strip, more=PAGING))
    rigged.know(ch_1_name="Kick", ch_1_on=True, ch_1_pan=0.5, ch_1_meter=-6.0, ch_1_fader=0.0)
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.top") == [""]
    assert rigged.shown("x.mute.1") == ["dark"]
    assert rigged.shown("x.ring.1") == [None]
    assert rigged.shown("x.meter.1") == [float("-inf")]
    # But a motor is not sent to a place that nobody knows.
    assert rigged.shown("x.fader.1") == []


def test_an_order_that_waits_does_not_outlive_its_subject() -> None:
    rigged = Bench(rig("- fader <> .fader | db", more=PAGING))
    rigged.do(report("desk.ch.1.fader", 0.0), report("desk.ch.1.fader", -30.0))
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_banks_have_keys_with_lamps() -> None:
    banks = """
      inputs: {items: 'desk.ch.{1..16}', button: x.ins}
      dcas: {items: 'desk.dca.{1..4}', button: x.dcas}
    """
    text = rig("- lcd.top < .name").replace("banks: {inputs: {items: 'desk.ch.{1..16}'}}", "")
    rigged = Bench(text.replace("\nstrip:", f"\nbanks:{banks}\nstrip:"))
    rigged.know(ch_1_name="Kick", dca_1_name="Band")
    tap(rigged, "x.dcas")
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.top") == ["Band"]
    assert rigged.shown("x.dcas")[-1] == "lit"
    assert rigged.shown("x.ins")[-1] == "dark"
    rigged.forget()
    tap(rigged, "x.dcas")
    assert rigged.shown("x.dcas") == ["lit"]


def test_a_bank_is_a_condition_too() -> None:
    banks = (
        "{inputs: {items: 'desk.ch.{1..16}', button: x.ins},"
        " dcas: {items: 'desk.dca.{1..4}', button: x.dcas}}"
    )
    rigged = Bench(
        rig("", "- x.f1 > desk.clearsolo\n- when bank dcas:\n    - x.f1 > desk.talk", banks=banks)
    )
    tap(rigged, "x.f1")
    tap(rigged, "x.dcas")
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()] == [
        "desk.clearsolo", "desk.talk", "desk.talk"
    ]  # fmt: skip


def test_a_target_that_pages_by_itself_is_asked_to() -> None:
    text = rig(
        "- fader <> desk:/strip/fader {n:i} {v:f}",
        more="paging: {page: [x.left, x.right]}\n",
        target="osc: 'udp://127.0.0.1:3819'",
        banks="{t: {items: '1..{strips}', delegate: {page: [desk:/bank_down 1, desk:/bank_up 1]}}}",
    )
    rigged = Bench(text)
    tap(rigged, "x.right")
    tap(rigged, "x.left")
    assert [one.parameter for one in rigged.writes()] == ["desk:/bank_up 1", "desk:/bank_down 1"]
    rigged.do(Touched(control("x.fader.8")), Moved(control("x.fader.8"), 0.5))
    assert rigged.writes()[-1].parameter == "desk:/strip/fader 8 {v:f}"


# Layers, modifiers, conditions


def layered() -> Bench:
    strip = """
        - fader <> .fader | db
        - when layer pan:
            - vpot <> .pan | rel(1/64)
            - lcd.bottom < "{.pan:pan}"
        - when layer sends:
            - vpot <> .send.1.level | rel(1/96)
            - lcd.bottom < "{.send.1.level:dB}"
        - when layer sends and flip:
            - fader <> .send.1.level | db
        - when touched fader:
            - lcd.bottom < "{.fader:dB}"
    """
    rigged = Bench(rig(strip, more="modifiers: {shift: x.shift, flip: x.flip latch}\n" + LAYERS))
    rigged.know(ch_1_fader=0.0, ch_1_pan=0.0, ch_1_send_1_level=-30.0)
    return rigged


def test_a_layer_changes_meanings_and_shows_only_what_became_different() -> None:
    rigged = layered()
    tap(rigged, "x.sends")
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.bottom") == ["-30.0"]
    assert rigged.shown("x.fader.1") == []
    assert rigged.shown("x.lcd.2.bottom") == [""] or rigged.shown("x.lcd.2.bottom") == []
    rigged.forget()
    rigged.do(Turned(control("x.vpot.1"), 4))
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.1.send.1.level"]


def test_flip_puts_the_sends_on_the_faders() -> None:
    rigged = layered()
    tap(rigged, "x.flip")
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []
    tap(rigged, "x.sends")
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.25, abs=0.001)]
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    assert rigged.written("desk.ch.1.send.1.level") == [0.0]


def test_touch_shows_the_level_and_release_the_rest_again() -> None:
    rigged = layered()
    rigged.do(Touched(FADER))
    rigged.wait(0.1)
    rigged.do(Moved(FADER, 0.5))
    rigged.wait(0.1)
    rigged.do(LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.lcd.1.bottom") == ["0.0", "-10.0", "C"]
    assert rigged.shown("x.lcd.2.bottom") == []


def test_lamps_of_layers_and_modifiers_follow_by_themselves() -> None:
    rigged = layered()
    rigged.do(Pressed(control("x.shift")))
    assert rigged.shown("x.shift") == ["lit"]
    rigged.do(Released(control("x.shift")))
    assert rigged.shown("x.shift")[-1] == "dark"
    tap(rigged, "x.flip")
    assert rigged.shown("x.flip")[-1] == "lit"
    tap(rigged, "x.flip")
    assert rigged.shown("x.flip")[-1] == "dark"
    tap(rigged, "x.sends")
    assert rigged.shown("x.sends")[-1] == "lit"
    assert rigged.shown("x.pan")[-1] == "dark"


def test_a_layer_may_be_chosen_from_outside() -> None:
    rigged = layered()
    rigged.engine.choose_layer("sends", rigged.now)
    assert rigged.engine.situation.has("layer", "sends")


def test_a_line_may_depend_on_the_targets_state() -> None:
    strip = "- solo <> .solo\n- when .on == 0:\n    - solo > desk.clearsolo"
    rigged = Bench(rig(strip))
    rigged.know(ch_1_on=True, ch_1_solo=False)
    tap(rigged, "x.solo.1")
    rigged.do(report("desk.ch.1.on", False))
    tap(rigged, "x.solo.1")
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.1.solo", "desk.clearsolo"]


def test_what_only_a_condition_asks_about_is_followed_too() -> None:
    strip = "- when .on == 0:\n    - solo > desk.clearsolo"
    rigged = Bench(rig(strip, "- when desk.playing:\n    - x.f1 > desk.talk"), absent=True)
    (one,) = rigged.do(Arrived("desk"))
    assert isinstance(one, Follow)
    assert {"desk.playing", "desk.ch.1.on", "desk.ch.16.on"} <= set(one.parameters)


def test_the_strips_at_hand_are_followed_first() -> None:
    rigged = Bench(rig("- fader <> .fader | db"), absent=True)
    (one,) = rigged.do(Arrived("desk"))
    assert isinstance(one, Follow)
    assert one.parameters[:8] == tuple(f"desk.ch.{n}.fader" for n in range(1, 9))
    assert len(one.parameters) == len(set(one.parameters)) == 16


def test_lines_under_one_condition_add_up() -> None:
    rigged = Bench(rig("", "- x.f1 > desk.clearsolo\n- x.f1 > desk.talk | trigger"))
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()] == ["desk.clearsolo", "desk.talk"]


def test_priority_beats_weight() -> None:
    lines = """
        - when shift:
            - x.f1 > desk.clearsolo: {priority: 1}
        - when flip and not desk.playing:
            - x.f1 > desk.talk
    """
    rigged = Bench(rig("", lines, "modifiers: {shift: x.shift, flip: x.flip}\n"))
    rigged.do(Pressed(control("x.shift")), Pressed(control("x.flip")))
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()] == ["desk.clearsolo"]


# Variables

SEND = "vars: {send: {range: 1..3, default: 1, dec: x.left, inc: x.right, show: x.display}}\n"


def test_a_variable_changes_what_lines_speak_about() -> None:
    rigged = Bench(rig("- vpot <> .send.{send}.level | rel(1/96)", more=SEND))
    rigged.know(ch_1_send_1_level=-30.0)
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.ring.1") == [None]
    rigged.forget()
    rigged.do(report("desk.ch.1.send.2.level", 0.0))
    assert rigged.shown("x.ring.1") == [pytest.approx(0.75)]
    rigged.forget()
    rigged.do(Turned(control("x.vpot.1"), 1))
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.1.send.2.level"]


def test_a_variable_shows_itself() -> None:
    rigged = Bench(rig("- vpot <> .send.{send}.level | rel(1/96)", more=SEND))
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.display") == ["2"]
    tap(rigged, "x.right")
    rigged.wait(1.0)
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.display") == ["2", "3"]
    rigged.do(Gone("x"), Arrived("x"))
    assert rigged.shown("x.display") == ["2", "3", "3"]


def test_a_variable_in_a_text_is_shown() -> None:
    rigged = Bench(rig("", '- x.timecode < "Send {send}"', SEND))
    tap(rigged, "x.right")
    rigged.wait(1.0)
    assert rigged.shown("x.timecode") == ["Send 2"]


def test_what_a_new_value_brings_into_view_is_followed() -> None:
    rigged = Bench(rig("- vpot <> .send.{send}.level | rel(1/96)", more=SEND))
    tap(rigged, "x.right")
    follows = [one for one in rigged.told if isinstance(one, Follow)]
    assert len(follows) == 1
    sends = [one for one in follows[0].parameters if "send" in one]
    assert sends[0] == "desk.ch.1.send.2.level"
    # What was in view before is followed on: a target that is told to follow some drops the others.
    assert "desk.ch.1.send.1.level" in sends
    rigged.forget()
    tap(rigged, "x.left")
    assert "Follow" not in kinds(rigged.told)


def test_a_variable_may_be_sent_when_it_changes() -> None:
    more = """
        vars:
          "mode.{1..2}": {values: [read, touch, latch], send: "desk:/track/{n}/auto{value}"}
    """
    rigged = Bench(
        rig("- select > do cycle mode.{n}", more=more, target="osc: 'udp://127.0.0.1:3819'",
            banks="{a: {items: '1..2'}}")
    )  # fmt: skip
    for _ in range(3):
        tap(rigged, "x.select.2")
    assert [one.parameter for one in rigged.writes()] == [
        "desk:/track/2/autotouch",
        "desk:/track/2/autolatch",
        "desk:/track/2/autoread",
    ]


# What is left behind


def test_the_targets_state_changes_what_is_shown_at_once() -> None:
    strip = '- lcd.bottom < "{.name:7}"\n- when .on == 0:\n    - lcd.bottom < "MUTED"'
    rigged = Bench(rig(strip))
    rigged.know(ch_1_on=True, ch_1_name="Kick")
    rigged.do(report("desk.ch.1.on", False))
    assert rigged.shown("x.lcd.1.bottom") == ["MUTED"]
    assert rigged.shown("x.lcd.2.bottom") == []


def test_a_parameter_knows_only_the_controls_that_show_it_now() -> None:
    rigged = paged("- fader <> .fader | db")
    tap(rigged, "x.right")
    parameters = rigged.engine.wiring.parameters
    assert parameters[report("desk.ch.1.fader", 0.0).parameter].views == []
    assert len(parameters[report("desk.ch.9.fader", 0.0).parameter].views) == 1


def test_a_meaning_may_have_a_takeover_of_its_own() -> None:
    strip = """
        - fader <> .fader | db
        - when shift:
            - fader <> .send.1.level | db: {takeover: jump}
    """
    rigged = Bench(rig(strip, more="modifiers: {shift: x.shift}\n", device="bench/motorless"))
    rigged.know(ch_1_fader=0.0, ch_1_send_1_level=0.0)
    rigged.do(Moved(FADER, 0.1))
    rigged.wait(1.0)
    rigged.do(Pressed(control("x.shift")), Moved(FADER, 0.2))
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.1.send.1.level"]
    rigged.wait(1.0)
    rigged.do(Released(control("x.shift")), Moved(FADER, 0.3))
    assert len(rigged.writes()) == 1


def test_a_fader_that_stands_for_one_thing_in_every_bank_is_not_disturbed_by_pages() -> None:
    lines = "- x.fader.1 <> desk.main.fader | db"
    rigged = Bench(rig("- lcd.top < .name", lines, PAGING))
    rigged.do(Touched(FADER))
    tap(rigged, "x.right")
    rigged.do(Moved(FADER, 0.75))
    assert rigged.written("desk.main.fader") == [0.0]


FOLLOWING = 'vars: {c: {range: 1..4, follow: "desk.ch.{c}.solo", show: x.display}}\n'
MAIN = "- x.main.fader <> desk.ch.{c}.fader | db"


def test_a_variable_follows_the_switch_that_goes_on() -> None:
    rigged = Bench(rig("- solo <> .solo", MAIN, FOLLOWING))
    rigged.do(report("desk.ch.3.solo", True), report("desk.ch.3.fader", -10.0))
    rigged.wait(1.0)
    assert rigged.shown("x.display")[-1] == "3"
    assert rigged.shown("x.main.fader") == [pytest.approx(0.5, abs=0.001)]
    rigged.do(report("desk.ch.3.solo", False))
    rigged.wait(1.0)
    assert rigged.shown("x.display")[-1] == "3"


def test_a_variable_follows_what_a_surface_switches_too() -> None:
    rigged = Bench(rig("- solo <> .solo", MAIN, FOLLOWING))
    rigged.do(report("desk.ch.2.solo", False))
    tap(rigged, "x.solo.2")
    main = control("x.main.fader")
    rigged.do(Touched(main), Moved(main, 0.75))
    assert rigged.written("desk.ch.2.fader") == [0.0]


def test_what_a_variable_follows_is_read_though_no_line_shows_it() -> None:
    rigged = Bench(rig("", MAIN, FOLLOWING), absent=True)
    (one,) = rigged.do(Arrived("desk"))
    assert isinstance(one, Follow)
    assert "desk.ch.4.solo" in one.parameters
