from math import inf

import pytest

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.source import Span
from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, Value
from surfacebridge.profiles.consoles.x32 import X32
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import decode, encode
from surfacebridge.rehearsal.peers import HUI_REPLIES, Peer, default_of, wire_defaults
from surfacebridge.rehearsal.story import MidiSaid, OscSaid, TextSaid
from tests.rehearsal.stage import catalogue

FADER = "/ch/01/mix/fader"


def number(text: str) -> Constant:
    return Constant(text, float(text), "", "", False, Span("rig.yaml", 1, 1))


def word(text: str) -> Constant:
    return Constant(f'"{text}"', None, "", text, True, Span("rig.yaml", 1, 1))


def answer(peer: Peer, message: OscMessage) -> list[object]:
    return [decode(data) for data in peer.hear(encode(message))]


def desk() -> Peer:
    return Peer({FADER: OscMessage(FADER, (0.0,), "f")})


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("ch.1.fader", "level", -inf),
        ("ch.1.meter", "meter", -inf),
        ("ch.1.on", "switch", True),
        ("ch.1.solo", "switch", False),
        ("ch.1.pan", "pan", 0.0),
        ("ch.1.name", "text", ""),
        ("ch.1.color", "colour", EIGHT_COLOURS[7]),
        ("ch.1.trim", "number", -18.0),
        ("ch.1.mode", "choice", "pre"),
    ],
)
def test_an_untouched_target_is_silent_centred_and_audible(
    name: str, kind: ParameterKind, value: Value
) -> None:
    spec = ParameterSpec(ParameterId(name), kind, LAWS["x32"], low=-18.0, choices=("pre", "post"))
    assert default_of(name, spec) == value


def test_an_x32_holds_defaults_on_the_wire() -> None:
    sheet = catalogue().target("behringer/x32")
    held = wire_defaults(X32("desk", sheet), sheet)
    assert held["/ch/01/mix/fader"].args == (0.0,)
    assert held["/ch/01/mix/on"].args == (1,)
    assert held["/ch/01/mix/pan"].args == (0.5,)
    assert held["/ch/01/config/name"].args == ("",)
    assert held["/-stat/selidx"].args == (0,)
    assert "/-action/clearsolo" not in held


def test_a_question_is_answered_with_what_was_last_set() -> None:
    peer = desk()
    question = OscMessage(FADER)
    assert answer(peer, question) == [OscMessage(FADER, (0.0,), "f")]
    assert answer(peer, OscMessage(FADER, (0.75,), "f")) == []
    assert answer(peer, question) == [OscMessage(FADER, (0.75,), "f")]
    peer.say(OscSaid(FADER, (number("0.5"),)))
    assert answer(peer, question) == [OscMessage(FADER, (0.5,), "f")]


def test_what_a_peer_does_not_know_is_not_answered_but_for_its_own_name() -> None:
    assert answer(desk(), OscMessage("/xremote")) == []
    (introduction,) = answer(desk(), OscMessage("/xinfo"))
    assert isinstance(introduction, OscMessage)
    assert len(introduction.args) == 4


def test_bytes_that_are_no_message_are_not_answered() -> None:
    assert desk().hear(b"/\xff\xff") == []
    assert desk().hear(b"") == []


def test_an_argument_gets_the_type_its_address_has_or_looks_like() -> None:
    assert decode(desk().say(OscSaid(FADER, (number("1"),)))) == OscMessage(FADER, (1.0,), "f")
    plain = OscSaid("/name", (number("16"), number("0.5"), number("1.0"), word("Strings L")))
    said = decode(desk().say(plain))
    assert said == OscMessage("/name", (16, 0.5, 1.0, "Strings L"), "iffs")


def test_midi_is_said_as_it_is_and_text_with_a_line_end() -> None:
    assert Peer().say(MidiSaid(b"\xe2\x00\x40")) == b"\xe2\x00\x40"
    assert Peer().say(TextSaid("F1 512")) == b"F1 512\n"


def test_a_hui_ping_is_answered_by_a_hui_and_is_a_lamp_to_anybody_else() -> None:
    assert Peer(answers=HUI_REPLIES).hear(b"\x90\x00\x00") == [b"\x90\x00\x7f"]
    assert Peer().hear(b"\x90\x00\x00") == []


def test_a_box_that_is_asked_answers() -> None:
    peer = Peer(answers={b"?\n": b"!\n"})
    assert peer.hear(b"?\n") == [b"!\n"]
    assert peer.hear(b"\x90\x10\x7f") == []
