import pytest

from surfacebridge.model.controls import Pressed
from surfacebridge.routing.wiring import Wiring
from tests.helpers.rigs import Bench, control, rig

MORE = """
    modifiers: {shift: x.shift, flip: x.flip}
    layers: {pan: {button: x.pan, default: true}, sends: {button: x.sends}}
"""
STRIP = """
    - select > .on
    - when layer sends:
        - select > .solo
    - when shift:
        - select > .mode
    - when shift and flip:
        - select > desk.clearsolo
    - when touched fader:
        - select > desk.talk
"""


def wiring(strip: str = STRIP, lines: str = "", more: str = MORE) -> Wiring:
    return Bench(rig(strip, lines, more)).engine.wiring


@pytest.mark.parametrize(
    ("true", "name"),
    [
        ([], ".on"),
        ([("layer", "sends")], ".solo"),
        ([("layer", "sends"), ("modifier", "shift")], ".mode"),
        ([("modifier", "shift"), ("modifier", "flip")], "desk.clearsolo"),
        ([("modifier", "shift"), ("touched", "x.fader.1")], "desk.talk"),
        ([("touched", "x.fader.2")], ".on"),
        ([("modifier", "shift"), ("modifier", "flip"), ("touched", "x.fader.1")], "desk.clearsolo"),
    ],
)
def test_the_strongest_condition_that_holds_wins(true: list[tuple[str, str]], name: str) -> None:
    wired = wiring()
    for kind, what in true:
        wired.situation.set(kind, what, True)
    ins, outs = wired.winners(wired.controls[control("x.select.1")])
    assert [getattr(line.target, "name", "") for line in ins] == [name]
    assert outs == []


def test_every_line_of_a_control_is_told_the_strongest_first() -> None:
    wired = wiring()
    lines = wired.lines_of(wired.controls[control("x.select.1")])
    names = [getattr(line.target, "name", "") for line in lines]
    assert names == ["desk.clearsolo", "desk.talk", ".mode", ".solo", ".on"]


def test_a_control_without_lines_has_no_winners() -> None:
    wired = wiring()
    main = wired.controls[control("x.main.fader")]
    assert wired.winners(main) == ([], [])
    assert wired.lines_of(main) == []
    assert wired.choose(main) == ((), ())
    assert not wired.gives_out(main)


def test_controls_are_sorted_by_what_may_change_them() -> None:
    wired = wiring("- select > .on\n- when shift:\n    - solo > .on", '- x.timecode < "{clock:HH}"')
    assert {one.spec.name for one in wired.mapped} == {"select", "solo", "timecode"}
    assert {one.spec.name for one in wired.conditional} == {"solo"}
    assert [one.spec.name for one in wired.clocks] == ["timecode"]


def test_what_a_condition_speaks_of_leads_to_its_controls_and_to_no_others() -> None:
    wired = wiring("- when touched fader:\n    - solo > .on\n- when shift:\n    - mute > .on")

    def named(kind: str, name: str) -> set[str]:
        return {one.id for one in wired.conditional_on(kind, name)}

    assert named("touched", "x.fader.1") == {"x.solo.1"}
    assert named("modifier", "shift") >= {"x.mute.1", "x.mute.2"}
    assert named("touched", "x.main.fader") == named("hold", "x.select.1") == set()


def test_displays_of_one_name_are_a_row_across_surfaces() -> None:
    text = rig("- lcd.top < .name", more="rig: [y, x]\n").replace(
        "surfaces: {", "surfaces: {y: {device: bench/two, port: y}, "
    )
    wired = Bench(text).engine.wiring
    row = wired.row(wired.controls[control("x.lcd.1.top")])
    assert row is not None
    assert [one.id for one in row.controls[:3]] == ["y.lcd.1.top", "y.lcd.2.top", "x.lcd.1.top"]
    assert wired.row(wired.controls[control("x.timecode")]) is None


def test_every_bank_is_within_reach_the_one_in_view_first() -> None:
    banks = "{a: {items: [desk.ch.1]}, b: {items: [desk.dca.1, desk.dca.2], button: x.dcas}}"
    rigged = Bench(rig("- fader <> .fader | db", banks=banks))
    rigged.do(Pressed(control("x.dcas")))
    names = dict.fromkeys(one.id for one in rigged.engine.wiring.reach())
    assert list(names) == ["desk.dca.1.fader", "desk.dca.2.fader", "desk.ch.1.fader"]


def test_a_fader_has_a_touch_key_whether_it_senses_one_or_not() -> None:
    for device in ("bench/eight", "bench/blind"):
        wired = Bench(rig("- fader.touch > desk.talk", device=device)).engine.wiring
        assert wired.controls[control("x.fader.1.touch")].spec.kind == "key"


def test_what_was_found_out_beforehand_counts_only_for_the_same_window() -> None:
    rigged = Bench(rig("- fader <> .fader | db", more="paging: {page: [x.left, x.right]}\n"))
    wired = rigged.engine.prepare(rigged.plan)
    assert wired.ready[control("x.fader.1")][0][0].parameters[0].id == "desk.ch.1.fader"
    rigged.do(Pressed(control("x.right")))
    rigged.engine.adopt(wired, rigged.now)
    (binding,) = wired.controls[control("x.fader.1")].ins
    assert binding.parameters[0].id == "desk.ch.9.fader"
    assert wired.ready == {}
