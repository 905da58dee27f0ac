import pytest

from tests.helpers.rigs import problems_of, rig

MORE = """
    modifiers: {shift: x.shift, flip: x.flip}
    layers: {pan: {button: x.pan, default: true}, sends: {button: x.sends}}
"""


def found(strip: str, more: str = MORE) -> list[str]:
    return problems_of(rig(strip, more=more))


def test_a_line_that_both_layers_hide_can_never_be_seen() -> None:
    (problem,) = found(
        """
        - lcd.bottom < .name
        - when layer pan:
            - lcd.bottom < .pan
        - when layer sends:
            - lcd.bottom < .fader
        """
    )
    assert "this lcd.bottom can never be seen: both layers define it" in problem
    assert not problem.startswith("warning")


def test_a_line_that_one_layer_leaves_alone_is_seen() -> None:
    assert found("- lcd.bottom < .name\n- when layer pan:\n    - lcd.bottom < .pan") == []


def test_lines_under_one_condition_do_not_hide_each_other() -> None:
    assert found("- mute > .on\n- mute > .solo") == []


def test_the_ways_to_and_from_the_target_are_apart() -> None:
    assert found("- mute > .on\n- mute < .solo") == []


def test_a_condition_and_its_opposite_leave_nothing() -> None:
    (problem,) = found(
        "- mute > .on\n- when shift:\n    - mute > .solo\n- when not shift:\n    - mute > .solo"
    )
    assert "can never act" in problem


def test_a_tie_is_a_warning_that_names_the_other_line() -> None:
    problems = found("- when shift:\n    - mute > .on\n- when flip:\n    - mute > .solo")
    assert len(problems) == 1
    assert "warning" in problems[0]
    assert "the later one wins" in problems[0]


def test_a_heavier_condition_is_no_tie() -> None:
    strip = "- when shift:\n    - mute > .on\n- when shift and flip:\n    - mute > .solo"
    assert found(strip) == []


@pytest.mark.parametrize("priority", [1, 5])
def test_a_line_of_higher_priority_can_hide_a_heavier_one(priority: int) -> None:
    (problem,) = found(f"- mute > .on: {{priority: {priority}}}\n- when shift:\n    - mute > .solo")
    assert "can never act" in problem


def test_too_many_switches_are_not_tried() -> None:
    modifiers = ", ".join(f"m{n}: x.f1" for n in range(14))
    lines = "\n".join(f"- when m{n}:\n    - mute > .on" for n in range(14))
    assert not [one for one in found(lines, f"modifiers: {{{modifiers}}}\n") if "never" in one]


def test_either_of_two_is_a_condition_too() -> None:
    strip = "- mute > .on\n- when shift or not shift:\n    - mute > .solo"
    (problem,) = found(strip)
    assert "can never act" in problem
