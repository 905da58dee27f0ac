"""QLab's answers, which are JSON texts."""

import json

import pytest

from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.profiles.daws.qlab import QLab
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import decode, encode
from tests.profiles.shipped import shipped

FADER = ParameterId("show.cue.1.fader")


def reply(address: str, data: object, **more: object) -> bytes:
    text = json.dumps({"address": address, "status": "ok", "data": data, **more})
    return encode(OscMessage(f"/reply{address}", (text,)))


def there() -> QLab:
    sheet = shipped().target("figure53/qlab")
    assert sheet is not None
    show = QLab("show", sheet)
    show.open(0.0)
    assert show.receive(reply("/version", "5.4"), 0.1) == [Arrived("show")]
    show.watch([FADER], 0.1)
    show.data_to_send()
    return show


def sent(show: QLab) -> list[tuple[str, tuple[OscValue, ...]]]:
    found = []
    for data in show.data_to_send():
        message = decode(data)
        assert isinstance(message, OscMessage)
        found.append((message.address, message.args))
    return found


@pytest.mark.parametrize("address", ["/cue/1/sliderLevel/0", "/workspace/W1/cue/1/sliderLevel/0"])
def test_an_answer_is_its_value(address: str) -> None:
    show = there()
    assert show.receive(reply(address, -12.5), 0.2) == [Report(FADER, -12.5)]


def test_a_change_without_its_value_is_asked_about() -> None:
    show = there()
    show.receive(reply("/cue/1/sliderLevel/0", -12.5), 0.2)
    assert show.receive(encode(OscMessage("/update/workspace/W1/cue_id/ABC")), 0.3) == []
    assert sent(show) == [("/cue/1/sliderLevel/0", ())]


@pytest.mark.parametrize("text", ["{no json", "[]", "7", '{"address": "cue"}', "[" * 100_000])
def test_an_answer_that_makes_no_sense_is_counted(text: str) -> None:
    show = there()
    assert show.receive(encode(OscMessage("/reply/x", (text,))), 0.2) == []
    assert show.health.malformed == 1


@pytest.mark.parametrize("address", ["/cue/\ud800/name", "/cue/\x00/name"])
def test_an_answer_from_no_address_is_counted(address: str) -> None:
    show = there()
    text = json.dumps({"address": address, "data": "Kick"})
    assert show.receive(encode(OscMessage("/reply/x", (text,))), 0.2) == []
    assert show.health.malformed == 1


def test_half_a_character_in_a_name_costs_no_more_than_itself() -> None:
    show = there()
    show.watch([ParameterId("show.cue.1.name")], 0.1)
    heard = show.receive(reply("/cue/1/displayName", "Go \ud83c!"), 0.2)
    assert heard == [Report(ParameterId("show.cue.1.name"), "Go ?!")]


@pytest.mark.parametrize("data", [None, [], {}, 1e300, 2**40, "loud"])
def test_a_value_that_makes_no_sense_is_believed_by_nobody(data: object) -> None:
    show = there()
    assert show.receive(reply("/cue/1/sliderLevel/0", data), 0.2) == []
