import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.messages import ControlChange
from surfacebridge.protocols.midi.numbers import (
    ControllerPairs,
    ControllerSet,
    Kind,
    ParameterChange,
    ParameterDropped,
    Parameters,
    ParameterSet,
    ParameterStepped,
    controller_pair,
    parameter_messages,
)


def heard(text: str, channel: int = 0) -> list[ParameterChange]:
    decoder = Parameters()
    data = bytes.fromhex(text)
    pairs = zip(data[0::2], data[1::2], strict=True)
    changes = [decoder.receive(ControlChange(channel, *pair)) for pair in pairs]
    return [change for change in changes if change is not None]


def test_a_high_byte_is_acted_on_at_once_and_refined_by_the_low_one() -> None:
    pairs = ControllerPairs([7])
    said = [pairs.receive(ControlChange(0, *each)) for each in ((7, 0x40), (39, 1), (7, 0x41))]
    assert said == [ControllerSet(0, 7, 8192), ControllerSet(0, 7, 8193), ControllerSet(0, 7, 8320)]


def test_a_low_byte_alone_or_of_another_controller_means_nothing() -> None:
    pairs = ControllerPairs([7])
    assert pairs.receive(ControlChange(0, 39, 1)) is None
    assert pairs.receive(ControlChange(0, 10, 1)) is None
    assert pairs.receive(ControlChange(0, 42, 1)) is None
    pairs.receive(ControlChange(0, 7, 1))
    assert pairs.receive(ControlChange(1, 39, 1)) is None


def test_a_parameter_is_chosen_and_set_in_two_halves() -> None:
    assert heard("63 01 62 08 06 40 26 05") == [
        ParameterSet(0, "nrpn", 136, 8192),
        ParameterSet(0, "nrpn", 136, 8197),
    ]


def test_the_halves_of_a_choice_come_in_any_order() -> None:
    assert heard("62 08 63 01 06 40") == [ParameterSet(0, "nrpn", 136, 8192)]


def test_data_without_a_choice_means_nothing() -> None:
    assert heard("06 40 26 00 60 00 61 00") == []


def test_dropping_the_choice_ends_it() -> None:
    assert heard("65 00 64 00 65 7F 64 7F 06 40") == [ParameterDropped(0, "rpn")]


def test_a_parameter_is_stepped_up_and_down() -> None:
    assert heard("63 02 62 03 60 00 61 7F") == [
        ParameterStepped(0, "nrpn", 259, 1),
        ParameterStepped(0, "nrpn", 259, -1),
    ]


def test_a_choice_that_begins_like_none_is_a_choice() -> None:
    assert heard("63 7F 62 00 06 10") == [ParameterSet(0, "nrpn", 16256, 2048)]
    assert heard("65 7F 64 7F 65 7F 64 00 06 01") == [
        ParameterDropped(0, "rpn"),
        ParameterSet(0, "rpn", 16256, 128),
    ]


def test_other_controllers_change_no_parameter() -> None:
    assert heard("65 00 64 00 07 40") == []


def test_a_new_choice_replaces_the_old_and_its_high_byte() -> None:
    assert heard("65 00 64 00 06 0C 63 01 62 08 26 05")[-1] == ParameterSet(0, "nrpn", 136, 5)


def test_channels_do_not_disturb_each_other() -> None:
    decoder = Parameters()
    for message in (
        ControlChange(0, 0x63, 1),
        ControlChange(1, 0x65, 0),
        ControlChange(0, 0x62, 8),
    ):
        decoder.receive(message)
    assert decoder.receive(ControlChange(0, 6, 1)) == ParameterSet(0, "nrpn", 136, 128)


@given(
    st.integers(0, 15),
    st.sampled_from(["rpn", "nrpn"]),
    st.integers(0, 16382),
    st.integers(0, 16383),
)
@settings(max_examples=60)
def test_what_is_written_is_read(channel: int, kind: Kind, number: int, value: int) -> None:
    parameter = ParameterSet(channel, kind, number, value)
    decoder = Parameters()
    assert [decoder.receive(each) for each in parameter_messages(parameter)][-1] == parameter
    pair = ControllerSet(channel, 7, value)
    pairs = ControllerPairs([7])
    assert [pairs.receive(each) for each in controller_pair(pair)][-1] == pair


def test_what_has_no_numbers_is_our_own_mistake() -> None:
    with pytest.raises(ProtocolMisuse):
        ControllerPairs([32])
    with pytest.raises(ProtocolMisuse):
        controller_pair(ControllerSet(0, 32, 0))
    with pytest.raises(ProtocolMisuse):
        controller_pair(ControllerSet(0, 7, 16384))
    with pytest.raises(ProtocolMisuse):
        parameter_messages(ParameterSet(0, "rpn", 16383, 0))
    with pytest.raises(ProtocolMisuse):
        parameter_messages(ParameterSet(0, "rpn", 0, -1))
