import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.osc.address import is_pattern, matches


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/ch/01/on", "/ch/01/on"),
        ("/ch/*/on", "/ch/01/on"),
        ("/ch/0?/on", "/ch/01/on"),
        ("/ch/0[1-4]/on", "/ch/03/on"),
        ("/ch/0[!1-4]/on", "/ch/05/on"),
        ("/ch/01/{on,off}", "/ch/01/off"),
        ("/[ab-]", "/-"),
        ("/[^]", "/^"),
        ("/a.b", "/a.b"),
        ("/[a&&b]", "/&"),
        ("/**/x", "/ch/x"),
    ],
)
def test_a_pattern_means_an_address(pattern: str, address: str) -> None:
    assert matches(pattern, address)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/ch/01/on", "/ch/02/on"),
        ("/ch/*/on", "/ch/01/mix/on"),
        ("/ch?on", "/ch/on"),
        ("/ch/0[1-4]/on", "/ch/05/on"),
        ("/ch/0[!1-4]/on", "/ch/03/on"),
        ("/ch/0[!1]", "/ch/0/"),
        ("/[b-a]", "/a"),
        ("/[!b-a]", "/"),
        ("/a?b*", "/ab"),
        ("/a.b*", "/axb"),
        ("/{on,off", "/on"),
        ("/[ab", "/a"),
        ("/*a*a*a*a*a", "/aaaaa"),
        ("/*" + "x" * 300, "/" + "x" * 300),
    ],
)
def test_a_pattern_does_not_mean_an_address(pattern: str, address: str) -> None:
    assert not matches(pattern, address)


def test_plain_addresses_are_no_patterns() -> None:
    assert not is_pattern("/ch/01/mix/fader")
    assert is_pattern("/ch/{01,02}/mix")


@given(st.text("/ab*?[]{}!-,^&|\\", max_size=20), st.text("/ab-", max_size=10))
@settings(max_examples=200)
def test_any_pattern_is_tried_without_a_complaint(pattern: str, address: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matches(pattern, address)
