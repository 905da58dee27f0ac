"""A studio's topics, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.mqtt.packet import is_filter, is_topic
from surfacebridge.protocols.studio.topics import (
    Kind,
    Topic,
    presences,
    read_levels,
    read_topic,
    site_filter,
)

NAMES = st.text(min_size=1, max_size=12).filter(lambda name: len(name.encode()) < 40)
WORDS = NAMES.filter(lambda name: "." not in name and not name.startswith(":"))
PARAMETERS = st.lists(WORDS, min_size=1, max_size=4).map(".".join) | NAMES.map(":{}".format)
OF_TARGET: list[Kind] = ["desk", "owned", "meters"]
OF_GUEST: list[Kind] = ["guest", "watch", "refused", "lead"]


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        (Topic("value", "house", "desk", parameter="ch.1.fader"), "house/desk/ch/1/fader"),
        (Topic("value", "house", "daw", parameter=":/a/b 3"), "house/daw/:%2Fa%2Fb 3"),
        (Topic("desk", "house", "desk"), "house/desk/$desk"),
        (Topic("owned", "house", "desk"), "house/desk/$owned"),
        (Topic("meters", "house", "desk"), "house/desk/$meters"),
        (
            Topic("set", "house", "desk", "anna", "stage", "ch.1.on"),
            "house/desk/$set/anna/stage/ch/1/on",
        ),
        (Topic("guest", "house", "desk", "anna", "stage"), "house/desk/$guest/anna/stage"),
        (Topic("bridge", "house", user="anna", bridge="foh"), "house/$bridge/anna/foh"),
    ],
)
def test_topics_are_written_as_documented(topic: Topic, text: str) -> None:
    assert topic.text == f"surfacebridge/{text}"
    assert read_topic(topic.text) == topic


@given(NAMES, NAMES, NAMES, NAMES, PARAMETERS)
def test_every_name_comes_back(
    site: str, target: str, user: str, bridge: str, parameter: str
) -> None:
    topics = [Topic(kind, site, target) for kind in OF_TARGET]
    topics += [Topic(kind, site, target, user, bridge) for kind in OF_GUEST]
    topics.append(Topic("value", site, target, parameter=parameter))
    topics.append(Topic("set", site, target, user, bridge, parameter))
    topics.append(Topic("bridge", site, user=user, bridge=bridge))
    for topic in topics:
        assert is_topic(topic.text)
        assert read_topic(topic.text) == topic


@given(st.text(max_size=60) | st.lists(NAMES, max_size=8).map("/".join))
def test_no_topic_raises_and_one_name_has_one_topic(text: str) -> None:
    for written in (text, f"surfacebridge/{text}"):
        topic = read_topic(written)
        assert topic is None or topic.text == written


@pytest.mark.parametrize(
    "text",
    [
        "surfacebridge/house/desk",
        "surfacebridge/house/desk/$desk/more",
        "surfacebridge/house/desk/$guest/anna",
        "surfacebridge/house/desk/$guest/anna/stage/more",
        "surfacebridge/house/desk/$set/anna/stage",
        "surfacebridge/house/desk/$odd/anna/stage",
        "surfacebridge/house/desk/ch//fader",
        "surfacebridge/house/desk/ch%2E1",
        "surfacebridge/house/desk/c%68",
        "surfacebridge/house/desk/%ff",
        "surfacebridge/house/$bridge/foh",
        "other/house/desk/ch/1/fader",
        "surfacebridge/house/desk" + "/a" * 40,
        "surfacebridge/house/desk/" + "a" * 700,
    ],
)
def test_what_is_no_topic_of_a_studio_is_none(text: str) -> None:
    assert read_topic(text) is None


def test_a_name_that_would_be_a_word_of_the_tree_is_written_otherwise() -> None:
    assert (
        Topic("value", "h", "$bridge", parameter="$set").text == "surfacebridge/h/%24bridge/%24set"
    )
    assert read_levels("$set") is None


def test_the_filter_for_bridges_is_one() -> None:
    assert is_filter(presences("house"))
    assert site_filter("house") == "surfacebridge/house/#"
    assert presences("house") == "surfacebridge/house/$bridge/+/+"
