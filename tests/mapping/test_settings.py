import pytest

from surfacebridge.mapping.nodes import MapNode, plain
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.settings import read_settings, substitute
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.yaml_reader import read_yaml


def tree(text: str) -> MapNode:
    root, problems = read_yaml(Source("f", text))
    assert problems == []
    assert isinstance(root, MapNode)
    return root


def value(kind: str, text: str) -> list[str]:
    problems: list[Problem] = []
    read_settings(tree(f"settings: {{a: {{type: {kind}, default: '{text}'}}}}"), {}, problems)
    return [one.message for one in problems]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *[("text", "anything at all"), ("host", "desk.local"), ("host", "fe80::1%eth0")],
        *[("port", "65535"), ("number", "-1.5"), ("flag", "true")],
    ],
)
def test_each_type_takes_what_fits(kind: str, text: str) -> None:
    assert value(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("host", "a b"),
        ("host", ""),
        ("port", "0"),
        ("port", "65536"),
        ("number", "1e"),
        ("flag", "yes"),
    ],
)
def test_each_type_refuses_what_does_not(kind: str, text: str) -> None:
    assert len(value(kind, text)) == 1


def test_every_text_and_key_is_replaced_but_not_settings_or_includes() -> None:
    root = tree(
        "settings: {a: {default: $x}}\ninclude: $a\nbanks: {$a: [$a$a, '$a.b', $$a, c$, '$ $1']}\n"
    )
    problems: list[Problem] = []
    replaced = substitute(root, read_settings(root, {"a": "v"}, problems), problems)
    assert problems == []
    assert plain(replaced) == {
        "settings": {"a": {"default": "$x"}},
        "include": "$a",
        "banks": {"v": ["vv", "v.b", "$a", "c$", "$ $1"]},
    }


def test_an_unknown_setting_is_blamed_at_its_dollar_sign() -> None:
    root = tree("settings: {desk_ip: {default: x}}\nname: to $desk_pi and $other\n")
    problems: list[Problem] = []
    substitute(root, read_settings(root, {}, problems), problems)
    assert [str(one) for one in problems] == [
        "f:2:10: no setting 'desk_pi'; did you mean 'desk_ip'?",
        "f:2:23: no setting 'other'; a dollar sign is written $$",
    ]
