import pytest

from surfacebridge.model.controls import ControlId
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.explain import Standing, condition_text, expand, explain
from tests.helpers.rigs import plan_of, rig

LAYERS = "layers: {pan: {button: x.pan, default: true}, sends: {button: x.sends}}\n"
FLIP = "modifiers: {flip: x.flip latch}\n"


def standings(text: str, control: str = "x.fader.1") -> list[Standing]:
    engine = Engine(plan_of(text))
    return explain(engine.wiring, engine.wiring.controls[ControlId(control)])


def whys(text: str, control: str = "x.fader.1") -> list[tuple[bool, str]]:
    return [(one.is_live, one.why.replace("\n", " ")) for one in standings(text, control)]


def test_a_line_without_a_condition_is_live_and_says_what_it_drives() -> None:
    (standing,) = standings(rig("- fader <> .fader | db"))
    assert standing.is_live
    assert standing.why == "live, it has no condition"
    assert standing.drives == ("desk.ch.1.fader",)


def test_what_a_stronger_line_needs_and_what_it_shadows_is_said() -> None:
    text = rig(
        "- when layer pan:\n    - fader <> .fader | db\n"
        "- fader <> .trim\n"
        "- when layer sends and flip:\n    - fader <> .send.1.level | db\n",
        more=FLIP + LAYERS,
    )
    live, shadowed, waiting = whys(text)
    assert live == (True, "live, because layer pan")
    assert shadowed[0] is False
    assert shadowed[1].startswith("shadowed by line ")
    assert shadowed[1].endswith("its condition 'layer pan' is stronger")
    assert waiting == (False, "waits for layer sends and flip")


def test_a_line_the_subject_knows_nothing_of_does_nothing() -> None:
    banks = "{dcas: {items: ['desk.dca.1', 'desk.ch.1']}}"
    (first,) = whys(rig("- vpot <> .pan | rel(1/64)", banks=banks), "x.vpot.1")
    assert first == (False, "does nothing: desk.dca.1 has no such parameter")
    (beyond,) = whys(rig("- vpot <> .pan | rel(1/64)", banks=banks), "x.vpot.3")
    assert beyond[1].startswith("does nothing: its strip stands for nothing")


@pytest.mark.parametrize(
    ("line", "control", "samples"),
    [
        (
            "fader <> .fader | db",
            "x.fader.1",
            [
                ("-oo dB (0.0000 of the travel)", "-oo dB (0.0000 there)"),
                ("-20.0 dB (0.3750 of the travel)", "-20.0 dB (0.3754 there)"),
                ("0.0 dB (0.7500 of the travel)", "0.0 dB (0.7498 there)"),
                ("+10.0 dB (1.0000 of the travel)", "+10.0 dB (1.0000 there)"),
            ],
        ),
        ("mute <> .on | invert", "x.mute.1", [("press", "off while dark, on while lit")]),
        ("mute <> .on | trigger", "x.mute.1", [("press", "on")]),
        ("mute > .on | momentary", "x.mute.1", [("press", "on, and off on release")]),
        ("vpot.push > .pan 0.5", "x.vpot.1.push", [("press", "0")]),
        ("vpot <> .pan | rel(1/64)", "x.vpot.1", [("one tick", "+0.01562 of its range")]),
        ("vpot > .fader | rel(0.5dB)", "x.vpot.1", [("one tick", "+0.5 dB")]),
        ("select > do reset .fader 0dB", "x.select.1", [("press", "do reset .fader 0dB")]),
        (
            "fader < .pan",
            "x.fader.1",
            [("0.0000 of the travel", "-1"), ("0.5000 of the travel", "0"),
             ("1.0000 of the travel", "1")],
        ),
    ],
)  # fmt: skip
def test_a_line_says_what_its_stages_do(
    line: str, control: str, samples: list[tuple[str, str]]
) -> None:
    (standing, *_) = standings(rig(f"- {line}"), control)
    assert [(one.here, one.there) for one in standing.samples] == samples


def test_a_condition_is_written_as_in_a_mapping() -> None:
    text = rig(
        "- when (layer pan or not flip) and touched fader:\n    - mute <> .on\n"
        "- when .on == 0:\n    - solo <> .solo\n",
        more=FLIP + LAYERS,
    )
    first, second = (line.condition for line in plan_of(text).lines)
    assert condition_text(first) == "(layer pan or not flip) and touched fader"
    assert condition_text(second) == ".on == 0"
    assert condition_text(None) == ""


def test_every_binding_of_every_page_is_listed_once() -> None:
    text = rig("- fader <> .fader | db", "- x.main.fader <> desk.main.fader | db")
    plan = plan_of(text)
    found = list(expand(plan, Engine(plan).wiring))
    assert len(found) == 16 + 1
    ninth = next(one for one in found if one.drives == "desk.ch.9.fader")
    assert (ninth.control, ninth.arrow, ninth.bank, ninth.page) == ("x.fader.1", "<>", "inputs", 2)
    assert (found[-1].control, found[-1].drives, found[-1].page) == (
        "x.main.fader",
        "desk.main.fader",
        0,
    )


def test_bindings_without_a_parameter_say_what_they_do_instead() -> None:
    text = rig("- select > do reset .fader 0dB\n- lcd.top < 'Hi'", "- x.go > do page +1")
    plan = plan_of(text)
    drives = {one.drives for one in expand(plan, Engine(plan).wiring)}
    assert {"text", "do page +1"} <= drives
