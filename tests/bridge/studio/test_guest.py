import pytest

from surfacebridge.bridge.studio.guest import guest_place, identity_of
from surfacebridge.errors import AddressError
from surfacebridge.mapping.document import StudioDecl
from surfacebridge.profiles.studio_desk import StudioDesk
from surfacebridge.protocols.studio.payloads import Guest, decode
from surfacebridge.transports.address import MqttAddress
from tests.helpers.studio import guest_rig
from tests.helpers.written import load


def declared(broker: str) -> tuple[StudioDecl, object]:
    rig = load(guest_rig(broker))
    assert rig.document is not None
    assert rig.document.studio is not None
    return rig.document.studio, rig.plan


def test_the_user_is_the_brokers_and_anyone_without_one() -> None:
    assert identity_of(declared("mqtt://hub")[0])[0].who == "anyone/stage"
    decl, _ = declared("mqtt://hub?user=anna&password=env:X")
    assert identity_of(decl)[0].who == "anna/stage"


def test_a_studio_without_a_broker_is_refused_with_what_to_write() -> None:
    with pytest.raises(AddressError, match="mqtt://HOST"):
        identity_of(declared("udp://10.0.0.1:1")[0])


def test_a_place_at_another_bridges_desk_has_a_name_and_a_last_will() -> None:
    rig = load(guest_rig("mqtt://hub?user=anna&password=env:X"))
    assert rig.document is not None
    assert rig.document.studio is not None
    assert rig.plan is not None
    place = guest_place("desk", rig.document.studio, ("house", "desk"), rig.plan, None)
    assert isinstance(place.link, MqttAddress)
    assert place.link.client == "surfacebridge-house-stage-desk"
    assert place.link.will is not None
    assert place.link.will.topic == "surfacebridge/house/desk/$guest/anna/stage"
    assert decode(Guest, place.link.will.payload) == Guest(online=False, session="")
    one, other = place.profile(), place.profile()
    assert isinstance(one, StudioDesk)
    assert isinstance(other, StudioDesk)
    assert one.session != other.session
    elsewhere = guest_place("desk", rig.document.studio, ("house", "desk"), rig.plan, "mqtt://b")
    assert elsewhere.address == "mqtt://b:1883"
