import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, messages_in, tags_for


def test_type_tags_follow_from_the_arguments() -> None:
    assert tags_for((1, 1.0, "x", b"x", True, False, None, (0, 1, 2, 3))) == "ifsbTFNm"
    assert OscMessage("/x", (1, 0.5)).tags == "if"


def test_type_tags_that_were_given_are_kept() -> None:
    assert OscMessage("/x", (1,), "h").tags == "h"


def test_a_value_osc_has_no_type_for_is_our_own_mistake() -> None:
    with pytest.raises(ProtocolMisuse):
        OscMessage("/x", (object(),))  # type: ignore[arg-type]  # the mistake itself


def test_the_messages_of_a_packet_come_in_order_with_bundles_opened() -> None:
    first, second, broken = OscMessage("/1"), OscMessage("/2"), Malformed(b"", "broken")
    assert list(messages_in(first)) == [first]
    assert list(messages_in(Bundle((Bundle((first, broken)), second)))) == [first, broken, second]
