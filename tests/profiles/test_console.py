"""What consoles that can be asked share, on one that speaks in plain words."""

from collections.abc import Sequence

import pytest

from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.console import SILENCE, Console, Heard, Leaf, Renewal


class WordConsole(Console[Leaf]):
    """It is asked ``a?`` and told ``a=1``, and answers ``a=1``."""

    renewals = (Renewal(b"there?", every=2.0),)
    reread_after = {"scene": 1.0}  # noqa: RUF012 - never changed
    window = 2

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> Leaf | None:
        word = spec.wire.get("word")
        return Leaf(word, parameter, spec, readable=True) if isinstance(word, str) else None

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        self.other = parameter, spec

    def question(self, address: str) -> bytes:
        return f"{address}?".encode()

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        self.followed = list(parameters)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        self._now = now
        self._note_life(now)
        word, _, value = data.decode().partition("=")
        if word in self._by_address:
            self.hear_value(self._by_address[word], float(value))
        self._read(now)
        return self._take_pending()

    def write(self, leaf: Leaf, value: Value, now: float) -> bool:
        if not isinstance(value, float):
            return False
        self._out.append(f"{leaf.address}={value:g}".encode())
        return True


def desk() -> WordConsole:
    wires: dict[str, dict[str, object]] = {
        **{name: {"word": name} for name in ("a", "b", "c", "scene")},
        "id": {"constant": "CH"},
        "odd": {"pipe": 1},
    }
    specs = {
        name: ParameterSpec(ParameterId(name), "number", wire=wire) for name, wire in wires.items()
    }
    return WordConsole("desk", TargetSheet("a/b", "b", "B", specs))


def met(*watched: str) -> WordConsole:
    one = desk()
    one.open(0.0)
    one.receive(b"here", 0.0)
    one.watch([p(name) for name in watched], 0.0)
    return one


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def test_a_parameter_without_an_address_is_the_consoles_own_affair() -> None:
    assert desk().other[0] == "desk.odd"


def test_it_is_there_once_it_answered_and_constants_need_no_question() -> None:
    one = desk()
    one.open(0.0)
    one.watch([p("id"), p("a")], 0.0)
    assert one.data_to_send() == [b"there?"]
    assert list(one.receive(b"here", 0.1)) == [Arrived("desk"), Report(p("id"), "CH")]
    assert one.followed == ["desk.id", "desk.a"]
    assert one.data_to_send() == [b"a?"]


def test_no_more_questions_are_on_their_way_than_it_bears() -> None:
    one = met("a", "b", "c")
    assert one.data_to_send() == [b"there?", b"a?", b"b?"]
    one.receive(b"a=1", 0.1)
    assert one.data_to_send() == [b"c?"]


def test_what_it_cannot_take_is_counted_and_not_sent() -> None:
    one = met()
    one.data_to_send()
    one.send(Write("desk", p("a"), "loud"), 0.1)
    one.send(Write("desk", p("nothing"), 1.0), 0.1)
    assert one.data_to_send() == []
    assert one.health.unknown == 2


def test_after_a_silence_all_is_read_again() -> None:
    one = met("a")
    one.receive(b"a=1", 0.1)
    assert list(one.wake(0.1 + SILENCE)) == [Gone("desk")]
    assert "desk has not answered for 5 s" in one.health.reason
    one.data_to_send()
    one.receive(b"here", 9.0)
    assert b"a?" in one.data_to_send()


def test_another_scene_is_read_whole_and_the_first_word_of_it_is_no_news() -> None:
    one = met("a", "scene")
    for answer in (b"a=1", b"scene=1"):
        one.receive(answer, 0.1)
    one.data_to_send()
    one.wake(2.5)
    assert one.data_to_send() == [b"there?"]
    one.receive(b"scene=2", 3.0)
    one.wake(3.9)
    assert b"a?" not in one.data_to_send()
    one.wake(4.0)
    assert b"a?" in one.data_to_send()


def test_beginning_again_is_an_arrival() -> None:
    one = met("a")
    one.receive(b"a=1", 0.1)
    one.data_to_send()
    one.begin_again(0.2)
    assert list(one.wake(0.3)) == [Arrived("desk")]
    assert b"a?" in one.data_to_send()


@pytest.mark.parametrize("tries", [4])
def test_what_never_answers_is_named(tries: int) -> None:
    one = met("a", "b")
    one.receive(b"a=1", 0.0)
    for at in range(1, tries + 2):
        one.receive(b"here", at * 0.26)
        one.wake(at * 0.26)
    assert one.health.notes == ["Not answered so far, 1 in all: b."]
    assert not one.health.synced
