"""A shared desk between an engine, a desk and a broker, none of which is real here."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.bridge.studio.lease import LOOK_FIRST
from surfacebridge.bridge.studio.owners import UNTOUCHED
from surfacebridge.bridge.studio.shared import BATCH
from surfacebridge.bridge.studio.watches import WATCHED_FOR
from surfacebridge.mapping.document import RightsDecl
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Lead,
    Meters,
    Owned,
    Refused,
    State,
    Watch,
)
from tests.helpers.shared_desk import Place, leading

# The mirror


def test_all_that_is_known_is_said_when_the_lease_is_had() -> None:
    place = Place()
    place.report("ch.1.fader", -20.0)
    place.report("ch.1.on", True)
    place.desk.connected("s1", place.now)
    place.run(LOOK_FIRST + 0.1)
    said = {what: payload for what, payload, _ in place.said()}
    assert said["desk"] == Desk("desks/foh", "s1", 1, "s1.1", "connected", "bench/desk")
    state = said["ch.1.fader"]
    assert (state.value, state.unit, state.by, state.epoch) == (-20.0, "dB", "desk", "s1.1")
    assert state.position == pytest.approx(0.375)
    assert state.time == pytest.approx(1e9 + 100, abs=1)
    assert said["ch.1.on"].value is True


def test_a_whole_console_is_said_in_portions() -> None:
    place = Place()
    names = [name for name, spec in place.desk.sheet.parameters.items() if spec.kind == "level"]
    names += [name for name, spec in place.desk.sheet.parameters.items() if spec.kind == "number"]
    names += [name for name, spec in place.desk.sheet.parameters.items() if spec.kind == "pan"]
    names += [name for name, spec in place.desk.sheet.parameters.items() if spec.kind == "switch"]
    place.lead()
    for name in names:
        place.report(name, spec_value(place, name))
    first = len(place.said("value"))
    assert first == min(BATCH, len(names))
    place.run(0.3)
    assert first + len(place.said("value")) == len(names)


def spec_value(place: Place, name: str) -> Any:
    return place.desk.sheet.parameters[ParameterId(name)].kind == "switch" or -0.5


def test_a_move_on_the_desk_is_thinned_out_and_its_last_value_acknowledged() -> None:
    place = leading()
    for step in range(50):
        place.report("ch.1.fader", -20.0 + step / 10)
        place.run(0.01)
    place.run(0.3)
    said = place.said("value")
    assert 20 < len(said) < 32
    assert [qos for _, _, qos in said] == [0] * (len(said) - 1) + [1]
    assert said[-1][1].value == pytest.approx(-15.1)
    seqs = [state.seq for _, state, _ in said]
    assert seqs == sorted(seqs)


def test_what_a_hand_here_does_is_said_with_its_name() -> None:
    place = leading()
    place.desk.touched({"ch.1.fader": "x"}, place.now)
    place.endpoint.send(Write("desk", ParameterId("desk.ch.1.fader"), -5.0), place.now)
    said = {what: payload for what, payload, _ in place.said()}
    assert said["ch.1.fader"].by == "desks/foh/x"
    assert said["owned"] == Owned({"ch.1.fader": "desks/foh/x"}, "s1.1")
    assert place.console.written == [("desk.ch.1.fader", -5.0)]


def test_a_desk_that_comes_anew_begins_a_new_epoch() -> None:
    place = leading()
    place.from_desk(Gone("desk"))
    place.from_desk(Arrived("desk"))
    place.report("ch.1.fader", -1.0)
    said = place.said()
    assert next(one for what, one, _ in said if what == "desk").epoch == "s1.2"
    assert {one.epoch for what, one, _ in said if what == "ch.1.fader"} == {"s1.2"}


def test_what_the_broker_kept_and_nobody_vouches_for_is_taken_away() -> None:
    place = leading()
    old = State(10.0, "dB", 1.0, "x", "", 0, "old.1", 9, 0.0)
    place.hear("value", old, "ch.9.fader", retain=True)
    place.hear("value", old, "ch.1.fader", retain=True)
    place.run(0.1)
    said = {what: payload for what, payload, _ in place.said("value")}
    assert said["ch.9.fader"] is None
    assert said["ch.1.fader"].value == -20.0
    place.hear("value", old, "ch.9.fader")
    assert place.said("value") == []


def test_only_what_is_to_be_mirrored_is_read_and_said() -> None:
    place = leading(mirrored=lambda name: name.endswith("9.fader"))
    assert "desk.ch.9.fader" in place.console.watched
    assert "desk.ch.8.fader" not in place.console.watched
    for channel in (1, 9):
        place.report(f"ch.{channel}.fader", -3.0)
    place.run(0.3)
    assert {name for name, _, _ in place.said("value")} == {"ch.9.fader"}


# Orders


def test_an_order_is_carried_out_told_to_the_engine_and_said_with_its_sender() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.said()
    (heard,) = place.order("ch.1.fader", 0.0, 7)
    assert heard.parameter == "desk.ch.1.fader"
    assert heard.value == pytest.approx(0.0, abs=0.05)
    assert [name for name, _ in place.console.written] == ["desk.ch.1.fader"]
    (said,) = place.said("value")
    assert (said[1].by, said[1].session, said[1].of) == ("anna/stage/x", "g1", 7)


def test_a_value_the_desk_holds_already_is_said_and_not_written_again() -> None:
    place = leading()
    place.guest()
    place.order("ch.1.on", True, 1)
    place.order("ch.1.on", True, 2)
    assert len(place.console.written) == 1
    assert [one.of for _, one, _ in place.said("value")] == [1, 2]


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        ("stranger", {"user": "bert"}),
        ("old session", {"session": "g0"}),
        ("old epoch", {"epoch": "s0.1"}),
        ("late", {"seq": 5}),
        ("kept", {"retain": True}),
        ("unknown", {"name": "ch.77.fader"}),
    ],
)
def test_an_order_out_of_its_time_is_dropped_and_counted(reason: str, more: dict[str, Any]) -> None:
    place = leading()
    place.guest()
    place.order("ch.1.fader", -10.0, 5)
    place.said()
    name, seq = more.pop("name", "ch.1.fader"), more.pop("seq", 6)
    assert place.order(name, 0.0, seq, **more) == []
    assert len(place.console.written) == 1
    assert place.desk.counts == {reason: 1}
    assert place.said() == []


def test_a_session_that_is_over_does_not_come_back() -> None:
    place = leading()
    place.guest(session="g1")
    place.guest(session="g2")
    place.guest(session="g1")
    assert place.desk.counts == {"old session": 1}
    assert place.order("ch.1.on", True, 1, session="g2")
    assert place.order("ch.1.on", False, 9, session="g1") == []


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ch.1.meter", 0.0, "It cannot be written."),
        ("ch.1.owner", "me", "The desk has no such parameter."),
        ("ch.1.on", "yes", "This is no value it can have."),
        ("ch.2.fader", 0.0, "anna may see it and not control it."),
    ],
)
def test_what_is_not_done_is_answered_with_why(name: str, value: Any, why: str) -> None:
    place = leading(users={"anna": RightsDecl(control=("desk.ch.1.*",))})
    place.guest()
    place.order(name, value, 3)
    ((_, refused, qos),) = place.said("refused")
    assert (refused.parameter, refused.reason, refused.seq, qos) == (name, why, 3, 1)
    assert place.console.written == []


def test_a_refusal_says_what_is_so() -> None:
    place = leading(users={"*": RightsDecl()})
    place.guest()
    place.order("ch.1.fader", 0.0, 1)
    ((_, refused, _),) = place.said("refused")
    assert refused.known
    assert refused.value == -20.0


def test_a_desk_that_is_not_there_is_not_controlled() -> None:
    place = leading()
    place.guest()
    place.desk.tend("gone", place.now)
    place.order("ch.1.fader", 0.0, 1)
    ((_, refused, _),) = place.said("refused")
    assert refused.reason == "The desk is not there."


def test_a_bridge_that_rehearses_lets_nobody_write() -> None:
    place = leading(writes=False)
    place.guest()
    place.order("ch.1.fader", 0.0, 1)
    ((_, refused, _),) = place.said("refused")
    assert "rehearses" in refused.reason
    assert place.console.written == []


def test_a_dashboards_bare_number_counts_like_an_order() -> None:
    place = leading()
    assert len(place.hear("set", b"-5.0", "ch.1.fader")) == 1
    assert place.hear("set", b"loud", "ch.1.fader") == []
    assert place.desk.counts == {"malformed": 1}


@given(
    st.binary(max_size=60), st.sampled_from(["set", "guest", "watch", "lead", "desk", "refused"])
)
def test_no_payload_raises(payload: bytes, kind: str) -> None:
    place = leading()
    place.guest()
    place.hear(kind, payload, "ch.1.fader" if kind == "set" else "")
    place.run(0.05)


# Whose it is


def test_the_first_hand_owns_a_fader_and_another_is_refused_until_it_takes_hold_anew() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.guest("ch.1.fader", user="bert")
    place.order("ch.1.fader", 0.0, 1, user="bert")
    ((_, refused, _),) = place.said("refused")
    assert refused.reason == "anna/stage/x holds it."
    place.guest()
    assert place.desk.owners == {}
    place.order("ch.1.fader", 0.0, 2, user="bert")
    assert place.console.written == []
    place.guest(user="bert")
    place.guest("ch.1.fader", user="bert")
    assert place.desk.owners == {"ch.1.fader": "bert/stage/x"}
    place.order("ch.1.fader", 0.0, 3, user="bert")
    assert len(place.console.written) == 1


def test_what_is_not_touched_may_be_used_a_moment_after_it_was_held() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.guest(user="bert")
    place.order("ch.1.fader", 0.0, 1, user="bert")
    place.guest()
    place.now += UNTOUCHED + 0.01
    place.order("ch.1.fader", 0.0, 2, user="bert")
    assert len(place.console.written) == 1


def test_who_may_not_control_it_does_not_own_what_he_touches() -> None:
    place = leading(users={"anna": RightsDecl(control=("desk.ch.2.*",))})
    place.guest("ch.1.fader", "ch.2.fader", "ch.99.fader")
    assert place.desk.owners == {"ch.2.fader": "anna/stage/x"}


def test_a_guest_who_is_gone_holds_nothing() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.hear("guest", Guest(online=False, session="g0"))
    assert place.desk.owners
    place.hear("guest", Guest(online=False, session=""))
    assert place.desk.owners == {}
    place.guest("ch.1.fader")
    place.desk.hear_bridge(("anna", "stage"), "g1", online=False, now=place.now)
    assert place.desk.owners == {}


def test_without_a_broker_nobody_from_afar_holds_anything() -> None:
    place = leading()
    place.guest("ch.1.fader")
    place.desk.disconnected(place.now)
    assert place.desk.owners == {}
    place.endpoint.send(Write("desk", ParameterId("desk.ch.1.fader"), 0.0), place.now)
    assert place.console.written == [("desk.ch.1.fader", 0.0)]


# Following


def following() -> Place:
    place = Place("foh2")
    place.desk.connected("s1", place.now)
    place.desk.hear_bridge(("desks", "foh"), "l1", online=True, now=place.now)
    place.hear("desk", Desk("desks/foh", "l1", 4, "l1.1", "connected", "bench/desk"))
    place.run(LOOK_FIRST + 0.1)
    return place


def test_a_follower_asks_who_leads_and_writes_nothing() -> None:
    place = following()
    assert ("guest", Guest(online=True, session="s1"), 1) in place.said()
    place.endpoint.send(Write("desk", ParameterId("desk.ch.1.on"), True), place.now)
    assert place.console.written == []
    ((name, order, qos),) = place.said("set")
    assert (name, order.value, order.epoch, qos) == ("ch.1.on", True, "l1.1", 1)


def test_a_follower_mirrors_nothing_and_knows_what_the_desk_says() -> None:
    place = following()
    place.said()
    place.report("ch.1.fader", -3.0)
    place.run(0.3)
    assert place.said("value") == []
    place.desk.hear_bridge(("desks", "foh"), "l1", online=False, now=place.now)
    place.run(0.5)
    said = place.said()
    assert place.desk.lease.is_mine
    assert next(one for what, one, _ in said if what == "ch.1.fader").value == -3.0
    assert ("guest", Guest(online=False, session="s1"), 1) in said


def test_orders_are_not_carried_out_by_a_follower() -> None:
    place = following()
    place.guest()
    assert place.order("ch.1.on", True, 1, epoch="l1.1") == []
    assert place.console.written == []


def test_a_followers_refused_hand_is_told_the_truth() -> None:
    place = following()
    place.report("ch.1.fader", -20.0)
    place.endpoint.send(Write("desk", ParameterId("desk.ch.1.fader"), 0.0), place.now)
    place.hear(
        "refused", Refused("ch.1.fader", "no", "s1", 1, known=True, value=-20.0),
        user="desks", bridge="foh2",
    )  # fmt: skip
    assert Report(ParameterId("desk.ch.1.fader"), -20.0) in place.endpoint.wake(place.now)


def test_only_who_may_says_who_leads() -> None:
    place = following()
    place.hear("lead", Lead("foh2"), retain=True)
    place.run(0.1)
    before = place.desk.lease.is_mine
    place.hear("lead", Lead("foh2"))
    place.run(0.1)
    assert (before, place.desk.lease.is_mine) == (False, True)
    other = leading(users={"*": RightsDecl(control=("*",))})
    other.hear("lead", Lead("foh"))
    assert other.desk.counts == {"refused": 1}


# Meters


def test_meters_are_read_and_said_while_somebody_asks() -> None:
    place = leading(meters_every=0.1)
    assert "desk.ch.3.meter" not in place.console.watched
    place.hear("watch", Watch(("ch.3.meter",)))
    assert "desk.ch.3.meter" not in place.console.watched
    place.guest()
    place.hear("watch", Watch(("ch.3.meter", "ch.3.fader", "odd")))
    assert "desk.ch.3.meter" in place.console.watched
    for _ in range(100):
        place.report("ch.3.meter", -20.0)
        place.run(0.01)
    said = place.said("meters")
    assert 8 <= len(said) <= 11
    assert said[0][1] == Meters({"ch.3.meter": -20.0})
    place.run(WATCHED_FOR)
    assert "desk.ch.3.meter" not in place.console.watched
    place.said()
    place.report("ch.3.meter", -20.0)
    place.run(0.3)
    assert place.said("meters") == []


def test_meters_of_who_has_gone_are_read_no_more() -> None:
    place = leading(meters_every=0.1)
    place.guest()
    place.hear("watch", Watch(("ch.3.meter",)))
    place.hear("guest", Guest(online=False, session="g1"))
    place.run(0.1)
    assert "desk.ch.3.meter" not in place.console.watched


def test_without_a_broker_no_meters_are_read_for_anybody() -> None:
    place = leading(meters_every=0.1)
    place.guest()
    place.hear("watch", Watch(("ch.3.meter",)))
    place.desk.disconnected(place.now)
    place.run(0.1)
    assert "desk.ch.3.meter" not in place.console.watched
