"""An OSC peer that its sheet alone describes."""

from collections.abc import Sequence

from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import EchoClass, ParameterKind, ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.sheet_osc import Heard, SheetOsc
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import decode, encode

FACTS: dict[str, object] = {
    "hello": ("/hello {strips}",),
    "bye": ("/bye",),
    "heartbeat": "/beat",
    "within": 3,
    "strips": 16,
}


def spec(name: str, kind: ParameterKind, **wire: object) -> ParameterSpec:
    return ParameterSpec(
        ParameterId(name), kind, LAWS["ardour"] if kind == "level" else None, wire=wire
    )


SPECS = [
    spec("fader", "level", osc="/gain 1 {v:f}"),
    spec("fader.touch", "switch", say="/touch 1 {v:i}"),
    spec("mute", "switch", say="/set/mute 1 {v:i}", hear="/get/mute 1 {v:i}", ask="/listen mute"),
    spec("select", "switch", osc="/select 1 {v:i}", press=(1, 0)),
    spec("read", "switch", **{"osc": "/mode {v:i}", "is": 1}),
    spec("write", "switch", **{"osc": "/mode {v:i}", "is": 2}),
    spec("undo", "trigger", osc="/undo"),
    spec("name", "text", osc="/name 1 {v:s}"),
]


def peer(facts: dict[str, object] | None = None, echo: EchoClass = "all") -> SheetOsc:
    sheet = TargetSheet(
        "a/b",
        "osc",
        "B",
        {one.id: one for one in SPECS},
        echo,
        facts={**FACTS, **(facts or {})},
    )
    return SheetOsc("daw", sheet)


def p(name: str) -> ParameterId:
    return ParameterId(f"daw.{name}")


def say(address: str, *args: OscValue) -> bytes:
    return encode(OscMessage(address, args))


def sent(daw: SheetOsc) -> list[tuple[str, tuple[OscValue, ...]]]:
    found = []
    for data in daw.data_to_send():
        for one in messages_in(decode(data)):
            assert isinstance(one, OscMessage)
            found.append((one.address, one.args))
    return found


def there(daw: SheetOsc, *watched: str) -> SheetOsc:
    daw.open(0.0)
    assert daw.receive(say("/beat", 1.0), 0.1) == [Arrived("daw")]
    daw.watch([p(name) for name in watched], 0.1)
    daw.data_to_send()
    return daw


def is_read(daw: SheetOsc) -> bool:
    return daw.health.synced


def write(daw: SheetOsc, name: str, value: Value) -> list[tuple[str, tuple[OscValue, ...]]]:
    daw.send(Write("daw", p(name), value), 1.0)
    return sent(daw)


def told(events: Sequence[Heard]) -> list[tuple[str, Value]]:
    return [(one.parameter, one.value) for one in events if isinstance(one, Report)]


def test_it_greets_with_the_number_of_strips_and_leaves_with_a_goodbye() -> None:
    daw = peer()
    daw.open(0.0)
    assert sent(daw) == [("/hello", (16,))]
    daw.close(1.0)
    assert sent(daw) == [("/bye", ())]


def test_it_is_there_from_its_first_word_and_not_from_an_open_socket() -> None:
    daw = peer()
    daw.open(0.0)
    assert not daw.health.alive
    assert daw.receive(say("/gain", 1, -10.0), 0.1) == [Arrived("daw")]
    assert daw.health.alive


def test_what_was_told_before_anybody_asked_is_reported_later() -> None:
    daw = there(peer(), "name")
    assert daw.receive(say("/gain", 1, -10.0), 0.2) == []
    daw.watch([p("name"), p("fader")], 0.3)
    assert told(daw.wake(0.3)) == [("daw.fader", -10.0)]


def test_what_was_in_view_once_is_followed_on() -> None:
    daw = there(peer(), "fader")
    daw.watch([p("name")], 0.2)
    assert told(daw.receive(say("/gain", 1, -10.0), 0.3)) == [("daw.fader", -10.0)]


def test_a_value_of_our_own_is_known_later_where_nobody_repeats_it() -> None:
    quiet = there(peer(echo="others"), "name")
    write(quiet, "fader", -6.0)
    quiet.watch([p("fader")], 0.3)
    assert told(quiet.wake(0.3)) == [("daw.fader", -6.0)]


def test_to_begin_again_is_to_greet_and_to_know_nothing() -> None:
    daw = there(peer(), "fader")
    daw.receive(say("/gain", 1, -10.0), 0.2)
    daw.begin_again(0.3)
    assert daw.wake(0.3) == [Arrived("daw")]
    assert sent(daw) == [("/hello", (16,))]
    daw.watch([p("fader")], 0.3)
    assert daw.wake(0.3) == []
    assert told(daw.receive(say("/gain", 1, -10.0), 0.4)) == [("daw.fader", -10.0)]


def test_silence_is_noticed_and_everything_is_unknown_after_it() -> None:
    daw = there(peer(), "fader")
    daw.receive(say("/gain", 1, -10.0), 0.2)
    assert daw.wake(3.3) == [Gone("daw")]
    assert not daw.health.alive
    assert "/beat" in daw.health.reason
    assert sent(daw) == [("/hello", (16,))]
    assert daw.receive(say("/beat", 0.0), 5.0) == [Arrived("daw")]
    daw.watch([p("fader")], 5.0)
    assert told(daw.wake(5.0)) == []


def test_a_peer_without_a_heartbeat_is_asked_only_while_it_is_silent() -> None:
    daw = peer({"heartbeat": "/rewind", "question": "/rewind 0", "within": 4.5, "every": 1.5})
    daw.open(0.0)
    assert sent(daw) == [("/hello", (16,)), ("/rewind", (0,))]
    daw.receive(say("/rewind", 0), 0.1)
    daw.receive(say("/gain", 1, 0.0), 1.0)
    assert daw.next_wakeup() == 2.5
    daw.wake(2.5)
    assert sent(daw) == [("/rewind", (0,))]
    assert daw.wake(5.6) == [Gone("daw")]


def test_a_peer_that_says_it_started_anew_is_greeted_and_unknown() -> None:
    daw = there(peer({"restarted": "/startup"}), "fader")
    daw.receive(say("/gain", 1, -10.0), 0.2)
    assert daw.receive(say("/startup"), 1.0) == [Gone("daw"), Arrived("daw")]
    assert sent(daw) == [("/hello", (16,))]
    daw.watch([p("fader")], 1.0)
    assert told(daw.wake(1.0)) == []


def test_a_question_is_asked_once_for_all_until_it_is_answered() -> None:
    daw = peer()
    daw.open(0.0)
    daw.receive(say("/beat", 1.0), 0.1)
    sent(daw)
    daw.watch([p("mute"), p("fader")], 0.1)
    assert sent(daw) == [("/listen", ("mute",))]
    assert not is_read(daw)
    daw.wake(0.4)
    assert sent(daw) == [("/listen", ("mute",))]
    assert told(daw.receive(say("/get/mute", 1, 1), 0.5)) == [("daw.mute", True)]
    assert is_read(daw)
    daw.wake(2.0)
    assert sent(daw) == []


def test_what_is_never_answered_is_told_and_does_not_hold_up_the_rest() -> None:
    daw = there(peer(), "mute")
    now = 0.1
    while (due := daw.next_wakeup()) is not None and due < 2.0:
        daw.wake(now := max(due, now))
    assert daw.health.synced
    assert "listen mute" in daw.health.notes[0]


def test_saying_and_hearing_may_differ() -> None:
    daw = there(peer(), "mute")
    assert write(daw, "mute", value=True) == [("/set/mute", (1, 1))]
    assert told(daw.receive(say("/get/mute", 1, 1), 1.0)) == [("daw.mute", True)]


def test_a_press_says_all_that_pressing_takes() -> None:
    daw = there(peer(), "select")
    assert write(daw, "select", value=True) == [("/select", (1, 1)), ("/select", (1, 0))]
    assert write(daw, "select", value=False) == []


def test_of_several_modes_the_one_the_peer_says_is_on() -> None:
    daw = there(peer(), "read", "write")
    assert told(daw.receive(say("/mode", 2.0), 1.0)) == [("daw.read", False), ("daw.write", True)]
    assert write(daw, "read", value=True) == [("/mode", (1,))]
    assert write(daw, "read", value=False) == []
    assert daw.health.unknown == 0


def test_a_trigger_goes_on_press_only() -> None:
    daw = there(peer())
    assert write(daw, "undo", value=True) == [("/undo", ())]
    assert write(daw, "undo", value=False) == []


def test_what_makes_no_sense_or_is_unknown_is_counted() -> None:
    daw = there(peer(), "fader")
    assert daw.receive(say("/gain", 1, "loud"), 1.0) == []
    assert daw.receive(b"/gain\0\0\0,f\0\0", 1.0) == []
    assert daw.health.malformed == 2
    assert daw.receive(say("/nobody", 1), 1.0) == []
    assert write(daw, "nothing", 1.0) == []
    assert write(daw, "fader", "loud") == []
    assert daw.health.unknown == 3


def test_a_rehearsal_can_say_what_the_peer_would() -> None:
    daw = peer()
    assert daw.said_of(p("fader"), -10.0) == OscMessage("/gain", (1, -10.0))
    assert daw.said_of(p("mute"), value=True) == OscMessage("/get/mute", (1, 1))
    assert daw.said_of(p("fader.touch"), value=True) is None
    assert daw.said_of(p("nothing"), 1.0) is None
    assert daw.spec_of(p("fader")) is SPECS[0]
    assert daw.spec_of(p("nothing")) is None


# What is not repeated


def test_a_value_the_peer_does_not_repeat_is_said_again() -> None:
    daw = there(peer(), "fader")
    assert write(daw, "fader", -6.0) == [("/gain", (1, -6.0))]
    assert daw.next_wakeup() == 1.3
    daw.wake(1.3)
    assert sent(daw) == [("/gain", (1, -6.0))]
    daw.receive(say("/gain", 1, -6.00001), 1.4)
    daw.wake(1.7)
    assert sent(daw) == []


def test_a_mode_the_peer_did_not_take_is_asked_for_again() -> None:
    daw = there(peer(), "read", "write")
    write(daw, "read", value=True)
    daw.receive(say("/mode", 2.0), 1.1)
    daw.wake(1.3)
    assert sent(daw) == [("/mode", (1,))]
    daw.receive(say("/mode", 1.0), 1.4)
    daw.wake(1.7)
    assert sent(daw) == []


def test_what_the_peer_never_takes_is_given_up_and_the_surface_told_the_truth() -> None:
    daw = there(peer(), "fader")
    daw.receive(say("/gain", 1, 0.0), 0.2)
    write(daw, "fader", -6.0)
    heard: list[Heard] = []
    for tick in range(10, 25):
        daw.receive(say("/beat", 1.0), tick / 10)
        heard += daw.wake(tick / 10)
    assert len(sent(daw)) == 3
    assert told(heard) == [("daw.fader", 0.0)]


def test_nothing_is_said_again_of_a_fader_that_was_let_go() -> None:
    daw = there(peer(), "fader")
    sheet_touch = ParameterId("daw.fader.touch")
    write(daw, "fader", -6.0)
    daw.send(Write("daw", sheet_touch, value=False), 1.1)
    daw.wake(1.5)
    assert sent(daw) == [("/touch", (1, 0))]


def test_keys_that_turn_something_over_are_never_said_twice() -> None:
    daw = there(peer(), "select")
    write(daw, "select", value=True)
    write(daw, "undo", value=True)
    daw.wake(2.0)
    assert sent(daw) == []


def test_a_peer_that_repeats_nothing_is_told_once() -> None:
    daw = there(peer(echo="others"), "fader")
    write(daw, "fader", -6.0)
    daw.wake(2.0)
    assert sent(daw) == []
