"""Orders to a desk that another bridge holds."""

from surfacebridge.profiles.studio_orders import STILL_MEANT, Orders
from surfacebridge.protocols.mqtt.packet import Publish
from surfacebridge.protocols.mqtt.packet import decode as decode_packet
from surfacebridge.protocols.studio.payloads import Order, decode
from surfacebridge.protocols.studio.topics import Topic


def orders() -> Orders:
    made = Orders("house", "desk", "me", "stage", "s1")
    made.epoch = "e1"
    return made


def said(made: Orders) -> list[tuple[str, Order, int]]:
    found = []
    for data in made.take():
        packet = decode_packet(data)
        assert isinstance(packet, Publish)
        order = decode(Order, packet.payload)
        assert isinstance(order, Order)
        prefix = Topic("set", "house", "desk", "me", "stage", "x").text[:-1]
        found.append((packet.topic.removeprefix(prefix), order, packet.qos))
    return found


def test_a_switch_is_ordered_at_once_and_acknowledged() -> None:
    made = orders()
    made.put("ch.1.on", False, 0.0)
    assert said(made) == [("ch/1/on", Order(False, "s1", 1, "e1"), 1)]


def test_a_move_goes_unacknowledged_and_its_last_value_acknowledged() -> None:
    made = orders()
    for step in range(100):
        now = step / 1000
        made.put("ch.1.fader", float(step), now)
        if (due := made.next_due()) is not None and due <= now:
            made.wake(now)
    made.wake(1.0)
    sent = said(made)
    assert [one.seq for _, one, _ in sent] == list(range(1, len(sent) + 1))
    assert 5 <= len(sent) <= 7
    assert [qos for _, _, qos in sent] == [0] * (len(sent) - 1) + [1]
    assert sent[-1][1].value == 99.0
    assert made.next_due() is None


def test_a_level_that_goes_off_is_a_move_too() -> None:
    made = orders()
    made.put("ch.1.fader", None, 0.0)
    assert said(made)[0][2] == 0


def test_a_hand_that_lets_go_has_its_last_value_said_at_once() -> None:
    made = orders()
    made.put("ch.1.fader", 1.0, 0.0)
    made.put("ch.1.fader", 2.0, 0.001)
    made.settle("ch.1.fader", 0.002)
    assert [(one.value, qos) for _, one, qos in said(made)] == [(1.0, 0), (2.0, 1)]
    assert made.next_due() is None


def test_an_echo_of_an_earlier_order_is_known_as_one() -> None:
    made = orders()
    made.put("a", 1.0, 0.0)
    made.settle("a", 0.1)
    assert not made.was_carried_out("a", "s1", 1)
    assert made.was_carried_out("a", "other", 1)
    assert made.was_carried_out("a", "s1", 2)
    assert made.was_carried_out("a", "s1", 1)


def test_what_was_not_carried_out_is_ordered_again_of_a_new_holder() -> None:
    made = orders()
    made.put("done", True, 0.0)
    made.put("lost", True, 0.0)
    made.was_carried_out("done", "s1", 1)
    said(made)
    made.turn_to("e2", 1.0)
    assert said(made) == [("lost", Order(True, "s1", 3, "e2"), 1)]


def test_what_was_meant_too_long_ago_is_not_ordered_again() -> None:
    made = orders()
    made.put("lost", True, 0.0)
    said(made)
    made.turn_to("e2", STILL_MEANT + 0.1)
    assert said(made) == []


def test_what_was_refused_is_given_up() -> None:
    made = orders()
    made.put("a", 1.0, 0.0)
    made.forget("a")
    said(made)
    made.turn_to("e2", 0.1)
    made.wake(1.0)
    assert said(made) == []
    made.put("a", 2.0, 2.0)
    made.forget_all()
    said(made)
    made.turn_to("e3", 2.1)
    made.finish(3.0)
    assert said(made) == []
