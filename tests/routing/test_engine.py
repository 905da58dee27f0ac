import pytest

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched, Turned
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import Follow, ParameterId
from surfacebridge.model.values import OFF
from tests.helpers.rigs import Bench, control, kinds, report, rig

FADER = control("x.fader.1")
PAGING = "paging: {page: [x.left, x.right]}\n"
SLOW = "profile: bench/slow, host: 127.0.0.1"


def tap(rigged: Bench, name: str) -> None:
    rigged.do(Pressed(control(name)), Released(control(name)))


# Keys


def test_a_key_toggles_what_the_target_holds() -> None:
    rigged = Bench(rig("- mute <> .on | invert"))
    rigged.know(ch_1_on=True)
    tap(rigged, "x.mute.1")
    tap(rigged, "x.mute.1")
    rigged.do(report("desk.ch.1.on", False))
    tap(rigged, "x.mute.1")
    assert rigged.written() == [False, True, True]


def test_a_toggle_lights_its_lamp_at_once() -> None:
    rigged = Bench(rig("- mute <> .on | invert"))
    rigged.know(ch_1_on=True)
    rigged.do(Pressed(control("x.mute.1")))
    assert rigged.shown("x.mute.1") == ["lit"]


def test_nobody_toggles_what_nobody_knows() -> None:
    rigged = Bench(rig("- mute <> .on | invert"))
    tap(rigged, "x.mute.1")
    assert rigged.writes() == []
    assert rigged.engine.counts["unknown"] == 1


def test_a_plain_address_that_never_speaks_may_be_toggled() -> None:
    text = rig("", "- x.f1 <> desk:/loop {v:i}", target="osc: 'udp://127.0.0.1:3819'", banks="")
    rigged = Bench(text)
    tap(rigged, "x.f1")
    tap(rigged, "x.f1")
    assert rigged.written() == [True, False]


def test_a_trigger_says_on_and_believes_nothing() -> None:
    rigged = Bench(rig("", "- x.f1 > desk.clearsolo\n- x.f2 <> desk.playing | trigger"))
    rigged.know(playing=True)
    tap(rigged, "x.f1")
    tap(rigged, "x.f2")
    assert [(one.parameter, one.value) for one in rigged.writes()] == [
        ("desk.clearsolo", True),
        ("desk.playing", True),
    ]


def test_a_momentary_key_says_press_and_release() -> None:
    rigged = Bench(rig("", "- x.f1 <> desk.talk"))
    rigged.do(Pressed(control("x.f1")))
    assert rigged.written() == [True]
    rigged.do(Released(control("x.f1")))
    assert rigged.written() == [True, False]


def test_a_release_goes_to_what_was_pressed() -> None:
    rigged = Bench(rig("- solo > .solo | momentary", more=PAGING))
    rigged.do(Pressed(control("x.solo.1")))
    tap(rigged, "x.right")
    rigged.do(Released(control("x.solo.1")))
    assert [(one.parameter, one.value) for one in rigged.writes()] == [
        ("desk.ch.1.solo", True),
        ("desk.ch.1.solo", False),
    ]


def test_a_radio_chooses_one_of_several() -> None:
    text = rig(
        "",
        "- x.f{1,2,3} <> desk:/auto {v:s} | radio(1=read, 2=touch, 3=latch)",
        target="osc: 'udp://127.0.0.1:3819'",
        banks="",
    )
    rigged = Bench(text)
    rigged.do(report("desk:/auto {v:s}", "Touch"))
    assert [rigged.shown(f"x.f{n}")[-1:] for n in (1, 2, 3)] == [[], ["lit"], []]
    rigged.forget()
    tap(rigged, "x.f3")
    assert rigged.written() == ["latch"]
    assert rigged.shown("x.f3")[-1] == "lit"
    assert rigged.shown("x.f2") == ["dark"]
    # Once more: it may have been changed where we cannot hear.
    tap(rigged, "x.f3")
    assert rigged.written() == ["latch", "latch"]


def test_the_value_of_a_radio_may_stand_for_the_lines_own_word() -> None:
    text = rig(
        "",
        "- x.{up,down} > desk:/auto {value} | radio(up=1, down=2)",
        target="osc: 'udp://127.0.0.1:3819'",
        banks="",
    )
    rigged = Bench(text)
    tap(rigged, "x.down")
    tap(rigged, "x.up")
    assert [(one.parameter, one.value) for one in rigged.writes()] == [
        ("desk:/auto {v:i}", 2),
        ("desk:/auto {v:i}", 1),
    ]


def test_constants_are_sent_as_written_every_time() -> None:
    rigged = Bench(rig("- vpot.push > .pan 0.5\n- select > .fader -10dB\n- solo > .fader -oo"))
    rigged.know(ch_1_pan=0.0, ch_1_fader=0.0)
    for name in ("x.vpot.1.push", "x.vpot.1.push", "x.select.1", "x.solo.1"):
        tap(rigged, name)
    assert rigged.written() == [0.0, 0.0, -10.0, OFF]


def test_a_constant_on_a_slow_target_is_not_lost() -> None:
    rigged = Bench(rig("- vpot.push > .pan 0.5", target=SLOW))
    rigged.know(ch_1_pan=0.0)
    for _ in range(2):
        tap(rigged, "x.vpot.1.push")
    rigged.wait(1.0)
    assert rigged.written() == [0.0, 0.0]


def test_two_quick_presses_are_a_double_press() -> None:
    rigged = Bench(rig("", "- x.f1 > desk.clearsolo\n- x.f1 > desk.talk: {when: double x.f1}"))
    tap(rigged, "x.f1")
    rigged.wait(0.3)
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()][:2] == ["desk.clearsolo", "desk.talk"]
    rigged.forget()
    rigged.wait(1.0)
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()] == ["desk.clearsolo"]


def test_a_held_key_changes_what_others_do_but_not_itself() -> None:
    lines = "- x.f{1..4} > desk.clearsolo\n- x.f{1..4} > desk.talk: {when: hold x.f4}"
    rigged = Bench(rig("", lines))
    rigged.do(Pressed(control("x.f4")))
    tap(rigged, "x.f1")
    rigged.do(Released(control("x.f4")))
    tap(rigged, "x.f1")
    assert [one.parameter for one in rigged.writes()] == [
        "desk.clearsolo",
        "desk.talk",
        "desk.talk",
        "desk.clearsolo",
    ]


# Encoders


def test_an_encoder_moves_by_its_step_from_where_the_target_is() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36)"))
    rigged.know(ch_1_trim=3.0)
    rigged.do(Turned(control("x.vpot.1"), 2), Turned(control("x.vpot.1"), -1))
    assert rigged.written() == [pytest.approx(5.0), pytest.approx(4.0)]


def test_an_encoder_stops_at_the_ends_and_says_so_once() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36)"))
    rigged.know(ch_1_trim=17.0)
    for _ in range(3):
        rigged.do(Turned(control("x.vpot.1"), 5))
    assert rigged.written() == [18.0]


def test_an_encoder_may_step_in_decibels() -> None:
    rigged = Bench(rig("- vpot <> .fader | rel(0.5dB)"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Turned(control("x.vpot.1"), -3))
    assert rigged.written() == [pytest.approx(-11.5)]
    rigged.do(Turned(control("x.vpot.1"), -1000))
    assert rigged.written()[-1] == OFF
    rigged.do(Turned(control("x.vpot.1"), 1))
    lowest = rigged.written()[-1]
    assert isinstance(lowest, float)
    assert lowest > -90.5
    rigged.do(Turned(control("x.vpot.1"), 1000))
    assert rigged.written()[-1] == 10.0


def test_an_accelerated_encoder_goes_further_when_it_is_turned_fast() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36, accel)"))
    rigged.know(ch_1_trim=0.0)
    rigged.do(Turned(control("x.vpot.1"), 1))
    rigged.do(Turned(control("x.vpot.1"), 4))
    assert rigged.written() == [pytest.approx(1.0), pytest.approx(11.0)]


def test_steps_finer_than_the_targets_grid_add_up() -> None:
    # Trim has quarter decibels; a tick is a twentieth.
    rigged = Bench(rig("- vpot <> .trim | rel(1/720)"))
    rigged.know(ch_1_trim=0.0)
    for _ in range(20):
        rigged.do(Turned(control("x.vpot.1"), 1))
    assert rigged.written()[-1] == pytest.approx(1.0, abs=0.13)
    assert len(rigged.written()) == 4
    rigged.do(report("desk.ch.1.trim", 6.0))
    for _ in range(5):
        rigged.do(Turned(control("x.vpot.1"), 1))
    assert rigged.written()[-1] == pytest.approx(6.25, abs=0.13)


def test_a_turn_builds_on_what_somebody_else_put_back() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36)"))
    rigged.know(ch_1_trim=0.0)
    rigged.do(Turned(control("x.vpot.1"), 6))
    rigged.do(report("desk.ch.1.trim", 0.0))
    rigged.do(Turned(control("x.vpot.1"), 1))
    assert rigged.written() == [pytest.approx(6.0), pytest.approx(1.0)]


def test_nobody_turns_what_nobody_knows() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36)"))
    rigged.do(Turned(control("x.vpot.1"), 1), Turned(control("x.none"), 1))
    assert rigged.writes() == []
    assert rigged.engine.counts == {"unknown": 1, "unmapped": 1}


def test_a_wheel_passes_its_ticks_on() -> None:
    text = rig("", "- x.jog > desk:/jog {v:f} | ticks", target="osc: 'udp://127.0.0.1:1'", banks="")
    rigged = Bench(text)
    rigged.do(
        Turned(control("x.jog"), 3), Turned(control("x.jog"), 3), Turned(control("x.jog"), -1)
    )
    assert rigged.written() == [3.0, 3.0, -1.0]


def test_turning_may_do_what_a_key_does() -> None:
    rigged = Bench(rig("", "- x.jog > do page +1", more=PAGING + "\n"))
    rigged.do(Turned(control("x.jog"), 1))
    assert rigged.engine.banks.offset == 8


@pytest.mark.parametrize("stages", ["rel(1/64, accel)", "rel(1/64)", "ticks"])
def test_no_number_of_ticks_is_too_large(stages: str) -> None:
    rigged = Bench(rig(f"- vpot > .pan | {stages}"))
    rigged.do(Turned(control("x.vpot.1"), 10**400))
    assert rigged.written() == [1.0]


# Faders without motors


def test_a_fader_without_a_motor_picks_its_value_up() -> None:
    rigged = Bench(rig("- fader <> .fader | db", device="bench/motorless"))
    rigged.know(ch_1_fader=0.0)
    rigged.do(Moved(FADER, 0.2), Moved(FADER, 0.4))
    assert rigged.writes() == []
    assert rigged.engine.counts["not caught"] == 2
    rigged.do(Moved(FADER, 0.9))
    assert rigged.written() == [pytest.approx(6.0)]
    assert rigged.shown("x.fader.1") == []


def test_another_bank_has_to_be_picked_up_anew() -> None:
    rigged = Bench(rig("- fader <> .fader | db", more=PAGING, device="bench/motorless"))
    rigged.know(ch_1_fader=0.0, ch_9_fader=-30.0)
    rigged.do(Moved(FADER, 0.7), Moved(FADER, 0.76))
    rigged.wait(1.0)
    tap(rigged, "x.right")
    rigged.forget()
    rigged.do(Moved(FADER, 0.74))
    assert rigged.writes() == []
    rigged.do(Moved(FADER, 0.2))
    assert [one.parameter for one in rigged.writes()] == ["desk.ch.9.fader"]


def test_a_line_may_ask_for_another_way() -> None:
    rigged = Bench(rig("- fader <> .fader | db: {takeover: jump}", device="bench/motorless"))
    rigged.do(Moved(FADER, 0.75))
    assert rigged.written() == [0.0]


@pytest.mark.parametrize("stood", [0.2, 0.5])
def test_a_cap_that_was_moved_while_unplugged_has_to_be_caught_anew(stood: float) -> None:
    rigged = Bench(rig("- fader <> .fader | db", device="bench/motorless"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Moved(FADER, stood))
    rigged.wait(1.0)
    rigged.do(Gone("x"), Arrived("x"), Moved(FADER, 0.9), Moved(FADER, 0.8))
    assert rigged.writes() == []
    rigged.do(Moved(FADER, 0.4))
    assert rigged.written() == [pytest.approx(-18.0)]


def test_a_cap_that_was_moved_while_the_desk_was_away_has_to_be_caught_anew() -> None:
    rigged = Bench(rig("- fader <> .fader | db", device="bench/motorless"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Moved(FADER, 0.5))
    rigged.do(Gone("desk"), Moved(FADER, 0.9), Arrived("desk"), report("desk.ch.1.fader", -10.0))
    rigged.wait(1.0)
    rigged.do(Moved(FADER, 0.91))
    assert rigged.writes() == []


def test_a_cap_on_its_way_as_the_bank_changed_does_not_take_the_next_one_along() -> None:
    rigged = Bench(rig("- fader <> .fader | db", more=PAGING, device="bench/motorless"))
    rigged.know(ch_1_fader=-30.0, ch_9_fader=-10.0)
    rigged.do(Moved(FADER, 0.25))
    tap(rigged, "x.right")
    rigged.do(Moved(FADER, 0.6), Moved(FADER, 0.9))
    rigged.wait(1.0)
    rigged.do(Moved(FADER, 0.91))
    assert rigged.writes() == []


def test_a_fader_that_drives_two_values_catches_each_by_itself() -> None:
    two = "- x.fader.1 <> desk.ch.1.fader | db\n- x.fader.1 > desk.ch.2.fader | db"
    rigged = Bench(rig("", two, device="bench/motorless"))
    rigged.know(ch_1_fader=-10.0, ch_2_fader=-30.0)
    rigged.do(Moved(FADER, 0.5), Moved(FADER, 0.6))
    assert rigged.written("desk.ch.1.fader") == pytest.approx([-6.0])
    assert rigged.written("desk.ch.2.fader") == []
    rigged.do(Moved(FADER, 0.125), Moved(FADER, 0.75))
    assert rigged.written("desk.ch.1.fader")[1:] == pytest.approx([-50.0, 0.0])
    assert rigged.written("desk.ch.2.fader") == pytest.approx([-50.0, 0.0])


def test_a_fader_whose_value_glides_stays_caught() -> None:
    rigged = Bench(rig("- fader <> .fader | db | > slew(1/s)", device="bench/motorless"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Moved(FADER, 0.5), Moved(FADER, 0.7))
    rigged.wait(0.05)
    rigged.do(Moved(FADER, 0.8))
    rigged.wait(2.0)
    assert rigged.written()[-1] == pytest.approx(2.0)


def test_a_fader_stays_caught_when_the_mapping_is_saved() -> None:
    before = rig("- fader <> .fader | db", device="bench/motorless")
    rigged = Bench(before)
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Moved(FADER, 0.5), Moved(FADER, 0.6))
    rigged.wait(1.0)
    rigged.adopt(before.replace("name: bench", "name: bank"))
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(Moved(FADER, 0.7))
    assert rigged.written() == [pytest.approx(-2.0)]


# The bridge's own actions


def test_reset_writes_its_value_and_the_motor_follows() -> None:
    rigged = Bench(rig("- fader <> .fader | db\n- select > do reset .fader 0dB"))
    rigged.know(ch_1_fader=-30.0)
    tap(rigged, "x.select.1")
    assert rigged.written() == [0.0]
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_reset_knows_full_names_too() -> None:
    rigged = Bench(rig("", "- x.f1 > do reset desk.main.fader 0dB"))
    tap(rigged, "x.f1")
    assert [(one.parameter, one.value) for one in rigged.writes()] == [("desk.main.fader", 0.0)]


def test_banks_layers_and_pages_are_actions_too() -> None:
    banks = "{inputs: {items: 'desk.ch.{1..16}'}, dcas: {items: 'desk.dca.{1..4}'}}"
    more = "layers: {a: {default: true}, b: {}}\n"
    lines = (
        "- x.f1 > do bank dcas\n- x.f2 > do layer b\n- x.f3 > do bank inputs\n- x.f4 > do page +1"
    )
    rigged = Bench(rig("", lines, more, banks=banks))
    for name in ("x.f1", "x.f2"):
        tap(rigged, name)
    assert rigged.engine.banks.active == "dcas"
    assert rigged.engine.situation.has("layer", "b")
    for name in ("x.f3", "x.f4"):
        tap(rigged, name)
    assert rigged.engine.banks.offset == 8


def test_resync_asks_the_target_for_everything_again() -> None:
    rigged = Bench(rig("- fader <> .fader | db", "- x.f1 > do resync"))
    tap(rigged, "x.f1")
    (asked,) = [one for one in rigged.told if isinstance(one, Follow)]
    assert asked.anew
    assert ParameterId("desk.ch.1.fader") in asked.parameters


def test_a_resync_of_a_surface_shows_everything_again_but_leaves_the_hand_alone() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    rigged.know(ch_1_fader=0.0, ch_2_fader=-10.0)
    rigged.do(Touched(FADER))
    rigged.forget()
    shown = rigged.engine.resync("x", rigged.now)
    motors = {one.control for one in shown if isinstance(one, ShowMotor)}
    assert control("x.fader.2") in motors
    assert FADER not in motors
    assert rigged.engine.situation.has("touched", FADER)


def test_what_waits_for_its_turn_still_goes_out_when_the_target_begins_anew() -> None:
    rigged = Bench(rig("- fader <> .fader | db", target=SLOW))
    rigged.know(ch_1_fader=0.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.5), Moved(FADER, 0.25))
    assert rigged.written() == [-10.0]
    rigged.do(Arrived("desk"))
    assert rigged.written() == [-10.0, -30.0]


# Coming and going


def test_momentary_keys_come_up_and_modifiers_go_off_with_their_surface() -> None:
    lines = "- x.f1 <> desk.talk\n- when shift:\n    - x.f2 > desk.clearsolo"
    rigged = Bench(rig("", lines, "modifiers: {shift: x.shift}\n"))
    rigged.do(Pressed(control("x.f1")), Pressed(control("x.shift")))
    rigged.do(Gone("x"))
    assert rigged.written() == [True, False]
    assert not rigged.engine.situation.has("modifier", "shift")


def test_a_surface_that_starts_again_without_goodbye_holds_nothing() -> None:
    rigged = Bench(rig("- fader <> .fader | db\n- fader.touch > desk.talk"))
    rigged.know(ch_1_fader=0.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.5))
    rigged.forget()
    rigged.do(Arrived("x"))
    rigged.wait(1.0)
    assert rigged.written() == [False]
    assert rigged.shown("x.fader.1") == [pytest.approx(0.5, abs=0.001)]


def test_a_stranger_changes_nothing() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    rigged.do(Arrived("stranger"), Gone("stranger"), report("desk.none", 1.0))
    assert rigged.told == []
    assert rigged.engine.counts["unmapped"] == 1


# Another plan


BEFORE = "- fader <> .fader | db\n- mute <> .on | invert\n- lcd.top < .name"


def loaded() -> Bench:
    rigged = Bench(rig(BEFORE, more=PAGING))
    rigged.know(ch_1_fader=-10.0, ch_1_on=False, ch_1_name="Kick", ch_9_name="Bass")
    return rigged


def test_the_same_plan_again_says_nothing() -> None:
    rigged = loaded()
    rigged.adopt(rig(BEFORE, more=PAGING))
    rigged.wait(1.0)
    assert rigged.told == []


def test_a_new_plan_keeps_what_is_known_and_shows_only_differences() -> None:
    rigged = loaded()
    tap(rigged, "x.right")
    rigged.wait(1.0)
    rigged.forget()
    rigged.adopt(rig(BEFORE.replace(" | invert", "") + "\n- solo < .on", more=PAGING))
    rigged.wait(1.0)
    assert rigged.told == []
    rigged.do(Pressed(control("x.left")))
    assert rigged.shown("x.mute.1") == []
    assert rigged.shown("x.lcd.1.top") == ["Kick"]


def test_a_new_line_is_followed_and_shown() -> None:
    rigged = loaded()
    rigged.adopt(rig(BEFORE + "\n- ring < .pan", more=PAGING))
    assert kinds(rigged.wait(0.1)) == ["Follow"]
    rigged.do(report("desk.ch.1.pan", 0.0))
    assert rigged.shown("x.ring.1") == [0.5]


def test_a_line_that_is_gone_goes_dark() -> None:
    rigged = loaded()
    rigged.adopt(rig("- fader <> .fader | db", more=PAGING))
    rigged.wait(1.0)
    assert rigged.shown("x.mute.1") == ["dark"]
    assert rigged.shown("x.lcd.1.top") == [""]


def test_a_held_fader_stays_held_through_a_reload() -> None:
    rigged = loaded()
    rigged.do(Touched(FADER))
    rigged.adopt(rig(BEFORE, more=PAGING))
    rigged.do(report("desk.ch.1.fader", -30.0))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []
    rigged.do(Moved(FADER, 0.75))
    assert rigged.written() == [0.0]
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_held_fader_that_means_something_else_after_a_reload_writes_nothing() -> None:
    rigged = loaded()
    rigged.do(Touched(FADER))
    rigged.adopt(rig("- fader <> .send.1.level | db", more=PAGING))
    rigged.do(Moved(FADER, 0.75))
    assert rigged.writes() == []
    assert rigged.engine.counts["late"] == 1


def test_a_touch_made_from_motion_ends_after_a_reload_too() -> None:
    text = rig("- fader <> .fader | db\n- fader.touch > desk.talk", device="bench/blind")
    rigged = Bench(text)
    rigged.know(ch_1_fader=0.0)
    rigged.do(Moved(FADER, 0.6))
    rigged.adopt(text)
    rigged.wait(1.0)
    assert rigged.written("desk.talk") == [True, False]


def test_a_write_that_waits_goes_out_after_a_reload() -> None:
    text = rig("- fader <> .fader | db", target=SLOW)
    rigged = Bench(text)
    rigged.do(Touched(FADER), Moved(FADER, 0.6), Moved(FADER, 0.75))
    rigged.adopt(text)
    rigged.wait(1.0)
    assert rigged.written()[-1] == 0.0


def test_a_reload_while_an_echo_is_awaited_settles_all_the_same() -> None:
    text = rig("- fader <> .fader | db", target="profile: bench/chatty, host: 127.0.0.1")
    rigged = Bench(text)
    rigged.do(Touched(FADER), Moved(FADER, 0.6), Moved(FADER, 0.75), LetGo(FADER))
    rigged.adopt(text)
    rigged.do(report("desk.ch.1.fader", rigged.written()[0]))
    assert rigged.shown("x.fader.1") == []
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_layer_that_a_new_plan_lacks_gives_way_to_its_default() -> None:
    layers = "layers: {a: {button: x.pan, default: true}, b: {button: x.sends}}\n"
    rigged = Bench(rig(BEFORE, more=layers))
    tap(rigged, "x.sends")
    rigged.adopt(rig(BEFORE, more=layers.replace("b:", "c:")))
    assert rigged.engine.situation.has("layer", "a")
    rigged.adopt(rig(BEFORE, more=layers))
    assert rigged.engine.situation.has("layer", "a")


def test_variables_stand_where_they_stood() -> None:
    more = "vars: {send: {range: 1..3, default: 1, dec: x.left, inc: x.right, show: x.display}}\n"
    rigged = Bench(rig("- vpot <> .send.{send}.level | rel(1/96)", more=more))
    tap(rigged, "x.right")
    rigged.wait(1.0)
    rigged.forget()
    rigged.adopt(rig("- vpot <> .send.{send}.level | rel(1/48)", more=more))
    rigged.wait(1.0)
    assert rigged.told == []
    rigged.do(report("desk.ch.1.send.2.level", -30.0))
    assert rigged.shown("x.ring.1") == [pytest.approx(0.25, abs=0.01)]


def test_a_key_with_words_says_the_words() -> None:
    rigged = Bench(rig("- solo <> .mode | pick(post=on, pre=off)"))
    rigged.know(ch_1_mode="pre")
    tap(rigged, "x.solo.1")
    assert rigged.shown("x.solo.1") == ["lit", "lit"]
    tap(rigged, "x.solo.1")
    assert rigged.written() == ["post", "pre"]


def test_turning_may_send_a_constant() -> None:
    rigged = Bench(rig("", "- x.jog > desk.main.fader 0dB"))
    rigged.do(Turned(control("x.jog"), 3), Turned(control("x.jog"), -1))
    assert rigged.written() == [0.0, 0.0]


def test_an_encoder_to_a_target_that_only_listens_starts_in_the_middle() -> None:
    rigged = Bench(rig("- vpot > .trim | rel(1/36)"))
    rigged.do(Turned(control("x.vpot.1"), 2))
    assert rigged.written() == [pytest.approx(2.0)]


def test_a_variable_that_a_strip_lacks_is_counted() -> None:
    more = 'vars: {"mode.{1..2}": {values: [a, b]}}\n'
    rigged = Bench(rig("- select > do cycle mode.{n}", more=more))
    tap(rigged, "x.select.5")
    assert rigged.engine.counts["undone"] == 1


def test_a_press_of_nothing_known_is_counted_and_its_release_is_not() -> None:
    rigged = Bench(rig("- mute <> .on"))
    tap(rigged, "x.none")
    assert rigged.engine.counts == {"unmapped": 1}


def test_a_latch_and_a_layer_act_on_the_press_only() -> None:
    more = "modifiers: {flip: x.flip latch}\n"
    rigged = Bench(rig("- mute <> .on", more=more))
    rigged.do(Pressed(control("x.flip")))
    assert rigged.engine.situation.has("modifier", "flip")
    rigged.do(Released(control("x.flip")))
    assert rigged.engine.situation.has("modifier", "flip")


def test_a_cap_without_motor_waits_for_a_target_to_tell_but_not_for_one_that_never_will() -> None:
    for line, written in (("- fader <> .fader | db", []), ("- fader > .fader | db", [0.0])):
        rigged = Bench(rig(line, device="bench/motorless"))
        rigged.do(Moved(FADER, 0.75))
        assert rigged.written("desk.ch.1.fader") == written


def test_a_cap_without_motor_plays_a_midi_port_that_cannot_be_asked() -> None:
    strip = "- fader <> desk:cc 1 {s}"
    rigged = Bench(
        rig(strip, device="bench/motorless", target="midi: synth", banks="{inputs: {items: 1..8}}")
    )
    rigged.do(Moved(FADER, 1.0))
    assert [one.value for one in rigged.writes()] == [127]


def test_a_cap_without_motor_keeps_a_switch_that_it_made_of_its_travel() -> None:
    rigged = Bench(rig("- fader > .fader | steps(0, 1)", device="bench/motorless"))
    rigged.do(Moved(FADER, 0.9))
    rigged.wait(1.0)
    rigged.do(Moved(FADER, 0.1))
    rigged.wait(1.0)
    assert len(rigged.written("desk.ch.1.fader")) == 2
