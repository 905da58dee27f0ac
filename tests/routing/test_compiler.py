import pytest

from surfacebridge.routing.plan import KeyAction, PlanPattern, Subject, ToParameter, ToPattern
from tests.helpers.rigs import compiled, control, plan_of, problems_of, rig

OSC = "osc: 'udp://127.0.0.1:3819'"


def messages(text: str) -> str:
    return "\n".join(problems_of(text))


def test_a_sound_mapping_has_no_problems() -> None:
    text = rig("- fader <> .fader | db\n- mute <> .on | invert", "- x.f1 > desk.clearsolo")
    assert problems_of(text) == []


def test_a_mapping_with_errors_gives_no_plan() -> None:
    plan, problems = compiled(rig("- fadr <> .fader | db"))
    assert plan is None
    assert problems


def test_every_problem_is_told_at_once_and_in_order() -> None:
    found = problems_of(rig("- fadr <> .fader\n- mute <> .onn\n- solo <> .solo | invrt"))
    assert [one.split(":")[0] for one in found] == ["9", "10", "11"]


@pytest.mark.parametrize(
    ("strip", "lines", "message"),
    [
        ("- fadr <> .fader | db", "", "no control 'fadr'; did you mean 'fader'"),
        ("", "- x.f11 > desk.clearsolo", "x has no control 'f11'; did you mean 'f1'"),
        ("", "- y.f1 > desk.clearsolo", "'y' is none"),
        ("- mute <> .onn", "", "subject has no 'onn'; did you mean 'on'"),
        ("", "- x.f1 > desk.clearsola", "did you mean 'clearsolo'"),
        ("", "- x.f1 > dusk.clearsolo", "no target 'dusk'; did you mean 'desk'"),
        ("", "- x.f1 > .on", "belongs to a strip"),
        ("- lcd.top <> .name", "", "'lcd.top' only shows something; use '<'"),
        ("", "- x.jog <> desk.main.fader | rel(1/64)", "cannot show anything; use '>'"),
        ("- vpot <> .pan", "", "turns without end; add '| rel(1/64)'"),
        ("- fader <> .pan | curve(0:0, 50:100, 100:0)", "", "'curve' has no inverse, use '>'"),
        ("- solo <> .mode | pick(pre=on, post=on)", "", "'pick' has no inverse, use '<'"),
        ("- fader <> .fader | db: {echo: sorvo}", "", "did you mean 'servo'"),
        ("- fader <> .fader | db: {takeover: pick}", "", "is no way of 'takeover'"),
        ("- fader <> .fader | db: {rate: fast}", "", "'fast' is no rate; write for example 50/s"),
        ("- fader <> .fader | db: {rate: 0/s}", "", "'0/s' is no rate"),
        ('- lcd.top < "{.nam:7}"', "", "did you mean 'name'"),
        ('- lcd.top < "{clok:HH}"', "", "no variable 'clok'; did you mean 'clock'"),
        ('- fader < "{.name:7}"', "", "'fader' cannot show text"),
        ('- mute < "{.name:7}"', "", "'mute' cannot show text"),
        ("", "- x.f1 > do bink inputs", "did you mean 'bank'"),
        ("", "- x.f1 > do bank imputs", "did you mean 'inputs'"),
        ("", "- x.f1 > do bank", "is written 'do bank NAME'"),
        ("", "- x.f1 > do page left", "'left' is no number of pages"),
        ("", "- x.f1 > do cycle mode", "no variable 'mode'"),
        ("", "- x.f1 > do resync dusk", "did you mean 'desk'"),
        ("", "- x.f1 > do reset desk.main.fadr 0dB", "did you mean 'main.fader'"),
        ("- when shft:\n    - mute <> .on", "", "no modifier 'shft'"),
        ("- when layer a:\n    - mute <> .on", "", "no layer 'a'"),
        ("- when bank imputs:\n    - mute <> .on", "", "did you mean 'inputs'"),
        ("- when touched fadr:\n    - mute <> .on", "", "did you mean 'fader'"),
        ("- when .onn == 0:\n    - mute <> .on", "", "did you mean 'on'"),
        ("- vpot <> .pan | rel(1/64) | smooth(20ms)", "", "'smooth' slows faders and knobs"),
        ("- fader <> .fader | py(a:b, inverse=a:c)", "", "start with --allow-code a"),
    ],
)
def test_what_cannot_work_is_refused_with_a_way_out(strip: str, lines: str, message: str) -> None:
    assert message in messages(rig(strip, lines))


def test_a_fader_that_senses_no_touch_cannot_require_it() -> None:
    text = rig("- fader <> .fader | db: {touch: required}", device="bench/blind")
    assert "senses no touch" in messages(text)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("paging: {page: [x.lift, x.right]}\n", "did you mean 'left'"),
        ("paging: {page: [x.main.fader, x.right]}\n", "'x.main.fader' is a fader, not a key"),
        ("modifiers: {shift: x.shft}\n", "did you mean 'shift'"),
        ("layers: {a: {button: x.pun}}\n", "did you mean 'pan'"),
        ("rig: [x, y]\n", "no surface 'y'"),
        ("vars: {m: {values: [a, b], default: c}}\n", "the default 'c' is none of its values"),
        ("vars: {m: {values: [a, b], show: x.dsplay}}\n", "did you mean 'display'"),
        ('vars: {c: {range: 1..4, follow: "desk.ch.{c}.sola"}}\n', "did you mean 'ch.1.solo'"),
        ("vars: {c: {range: 1..4, follow: desk.ch.1.solo}}\n", "write '{c}' in it"),
        ('vars: {c: {range: 1..4, follow: "desk.ch.{c}.name"}}\n', "only a switch can be followed"),
    ],
)
def test_keys_and_variables_are_looked_up_too(more: str, message: str) -> None:
    assert message in messages(rig("- mute <> .on", more=more))


def test_products_are_looked_up_with_near_misses() -> None:
    assert "did you mean 'bench/eight'" in messages(rig("", device="bench/eigt"))
    assert "no target profile 'bench/none'" in messages(rig("", target="profile: bench/none"))


def test_names_of_a_missing_product_are_not_blamed_as_well() -> None:
    text = rig("- fader <> .fader | db", "- x.f1 > desk.talk", device="bench/none")
    assert len(problems_of(text)) == 1
    text = rig("- fader <> .fader | db", "- x.f1 > desk.talk", target="profile: bench/none")
    assert len(problems_of(text)) == 1


def test_subjects_are_looked_up() -> None:
    assert "did you mean" in messages(rig("- mute <> .on", banks="{a: {items: [desk.chh.1]}}"))
    assert "no target 'dusk'" in messages(rig("- mute <> .on", banks="{a: {items: [dusk.ch.1]}}"))
    assert "needs a bank" in messages(rig("- mute <> .on", banks=""))


def test_subjects_of_different_kinds_may_share_a_bank() -> None:
    text = rig("- vpot <> .pan | rel(1/64)", banks="{a: {items: [desk.dca.1, desk.ch.1]}}")
    assert problems_of(text) == []
    assert "subject has no 'pan'" in messages(
        rig("- vpot <> .pan | rel(1/64)", banks="{a: {items: [desk.dca.1]}}")
    )


MIDI = "midi: Synth"
MQTT = "mqtt: mqtt://127.0.0.1"


def test_in_a_studio_a_display_says_who_holds_what() -> None:
    studio = "studio: {site: house, broker: 'mqtt://127.0.0.1', share: [desk]}"
    assert problems_of(rig("- lcd.top < .owner", more=studio)) == []
    assert "no 'owner'" in messages(rig("- lcd.top < .owner"))
    wrong = studio.replace("[desk]", "[dusk]")
    assert "no target 'dusk'; did you mean 'desk'?" in messages(rig("- mute <> .on", more=wrong))


def test_a_topic_is_checked_for_every_strip_and_subject() -> None:
    numbers = "{a: {items: '1..4'}}"
    lines = "- fader <> desk:ch/{n}/level\n- lcd.top < desk:ch/{s}/name {v:s}"
    assert problems_of(rig(lines, target=MQTT, banks=numbers)) == []
    said = messages(rig("- fader <> desk:ch/{n}/level {v:loud}", target=MQTT, banks=numbers))
    assert "a value is written {v:json}" in said
    assert said.count("not {v:loud}") == 1
    said = messages(rig("", "- x.f1 > desk:a/# 1", target=MQTT))
    assert "'a/#' is no topic" in said
    said = messages(rig("", "- x.f1 > desk:/play 1", target=MQTT))
    assert "write a topic such as desk:desk/solo {v:json}" in said


def test_a_raw_message_must_be_one_that_its_target_takes() -> None:
    said = messages(rig("", "- x.f1 > desk:cc 1 74", target=OSC))
    assert "cannot take this message; write an OSC address such as desk:/strip/fader" in said
    said = messages(rig("", "- x.f1 > desk:/play 1", target=MIDI))
    assert "cannot take this message; write a MIDI message such as desk:cc 1 74" in said
    said = messages(rig("", "- x.f1 > desk:/play 1"))
    assert "write a parameter such as desk.name" in said


@pytest.mark.parametrize(
    ("strip", "said"),
    [
        ("- mute <> desk:cc {n} 128", "a number from 0 to 127, not '128'"),
        ("- mute <> desk:cc 1 {n:03}", "'cc 1 128': the number of a cc"),
        ("- mute <> desk:cc {s} {m} {n} 1", "should be written like"),
        ("- fader > desk:cc 1 7 | db", "'desk' has no fader law; name one, as in db(mcu, x32)"),
        ("- mute > desk:sysex F0 0 F7", "a byte of a sysex message"),
    ],
)
def test_a_midi_message_at_fault_for_one_strip_is_refused(strip: str, said: str) -> None:
    text = rig(strip, target=MIDI, banks='{a: {items: ["1..130"]}}')
    assert said in messages(text)


def test_a_midi_message_is_checked_for_the_strips_and_subjects_there_are() -> None:
    text = rig("- mute <> desk:cc {s} {n}", target=MIDI, banks='{a: {items: ["1..127"]}}')
    assert problems_of(text) == []


# The plan


def test_strips_stand_in_the_order_of_the_rig() -> None:
    text = rig("- mute <> .on", more="rig: [y, x]\n").replace(
        "surfaces: {", "surfaces: {y: {device: bench/two, port: y}, "
    )
    plan = plan_of(text)
    assert [(one.surface, one.number) for one in plan.strips[:3]] == [("y", 1), ("y", 2), ("x", 1)]
    assert len(plan.strips) == 10


def test_banks_hold_subjects_and_numbers() -> None:
    banks = "{a: {items: [desk.ch.2, desk.dca.1]}, b: {items: '3..5'}, c: {items: '1..{strips}'}}"
    a, b, c = plan_of(rig("- mute <> desk.ch.{n}.on", banks=banks)).banks
    assert a.subjects == (Subject("desk.ch.2", 1), Subject("desk.dca.1", 2))
    assert b.subjects == (Subject("", 3), Subject("", 4), Subject("", 5))
    assert len(c.subjects) == 8


def test_a_delegated_bank_knows_what_to_say() -> None:
    banks = "{t: {items: '1..8', delegate: {page: ['desk:/down 1', 'desk:/up \"a b\"']}}}"
    text = rig("- mute <> desk:/mute {n:i} {v:i}", target=OSC, banks=banks)
    (bank,) = plan_of(text).banks
    assert bank.delegate == (PlanPattern("desk", "/down 1"), PlanPattern("desk", '/up "a b"'))


def test_keys_of_the_bridge_are_actions() -> None:
    plan = plan_of(
        rig(
            "- mute <> .on",
            more="""
                paging: {page: [x.left, x.right], nudge: [x.down, x.up], edge: wrap}
                modifiers: {shift: x.shift, flip: x.flip latch}
                layers: {a: {button: x.pan}, b: {button: x.sends, default: true}}
                vars: {m: {values: [r, w], inc: x.f1}}
            """,
        )
    )
    assert plan.edge == "wrap"
    assert plan.default_layer == "b"
    assert plan.keys[control("x.left")] == (KeyAction("page", "", -1),)
    assert plan.keys[control("x.up")] == (KeyAction("nudge", "", 1),)
    assert plan.keys[control("x.shift")] == (KeyAction("modifier", "shift"),)
    assert plan.keys[control("x.flip")] == (KeyAction("latch", "flip"),)
    assert plan.keys[control("x.sends")] == (KeyAction("layer", "b"),)
    assert plan.keys[control("x.f1")] == (KeyAction("variable", "m", 1),)
    assert plan.variables["m"].default == "r"


def test_a_ring_follows_its_encoder_unless_the_file_says_what_it_shows() -> None:
    implied = plan_of(rig("- vpot <> .pan | rel(1/64)"))
    assert [(one.control, one.implied) for one in implied.lines] == [
        ("vpot", False),
        ("ring", True),
    ]
    said = plan_of(rig("- vpot <> .pan | rel(1/64)\n- ring < .fader"))
    assert [(one.control, one.implied) for one in said.lines] == [("vpot", False), ("ring", False)]
    assert len(plan_of(rig("- vpot > .pan | rel(1/64)")).lines) == 1


def test_a_numbered_encoder_has_its_ring_too() -> None:
    plan = plan_of(rig("", "- x.vpot.3 <> desk.ch.1.pan | rel(1/64)"))
    assert [one.control for one in plan.lines] == ["x.vpot.3", "x.ring.3"]


def test_matching_by_position_takes_the_laws_out() -> None:
    plan = plan_of(rig("- fader <> .fader | db: {match: position}"))
    assert plan.lines[0].transforms == ()


def test_a_line_knows_its_target_rate_and_variables() -> None:
    more = "vars: {send: {range: 1..3}}\n"
    plan = plan_of(rig("- fader <> .send.{send}.level | db | rate(20/s): {rate: 50/s}", more=more))
    (line,) = plan.lines
    assert line.target == ToParameter(".send.{send}.level", of_subject=True, constant=None)
    assert line.rate == 20.0
    assert line.variables == ("send",)


def test_a_pattern_without_a_value_is_send_only() -> None:
    lines = "- x.f1 > desk:/stop\n- x.f2 > desk:/go {v:i}"
    plan = plan_of(rig("", lines, target=OSC, banks=""))
    targets = [line.target for line in plan.lines]
    assert [t.send_only for t in targets if isinstance(t, ToPattern)] == [True, False]


def test_what_its_host_calls_the_top_of_a_fader_is_a_fact_of_an_emulated_surface() -> None:
    target = 'emulate: bench/two, port: virtual "Two", facts: {host top: 16340}'
    plan = plan_of(rig("- mute <> desk.mute.{n}", target=target, banks="{a: {items: '1..2'}}"))
    assert plan.targets["desk"].facts["host top"] == 16_340


@pytest.mark.parametrize("facts", ["host top: 99999", "host top: high", "hosttop: 16340"])
def test_any_other_fact_of_a_host_is_refused(facts: str) -> None:
    target = f'emulate: bench/two, port: virtual "Two", facts: {{{facts}}}'
    (problem,) = problems_of(rig("", "- x.f1 > desk.f1", target=target, banks=""))
    assert "'host top', 1024 to 16383" in problem


def test_an_emulated_surface_is_a_target() -> None:
    plan = plan_of(
        rig(
            "- fader <> desk.fader.{n}\n- fader.touch > desk.fader.{n}.touch",
            target='emulate: bench/two, port: virtual "Two"',
            banks="{a: {items: '1..2'}}",
        )
    )
    assert plan.targets["desk"].dialect == "bench_device"
    spec = plan.spec("desk", "fader.1.touch")
    assert spec is not None
    assert spec.key == "momentary"
    assert plan.spec("dusk", "fader.1") is None


def test_a_device_of_ones_own_that_cannot_be_read_is_told() -> None:
    text = rig("- mute <> .on").replace("device: bench/eight", "strips: 8, controls: {}")
    assert "no inline devices on the bench" in messages(text)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("banks: {inputs: {items: 'desk.chn.{1..16}'}}", "desk has no 'chn.1'"),
        ("banks: {inputs: {items: 'dek.ch.{1..16}'}}", "no target 'dek'; did you mean 'desk'?"),
        ("vars: {c: {range: 1-4, default: 1}}", "a range is written 1..16, not '1-4'"),
        ("vars: {c: {range: 1..4, default: 7}}", "the default '7' is none of its values"),
    ],
)
def test_one_mistake_is_one_message(wrong: str, message: str) -> None:
    banks = "" if wrong.startswith("banks") else "{inputs: {items: 'desk.ch.{1..16}'}}"
    strip = '- fader <> .fader | db\n- lcd.top < "{.name|.id:7}"'
    (said,) = problems_of(rig(strip, more=f"{wrong}\n", banks=banks))
    assert message in said


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("- x.fader <> desk.main.fader", "'fader' is on every strip; write 'x.fader.1', or put"),
        ("- x.lcd.top < desk.main.fader", "write 'x.lcd.1.top'"),
        ("- x.main.fader <> desk.main.fader 0dB", "a fader sends where it stands; leave '0dB' out"),
        ("- when layr pan:\n    - x.f1 <> desk.main.on", "did you mean 'layer'?"),
        ("- x.main.fader <> desk.main.fader | dB", "no stage 'dB'; did you mean 'db'?"),
    ],
)
def test_what_a_newcomer_types_is_answered_with_what_to_write(lines: str, message: str) -> None:
    assert message in messages(rig("", lines))
