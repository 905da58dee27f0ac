import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.arrows import read_line, read_osc, read_stages, read_test
from surfacebridge.mapping.lines import (
    Field,
    Line,
    ParameterTarget,
    RawMidi,
    RawOsc,
    RawTopic,
    Stage,
    Template,
    Verb,
)
from surfacebridge.mapping.nodes import Scalar, scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from tests.mapping.broken import broken_lines


def scalar(text: str) -> Scalar:
    return scalar_at(text, Span("line", 1, 1))


def lines(text: str) -> list[Line]:
    problems: list[Problem] = []
    found = read_line(scalar(text), problems, in_strip=True)
    assert problems == []
    return found


def line(text: str) -> Line:
    (only,) = lines(text)
    return only


@pytest.mark.parametrize(("text", "messages"), list(broken_lines()))
def test_a_line_at_fault_is_blamed_to_the_column(text: str, messages: list[str]) -> None:
    problems: list[Problem] = []
    assert read_line(scalar(text), problems, in_strip=True) == []
    assert [str(one) for one in sorted(problems, key=lambda one: one.span)] == messages


@pytest.mark.parametrize("arrow", ["<>", ">", "<"])
def test_blanks_around_arrow_and_stages_may_be_left_out(arrow: str) -> None:
    close, wide = line(f"fader{arrow}.fader|db"), line(f"  fader  {arrow}  .fader  |  db ")
    for one in (close, wide):
        assert (one.control.text, one.arrow, one.stages[0].name) == ("fader", arrow, "db")


def test_a_subject_s_parameter_begins_with_a_dot() -> None:
    target = line("mute <> .on").target
    assert target == ParameterTarget(".on", True, None, Span("line", 1, 9))


def test_a_full_parameter_may_be_given_a_value() -> None:
    target = line("x.f1 > desk.ch.1.fader -10dB").target
    assert isinstance(target, ParameterTarget)
    assert not target.of_subject
    assert target.value is not None
    assert (target.value.number, target.value.unit) == (-10.0, "dB")


def test_an_osc_pattern_has_an_address_and_typed_places() -> None:
    target = line('fader <> daw:/strip/{n:02}/fader {n:i} "a b" 1 {v:f}').target
    assert isinstance(target, RawOsc)
    assert (target.target, target.address) == ("daw", "/strip/{n:02}/fader")
    assert [(arg.text, arg.name, arg.tag, arg.quoted) for arg in target.args] == [
        ("{n:i}", "n", "i", False),
        ("a b", "", "", True),
        ("1", "", "", False),
        ("{v:f}", "v", "f", False),
    ]


def test_midi_words_make_a_message_and_others_a_topic() -> None:
    midi, topic = line("x.f1 <> kbd:cc 1 74").target, line("x.f1 <> hub:lamp/{n} {v:json}").target
    assert isinstance(midi, RawMidi)
    assert (midi.kind, [arg.text for arg in midi.args]) == ("cc", ["1", "74"])
    assert isinstance(topic, RawTopic)
    assert (topic.topic, topic.args[0].tag) == ("lamp/{n}", "json")


def test_a_sysex_may_hold_the_value() -> None:
    target = line("x.f1 <> kbd:sysex F0 00 {v:7} f7").target
    assert isinstance(target, RawMidi)
    assert [arg.name for arg in target.args] == ["", "", "v", ""]


def test_a_template_alternates_text_and_fields() -> None:
    target = line('lcd.top < "<{.name|.id:7}> {.send.{send}.level:dB}{clock:HH:MM}"').target
    assert isinstance(target, Template)
    shape = [part if isinstance(part, str) else (part.sources, part.form) for part in target.parts]
    assert shape == [
        "<",
        ((".name", ".id"), "7"),
        "> ",
        ((".send.{send}.level",), "dB"),
        (("clock",), "HH:MM"),
    ]
    assert [part.span.column for part in target.parts if isinstance(part, Field)] == [13, 28, 51]


def test_an_action_has_a_name_and_words() -> None:
    assert line("select > do reset .fader 0dB").target == Verb(
        "reset", (".fader", "0dB"), Span("line", 1, 10)
    )


def stages(text: str) -> list[tuple[str, str | None, list[tuple[str, str, str]]]]:
    problems: list[Problem] = []
    found: tuple[Stage, ...] = read_stages(scalar(text), problems)
    assert problems == []
    return [
        (one.name, one.only, [(arg.key, arg.separator, arg.text) for arg in one.args])
        for one in found
    ]


def test_stages_have_arguments_of_every_form() -> None:
    assert stages("db") == [("db", None, [])]
    assert stages("db(linear-db(-60..0), x32)") == [
        ("db", None, [("", "", "linear-db(-60..0)"), ("", "", "x32")])
    ]
    assert stages("curve(0:0, 50:20) | curve(log 2)") == [
        ("curve", None, [("0", ":", "0"), ("50", ":", "20")]),
        ("curve", None, [("", "", "log 2")]),
    ]
    assert stages('pick(armed=blink, "Lead Vocal"=on, else=off)') == [
        ("pick", None, [("armed", "=", "blink"), ("Lead Vocal", "=", "on"), ("else", "=", "off")])
    ]
    assert stages("< slew(2/s) | > py(mod:fn, inverse=mod:gn)") == [
        ("slew", "<", [("", "", "2/s")]),
        ("py", ">", [("mod", ":", "fn"), ("inverse", "=", "mod:gn")]),
    ]
    assert stages("meter(peak, 300ms/step)") == [
        ("meter", None, [("", "", "peak"), ("", "", "300ms/step")])
    ]


def test_a_list_makes_a_line_for_each_word() -> None:
    made = lines("mcu.auto.{read,write} > daw:/auto {value} | radio(read=1, write=2)")
    assert [(one.control.text, one.item, one.word) for one in made] == [
        ("mcu.auto.read", 1, "read"),
        ("mcu.auto.write", 2, "write"),
    ]
    assert made[1].text == "mcu.auto.write > daw:/auto write | radio(read=1, write=2)"
    assert line("mute <> .on").item == 0


def test_a_fault_in_a_list_s_line_is_said_once_and_in_the_column_people_see() -> None:
    problems: list[Problem] = []
    assert read_line(scalar("x.f{10..17} > desk.ch.{1..8}.o%n"), problems, in_strip=False) == []
    assert [str(one) for one in problems] == ["line:1:31: '%' cannot stand in a parameter's name"]


def test_a_line_s_test_has_two_values_and_a_way() -> None:
    problems: list[Problem] = []
    sent = read_test(scalar("0dB -> 0.75"), problems)
    shown = read_test(scalar('"Lead" <- -1'), problems)
    assert problems == []
    assert sent is not None
    assert shown is not None
    assert (sent.surface.text, sent.arrow, sent.target.number) == ("0dB", "->", 0.75)
    assert (shown.surface.word, shown.arrow, shown.target.number) == ("Lead", "<-", -1.0)


def test_a_greeting_names_its_target_or_is_given_one() -> None:
    problems: list[Problem] = []
    own, other = (read_osc(scalar(text), "daw", problems) for text in ("/hi 1", "tv:/hi {strips}"))
    assert own is not None
    assert other is not None
    assert (own.target, other.target, other.args[0].name) == ("daw", "tv", "strips")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ax.:/ <>|(){}\"'=,1-$%&do\n\t")))
def test_any_text_is_a_line_or_a_problem_but_never_raises(text: str) -> None:
    problems: list[Problem] = []
    made = read_line(scalar(text), problems, in_strip=True)
    assert bool(made) != bool(problems)
    for one in problems:
        assert 1 <= one.span.column <= len(text) + 1
