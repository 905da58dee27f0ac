import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage as TheirMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, OscPacket, OscValue
from surfacebridge.protocols.osc.packet import (
    DEEPEST,
    LARGEST,
    MOST_ARGUMENTS,
    Head,
    decode,
    encode,
)
from tests.protocols.osc.strategies import messages, packets

FADER = OscMessage("/ch/01/mix/fader", (0.75,))
FADER_BYTES = b"/ch/01/mix/fader\x00\x00\x00\x00,f\x00\x00\x3f\x40\x00\x00"


def bundle_of(*elements: bytes) -> bytes:
    parts = [len(element).to_bytes(4, "big") + element for element in elements]
    return b"#bundle\x00" + bytes(7) + b"\x01" + b"".join(parts)


def assert_refused(data: bytes, reason: str) -> None:
    refused = decode(data)
    assert isinstance(refused, Malformed), refused
    assert reason in refused.reason
    assert refused.data == data[:32]


def test_a_flat_message_is_read_and_written() -> None:
    assert decode(FADER_BYTES) == FADER
    assert encode(FADER) == FADER_BYTES


def test_exact_types_are_kept() -> None:
    for tags, value in (("i", 1), ("f", 1.0), ("T", True), ("d", 1.0), ("h", 1), ("c", 1)):
        message = OscMessage("/x", (value,), tags)
        read = decode(encode(message))
        assert isinstance(read, OscMessage)
        assert (read.tags, type(read.args[0])) == (tags, type(value))


def test_an_address_without_a_slash_is_read() -> None:
    assert decode(b"node\x00\x00\x00\x00,s\x00\x00/ch/01/mix ON\n\x00\x00") == OscMessage(
        "node", ("/ch/01/mix ON\n",)
    )


def test_a_missing_type_tag_string_means_no_arguments() -> None:
    assert decode(b"/xremote\x00\x00\x00\x00") == OscMessage("/xremote")


def test_data_without_a_type_tag_string_is_one_blob() -> None:
    assert decode(b"/x\x00\x00\x00\x00\x00\x07") == OscMessage("/x", (b"\x00\x00\x00\x07",), "b")


def test_missing_padding_at_the_end_is_forgiven() -> None:
    assert decode(b"/x\x00\x00,s\x00\x00hi\x00") == OscMessage("/x", ("hi",))


def test_arrays_lie_flat_between_their_brackets() -> None:
    message = OscMessage("/x", (1, 2, 3), "i[ii]")
    assert decode(encode(message)) == message


def test_text_that_is_not_utf_8_still_comes_through() -> None:
    assert decode(b"/x\x00\x00,s\x00\x00Fl\xf6t\x00\x00\x00\x00") == OscMessage(
        "/x", ("Fl\ufffdt",)
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "string without an end"),
        (b"/x", "string without an end"),
        (b"\x00\x00\x00\x00", "not an address"),
        (b"/\xff\x00\x00", "not an address"),
        (b"/\x07\x00\x00", "not an address"),
        (b"/x\x00\x00,i\x00\x00\x00\x00", "argument cut short"),
        (b"/x\x00\x00,h\x00\x00\x00\x00\x00\x00", "argument cut short"),
        (b"/x\x00\x00,s\x00\x00abcd", "string without an end"),
        (b"/x\x00\x00,b\x00\x00\x00\x00\x00\x09abcd", "argument cut short"),
        (b"/x\x00\x00,b\x00\x00\xff\xff\xff\xf8abcd", "blob of negative size"),
        (b"/x\x00\x00,Q\x00\x00", "unknown type tag 'Q'"),
        (b"#bundle\x00\x00\x00", "bundle without a time"),
        (encode(OscMessage("/x", (1,) * (MOST_ARGUMENTS + 1))), "more than 1024 arguments"),
        (b"/" + bytes(LARGEST), "datagram longer than"),
    ],
)
def test_what_is_no_packet_is_reported(data: bytes, reason: str) -> None:
    assert_refused(data, reason)


def test_a_bundle_keeps_the_good_beside_the_broken() -> None:
    read = decode(bundle_of(FADER_BYTES, b"\x00\x00\x00\x00", encode(Bundle((FADER,), 5))))
    broken = Malformed(b"\x00\x00\x00\x00", "not an address")
    assert read == Bundle((FADER, broken, Bundle((FADER,), 5)))


@pytest.mark.parametrize("size", [b"\xff\xff\xff\xfc", b"\x00\x00\x00\x00", b"\x00\x00\x00\x40"])
def test_an_impossible_element_size_ends_a_bundle(size: bytes) -> None:
    read = decode(bundle_of(FADER_BYTES) + size + b"/x\x00\x00")
    assert isinstance(read, Bundle)
    assert read.elements == (
        FADER,
        Malformed(size + b"/x\x00\x00", "bundle element of impossible size"),
    )


def test_an_element_size_that_is_cut_short_ends_a_bundle() -> None:
    read = decode(bundle_of(FADER_BYTES) + b"\x00\x00")
    assert read == Bundle((FADER, Malformed(b"\x00\x00", "bundle element of impossible size")))


def test_a_message_has_a_most_of_arguments() -> None:
    full = OscMessage("/x", (1,) * MOST_ARGUMENTS)
    assert decode(encode(full)) == full


def test_bundles_have_a_deepest_nesting() -> None:
    deep: OscPacket = FADER
    for _ in range(DEEPEST):
        deep = Bundle((deep,))
    assert decode(encode(deep)) == deep
    read = decode(encode(Bundle((deep,))))
    for _ in range(DEEPEST):
        assert isinstance(read, Bundle)
        read = read.elements[0]
    assert isinstance(read, Malformed)


def test_the_fullest_bundle_is_read_whole_and_the_deepest_is_refused_at_its_bound() -> None:
    many = (LARGEST - len(bundle_of())) // 8
    full = decode(bundle_of(*[b"/\x00\x00\x00"] * many))
    assert isinstance(full, Bundle)
    assert full.elements == (OscMessage("/"),) * many
    nested = b"/\x00\x00\x00"
    while len(nested) + 20 <= LARGEST:
        nested = bundle_of(nested)
    read = decode(nested)
    for _ in range(DEEPEST):
        assert isinstance(read, Bundle)
        (read,) = read.elements
    assert isinstance(read, Malformed)
    assert len(read.data) <= 32


@pytest.mark.parametrize(
    "packet",
    [
        OscMessage("/x", (2**31,)),
        OscMessage("/x", (1e39,)),
        OscMessage("/x", ("a\x00b",)),
        OscMessage("/a\x00b"),
        OscMessage("/x", ("1",), "i"),
        OscMessage("/x", (1,), "s"),
        OscMessage("/x", (1,), "b"),
        OscMessage("/x", (1,), "m"),
        OscMessage("/x", (1, 2), "i"),
        OscMessage("/x", (), "i"),
        OscMessage("/x", (1,), "Q"),
        Bundle((Malformed(b"", ""),)),
    ],
)
def test_what_osc_cannot_say_is_our_own_mistake(packet: OscPacket) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(packet)


@pytest.mark.parametrize(
    ("tag", "leading", "value"),
    [("f", (), 0.5), ("i", (), 1), ("s", (), "Kick"), ("T", (), True), ("f", (3, "gain"), 0.25)],
)
def test_a_head_packs_the_same_bytes_as_a_whole_message(
    tag: str, leading: tuple[OscValue, ...], value: OscValue
) -> None:
    packed = Head("/strip/fader", tag, leading).pack(value)
    assert packed == encode(OscMessage("/strip/fader", (*leading, value)))


def test_a_head_refuses_what_is_not_of_its_type() -> None:
    with pytest.raises(ProtocolMisuse):
        Head("/x", "f").pack("loud")
    with pytest.raises(ProtocolMisuse):
        Head("/x", "?")


@given(packets)
@settings(max_examples=150)
def test_what_is_encoded_is_decoded(packet: OscPacket) -> None:
    assert decode(encode(packet)) == packet


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda end: b"/x\0\0," + end)))
@settings(max_examples=250)
def test_any_bytes_never_raise(data: bytes) -> None:
    decode(data)
    decode(bundle_of() + data)


@given(packets, st.data())
@settings(max_examples=100)
def test_a_damaged_packet_never_raises(packet: OscPacket, data: st.DataObject) -> None:
    written = bytearray(encode(packet))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] = data.draw(st.integers(0, 255))
    decode(bytes(written))


@given(messages)
@settings(max_examples=100)
def test_python_osc_reads_what_we_write(message: OscMessage) -> None:
    if not set(message.tags) <= set("ifsTFNhdbrm"):
        return
    theirs = TheirMessage(encode(message))
    assert theirs.address == message.address
    assert tuple(theirs.params) == message.args


def test_we_read_what_python_osc_writes() -> None:
    builder = OscMessageBuilder("/x")
    for value in (1, math.pi, "text", b"blob", True, None, (0, 0x90, 60, 127)):
        builder.add_arg(value)
    builder.add_arg([1, 2.5])
    theirs = OscBundleBuilder(IMMEDIATELY)
    theirs.add_content(builder.build())
    read = decode(theirs.build().dgram)
    assert isinstance(read, Bundle)
    (message,) = read.elements
    assert isinstance(message, OscMessage)
    assert message.tags == "ifsbTNm[if]"
    assert message.args[1] == pytest.approx(math.pi)
    assert message.args[2:] == ("text", b"blob", True, None, (0, 0x90, 60, 127), 1, 2.5)
