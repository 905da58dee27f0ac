import pytest

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.feedback import ShowMotor, ShowRing
from surfacebridge.model.lifecycle import Arrived, ClockTicked, Gone
from surfacebridge.model.parameters import Follow, ParameterId, Report
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Colour
from surfacebridge.routing.engine import Engine
from tests.helpers.rigs import Bench, control, kinds, report, rig

FADER = control("x.fader.1")


def settled(device: str, *, move: bool = True) -> Bench:
    rigged = Bench(rig("- fader <> .fader | db", device=device))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Touched(FADER))
    if move:
        rigged.do(Moved(FADER, 0.6), Moved(FADER, 0.75))
    return rigged


def test_a_settling_fader_is_told_its_final_place_exactly_once() -> None:
    rigged = settled("bench/eight")
    assert rigged.shown("x.fader.1") == []
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_servo_fader_is_told_where_it_is_while_it_is_held() -> None:
    rigged = settled("bench/servo")
    assert rigged.shown("x.fader.1") == [0.6, 0.75]
    rigged.do(report("desk.ch.1.fader", -30.0))
    assert rigged.shown("x.fader.1") == [0.6, 0.75]
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [0.6, 0.75, pytest.approx(0.25, abs=0.001)]


def test_a_servo_fader_that_is_right_already_is_left_alone_on_release() -> None:
    rigged = settled("bench/servo")
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [0.6, 0.75]


def test_a_fader_without_echo_hears_only_other_peoples_changes() -> None:
    rigged = settled("bench/still")
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []
    rigged.do(report("desk.ch.1.fader", -30.0))
    assert rigged.shown("x.fader.1") == [pytest.approx(0.25, abs=0.001)]


def test_a_line_may_overrule_the_sheets_echo() -> None:
    rigged = Bench(rig("- fader <> .fader | db: {echo: servo}"))
    rigged.do(Touched(FADER), Moved(FADER, 0.6))
    assert rigged.shown("x.fader.1") == [0.6]


def test_a_fader_ends_on_the_targets_own_grid() -> None:
    rigged = Bench(rig("- fader <> .fader | db", target="profile: bench/coarse, host: 127.0.0.1"))
    rigged.do(Touched(FADER), Moved(FADER, 0.753), LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75)]


def test_a_motor_is_not_ordered_to_where_it_stands() -> None:
    rigged = settled("bench/eight", move=False)
    rigged.do(LetGo(FADER))
    rigged.do(report("desk.ch.1.fader", -10.0), report("desk.ch.1.fader", -9.99))
    rigged.wait(1.0)
    assert rigged.told == []


def test_a_motor_gets_at_most_a_hundred_orders_a_second_and_the_last() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    for step in range(500):
        rigged.do(report("desk.ch.1.fader", -60.0 + step / 10))
        rigged.wait(0.001)
    rigged.wait(1.0)
    shown = rigged.shown("x.fader.1")
    assert len(shown) <= 52
    assert shown[-1] == pytest.approx(0.49875, abs=0.001)


@pytest.mark.parametrize("stage", ["", " | meter(peak, 300ms/step)"])
def test_a_meter_goes_dark_with_the_target_that_measured(stage: str) -> None:
    rigged = Bench(rig(f"- meter < .meter{stage}\n- fader <> .fader"))
    rigged.know(ch_1_meter=-6.0, ch_1_fader=-10.0)
    rigged.do(Gone("desk"))
    rigged.wait(20.0)
    assert rigged.shown("x.meter.1")[-1] == OFF
    assert rigged.shown("x.fader.1") == []


def test_meters_keep_a_slower_pace() -> None:
    rigged = Bench(rig("- meter < .meter"))
    for step in range(100):
        rigged.do(report("desk.ch.1.meter", -float(step)))
        rigged.wait(0.01)
    rigged.wait(1.0)
    shown = rigged.shown("x.meter.1")
    assert len(shown) <= 22
    assert shown[-1] == -99.0


# Lamps, rings, texts, colours


def test_lamps_show_the_target_and_nothing_twice() -> None:
    rigged = Bench(rig("- mute <> .on | invert"))
    rigged.do(report("desk.ch.1.on", False), report("desk.ch.1.on", False))
    rigged.do(report("desk.ch.1.on", True))
    assert rigged.shown("x.mute.1") == ["lit", "dark"]


def test_a_lamp_is_told_again_after_its_key_was_pressed() -> None:
    # Many surfaces light a key's lamp themselves while it is down.
    rigged = Bench(rig("- solo > .solo | momentary\n- solo < .solo"))
    rigged.know(ch_1_solo=False)
    rigged.do(Pressed(control("x.solo.1")), Released(control("x.solo.1")))
    assert rigged.shown("x.solo.1") == ["dark"]


def test_a_lamp_may_blink() -> None:
    rigged = Bench(rig("- rec < .mode | pick(pre=blink, post=on, else=off)".replace("rec", "solo")))
    for word in ("pre", "post", "sub"):
        rigged.do(report("desk.ch.1.mode", word))
    assert rigged.shown("x.solo.1") == ["blink", "lit", "dark"]


def test_rings_know_their_kind() -> None:
    rigged = Bench(rig("- vpot <> .pan | rel(1/64)\n- lcd.bottom < .pan"))
    rigged.do(report("desk.ch.1.pan", 0.5))
    rigged.wait(1.0)
    assert ShowRing("x", control("x.ring.1"), 0.75, "pan") in rigged.told
    assert rigged.shown("x.lcd.1.bottom") == ["R50"]


def test_a_ring_may_be_asked_for_another_mode() -> None:
    rigged = Bench(rig("- ring < .fader | ring(spread)"))
    rigged.do(report("desk.ch.1.fader", 0.0))
    assert rigged.told == [ShowRing("x", control("x.ring.1"), 0.75, "spread")]


def test_texts_are_fitted_and_colours_passed_on() -> None:
    rigged = Bench(rig("- lcd.top < .name\n- lcd.color < .color"))
    rigged.do(report("desk.ch.1.name", "Lead Vocal"))
    rigged.do(report("desk.ch.1.color", Colour(255, 0, 0)))
    assert rigged.shown("x.lcd.1.top") == ["LeadVcl"]
    assert rigged.shown("x.lcd.1.color") == [Colour(255, 0, 0)]


def test_the_first_source_that_is_not_empty_is_shown() -> None:
    rigged = Bench(rig('- lcd.top < "{.name|.id:7}"'))
    rigged.do(report("desk.ch.1.id", "Ch 01"))
    rigged.wait(1.0)
    rigged.do(report("desk.ch.1.name", "Kick"))
    rigged.wait(1.0)
    rigged.do(report("desk.ch.1.name", ""))
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.top") == ["Ch 01", "Kick", "Ch 01"]


def test_a_template_mixes_words_and_values() -> None:
    rigged = Bench(rig("", '- x.timecode < "A {desk.ch.1.fader:dB}"'))
    rigged.do(report("desk.ch.1.fader", -10.0))
    assert rigged.shown("x.timecode") == ["A -10.0"]


def test_the_clock_shows_the_time_of_day() -> None:
    rigged = Bench(rig("", '- x.timecode < "{clock:HH.MM.SS}"'))
    rigged.do(ClockTicked(9, 5, 7))
    rigged.wait(1.0)
    rigged.do(ClockTicked(9, 5, 7))
    assert rigged.shown("x.timecode") == ["09.05.07"]


def test_a_clock_on_a_hidden_layer_tells_the_time_when_its_layer_comes() -> None:
    rigged = Bench(
        rig(
            "",
            '- x.timecode < .x\n- when layer b:\n    - x.timecode < "{clock:MM.SS}"'.replace(
                "- x.timecode < .x\n", ""
            ),
            "layers: {a: {button: x.pan, default: true}, b: {button: x.sends}}\n",
        )
    )
    rigged.do(Pressed(control("x.sends")), Released(control("x.sends")))
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(ClockTicked(1, 2, 3))
    rigged.wait(1.0)
    assert rigged.shown("x.timecode") == ["02.03"]


# Names in one row


def names(*texts: str) -> Bench:
    rigged = Bench(rig('- lcd.top < "{.name:7}"', device="bench/eight"))
    for n, text in enumerate(texts, 1):
        rigged.do(report(f"desk.ch.{n}.name", text))
    rigged.wait(1.0)
    return rigged


def last(rigged: Bench, strip: int) -> object:
    return rigged.shown(f"x.lcd.{strip}.top")[-1]


def test_neighbours_whose_names_would_look_alike_are_told_apart() -> None:
    rigged = names("Backing Vocals Left", "Backing Vocals Right", "Kick")
    assert [last(rigged, strip) for strip in (1, 2, 3)] == ["BckngV1", "BckngV2", "Kick"]


def test_neighbours_with_one_and_the_same_name_keep_it() -> None:
    rigged = names("Backing Vocals", "Backing Vocals")
    assert last(rigged, 1) == last(rigged, 2) == "BckngVc"


def test_a_name_is_given_back_when_its_neighbour_no_longer_looks_like_it() -> None:
    rigged = names("Backing Vocals Left", "Backing Vocals Right")
    rigged.do(report("desk.ch.2.name", "Kick"))
    rigged.wait(1.0)
    assert last(rigged, 1) == "BckngVc"
    assert last(rigged, 2) == "Kick"


def test_neighbours_are_told_apart_by_their_place_in_the_bank() -> None:
    rigged = Bench(rig('- lcd.top < "{.name:7}"', more="paging: {page: [x.left, x.right]}\n"))
    rigged.know(ch_9_name="Backing Vocals Left", ch_10_name="Backing Vocals Right")
    rigged.do(Pressed(control("x.right")), Released(control("x.right")))
    rigged.wait(1.0)
    assert [last(rigged, strip) for strip in (1, 2)] == ["BckngV9", "Bckng10"]


# Unknown and blank


def test_a_surface_that_arrives_is_painted_whole_blanks_included() -> None:
    strip = """
        - fader <> .fader | db
        - mute <> .on | invert
        - lcd.top < .name
        - lcd.color < .color
        - meter < .meter
        - vpot <> .pan | rel(1/64)
    """
    rigged = Bench(rig(strip, device="bench/two", banks="{a: {items: [desk.ch.1]}}"))
    rigged.know(ch_1_fader=0.0, ch_1_on=False, ch_1_name="Kick")
    rigged.do(Gone("x"))
    assert rigged.told == []
    made = rigged.do(Arrived("x"))
    shown = {one.control: one for one in made if hasattr(one, "control")}
    # Channel 1 is known in part; nothing is made up for the rest of it.
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]
    assert rigged.shown("x.mute.1") == ["lit"]
    assert rigged.shown("x.lcd.1.top") == ["Kick"]
    assert rigged.shown("x.meter.1") == [OFF]
    assert shown["x.ring.1"] == ShowRing("x", control("x.ring.1"), None, "dot")
    # The second strip stands for nothing: fader down, lamps dark, text empty.
    assert rigged.shown("x.fader.2") == [0.0]
    assert rigged.shown("x.mute.2") == ["dark"]
    assert rigged.shown("x.lcd.2.top") == [""]
    assert rigged.shown("x.lcd.2.color") == [EIGHT_COLOURS[7]]
    # What no line speaks about is dark too, as after a power-up of another program.
    assert rigged.shown("x.solo.1") == ["dark"]
    assert rigged.shown("x.f1") == ["dark"]
    # Each control once, and no order to a motor without a known value.
    assert len(made) == len(shown)
    assert rigged.shown("x.main.fader") == []


def test_motors_stay_where_they_are_until_their_value_is_known() -> None:
    rigged = Bench(rig("- fader <> .fader | db"), absent=True)
    rigged.do(Arrived("x"), Arrived("desk"))
    rigged.wait(1.0)
    assert not [one for one in rigged.told if isinstance(one, ShowMotor)]
    rigged.do(report("desk.ch.3.fader", 0.0))
    assert rigged.shown("x.fader.3") == [pytest.approx(0.75, abs=0.001)]


def test_a_surface_that_is_away_is_told_nothing() -> None:
    rigged = Bench(rig("- fader <> .fader | db\n- lcd.top < .name"))
    rigged.do(Gone("x"))
    rigged.do(report("desk.ch.1.fader", 0.0), report("desk.ch.1.name", "Kick"))
    rigged.wait(1.0)
    assert rigged.told == []


def test_a_target_that_restarts_leaves_the_surface_be_and_changes_differences_only() -> None:
    rigged = Bench(rig("- fader <> .fader | db\n- mute <> .on | invert"))
    rigged.know(ch_1_fader=0.0, ch_2_fader=0.0, ch_1_on=False)
    rigged.do(Gone("desk"))
    rigged.wait(1.0)
    rigged.do(Arrived("desk"))
    rigged.wait(1.0)
    assert kinds(rigged.told) == ["Follow"]
    rigged.forget()
    rigged.do(report("desk.ch.1.fader", 0.0), report("desk.ch.2.fader", -10.0))
    rigged.do(report("desk.ch.1.on", False))
    rigged.wait(1.0)
    assert kinds(rigged.told) == ["ShowMotor"]
    assert rigged.shown("x.fader.2") == [pytest.approx(0.5, abs=0.001)]


def test_nothing_of_a_lost_target_is_painted_again() -> None:
    rigged = Bench(rig("- fader <> .fader | db\n- mute <> .on | invert\n- lcd.top < .name"))
    rigged.know(ch_1_fader=0.0, ch_1_on=False, ch_1_name="Kick")
    rigged.do(Gone("desk"), Gone("x"), Arrived("x"))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []
    assert rigged.shown("x.mute.1") == ["dark"]
    assert rigged.shown("x.lcd.1.top") == [""]


def test_what_waited_for_its_turn_is_not_shown_after_its_target_went() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    rigged.do(report("desk.ch.1.fader", 0.0), report("desk.ch.1.fader", -30.0), Gone("desk"))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_release_that_a_touch_follows_at_once_is_none() -> None:
    rigged = settled("bench/eight")
    rigged.do(LetGo(FADER))
    rigged.do(Touched(FADER), Moved(FADER, 0.8), LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.8, abs=0.001)]
    rigged.wait(1.0)
    rigged.do(Touched(FADER))
    rigged.wait(1.0)
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert len(rigged.shown("x.fader.1")) == 1


def test_a_motor_that_a_hand_stopped_on_its_way_is_sent_there_again() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(report("desk.ch.1.fader", 0.0))
    rigged.wait(0.05)
    rigged.do(Touched(FADER))
    rigged.forget()
    rigged.wait(0.3)
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_it_is_sent_there_again_even_if_the_mapping_changed_meanwhile() -> None:
    rigged = Bench(rig("- fader <> .fader | db"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(report("desk.ch.1.fader", 0.0), Touched(FADER))
    rigged.adopt(rig("- fader <> .fader | db\n- mute <> .on"))
    rigged.forget()
    rigged.wait(0.3)
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_servo_follows_a_hand_even_where_the_hand_means_nothing_any_more() -> None:
    paging = "paging: {page: [x.left, x.right]}\n"
    rigged = Bench(rig("- fader <> .fader | db", more=paging, device="bench/servo"))
    rigged.know(ch_1_fader=-10.0, ch_9_fader=-20.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.6))
    rigged.do(Pressed(control("x.right")), Moved(FADER, 0.7))
    assert rigged.engine.counts["late"] == 1
    assert rigged.shown("x.fader.1")[-1] == 0.7


def test_a_reload_while_the_target_is_away_leaves_the_surface_be() -> None:
    text = rig("- mute <> .on | invert\n- lcd.top < .name")
    rigged = Bench(text)
    rigged.know(ch_1_on=False, ch_1_name="Kick")
    rigged.do(Gone("desk"))
    rigged.adopt(text)
    rigged.wait(1.0)
    assert rigged.told == []


def test_a_template_of_which_nothing_is_known_is_dark() -> None:
    rigged = Bench(
        rig('- lcd.bottom < "V {.fader:dB}"', more="paging: {page: [x.left, x.right]}\n")
    )
    rigged.know(ch_1_fader=0.0)
    rigged.do(Pressed(control("x.right")))
    rigged.wait(1.0)
    assert rigged.shown("x.lcd.1.bottom") == [""]


def test_a_console_as_a_surface_is_left_alone_until_its_target_says_what_it_holds() -> None:
    plan = load_rig("x32-ardour", {}).plan
    assert plan is not None
    engine = Engine(plan)
    shown = [*engine.handle(Arrived("desk"), 0.0), *engine.handle(Arrived("daw"), 0.0)]
    assert [one for one in shown if not isinstance(one, Follow)] == []
    level = Report(ParameterId("daw.track.1.fader"), -10.0)
    (show,) = engine.handle(level, 0.1)
    assert isinstance(show, ShowMotor)
    assert show.control == "desk.fader.1"
