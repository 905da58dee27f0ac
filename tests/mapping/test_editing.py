from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.editing import format_source, insert_entry, insert_line
from surfacebridge.mapping.nodes import plain
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.yaml_reader import read_yaml

RIGS = sorted((Path(__file__).parents[2] / "mappings" / "rigs").glob("*.yaml"))


def formatted(text: str) -> str:
    source, problems = format_source(Source("f", text))
    assert problems == []
    return source.text


UNEVEN = """\


# what this is
surfacebridge: 1   # the version
banks:
    a:   # first
          items: [a,
             b]
          button: x.user


    # of the second
    b: [c]
strip:
  map:
  # over the first line
  -   fader <> .fader:
          echo: servo   # why
          test:
          - 0dB -> 0.75
  - when layer sends:
    - mute <> .on
    # the end
"""

EVEN = """\
# what this is
surfacebridge: 1   # the version
banks:
  a:   # first
    items: [a,
       b]
    button: x.user

  # of the second
  b: [c]
strip:
  map:
    # over the first line
    - fader <> .fader:
        echo: servo   # why
        test:
          - 0dB -> 0.75
    - when layer sends:
        - mute <> .on
        # the end
"""


def test_a_file_is_laid_out_in_one_style_with_its_comments() -> None:
    assert formatted(UNEVEN) == EVEN


def test_formatting_twice_changes_nothing_more() -> None:
    assert formatted(EVEN) == EVEN


@pytest.mark.parametrize("path", RIGS, ids=lambda path: path.stem)
def test_the_rigs_we_ship_are_in_the_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


def test_other_line_ends_become_ours() -> None:
    assert formatted("a: 1\r\nb:\r\n    c: 2  \r\n") == "a: 1\nb:\n  c: 2\n"


def test_a_file_at_fault_comes_back_as_it_was() -> None:
    source = Source("f", "a: [\n")
    assert format_source(source)[0] is source
    assert format_source(source)[1]


def test_a_layout_that_would_change_the_meaning_is_not_made() -> None:
    source = Source("f", "a:\n    -\n      b\n    - |\n       c\n")
    again, problems = format_source(source)
    read, read_again = read_yaml(source)[0], read_yaml(again)[0]
    assert read is not None
    assert read_again is not None
    assert plain(read) == plain(read_again)
    assert [one.severity for one in problems] in ([], ["warning"])


def inserted(text: str, section: str, line: str) -> str:
    source, problems = insert_line(Source("f", text), section, line)
    assert problems == []
    return source.text


def test_a_learned_line_goes_last_in_its_section_in_the_section_s_columns() -> None:
    text = (
        "strip:\n   map:\n   - a <> .a   # why\n   - b <> .b:\n       {echo: none,\n       }\n"
        "# end\nmap:\n  - c > d.c\n"
    )
    assert inserted(text, "strip.map", "x <> .x | db") == text.replace(
        "       }\n", "       }\n   - x <> .x | db\n"
    )
    assert inserted(text, "map", "x > d.x") == f"{text}  - x > d.x\n"


def test_a_missing_section_is_made() -> None:
    assert inserted("a: 1\n", "map", "x > d.x") == "a: 1\n\nmap:\n  - x > d.x\n"
    assert inserted("a: 1\n", "strip.map", "x > .x") == "a: 1\n\nstrip:\n  map:\n    - x > .x\n"
    assert inserted("strip:\nb: 1\n", "strip.map", "x > .x") == (
        "strip:\n  map:\n    - x > .x\nb: 1\n"
    )
    assert inserted("map:   # none yet\nb: 1\n", "map", "x > d.x") == (
        "map:   # none yet\n  - x > d.x\nb: 1\n"
    )


def test_a_line_is_quoted_only_where_yaml_needs_it() -> None:
    assert inserted("map:\n  - a\n", "map", 'x < "{.name}"').endswith('  - x < "{.name}"\n')
    assert inserted("map:\n  - a\n", "map", "x > d:/it's #1: 2").endswith("'x > d:/it''s #1: 2'\n")


@pytest.mark.parametrize(
    "text", ["map: [a]\n", "map: []\n", "strip: {}\nmap: 3\n", "- a\n", "a: [\n"]
)
def test_what_cannot_be_added_to_comes_back_as_it_was(text: str) -> None:
    source = Source("f", text)
    again, problems = insert_line(source, "map", "x > d.x")
    assert again is source
    assert problems


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["a:", "b: 1", "- c", "- d: 2", "# e", "", "  ", "    ", "\n", "\n", "|", "[x,"]
        )
    )
)
def test_formatting_and_inserting_never_change_what_a_file_says(words: list[str]) -> None:
    source = Source("f", "".join(words))
    before, faults = read_yaml(source)
    for again in (format_source(source)[0], format_source(format_source(source)[0])[0]):
        after, _ = read_yaml(again)
        if before is not None and not faults:
            assert after is not None
            assert plain(after) == plain(before)
    insert_line(source, "strip.map", "x <> .x")


BOXES = """\
surfaces:
  # mine
  box:   # the little one
    port: /nano/
    controls:   # more to come
    alive: {ask: "?", answer: "!"}
  full:
    controls:
        knob.cc7: {in: cc 1 7}
        # the last

targets:
"""


def test_an_entry_goes_into_an_empty_section_with_comments_kept() -> None:
    edited, problems = insert_entry(
        Source("f", BOXES), "surfaces.box.controls", "knob.cc1", "{in: cc 1 1}"
    )
    assert problems == []
    assert edited.text == BOXES.replace(
        "# more to come\n", "# more to come\n      knob.cc1: {in: cc 1 1}\n"
    )


def test_an_entry_goes_after_the_last_as_deep_as_the_others() -> None:
    edited, problems = insert_entry(
        Source("f", BOXES), "surfaces.full.controls", "knob.cc8", "{in: cc 1 8}"
    )
    assert problems == []
    assert "        knob.cc7: {in: cc 1 7}\n        knob.cc8: {in: cc 1 8}\n" in edited.text


@pytest.mark.parametrize(
    ("text", "section", "why"),
    [
        ("a: {b: {c: d}}\n", "a.b", "one a line"),
        ("a: {}\n", "a.b", "there is no 'a.b'"),
        ("a:\n  b:\n    x: y\n", "a.b", "one a line"),
        ("- a\n", "a.b", "a mapping is expected"),
    ],
)
def test_where_no_entry_can_go_the_file_stays_as_it_was(text: str, section: str, why: str) -> None:
    source = Source("f", text)
    edited, problems = insert_entry(source, section, "x", "{in: cc 1 1}")
    assert edited is source
    assert why in problems[0].message
