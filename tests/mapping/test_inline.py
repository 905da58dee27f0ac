from pathlib import Path

from surfacebridge.mapping.inline import sheet_of_inline
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source
from surfacebridge.model.laws import LAWS
from surfacebridge.model.sheets import DeviceSheet

RIG = Path(__file__).parents[2] / "mappings" / "rigs" / "serial-box-logic.yaml"


def sheet(text: str) -> tuple[DeviceSheet, list[str]]:
    document, problems = read_mapping(
        Source("f", text), lambda name, span: Problem(span, name, "include"), {}
    )
    assert document is not None
    assert problems == []
    (decl,) = document.surfaces.values()
    made, found = sheet_of_inline(decl)
    assert made is not None
    return made, [str(one) for one in found]


def test_a_serial_box_keeps_its_patterns_and_says_what_they_can() -> None:
    box, problems = sheet(RIG.read_text("utf-8"))
    assert problems == []
    assert (box.name, box.dialect, box.strips) == ("box", "serial_box", 8)
    fader, mute = box.controls["fader"], box.controls["mute"]
    assert (fader.kind, fader.per_strip, fader.touch, fader.motor, fader.steps, fader.law) == (
        "fader",
        True,
        True,
        True,
        1024,
        None,
    )
    assert dict(fader.wire) == {
        "in": "F{s} {v:0..1023}",
        "out": "M{s} {v:0..1023}",
        "touch": "T{s} {v:0|1}",
        "deadband": 3.0,
    }
    assert (mute.kind, mute.lamp, mute.steps) == ("key", True, 2)
    assert box.facts["framing"] == "lines"
    assert box.facts["hello"] == "ID?"
    assert box.facts["expect"] == "/^FADERBOX 2/"
    assert box.facts["alive"] == {"ask": "?", "answer": "!", "within": 1.0}


HEAD = "surfacebridge: 1\nsurfaces:\n  b:\n"


def test_midi_words_make_a_plain_midi_device() -> None:
    made, problems = sheet(
        HEAD + "    port: /BCF/\n    strips: 8\n    controls:\n"
        "      fader: {in: 'pb {s}', out: 'pb {s}', touch: 'note 104+{s-1}', law: x32}\n"
        "      mute: {in: 'note 16+{s-1}', led: same}\n"
        "      master: {kind: fader, in: cc 1 7, steps: 100}\n"
    )
    assert problems == []
    assert made.dialect == "plain_midi"
    fader, mute, master = made.controls.values()
    assert (fader.steps, fader.law, mute.wire["led"]) == (16_384, LAWS["x32"], "note 16+{s-1}")
    assert (master.kind, master.per_strip, master.motor, master.steps) == (
        "fader",
        False,
        False,
        100,
    )


def test_addresses_make_an_osc_page() -> None:
    made, problems = sheet(
        HEAD + "    osc: udp://10.0.0.7:9000\n    listen: 8000\n    strips: 2\n    controls:\n"
        "      fader: {in: '/fader{s} {v:f}', out: '/fader{s} {v:f}'}\n"
        "      lcd.top: {out: '/name{s} {v:s}', cells: 12}\n"
        "      'page.{a,b}': {in: '/page/{value}/{i} {v:i}'}\n"
    )
    assert problems == []
    assert (made.dialect, made.facts["listen"]) == ("osc_page", 8000)
    assert (made.controls["lcd.top"].kind, made.controls["lcd.top"].cells) == ("text", 12)
    assert made.controls["page.b"].wire["in"] == "/page/b/2 {v:i}"


def test_a_name_says_the_kind_unless_the_kind_is_said() -> None:
    patterns = {
        "vpot": "vpot",
        "vpot.push": "key",
        "lcd.color": "colour",
        "ring": "ring",
        "x": "key",
    }
    body = "".join(f"      {name}: {{in: N{n}}}\n" for n, name in enumerate(patterns))
    made, _ = sheet(HEAD + "    port: pty:/dev/x\n    controls:\n" + body)
    assert {name: spec.kind for name, spec in made.controls.items()} == patterns
    assert made.dialect == "serial_box"


def test_faults_of_a_box_are_all_found() -> None:
    _, problems = sheet(
        HEAD + "    port: x\n    laws: {l: {100%: 0dB}}\n    controls:\n"
        "      fader: {in: 'F{s}', law: liner, deadband: much}\n      mute: {kind: key}\n"
    )
    assert sorted(problems) == [
        "f:3:3: its controls hold {s}, the strip: say how many 'strips' there are",
        "f:5:12: a law's points must rise in position, from 0 to 1, and in level",
        "f:7:14: a number is expected here, not 'much'",
        "f:7:32: no law 'liner'; did you mean 'linear' or 'live'?",
        "f:8:7: 'mute' says nothing on the wire; give it 'in' or 'out'",
    ]


def test_a_range_or_a_choice_in_a_pattern_says_how_many_steps_there_are() -> None:
    made, _ = sheet(
        HEAD + "    port: pty:/dev/x\n    controls:\n"
        "      a: {in: 'A {v:-64..63}'}\n      b: {in: 'B {v:off|on|blink}'}\n"
        "      c: {in: 'C {v}'}\n"
    )
    assert [spec.steps for spec in made.controls.values()] == [128, 3, 1024]
