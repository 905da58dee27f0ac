from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.document import Document, RightsDecl
from surfacebridge.mapping.lines import And, Condition, RawOsc, Term
from surfacebridge.mapping.parser import link_address, read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.render import as_text
from surfacebridge.mapping.source import Source, Span
from tests.mapping.broken import broken_files

RIGS = sorted((Path(__file__).parents[2] / "mappings" / "rigs").glob("*.yaml"))


def refuse(name: str, span: Span) -> Problem:
    return Problem(span, f"no file {name}", "include")


def read(text: str, **overrides: str) -> tuple[Document, list[str]]:
    document, problems = read_mapping(Source("file", text), refuse, overrides)
    assert document is not None
    return document, [str(one) for one in problems]


def sound(text: str, **overrides: str) -> Document:
    document, problems = read(f"surfacebridge: 1\n{text}", **overrides)
    assert problems == []
    return document


@pytest.mark.parametrize("path", RIGS, ids=lambda path: path.stem)
def test_every_rig_we_ship_parses_without_a_problem(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))

    def beside(name: str, span: Span) -> Source:
        del span
        return Source(name, (path.parent / name).read_text(encoding="utf-8"))

    document, problems = read_mapping(source, beside, {})
    assert [str(one) for one in problems] == []
    assert document is not None
    assert document.strip or document.map
    assert document.map
    assert document.stories


@pytest.mark.parametrize(
    ("text", "messages"),
    [pytest.param(text, messages, id=name) for name, text, messages in broken_files()],
)
def test_a_file_at_fault_is_blamed_for_everything_in_one_run(
    text: str, messages: list[str]
) -> None:
    _, problems = read_mapping(Source("file", text), refuse, {})
    assert [str(one) for one in problems] == messages


def test_what_can_be_followed_is_there_beside_the_errors() -> None:
    document, problems = read(
        "surfacebridge: 1\nstrip:\n  map:\n    - mute .on\n    - solo <> .solo\n"
    )
    assert len(problems) == 1
    assert [line.control.text for line in document.strip] == ["solo"]


@pytest.mark.parametrize(
    ("port", "address"),
    [
        ("/X-Touch.*INT/", "midi:/X-Touch.*INT/"),
        ("X-Touch", "midi:X-Touch"),
        ('virtual "SurfaceBridge MCU"', "midi:virtual SurfaceBridge MCU"),
        ("virtual MCU", "midi:virtual MCU"),
        ("midi:X", "midi:X"),
        ("pty:/dev/pts/3", "pty:/dev/pts/3"),
        ("udp://10.0.0.5:9000", "udp://10.0.0.5:9000"),
        ("rtp:listen Desk?port=5004", "rtp:listen Desk?port=5004"),
        ("ipmidi:1", "ipmidi:1"),
        ("serial:/dev/ttyACM0?baud=9600", "serial:/dev/ttyACM0?baud=9600"),
        ("UM-ONE:UM-ONE MIDI 1", "midi:UM-ONE:UM-ONE MIDI 1"),
    ],
)
def test_a_port_is_midi_unless_it_names_another_link(port: str, address: str) -> None:
    assert link_address(port) == address


def test_surfaces_have_a_device_or_a_body_of_their_own() -> None:
    document = sound(
        "surfaces:\n"
        "  x: {device: behringer/x-touch, port: /X-Touch/}\n"
        "  box:\n"
        "    serial: {port: /dev/ttyACM0, baud: 9600}\n"
        "    strips: 2\n"
        '    controls: {fader: {in: "F{s} {v:0..1023}"}}\n'
    )
    x, box = document.surfaces["x"], document.surfaces["box"]
    assert x.device is not None
    assert (x.device.text, x.device.span, x.address) == (
        "behringer/x-touch",
        Span("file", 3, 15),
        "midi:/X-Touch/",
    )
    assert (box.device, box.address) == (None, "serial:/dev/ttyACM0?baud=9600")
    assert box.inline["controls"] == {"fader": {"in": "F{s} {v:0..1023}"}}
    assert box.body is not None
    assert [name.text for name in document.rig] == ["x", "box"]


def test_the_rig_may_have_an_order_of_its_own() -> None:
    text = "surfaces: {a: {device: m/a}, b: {device: m/b}}\nrig: [b, a]\n"
    assert [name.text for name in sound(text).rig] == ["b", "a"]


@pytest.mark.parametrize(
    "address",
    ["mqtt://me:hush@hub", "mqtts://hush@hub", "mqtt://hub?user=me&password=hush"],
)
def test_a_password_in_a_rig_is_refused_and_not_shown(address: str) -> None:
    source = Source("rig", f"surfacebridge: 1\ntargets:\n  hub: {{mqtt: '{address}'}}\n")
    _, problems = read_mapping(source, lambda _, span: Problem(span, "", ""), {})
    said = as_text(problems, [source])
    assert "rig:3:15: a password does not belong in a rig" in said
    assert "password=env:VARIABLE" in said
    assert "hush" not in said


STUDIO = """
studio:
  site: house
  broker: "mqtts://hub?user=desks&password=file:/etc/hub"
  bridge: foh
  share: desk
  mirror: ["desk.ch.{1..2}.*"]
  safe: desk.main.*
  meters: 5/s
  discovery: homeassistant
  users:
    anna: {control: [desk.ch.*], safe: desk.ch.1.*, lead: true}
    "*":
"""


def test_a_studio_says_who_shares_what_with_whom() -> None:
    studio = sound(STUDIO).studio
    assert studio is not None
    assert (studio.site, studio.bridge, studio.meters) == ("house", "foh", 5.0)
    assert studio.broker == "mqtts://hub?user=desks&password=file:/etc/hub"
    assert [one.text for one in studio.share] == ["desk"]
    assert [one.text for one in studio.mirror] == ["desk.ch.1.*", "desk.ch.2.*"]
    assert [one.text for one in studio.safe] == ["desk.main.*"]
    assert studio.discovery
    assert studio.users == {
        "anna": RightsDecl(("desk.ch.*",), ("desk.ch.1.*",), lead=True),
        "*": RightsDecl(),
    }
    assert sound("").studio is None


def test_a_desk_of_a_studio_is_a_profile_reached_over_its_broker() -> None:
    document = sound(f"{STUDIO}targets: {{desk: {{studio: house/foh, profile: a/b}}}}")
    assert document.targets["desk"].studio == ("house", "foh")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{STUDIO}targets: {{d: {{studio: house/foh}}}}", "say what 'house/foh' is too"),
        (f"{STUDIO}targets: {{d: {{studio: house, profile: a/b}}}}", "is written SITE/TARGET"),
        ("targets: {d: {studio: a/b, profile: a/b}}", "a section 'studio' must say which broker"),
        (STUDIO.replace("bridge: foh", "bridge: f/h"), "'f/h' is no bridge's name"),
        (STUDIO.replace("5/s", "50/s"), "meters are said 10/s, or up to 25/s, not '50/s'"),
        (STUDIO.replace("file:/etc/hub", "hush"), "a password does not belong in a rig"),
        (STUDIO.replace("homeassistant", "alexa"), "'none' or 'homeassistant' is expected"),
    ],
)
def test_what_is_wrong_with_a_studio_is_said(text: str, message: str) -> None:
    _, problems = read(f"surfacebridge: 1\n{text}")
    assert any(message in one for one in problems), problems


def test_only_what_is_said_to_a_broker_is_retained() -> None:
    source = Source("rig", "surfacebridge: 1\ntargets:\n  kbd: {midi: x, retain: true}\n")
    _, problems = read_mapping(source, lambda _, span: Problem(span, "", ""), {})
    assert [one.message for one in problems] == [
        "only what is said to a broker can be retained; 'kbd' has no 'mqtt'"
    ]


def test_targets_are_a_profile_plain_osc_an_emulation_midi_or_mqtt() -> None:
    document = sound(
        "targets:\n"
        "  desk: {profile: behringer/x32, host: 10.0.0.5, port: 10024}\n"
        "  daw:\n"
        "    osc: udp://127.0.0.1:3819\n"
        "    listen: 8000\n"
        "    hello: ['/set_surface {strips:i} 159', /ping]\n"
        "    heartbeat: /heartbeat within 3s\n"
        "  logic: {emulate: mackie/mcu, port: virtual MCU, serial: SBR0001}\n"
        "  kbd: {midi: /Keystation/}\n"
        "  hub: {mqtt: 'mqtt://10.0.0.6'}\n"
    )
    desk, daw, logic, kbd, hub = document.targets.values()
    assert desk.profile is not None
    assert (desk.profile.text, desk.host, desk.port) == ("behringer/x32", "10.0.0.5", 10024)
    assert (daw.address, daw.listen, daw.heartbeat) == (
        "udp://127.0.0.1:3819",
        8000,
        ("/heartbeat", 3.0),
    )
    assert [(one.target, one.address, len(one.args)) for one in daw.hello] == [
        ("daw", "/set_surface", 2),
        ("daw", "/ping", 0),
    ]
    assert logic.emulate is not None
    assert (logic.emulate.text, logic.address, logic.port, logic.serial) == (
        "mackie/mcu",
        "midi:virtual MCU",
        None,
        "SBR0001",
    )
    assert (kbd.address, hub.address) == ("midi:/Keystation/", "mqtt://10.0.0.6")


def test_settings_are_replaced_everywhere_and_overridden_from_outside() -> None:
    text = (
        "settings: {ip: {type: host, default: 10.0.0.5}, s: {default: x}}\n"
        "targets: {desk: {profile: a/b, host: $ip}}\n"
        "map:\n  - $s.play > desk.play\n"
    )
    assert sound(text).targets["desk"].host == "10.0.0.5"
    document = sound(text, ip="10.0.0.9", s="mcu")
    assert document.targets["desk"].host == "10.0.0.9"
    assert document.map[0].control.text == "mcu.play"
    assert document.settings["ip"].value == "10.0.0.9"


def test_a_fault_after_a_setting_is_blamed_where_it_is_written() -> None:
    text = "surfacebridge: 1\nsettings: {s: {default: surface}}\nmap:\n  - $s.play > desk.pl%ay\n"
    assert read(text)[1] == ["file:4:22: '%' cannot stand in a parameter's name"]


def test_overrides_are_checked_like_defaults() -> None:
    text = "surfacebridge: 1\nsettings: {p: {type: port, default: 80}}\n"
    assert read(text, p="zero", q="1")[1] == [
        "file:1:1: this mapping has no setting 'q'",
        "file:2:37: --set p=zero: a port is a number from 1 to 65535, not 'zero'",
    ]


def test_banks_are_written_out_and_may_be_a_plain_list() -> None:
    document = sound(
        "banks:\n"
        "  a: {items: [desk.ch.1, 'desk.bus.{3..4}'], button: x.user}\n"
        "  b: [desk.dca.1]\n"
        "  c: 1..3\n"
        "  d: {items: '1..{strips}', delegate: {page: [daw:/bank_down 1, daw:/bank_up 1]}}\n"
    )
    items = {name: [item.text for item in bank.items] for name, bank in document.banks.items()}
    assert items == {
        "a": ["desk.ch.1", "desk.bus.3", "desk.bus.4"],
        "b": ["desk.dca.1"],
        "c": ["1", "2", "3"],
        "d": ["1..{strips}"],
    }
    assert document.banks["a"].button is not None
    delegate = document.banks["d"].delegate
    assert delegate is not None
    assert (delegate.back.address, delegate.forward.target) == ("/bank_down", "daw")


def test_paging_modifiers_and_layers() -> None:
    document = sound(
        "paging: {page: [x.left, x.right], edge: wrap}\n"
        "modifiers: {shift: x.shift, flip: x.flip latch}\n"
        "layers: {pan: , sends: {button: x.send}}\n"
    )
    assert document.paging.page is not None
    assert [one.text for one in document.paging.page] == ["x.left", "x.right"]
    assert (document.paging.nudge, document.paging.edge) == (None, "wrap")
    assert [(one.control.text, one.latch) for one in document.modifiers.values()] == [
        ("x.shift", False),
        ("x.flip", True),
    ]
    assert [(one.name, one.default) for one in document.layers.values()] == [
        ("pan", True),
        ("sends", False),
    ]


def test_a_layer_that_says_so_is_the_default() -> None:
    layers = sound("layers: {pan: , sends: {default: true}}\n").layers
    assert [one.default for one in layers.values()] == [False, True]


def test_a_variable_with_a_list_in_its_name_is_several() -> None:
    document = sound(
        "vars:\n"
        "  send: {range: 1..16, default: 2, dec: x.left, inc: x.right, show: x.assignment}\n"
        "  mode.{1..2}: {values: [trim, read], send: 'daw:/track/{n:02}/auto{value}'}\n"
    )
    send, one, two = document.variables.values()
    assert (send.low, send.high, send.default) == (1, 16, "2")
    assert send.dec is not None
    assert send.show is not None
    assert (one.name, two.name, two.values, two.default) == (
        "mode.1",
        "mode.2",
        ("trim", "read"),
        "trim",
    )
    assert two.send is not None
    assert two.send.address == "/track/02/auto{value}"


def names(condition: Condition | None) -> list[str]:
    match condition:
        case Term():
            return [condition.name]
        case And():
            return [name for one in condition.conditions for name in names(one)]
        case _:
            return []


def test_conditions_and_stages_around_a_line_are_joined_to_its_own() -> None:
    document = sound(
        "strip:\n  map:\n"
        "    - when layer sends:\n"
        "        - with invert:\n"
        "            - when flip and shift:\n"
        "                - mute <> .on | toggle: {when: hold solo}\n"
        "        - solo <> .solo\n"
        "    - rec <> .rec\n"
    )
    mute, solo, rec = document.strip
    assert names(mute.condition) == ["sends", "flip", "shift", "solo"]
    assert [stage.name for stage in mute.stages] == ["toggle", "invert"]
    assert names(solo.condition) == ["sends"]
    assert (rec.condition, rec.stages, rec.in_strip) == (None, (), True)


def test_stages_of_nested_withs_follow_the_line_s_own_from_the_inside_out() -> None:
    document = sound(
        "map:\n  - with c:\n      - with a | b:\n          - x.play <> desk.play | own\n"
    )
    assert [stage.name for stage in document.map[0].stages] == ["own", "a", "b", "c"]


def test_options_stand_under_their_line() -> None:
    document = sound(
        "strip:\n  map:\n"
        "    - fader <> .fader | db:\n"
        "        echo: servo\n"
        "        touch: made\n"
        "        takeover: pickup(tolerant)\n"
        "        priority: 3\n"
        "        rate: 50/s\n"
        "        note: why\n"
        "        test: [0dB -> 0.75, -oo <- 0]\n"
    )
    options = document.strip[0].options
    assert (options.echo, options.touch, options.takeover, options.priority, options.rate) == (
        "servo",
        "made",
        "pickup(tolerant)",
        3,
        "50/s",
    )
    assert [(one.surface.text, one.arrow) for one in options.tests] == [
        ("0dB", "->"),
        ("-oo", "<-"),
    ]
    assert dict(options.spans)["takeover"] == Span("file", 7, 9)


def test_lists_in_a_line_share_its_options() -> None:
    document = sound("map:\n  - box.mute.{1..8} > logic.f{i}: {when: hold box.mute.8}\n")
    assert [line.control.text for line in document.map][-1] == "box.mute.8"
    assert {names(line.condition)[0] for line in document.map} == {"box.mute.8"}


def test_scenes_are_read_with_their_times() -> None:
    scenes = sound(
        "scenes:\n"
        "  slots: x.f{1..3}\n"
        "  include: [desk.ch.*.fader, 'desk.{dca,bus}.*.fader']\n"
        "  safe: [desk.main.*]\n"
        "  fade: 2s\n"
        "  per-scene: {3: {fade: 500ms}}\n"
    ).scenes
    assert scenes is not None
    assert [slot.text for slot in scenes.slots] == ["x.f1", "x.f2", "x.f3"]
    assert [one.text for one in scenes.include] == [
        "desk.ch.*.fader",
        "desk.dca.*.fader",
        "desk.bus.*.fader",
    ]
    assert (scenes.tap, scenes.hold, scenes.fade, scenes.per_scene) == (
        "recall",
        "store",
        2.0,
        {3: 0.5},
    )


def test_stories_keep_their_steps_as_written() -> None:
    (story,) = sound(
        'tests:\n  a story:\n    - touch x.fader.1   # a comment\n    - expect x "a"\n'
    ).stories
    assert story.name == "a story"
    assert [(step.text, step.span.line) for step in story.steps] == [
        ("touch x.fader.1", 4),
        ('expect x "a"', 5),
    ]


def test_an_include_that_cannot_be_found_is_blamed_at_its_name() -> None:
    assert read("surfacebridge: 1\ninclude: [common.yaml]\n")[1] == [
        "file:2:11: no file common.yaml"
    ]


def test_lists_that_multiply_without_end_are_stopped() -> None:
    bank = "banks: {a: {items: ['d.{1..1000}', 'd.{1..1000}', 'd.{1..1000}']}}\n"
    rows = "".join(f"  - x.a{n}.{{1..900}} > d.b.{{1..900}}\n" for n in range(6))
    document, problems = read(f"surfacebridge: 1\n{bank}map:\n{rows}")
    assert problems == [
        "file:6:5: the lists of this mapping come to more than 5000 lines and items"
    ]
    assert len(document.map) == 3 * 900


def test_a_raw_line_keeps_its_pattern() -> None:
    target = sound("strip:\n  map:\n    - fader <> daw:/f {n:i} {v:f}\n").strip[0].target
    assert isinstance(target, RawOsc)
    assert target.text == "daw:/f {n:i} {v:f}"


_WORDS = st.sampled_from(
    [
        *("surfacebridge: 1", "surfaces", "targets", "banks", "items", "map", "strip", "vars"),
        *("settings", "default", "range", "1..4", "values", "include", "tests", "scenes", "slots"),
        *("modifiers", "layers", "rig", "paging", "page", "when", "layer", "with", "test"),
        *("x", "mute", "<>", ".on", "|", "db", "$s", "{1..3}", "{", "}", "[", "]", "-", ",", '"'),
        *("'", "~", "\n", "\n  ", "\n    ", "\n- ", ": ", ":\n  ", ":\n    - "),
    ]
)
SERIAL_BOX = next(path for path in RIGS if path.stem == "serial-box-logic").read_text("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.lists(_WORDS, max_size=40))
def test_no_text_at_all_raises(words: list[str]) -> None:
    document, problems = read_mapping(Source("file", " ".join(words)), refuse, {})
    assert document is not None or problems


@settings(max_examples=20, deadline=None)
@given(st.integers(0, len(SERIAL_BOX)), st.integers(0, 30), st.lists(_WORDS, max_size=3))
def test_no_rig_with_a_hole_in_it_raises(at: int, gone: int, words: list[str]) -> None:
    text = SERIAL_BOX[:at] + "".join(words) + SERIAL_BOX[at + gone :]
    document, problems = read_mapping(Source("file", text), refuse, {})
    assert document is not None or problems
