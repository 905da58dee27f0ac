"""Each way to get a mapping wrong is made once, where somebody could notice it."""

import pytest

from surfacebridge.rehearsal.mutation import Mutation, mutations_of
from tests.rehearsal.stage import DESK, HEAD, load, rig_text


def mutations(text: str) -> list[Mutation]:
    return mutations_of(*load(text))


def changes(line: str, text: str = "", more: str = "") -> list[str]:
    """Return what is done to ``line``, in words."""
    found = mutations((text or rig_text("{}")).replace("{}", f"- {line}") + more)
    return [one.what for one in found if one.line == line]


DESK_WITH = DESK[: DESK.index("    - fader")] + "    {}\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "mute <> daw:/m {n:i} {v:i} | trigger",
            ["the line is gone", "the target is not heard", "the surface is not heard",
             "without 'trigger'", "'/mx' for '/m'"],
        ),
        ("select > daw:/a {n:i} 7", ["the line is gone", "'/ax' for '/a'", "'8' for '7'"]),
        (
            "lcd.top < daw:/n {n:i} {v:s} | text(6)",
            ["the line is gone", "without 'text'", "'text(5)' for 'text(6)'", "'/nx' for '/n'"],
        ),
        (
            "vpot <> daw:/p {n:i} {v:f} | rel(1/100)",
            ["the line is gone", "the target is not heard", "the surface is not heard",
             "'rel(1/200)' for 'rel(1/100)'", "'/px' for '/p'"],
        ),
        ("fader > daw:/f {n:i} {v:f} | > slew(2/s)", ["the line is gone", "'/fx' for '/f'"]),
    ],
)  # fmt: skip
def test_a_line_is_broken_in_every_way_that_can_be_noticed(line: str, expected: list[str]) -> None:
    assert changes(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mute <> .on | invert", ["without 'invert'", "'.stereo' for '.on'"]),
        ("vpot.push > .pan 0.5", ["'.send.1.pan' for '.pan'", "'0.25' for '0.5'"]),
        (
            'lcd.top < "{.name|.id:7}"',
            ["without '.name'", "without '.id'", "'6' for '7' letters"],
        ),
        ("select > do reset .fader 0dB", ["'-20dB' for '0dB'"]),
    ],
)
def test_a_line_on_a_desk_is_given_what_is_easily_mixed_up(line: str, expected: list[str]) -> None:
    found = changes(line, DESK_WITH)
    assert [what for what in found if "heard" not in what and "gone" not in what] == expected


def test_a_change_nobody_could_notice_is_not_made() -> None:
    assert "without 'db'" not in changes("fader <> .fader | db", DESK_WITH)
    other = DESK_WITH.replace("behringer/x-touch", "mackie/mcu")
    assert "without 'db'" in changes("fader <> .fader | db", other)


def test_conditions_lose_a_term_or_go() -> None:
    text = rig_text(
        "- when flip:\n    - mute <> daw:/a {n:i} {v:i}\n"
        "- when flip and touched fader:\n    - solo <> daw:/b {n:i} {v:i}\n"
        "- when not flip:\n    - rec <> daw:/c {n:i} {v:i}\n"
    )
    found = [one.what for one in mutations(text) if "condition" in one.what]
    assert found == [
        "without its condition",
        "without term 1 of its condition",
        "without term 2 of its condition",
        "without 'not' in its condition",
    ]


def test_an_echo_that_is_written_out_is_changed() -> None:
    text = rig_text("- fader <> daw:/f {n:i} {v:f}: {echo: settle}")
    (found,) = [one for one in mutations(text) if "echo" in one.what]
    assert found.what == "the echo is servo"
    assert found.plan.lines[0].options.echo == "servo"


def test_what_stands_around_the_lines_is_broken_too() -> None:
    two = HEAD.replace("surfaces: {x:", "surfaces: {xt: {device: mackie/mcu-xt, port: y}, x:")
    two = two.replace('{items: "1..16"}', '{items: "1..16", button: x.f1}')
    more = "vars: {send: {range: 1..4, dec: x.left, inc: x.right}}\nlayers: {a: {button: x.f2}}\n"
    found = [(one.line, one.what) for one in mutations(rig_text(head=two + more))]
    assert found[-6:] == [
        ("rig", "the surfaces stand in another order"),
        ("page", "its two keys are swapped"),
        ("modifier flip", "it is held"),
        ("variable send", "its two keys are swapped"),
        ("layer a", "its key does nothing"),
        ("bank tracks", "its key does nothing"),
    ]


def test_every_change_makes_another_plan_and_says_where() -> None:
    text = rig_text()
    _, plan = load(text)
    for one in mutations(text):
        assert one.plan != plan
        assert one.span.line > 0
        assert str(one).startswith(f"stage.yaml:{one.span.line}:")


def test_a_condition_that_changes_no_choice_is_left_alone() -> None:
    head = HEAD + "layers: {pan: {button: x.f1}, sends: {button: x.f2}}\n"
    text = rig_text(
        "- when layer pan:\n    - mute <> daw:/a {n:i} {v:i}\n"
        "- when layer sends:\n    - mute <> daw:/b {n:i} {v:i}\n"
        "- when layer sends:\n    - solo <> daw:/c {n:i} {v:i}\n",
        head,
    )
    found = [one.line for one in mutations(text) if "condition" in one.what]
    assert found == ["solo <> daw:/c {n:i} {v:i}"]


def test_a_control_that_shows_nothing_need_not_be_told() -> None:
    text = rig_text("- vpot.push <> daw:/a {n:i} {v:i}\n- vpot <> daw:/p {n:i} {v:f} | rel(1/64)")
    found = [one.line.partition(" ")[0] for one in mutations(text) if "target" in one.what]
    assert found == ["vpot.push", "vpot"]
    own = text + "    - ring < daw:/p {n:i} {v:f}\n"
    found = [one.line.partition(" ")[0] for one in mutations(own) if "target" in one.what]
    assert found == ["vpot.push"]


def test_the_bridges_own_actions_are_mixed_up_with_their_likes() -> None:
    head = HEAD + "layers: {pan: {}, sends: {}}\n"
    head = head.replace('{tracks: {items: "1..16"}}', '{a: {items: "1..8"}, b: {items: "9..16"}}')
    more = "map:\n  - x.f1 > do bank b\n  - x.f2 > do layer pan\n  - x.f3 > do page +1\n"
    found = [(one.line, one.what) for one in mutations(rig_text("[]", head, more))]
    assert ("x.f1 > do bank b", "'a' for 'b'") in found
    assert ("x.f2 > do layer pan", "'sends' for 'pan'") in found
    assert [what for line, what in found if line == "x.f3 > do page +1"] == ["the line is gone"]


def test_a_target_that_pages_is_paged_the_wrong_way() -> None:
    head = HEAD.replace('{items: "1..16"}', '{items: "1..8", delegate: {page: [daw:/a, daw:/b]}}')
    (found,) = [one for one in mutations(rig_text(head=head)) if one.line == "bank tracks"]
    assert found.what == "it pages the wrong way"
    before, after = (plan.banks[0].delegate for plan in (load(rig_text(head=head))[1], found.plan))
    assert before is not None
    assert after == before[::-1]


def test_a_stage_that_is_the_default_is_left_and_another_is_taken_away() -> None:
    ring = "ring < .pan | ring(pan)"
    assert "without 'ring'" not in changes(ring, DESK_WITH)
    assert "without 'ring'" in changes("ring < .pan | ring(dot)", DESK_WITH)
    assert "without 'ring'" in changes("ring < daw:/p {n:i} {v:f} | ring(pan)")


def test_forms_of_a_text_lose_letters_but_the_clock_is_left_alone() -> None:
    assert "two letters for 'dB'" in changes('lcd.bottom < "{.fader:dB}"', DESK_WITH)
    more = "map:\n  - x.timecode < '{clock:HH.MM}'\n"
    found = [one.what for one in mutations(rig_text("[]", more=more))]
    assert found[0] == "the line is gone"
    assert not any("HH" in what for what in found)


def test_every_line_made_from_one_list_is_changed_at_once() -> None:
    found = mutations(rig_text("[]", more="map:\n  - x.f{1..4} > daw:/go {i:i}\n"))
    gone = next(one for one in found if one.what == "the line is gone")
    assert gone.plan.lines == ()
    moved = next(one for one in found if one.what == "'/gox' for '/go'")
    assert len(moved.plan.lines) == 4
    assert all("/gox" in str(line.target) for line in moved.plan.lines)


def test_a_midi_message_is_broken_in_its_channel_and_number() -> None:
    text = rig_text("{}").replace(
        '{osc: "udp://127.0.0.1:9", listen: 8000}', "{midi: virtual Synth}"
    )
    found = changes("fader > daw:cc 16 127", text)
    assert found == ["the line is gone", "'15' for '16'", "'126' for '127'"]
