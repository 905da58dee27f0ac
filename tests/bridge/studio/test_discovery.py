import json

from surfacebridge.bridge.studio.discovery import USER, entities
from surfacebridge.protocols.studio.topics import read_topic
from tests.helpers.rigs import target_sheet


def test_levels_and_switches_that_can_be_written_are_told_and_nothing_else() -> None:
    specs = {str(name): spec for name, spec in target_sheet(channels=1).parameters.items()}
    found = {topic: json.loads(payload) for topic, payload in entities("house", "desk", specs)}
    level = found["homeassistant/number/surfacebridge_house_desk_ch_1_fader/config"]
    assert (level["min"], level["max"], level["unit_of_measurement"]) == (-90.0, 10.0, "dB")
    switch = found["homeassistant/switch/surfacebridge_house_desk_ch_1_on/config"]
    assert (switch["payload_on"], switch["payload_off"]) == ("true", "false")
    assert not any("name" in topic or "pan" in topic or "meter" in topic for topic in found)


def test_what_it_orders_and_hears_are_topics_of_the_studio() -> None:
    specs = {str(name): spec for name, spec in target_sheet(channels=1).parameters.items()}
    for _, payload in entities("house", "desk", specs):
        said = json.loads(payload)
        state, order = (read_topic(said[key]) for key in ("state_topic", "command_topic"))
        assert state is not None
        assert order is not None
        assert (state.kind, order.kind, order.user) == ("value", "set", USER)
        assert state.parameter == order.parameter
