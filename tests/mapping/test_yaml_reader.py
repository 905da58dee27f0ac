import gc
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.nodes import MapNode, Scalar, plain
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.yaml_reader import read_yaml

MAPPINGS = Path(__file__).parents[2] / "mappings"


def read(text: str) -> tuple[object, list[str]]:
    root, problems = read_yaml(Source("f", text))
    return None if root is None else plain(root), [str(one) for one in problems]


def test_every_scalar_is_text() -> None:
    text = "{on: off, a: yes, b: 12:30, c: 0o17, d: 1_000, e: 1e3, f: 'x', g: 0x10}"
    values = {"on": "off", "a": "yes", "b": "12:30", "c": "0o17", "d": "1_000", "e": "1e3"}
    assert read(text) == ({**values, "f": "x", "g": "0x10"}, [])


def test_only_an_unquoted_null_says_nothing() -> None:
    assert read("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n") == (
        {"a": None, "b": None, "c": None, "d": "null", "e": ""},
        [],
    )


def test_every_key_and_value_has_its_place() -> None:
    root, _ = read_yaml(Source("f", "# top\na:\n  b:   'c'\n  d: [e, f]\n"))
    assert isinstance(root, MapNode)
    inner = root.get("a")
    assert isinstance(inner, MapNode)
    places = [(key.span.line, key.span.column, value.span.column) for key, value in inner]
    assert places == [(3, 3, 8), (4, 3, 6)]


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("plain", 2, (1, 3)),
        ("'quoted'", 2, (1, 4)),
        ("'it''s'", 3, (1, 6)),
        (r'"a\"b"', 2, (1, 5)),
        (r'"\x41\u0042c"', 2, (1, 12)),
        ("one\n two", 4, (2, 2)),
        ("one\n\n two", 4, (3, 2)),
        ('"one \\\n  two"', 4, (2, 3)),
        ("&anchor word", 1, (1, 10)),
    ],
)
def test_a_character_keeps_its_place_through_quotes_escapes_and_folds(
    text: str, offset: int, place: tuple[int, int]
) -> None:
    root, problems = read_yaml(Source("f", text))
    assert problems == []
    assert isinstance(root, Scalar)
    assert root.at(offset) == Span("f", *place)


REFUSED = [
    (
        "a: [x.{1..3}]",
        "f:1:7: a text with '{' inside [ ] or { } must be quoted: \"desk.ch.{1..8}\"",
    ),
    (
        "a: {b: x.{n}}",
        "f:1:10: a text with '{' inside [ ] or { } must be quoted: \"desk.ch.{1..8}\"",
    ),
    (
        "a: b: c",
        "f:1:5: quote a text that holds ': '; or mend the indentation or the ':' above",
    ),
    ("- @x", "f:1:3: a text cannot start with this character; quote it"),
    ("- >foo", "f:1:4: a text that starts with '>' or '|' must be quoted"),
    ("a: 'b\nc: d", "f:1:4: this quotation mark is never closed"),
    (
        "a:\n  b: 1\n c: 2",
        "f:3:2: this line fits nothing above it; check its indentation and its '-' or ':'",
    ),
    ("a: [1, 2\nb: 1", "f:2:2: this list misses a ',' or its closing ']'"),
    ("- !!python/x 1", "f:1:3: mappings have no tags; quote a text that starts with '!'"),
    ("a: 1\nb: 2\na: 3", "f:3:1: 'a' stands here twice (first on line 1)"),
    ("x: &x {a: 1}\ny:\n  <<: *x", "f:3:3: mappings have no merge keys ('<<')"),
    ("- *x", "f:1:3: no '&x' stands before this '*x'; quote a text that starts with '*'"),
    (
        "a: &x [*x]",
        "f:1:8: no '&x' stands before this '*x'; quote a text that starts with '*'",
    ),
    ("a:\tb", "f:1:3: a tab stands here; indent and separate with spaces"),
    ("a:\n\t- b", "f:2:1: a tab stands here; indent and separate with spaces"),
    ("a\n---\nb", "f:2:1: a second document starts here; one file holds one mapping"),
    ("%YAML 1.1\n---\na", "f:1:1: mappings have no '%' directives"),
    ("[" * 33 + "]" * 33, "f:1:33: this is nested more than 32 levels deep"),
    ("# nothing\n", "f:1:1: the file says nothing"),
    (
        "? [a, b]\n: c",
        "f:1:3: a key must be a plain text; quote one that starts with '{' or '['",
    ),
    (": b", "f:1:1: a key is missing before this ':'"),
    ('a: "\\q"', "f:1:4: inside \"…\" a backslash must be doubled, or use '…'"),
    ("a: b\x07", "f:1:5: this character cannot be printed; remove it"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_refused_is_located_and_says_what_to_do(text: str, message: str) -> None:
    assert read(text)[1] == [message]


def test_a_tab_in_a_comment_is_nobodys_business() -> None:
    assert read("a: b  #\tnote\n") == ({"a": "b"}, [])


def test_all_repeated_keys_are_found_in_one_run() -> None:
    assert len(read("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n")[1]) == 3


def test_a_file_over_one_mebibyte_is_not_read() -> None:
    assert read("a: " + "x" * (1 << 20))[1] == [
        "f:1:1: the file is larger than 1024 KiB; split it with 'include:'"
    ]


def test_aliases_that_would_grow_without_end_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (message,) = read("\n".join(lines))[1]
    assert message == "f:5:25: this file holds more than 50000 entries, its aliases written out"


def test_aliases_cannot_hide_depth() -> None:
    lines = [f"a: &a {'[' * 20}{']' * 20}", f"b: {'[' * 20}*a{']' * 20}"]
    assert read("\n".join(lines))[1] == ["f:2:24: this is nested more than 32 levels deep"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1 \n\t:-?[]{},#&*!|>'\"%@`\\x~.<=é\x85\0\ufeff\u2028")))
@example('"\\U99999999"')
@example("%YAML 999999999999999999999.1\na")
@example("\ud800")
def test_any_text_is_read_or_refused_but_never_raises(text: str) -> None:
    root, problems = read_yaml(Source("f", text))
    assert root is not None or problems
    for one in problems:
        assert one.span.line >= 1
        assert one.span.column >= 1


@pytest.mark.parametrize("module", ["problems", "source", "lines", "nodes"])
def test_the_yaml_library_is_loaded_by_readers_only(module: str) -> None:
    code = f"import sys, surfacebridge.mapping.{module}; sys.exit('ruamel.yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("**/*.yaml")), ids=lambda path: path.stem)
def test_both_scanners_read_the_shipped_files_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # The last comment holds a character that only the scanner in Python is trusted with.
    in_c, in_python = (
        read_yaml(Source("f", text + comment)) for comment in ("\n# x\n", "\n# \x85\n")
    )
    assert in_c == in_python


def test_a_file_that_was_read_leaves_nothing_for_the_collector() -> None:
    pytest.importorskip("ruamel.yaml.cyaml")
    source = Source("f", "a: [b, {c: d}]\ne: 'f'")
    read_yaml(source)
    gc.collect()
    gc.disable()
    try:
        read_yaml(source)
        assert gc.collect() == 0
    finally:
        gc.enable()
