from collections.abc import Iterable
from math import inf
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import MappingRefused, UnknownProduct
from surfacebridge.mapping.sheets import catalogue_of, read_device, read_target
from surfacebridge.mapping.source import Source
from surfacebridge.model.laws import LAWS
from surfacebridge.model.sheets import DeviceSheet, TargetSheet

SHIPPED = Path(__file__).parents[2] / "mappings"


KINDS = "'fader', 'key', 'vpot', 'jog', 'knob', 'ring', 'text', 'meter', 'colour' or 'lamp'"


def sources(files: dict[str, str], name: str) -> Source | None:
    return Source(name, files[name]) if name in files else None


def device(text: str, **parents: str) -> tuple[DeviceSheet, list[str]]:
    sheet, problems = read_device(Source("f", text), lambda name: sources(parents, name))
    assert sheet is not None
    return sheet, [str(one) for one in problems]


def target(text: str, **parents: str) -> tuple[TargetSheet, list[str]]:
    sheet, problems = read_target(Source("f", text), lambda name: sources(parents, name))
    assert sheet is not None
    return sheet, [str(one) for one in problems]


HEAD = "surfacebridge-sheet: 1\ndevice: m/d\ndialect: mcu\n"
DESK = "surfacebridge-sheet: 1\ntarget: m/t\ndialect: x\n"


def test_controls_are_read_with_their_figures() -> None:
    sheet, problems = device(
        HEAD + "strips: 8\ntitle: D\nmatch: {usb: '1397:00b4', port: /D/}\nstrip:\n"
        "  fader: {kind: fader, law: x32, steps: 512, touch: true, motor: true, echo: servo,\n"
        "    travel: {value: 0.3, known: measured, source: s}, wire: {zone: 0x10, a: ['07']}}\n"
        "  lcd.top: {kind: text, cells: 7}\n"
        "controls:\n  play: {kind: key, lamp: true}\n"
    )
    assert problems == []
    assert (sheet.name, sheet.dialect, sheet.title, sheet.strips) == ("m/d", "mcu", "D", 8)
    assert dict(sheet.match) == {"usb": "1397:00b4", "port": "/D/"}
    fader, text, play = sheet.controls.values()
    assert (fader.kind, fader.law, fader.steps, fader.touch, fader.motor, fader.echo) == (
        "fader",
        LAWS["x32"],
        512,
        True,
        True,
        "servo",
    )
    assert (fader.travel, dict(fader.wire), fader.per_strip) == (0.3, {"zone": 16, "a": (7,)}, True)
    assert (text.cells, play.lamp, play.per_strip) == (7, True, False)
    assert dict(sheet.confidence) == {"fader.travel": "measured"}


def test_lists_in_a_key_make_several_controls() -> None:
    sheet, _ = device(HEAD + 'controls:\n  "f{1..3}": {kind: key}\n  "auto.{a,b}": {kind: key}\n')
    assert list(sheet.controls) == ["f1", "f2", "f3", "auto.a", "auto.b"]


def test_facts_are_numbers_truths_and_texts_and_figures_say_how_they_are_known() -> None:
    sheet, problems = device(
        HEAD + "facts:\n  id: 0x14\n  top: {value: 16380, known: measured, source: s}\n"
        "  on: true\n  word: on\n  time: 12:30\n  half: 0.5\n  list: [1, a]\n  quoted: '8'\n"
    )
    assert problems == []
    assert dict(sheet.facts) == {
        "id": 20,
        "top": 16380,
        "on": True,
        "word": "on",
        "time": "12:30",
        "half": 0.5,
        "list": (1, "a"),
        "quoted": "8",
    }
    assert dict(sheet.confidence) == {"top": "measured"}


PARENT = (
    "surfacebridge-sheet: 1\ndevice: m/p\ndialect: mcu\nstrips: 8\ntitle: P\n"
    "facts: {a: {value: 1, known: measured, source: s}, b: 2}\n"
    "strip: {fader: {kind: fader, law: mcu, steps: 1024}}\n"
    'controls: {"f{1..3}": {kind: key}, jog: {kind: jog}}\n'
)


def test_a_child_replaces_single_keys_of_its_parent_and_may_take_controls_away() -> None:
    sheet, problems = device(
        "surfacebridge-sheet: 1\ndevice: m/d\nextends: parent\nfacts: {a: 9}\n"
        "strip: {fader: {steps: 512}}\ncontrols: {f2: {lamp: true}, jog: , new: {kind: key}}\n",
        parent=PARENT,
    )
    assert problems == []
    assert (sheet.name, sheet.dialect, sheet.strips, sheet.title) == ("m/d", "mcu", 8, "P")
    assert (dict(sheet.facts), dict(sheet.confidence)) == ({"a": 9, "b": 2}, {})
    assert (sheet.controls["fader"].steps, sheet.controls["fader"].law) == (512, LAWS["mcu"])
    assert list(sheet.controls) == ["fader", "f1", "f2", "f3", "new"]
    assert [sheet.controls[f"f{n}"].lamp for n in (1, 2, 3)] == [False, True, False]


def test_a_parent_that_is_missing_or_goes_in_a_circle_is_blamed() -> None:
    text = "surfacebridge-sheet: 1\ndevice: m/d\ndialect: mcu\nextends: parent\n"
    assert device(text)[1] == ["f:4:10: no device sheet 'parent' to extend"]
    assert device(text, parent=text)[1] == ["parent:4:10: 'parent' extends itself in the end"]


def test_a_law_of_its_own_is_used_by_name_and_goes_on_below_its_last_point() -> None:
    sheet, problems = device(
        HEAD + "laws: {l: {100%: 10dB, 75%: 0dB, 50%: -10, 0%: -oo}}\n"
        "strip:\n  fader: {kind: fader, law: l}\n  knob: {kind: knob, law: linear-db(-60..6)}\n"
        "  plain: {kind: fader, law: linear}\n"
    )
    assert problems == []
    law = sheet.controls["fader"].law
    assert law is not None
    assert (law.top, law.to_db(0.75), law.to_db(0.5), law.to_db(0.0)) == (10.0, 0.0, -10.0, -inf)
    assert law.to_db(0.25) == pytest.approx(-20.0)
    knob = sheet.controls["knob"].law
    assert knob is not None
    assert knob.to_db(0.5) == pytest.approx(-27.0)
    assert sheet.controls["plain"].law is None


def test_faults_of_a_device_sheet_are_all_found() -> None:
    _, problems = device(
        "surfacebridge-sheet: 1\ndevice: m/d\nlaws: {l: {100%: 0dB, 50%: 3dB, 9: x}}\n"
        "strip:\n  fader: {kind: fader, law: x23}\n  mute: {kid: key}\n"
        '  "f{1..}": {kind: key}\n  solo: {kind: button}\n'
        "facts: {top: {value: 1, known: guessed, source: s}}\n"
    )
    assert problems == [
        "f:1:1: the key 'dialect' is missing here, and in what it extends",
        "f:3:8: a law's points must rise in position, from 0 to 1, and in level",
        "f:3:33: a point is written '75%: 0dB', not '9: x'",
        "f:5:29: no law 'x23'; did you mean 'x32'?",
        "f:6:3: 'mute' has no kind",
        "f:6:10: no key 'kid' can stand here; did you mean 'kind'?",
        "f:7:3: a list is written {1..32} or {one,two}",
        "f:8:3: 'solo' has no kind",
        f"f:8:16: {KINDS} is expected here, not 'button'",
        "f:9:32: 'measured', 'documented' or 'assumed' is expected here, not 'guessed'",
    ]


def test_parameters_are_made_for_every_word_of_every_list() -> None:
    sheet, problems = target(
        DESK + "echo: all\nrate: 20\nparameters:\n"
        '  "ch.{1..2}.send.{1..3}": {kind: level, law: x32, steps: 161,\n'
        '    wire: {osc: "/ch/{a:02}/{b:02}", tag: f}}\n'
        '  "aux.{1..2}.solo": {kind: switch, key: momentary,\n'
        '    wire: {osc: "/solo/{a+32:02}", index: "{a-1}"}}\n'
        '  "eq.{lo,hi}": {kind: number, low: -15, high: 15.5, wire: {osc: "/eq/{a}"}}\n'
        "  go: {kind: trigger, writable: true}\n"
        "  type: {kind: choice, choices: [a, '1.5', no], wire: {block: 3, text: '007'}}\n"
    )
    assert problems == []
    assert (sheet.echo, sheet.rate, len(sheet.parameters)) == ("all", 20.0, 12)
    send = sheet.parameters["ch.2.send.3"]
    assert (send.id, send.kind, send.law, send.steps) == ("ch.2.send.3", "level", LAWS["x32"], 161)
    assert dict(send.wire) == {"osc": "/ch/02/03", "tag": "f"}
    solo = sheet.parameters["aux.2.solo"]
    assert (dict(solo.wire), solo.key) == ({"osc": "/solo/34", "index": 1}, "momentary")
    eq = sheet.parameters["eq.hi"]
    assert (dict(eq.wire), eq.low, eq.high) == ({"osc": "/eq/hi"}, -15.0, 15.5)
    assert sheet.parameters["type"].choices == ("a", "1.5", "no")
    assert dict(sheet.parameters["type"].wire) == {"block": 3, "text": 7}


def test_a_child_target_changes_one_of_its_parent_s_many() -> None:
    parent = (
        DESK + 'parameters:\n  "ch.{1..3}.on": {kind: switch, wire: {osc: "/ch/{a}", tag: i}}\n'
    )
    sheet, problems = target(
        "surfacebridge-sheet: 1\ntarget: m/c\nextends: parent\n"
        'parameters: {ch.2.on: {wire: {tag: T}}, "ch.{3..3}.on": }\n',
        parent=parent,
    )
    assert problems == []
    assert dict(sheet.parameters["ch.2.on"].wire) == {"osc": "/ch/2", "tag": "T"}
    assert list(sheet.parameters) == ["ch.1.on", "ch.2.on"]


def test_faults_of_a_target_sheet_are_all_found() -> None:
    _, problems = target(
        DESK + "parameters:\n  a: {kind: level}\n  b: {kind: number, log: true, low: 0, high: 1}\n"
        '  "c.{1..9}": {kind: switch, wire: {osc: "/{b}"}}\n  d: {}\n'
    )
    assert problems == [
        "f:5:3: the level 'a' needs a law, such as 'law: x32'",
        "f:6:3: 'b' is logarithmic: 'low' and 'high' must differ and be above 0",
        "f:7:42: the name has 1 lists; '{a}' is the word of the first",
        "f:8:3: 'd' has no kind",
    ]


def test_names_that_multiply_without_end_are_stopped() -> None:
    _, problems = target(DESK + 'parameters:\n  "a.{1..500}.{1..500}": {kind: switch}\n')
    assert problems == ["f:5:3: this sheet has more than 20000 names"]


class Folder:
    def read(self, kind: Literal["devices", "targets"], name: str) -> Source | None:
        path = SHIPPED / kind / f"{name}.yaml"
        return Source(str(path), path.read_text("utf-8")) if path.is_file() else None

    def names(self, kind: Literal["devices", "targets"]) -> Iterable[str]:
        root = SHIPPED / kind
        return (str(path.relative_to(root).with_suffix("")) for path in root.glob("*/*.yaml"))


def test_a_catalogue_takes_sheets_and_refuses_broken_ones() -> None:
    class Files:
        def read(self, kind: Literal["devices", "targets"], name: str) -> Source | None:
            return sources({"m/d": HEAD, "m/t": DESK, "m/bad": "device: m/bad\n"}, name)

        def names(self, kind: Literal["devices", "targets"]) -> Iterable[str]:
            return ["m/d"] if kind == "devices" else ["m/t"]

    catalogue = catalogue_of(Files())
    assert (catalogue.device("m/d").name, catalogue.target("m/t").name) == ("m/d", "m/t")
    with pytest.raises(UnknownProduct):
        catalogue.device("m/x")
    with pytest.raises(MappingRefused):
        catalogue.device("m/bad")


CATALOGUE = catalogue_of(Folder())


@pytest.mark.parametrize("name", CATALOGUE.device_names())
def test_every_device_sheet_we_ship_is_sound_and_called_like_its_file(name: str) -> None:
    assert CATALOGUE.device(name).name == name


@pytest.mark.parametrize("name", CATALOGUE.target_names())
def test_every_target_sheet_we_ship_is_sound_and_called_like_its_file(name: str) -> None:
    assert CATALOGUE.target(name).name == name


_WORDS = st.sampled_from(
    [
        *("surfacebridge-sheet: 1", "device", "target", "dialect", "extends", "strip", "controls"),
        *("facts", "laws", "parameters", "wire", "kind", "fader", "level", "law", "x32", "value"),
        *("known", "a", "{1..3}", "{a}", "{", "}", "[", "]", "-", ",", "100%", "0dB", "true", "1"),
        *("\n", "\n  ", ": ", ":\n  ", "'", "~"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_WORDS, max_size=40))
def test_no_text_at_all_raises(words: list[str]) -> None:
    source = Source("f", "".join(words))
    for sheet, problems in (
        read_device(source, lambda _: source),
        read_target(source, lambda _: None),
    ):
        assert sheet is not None or problems
