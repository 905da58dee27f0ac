import pytest

from surfacebridge.bridge.assembly import places_of
from surfacebridge.errors import AddressError
from surfacebridge.profiles.consoles.x32 import X32
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.surfaces.mcu import MackieSurface
from surfacebridge.transports.address import MidiAddress, UsbDevice, parse_address
from tests.helpers.written import load

RIG = """
surfacebridge: 1
name: two and two
surfaces:
  x: {device: behringer/x-touch, port: /X-Touch.*INT/}
targets:
  desk: {profile: behringer/x32, host: 10.0.0.5}
  daw: {osc: "udp://127.0.0.1:3819", listen: 8000, hello: ["/set_surface {strips:i} 1"]}
banks: {all: {items: "desk.ch.{1..8}"}}
strip: {map: [fader <> .fader | db]}
"""


INLINE = "{strips: 8, controls: {fader: {in: 'pb {s}'}}}"


def places(text: str = RIG, **at: str) -> dict[str, str]:
    rig = load(text)
    assert rig.plan is not None
    assert rig.document is not None
    return {one.name: one.address for one in places_of(rig.document, rig.plan, at)}


def test_each_endpoint_has_the_address_the_file_says() -> None:
    assert places() == {
        "x": "midi:/X-Touch.*INT/",
        "desk": "udp://10.0.0.5:10023",
        "daw": "udp://127.0.0.1:3819?listen=8000",
    }


def test_an_address_on_the_command_line_stands_over_the_files() -> None:
    assert places(x="pty:/tmp/x", desk="udp://127.0.0.1:1")["x"] == "pty:/tmp/x"


def test_a_name_the_rig_does_not_have_is_refused_with_what_was_meant() -> None:
    with pytest.raises(AddressError, match="did you mean 'desk'"):
        places(desc="udp://127.0.0.1:1")


def test_an_address_that_cannot_be_read_is_refused_before_anything_opens() -> None:
    with pytest.raises(AddressError, match="Did you mean udp:"):
        places(desk="upd://127.0.0.1:1")


def test_a_surface_without_an_address_is_asked_for_one() -> None:
    with pytest.raises(AddressError, match="add 'port: NAME'"):
        places(RIG.replace("{device: behringer/x-touch, port: /X-Touch.*INT/}", INLINE))


def test_an_ipv6_host_is_bracketed() -> None:
    assert places(RIG.replace("10.0.0.5", '"fe80::1"'))["desk"] == "udp://[fe80::1]:10023"


def test_profiles_are_made_anew_for_each_link() -> None:
    rig = load(RIG)
    assert rig.plan is not None
    assert rig.document is not None
    made = {one.name: one.profile() for one in places_of(rig.document, rig.plan, {})}
    assert {name: type(one) for name, one in made.items()} == {
        "x": MackieSurface,
        "desk": X32,
        "daw": PlainOsc,
    }
    (place, *_) = places_of(rig.document, rig.plan, {})
    assert place.profile() is not place.profile()


def test_the_greeting_says_how_many_strips_there_are() -> None:
    rig = load(RIG)
    assert rig.plan is not None
    assert rig.document is not None
    daw = places_of(rig.document, rig.plan, {})[2].profile()
    daw.open(0.0)
    assert b"/set_surface\0\0\0\0,ii\0\0\0\0\x08" in b"".join(daw.data_to_send())


def test_an_osc_page_is_heard_on_the_port_it_says() -> None:
    controls = '{fader: {in: "/f{s} {v:f}"}}'
    page = f'{{osc: "udp://10.0.0.9:9000", listen: 8001, strips: 1, controls: {controls}}}'
    text = RIG.replace("{device: behringer/x-touch, port: /X-Touch.*INT/}", page)
    assert places(text)["x"] == "udp://10.0.0.9:9000?listen=8001"


FOUND = """
surfacebridge: 1
name: found by itself
surfaces:
  x: {device: DEVICE}
targets:
  desk: {profile: behringer/x32, host: 10.0.0.5}
strip: {map: [mute <> .on]}
banks: {all: {items: "desk.ch.{1..8}"}}
"""


def found(device: str) -> str:
    return places(FOUND.replace("DEVICE", device))["x"]


def test_a_surface_without_a_port_is_looked_for_by_its_sheet() -> None:
    address = parse_address(found("presonus/faderport-8"))
    assert isinstance(address, MidiAddress)
    assert address.select(["Midi Through:0 14:0", "PreSonus FP8:PreSonus FP8 MIDI 1 20:0"]) == [
        "PreSonus FP8:PreSonus FP8 MIDI 1 20:0"
    ]
    assert address.device == "presonus/faderport-8"


def test_usb_numbers_and_the_answer_to_an_inquiry_come_from_the_sheet_too() -> None:
    rig = FOUND.replace("device: DEVICE", "device: behringer/bcf2000")
    address = parse_address(places(rig)["x"])
    assert isinstance(address, MidiAddress)
    assert address.usb == UsbDevice(0x1397, 0x00BC)
    one_strip = FOUND.replace("DEVICE", "presonus/faderport").replace(
        "strip: {map: [mute <> .on]}", "map: [x.mute <> desk.ch.1.on]"
    )
    classic = parse_address(places(one_strip)["x"])
    assert isinstance(classic, MidiAddress)
    assert classic.inquiry == bytes.fromhex("00 01 06 02 00 01 00")


def test_a_surface_that_cannot_be_found_by_itself_says_what_to_write() -> None:
    with pytest.raises(AddressError, match="add 'port: udp://ADDRESS:10111' to it"):
        found("behringer/x-touch-xctl")


def test_two_of_a_kind_are_not_put_on_one_port() -> None:
    two = FOUND.replace(
        "x: {device: DEVICE}", "x: {device: mackie/mcu-xt}\n  y: {device: mackie/mcu-xt}"
    )
    with pytest.raises(AddressError, match="x and y look for the same port"):
        places(two)
