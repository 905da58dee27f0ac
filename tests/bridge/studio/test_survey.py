from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.bridge.studio.survey import Survey
from surfacebridge.protocols.mqtt.packet import Publish
from surfacebridge.protocols.mqtt.packet import encode as encode_packet
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Owned,
    Payload,
    Presence,
    State,
    encode,
)
from surfacebridge.protocols.studio.topics import Topic

FOH = Topic("bridge", "house", user="desks", bridge="foh")
DESK = Topic("desk", "house", "desk")


def survey_of(*said: tuple[Topic, Payload]) -> Survey:
    survey = Survey()
    for topic, payload in said:
        survey.hear(encode_packet(Publish(topic.text, encode(payload))))
    return survey


def state(epoch: str) -> State:
    return State(0.0, "dB", 0.75, "desk", "", 0, epoch, 1, 0.0)


def test_a_site_is_told_in_lines() -> None:
    survey = survey_of(
        (FOH, Presence(True, "s", {"x": "connected"})),
        (DESK, Desk("desks/foh", "s", 2, "s.1", "syncing", "maker/desk")),
        (Topic("value", "house", "desk", parameter="ch.1.fader"), state("s.1")),
        (Topic("value", "house", "desk", parameter="ch.2.fader"), state("old.1")),
        (Topic("guest", "house", "desk", "anna", "stage"), Guest(online=True, session="g")),
        (Topic("guest", "house", "desk", "bert", "truck"), Guest(online=False, session="g")),
        (Topic("owned", "house", "desk"), Owned({"ch.1.fader": "anna/stage/x"}, "s.1")),
    )
    assert list(survey.lines()) == [
        "bridge  foh (user desks): x connected",
        "desk    desk: a maker/desk, held by foh, syncing; 1 values, 1 of an earlier time",
        "  guest anna at stage",
        "  ch.1.fader is held by anna/stage/x",
    ]


def test_a_desk_whose_holder_is_gone_is_held_by_nobody() -> None:
    survey = survey_of(
        (FOH, Presence(online=False, session="s")),
        (DESK, Desk("desks/foh", "s", 2, "s.1", "connected", "maker/desk")),
    )
    assert survey.holder("desk") == ""
    bridge, desk = survey.lines()
    assert bridge == "bridge  foh (user desks): is not there"
    assert "nobody holds it" in desk


def test_nothing_is_said_to_be_nothing() -> None:
    assert list(Survey().lines()) == ["Nobody has said anything here yet."]


@given(st.binary(max_size=60))
def test_no_message_raises(payload: bytes) -> None:
    survey = Survey()
    survey.hear(payload)
    for topic in (FOH, DESK, Topic("value", "house", "desk", parameter="a")):
        survey.hear(encode_packet(Publish(topic.text, payload)))
    list(survey.lines())
