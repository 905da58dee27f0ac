from firmware_sim.device import Client
from firmware_sim.digico import DiGiCo
from firmware_sim.wire import OscMessage, decode_osc, encode_osc

DEVICE: Client = ("127.0.0.1", 9000)
ANYBODY: Client = ("127.0.0.1", 50001)
FADER = "/Input_Channels/1/fader"


def told(desk: DiGiCo) -> list[OscMessage]:
    said = desk.take_output()
    assert {client for _, client in said} <= {DEVICE}
    return [message for data, _ in said if (message := decode_osc(data)) is not None]


def say(desk: DiGiCo, address: str, *arguments: float | str) -> list[OscMessage]:
    desk.receive(encode_osc(address, *arguments), ANYBODY)
    return told(desk)


def test_it_says_its_name_when_asked_to_the_device_it_was_given_whoever_asked() -> None:
    assert say(DiGiCo(DEVICE), "/Console/Name/?") == [OscMessage("/Console/Name", ("SD7Q-SIM",))]


def test_an_address_with_a_question_mark_behind_it_asks() -> None:
    assert say(DiGiCo(DEVICE), FADER + "/?") == [OscMessage(FADER, (0.0,))]


def test_a_number_that_changed_is_told_and_one_that_did_not_is_not() -> None:
    desk = DiGiCo(DEVICE)
    assert say(desk, FADER, -10.0) == [OscMessage(FADER, (-10.0,))]
    assert say(desk, FADER, -10.0) == []


def test_a_text_is_told_every_time() -> None:
    desk = DiGiCo(DEVICE)
    name = "/Input_Channels/1/Channel_Input/name"
    for _ in range(2):
        assert say(desk, name, "Kick") == [OscMessage(name, ("Kick",))]


def test_what_is_out_of_reach_is_pinned_and_that_is_told() -> None:
    gain = "/Input_Channels/1/Channel_Input/analog_gain"
    assert say(DiGiCo(DEVICE), gain, -25.0) == [OscMessage(gain, (-20.0,))]


def test_asked_for_what_a_strip_has_not_it_tells_the_whole_strip() -> None:
    answers = say(DiGiCo(DEVICE), "/Input_Channels/1/loudness/?")
    assert len(answers) > 50
    assert all(one.address.startswith("/Input_Channels/1/") for one in answers)


def test_a_wrong_type_changes_nothing_and_is_counted() -> None:
    desk = DiGiCo(DEVICE)
    assert say(desk, FADER, "loud") == []
    assert desk.counts.refused_values == 1


def test_a_snapshot_tells_what_becomes_different_and_then_its_number() -> None:
    desk = DiGiCo(DEVICE)
    desk.set_from_desk(FADER, -10.0)
    desk.store_snapshot(3)
    desk.set_from_desk(FADER, 0.0)
    told(desk)
    assert say(desk, "/Snapshots/Fire_Snapshot_number", 3) == [
        OscMessage(FADER, (-10.0,)),
        OscMessage("/Snapshots/Current_Snapshot", (3,)),
    ]


def test_other_osc_has_a_prefix_and_zero_to_one_and_answers_for_names() -> None:
    desk = DiGiCo(DEVICE, "other")
    assert say(desk, "/sd" + FADER, 1.0) == [OscMessage("/sd" + FADER, (1.0,))]
    assert desk.value(FADER) == 10.0
    assert say(desk, "/sd/Input_Channels/1/mute", 1) == [
        OscMessage("/sd/Input_Channels/1/mute", (1,))
    ]
    assert say(desk, "/sd" + FADER + "/?") == []
    assert say(desk, "/Console/Name/?") == []
    name = "/sd/Aux_Outputs/2/Buss_Trim/name"
    assert say(desk, name + "/?") == [OscMessage(name, ("Aux 2",))]
