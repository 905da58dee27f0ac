import json

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.qlab import QLab
from firmware_sim.wire import OscArgument, decode_osc, encode_osc

ANNE: Client = ("127.0.0.1", 50001)


def say(qlab: QLab, address: str, *arguments: OscArgument) -> None:
    qlab.receive(encode_osc(address, *arguments), ANNE)


def heard(qlab: QLab) -> list[tuple[str, OscArgument | None]]:
    said = []
    for data, client in qlab.take_output():
        assert client == ("127.0.0.1", 53001)
        message = decode_osc(data)
        assert message is not None
        said.append((message.address, message.arguments[0] if message.arguments else None))
    return said


def test_a_question_is_answered_in_json_at_a_port_of_its_own() -> None:
    qlab = QLab()
    say(qlab, "/cue/2/displayName")
    (address, text), *_ = heard(qlab)
    assert address == "/reply/cue/2/displayName"
    assert json.loads(str(text))["data"] == "Preshow"


def test_a_change_is_told_without_its_value_to_those_who_asked() -> None:
    qlab = QLab()
    qlab.move("1", -10.0)
    assert heard(qlab) == []
    say(qlab, "/updates", 1)
    say(qlab, "/cue/1/sliderLevel/0", -20.0)
    assert heard(qlab) == [("/update/workspace/W1/cue_id/1", None)]
    qlab.restart()
    qlab.move("1", -10.0)
    assert heard(qlab) == []


def test_go_and_cues_run_and_an_unknown_cue_is_an_error() -> None:
    qlab = QLab()
    say(qlab, "/go")
    say(qlab, "/cue/3/start")
    assert (qlab.gone, qlab.cues["3"].running) == (1, True)
    say(qlab, "/cue/99/start")
    assert json.loads(str(heard(qlab)[0][1]))["status"] == "error"


@settings(max_examples=50)
@given(st.binary(max_size=60), st.sampled_from(["sliderLevel/0", "armed", "displayName", "x"]))
def test_any_datagram_never_raises(noise: bytes, leaf: str) -> None:
    qlab = QLab()
    qlab.receive(noise, ANNE)
    for argument in (float("nan"), "text", noise, -1, float("inf")):
        say(qlab, f"/cue/1/{leaf}", argument)
        say(qlab, "/updates", argument)
