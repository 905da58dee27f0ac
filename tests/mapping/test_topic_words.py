"""Topics as a mapping writes them."""

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.topic_words import TopicWords, read_topic


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("desk/solo", TopicWords("desk/solo", "json")),
        ("desk/solo {v}", TopicWords("desk/solo", "json")),
        ("desk/solo {v:json}", TopicWords("desk/solo", "json")),
        ("lamp {v:json.state}", TopicWords("lamp", "json", ("state",))),
        ("lamp {v:json.color.x}", TopicWords("lamp", "json", ("color", "x"))),
        ("lamp {v:onoff.state}", TopicWords("lamp", "onoff", ("state",))),
        ("lamp/power {v:onoff}", TopicWords("lamp/power", "onoff")),
        ("lamp/set ON", TopicWords("lamp/set", "", fixed="ON")),
        ('lamp/set "go on"', TopicWords("lamp/set", "", fixed="go on")),
        ('lamp/set ""', TopicWords("lamp/set", "", fixed="")),
    ],
)
def test_a_topic_says_how_its_value_is_written(written: str, meant: TopicWords) -> None:
    assert read_topic(written) == meant
    assert meant.has_value == bool(meant.form)
    assert read_topic(meant.text) == meant


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("desk/+ {v}", "without"),
        ("desk/# 1", "without"),
        ("desk/solo {v:x}", "not {v:x}"),
        ("desk/solo {v:f.x}", "not {v:f.x}"),
        ("desk/solo {v:json.}", "not {v:json.}"),
        ("desk/solo ON {v}", "more than its value"),
        ("", "is no topic"),
    ],
)
def test_what_is_no_topic_is_refused_in_a_sentence(written: str, reason: str) -> None:
    with pytest.raises(ProtocolMisuse, match=reason):
        read_topic(written)
