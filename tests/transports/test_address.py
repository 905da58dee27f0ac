from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import AddressError
from surfacebridge.transports.address import (
    IpMidiAddress,
    MemoryAddress,
    MidiAddress,
    MqttAddress,
    NamePattern,
    PtyAddress,
    RtpAddress,
    RtpListenAddress,
    SerialAddress,
    TcpAddress,
    UdpAddress,
    UsbDevice,
    VirtualMidiAddress,
    parse_address,
)

XTOUCH = UsbDevice(0x1397, 0x00B4)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("midi:X-Touch", MidiAddress("X-Touch")),
        (' midi: "X-Touch INT" ', MidiAddress("X-Touch INT")),
        ("midi:/X-Touch.*INT/", MidiAddress(NamePattern("X-Touch.*INT"))),
        ("midi:ardour:mackie control", MidiAddress("ardour:mackie control")),
        ("midi:/FP ?8?/", MidiAddress(NamePattern("FP ?8?"))),
        (
            "midi:/X ?Touch?/?usb=1397:00B4&device=behringer/x-touch",
            MidiAddress(NamePattern("X ?Touch?"), XTOUCH, device="behringer/x-touch"),
        ),
        (
            "midi:FaderPort?inquiry=00010602",
            MidiAddress("FaderPort", inquiry=bytes.fromhex("00010602")),
        ),
        ("midi:TO DAW?in=FROM DAW", MidiAddress("TO DAW", heard="FROM DAW")),
        ("midi:A?in=/B \\d/", MidiAddress("A", heard=NamePattern(r"B \d"))),
        ("midi:virtual SurfaceBridge MCU", VirtualMidiAddress("SurfaceBridge MCU")),
        ('midi:virtual "SurfaceBridge MCU"', VirtualMidiAddress("SurfaceBridge MCU")),
        ("midi:virtually there", MidiAddress("virtually there")),
        ("udp://desk:10023", UdpAddress("desk", 10023)),
        ("tcp://desk:49280", TcpAddress("desk", 49280)),
        ("tcp://[fe80::1%eth0]:51325", TcpAddress("fe80::1%eth0", 51325)),
        ("UDP://10.0.0.5:10023/", UdpAddress("10.0.0.5", 10023)),
        (
            "udp://127.0.0.1:8000?listen=9000&bind=127.0.0.1",
            UdpAddress("127.0.0.1", 8000, 9000, "127.0.0.1"),
        ),
        ("udp://[::1]:8000?bind=::1", UdpAddress("::1", 8000, None, "::1")),
        ("udp://[fe80::1%eth0]:8000", UdpAddress("fe80::1%eth0", 8000)),
        ("serial:/dev/ttyACM0", SerialAddress("/dev/ttyACM0", 115_200)),
        ("serial:/dev/ttyACM0?baud=9600", SerialAddress("/dev/ttyACM0", 9600)),
        ("serial:COM3", SerialAddress("COM3")),
        ("serial:usb:2341:0043?baud=9600", SerialAddress(UsbDevice(0x2341, 0x43), 9600)),
        ("serial:/usbmodem|ttyACM/", SerialAddress(NamePattern("usbmodem|ttyACM"))),
        ("serial:/tty(ACM)?[01]/?baud=9600", SerialAddress(NamePattern("tty(ACM)?[01]"), 9600)),
        ("pty:/dev/pts/5", PtyAddress("/dev/pts/5")),
        ("memory:desk", MemoryAddress("desk")),
        ("rtp://10.0.0.5", RtpAddress("10.0.0.5", 5004)),
        ("rtp://[::1]:5006?rate=8000", RtpAddress("::1", 5006, 8000)),
        ("rtp:listen SurfaceBridge", RtpListenAddress("SurfaceBridge")),
        (
            'rtp:listen "Stage left"?port=5006&bind=10.0.0.5&announce=no&rate=500',
            RtpListenAddress("Stage left", 5006, "10.0.0.5", announce=False, rate=500),
        ),
        ("ipmidi:1", IpMidiAddress(1)),
        ("mqtt://hub", MqttAddress("hub", 1883)),
        ("mqtts://[::1]", MqttAddress("::1", 8883, secure=True)),
        (
            "mqtt://hub:1884?user=me&password=env:HUB",
            MqttAddress("hub", 1884, False, "me", "env:HUB"),
        ),
        (
            "mqtts://hub?ca=/etc/ca.pem&cert=~/me.pem&key=/me.key",
            MqttAddress("hub", 8883, True, ca="/etc/ca.pem", cert="~/me.pem", key="/me.key"),
        ),
        ("ipmidi:20?interface=127.0.0.1", IpMidiAddress(20, "127.0.0.1")),
        ("ipmidi:1?allow=10.0.0.6", IpMidiAddress(1, allow=("10.0.0.6",))),
        (
            "udp://desk:1?listen=2&allow=10.0.0.6,10.0.1.0/24",
            UdpAddress("desk", 1, 2, allow=("10.0.0.6", "10.0.1.0/24")),
        ),
        ("rtp:listen Desk?allow=10.0.0.6", RtpListenAddress("Desk", allow=("10.0.0.6",))),
    ],
)
def test_what_people_write_is_read(text: str, address: object) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "begins with midi:, udp:"),
        ("X-Touch", "begins with midi:, udp:"),
        ("upd://desk:1", "Did you mean udp:?"),
        ("midi:", "midi:X-Touch"),
        ("midi:virtual", "midi:virtual SurfaceBridge"),
        ("midi:X?usb=1397", "in hexadecimal: usb=2341:0043"),
        ("midi:X?inquiry=0G", "not written in hexadecimal"),
        ("midi:X?usb=1:2&port=3", "no option 'port'"),
        ("midi:/X-Touch(/", "The pattern /X-Touch(/ cannot be read"),
        ("tcp://desk", "There is no port in it. Write tcp://"),
        ("tcp://desk:1?listen=2", "Nothing but the port may follow. Write tcp://"),
        ("tcp://desk:1/x", "Nothing but the port may follow. Write tcp://"),
        ("udp:desk:10023", "There is no host in it. Write udp://"),
        ("udp://:10023", "There is no host in it. Write udp://"),
        ("udp://desk", "There is no port in it. Write udp://"),
        ("udp://desk:0", "There is no port in it. Write udp://"),
        ("udp://desk:99999", "Port out of range 0-65535. Write udp://"),
        ("udp://[::1:9", "Write udp://"),
        ("udp://desk:1/xremote", "Nothing but ?listen=, ?bind= and ?allow= may follow"),
        ("udp://desk:1?listen=zero", "listen=zero is not a number from 1 to 65535"),
        ("udp://desk:1?listen=0", "listen=0 is not a number from 1 to 65535"),
        ("udp://desk:1?bind=desk", "Write bind=127.0.0.1"),
        ("udp://desk:1?port=2", "There is no option 'port' here. Known: listen, bind, allow."),
        ("udp://desk:1?allow=10.0.0.6", "write ?listen= too"),
        ("udp://desk:1?listen=2&allow=desk", "Write allow=10.0.0.6,10.0.1.0/24"),
        ("udp://desk:1?listen", "After ? write listen=..."),
        ("serial:", "serial:/dev/ttyACM0"),
        ("serial:COM3?baud=fast", "baud=fast is not a number"),
        ("serial:usb:2341", "serial:usb:2341:0043"),
        ("pty:pts/5", "Write the whole path"),
        ("memory:", "memory:desk"),
        ("rtp:desk", "Write rtp://10.0.0.5:5004, or rtp:listen"),
        ("rtp://desk:65535", "port=65535 is not a number from 1 to 65534"),
        ("rtp://desk:0", "port=0 is not a number from 1 to 65534"),
        ("rtp://desk/midi", "Nothing but ?rate= may follow"),
        ("rtp://desk?rate=fast", "rate=fast is not a number"),
        ("rtp://desk?port=5004", "Known: rate."),
        ("rtp:listen", "rtp:listen SurfaceBridge"),
        (f"rtp:listen {'x' * 64}", "1 to 63 bytes"),
        ("rtp:listen x?bind=desk", "Write bind=127.0.0.1"),
        ("rtp:listen x?announce=loudly", "announce=yes or announce=no"),
        ("ipmidi:", "ipmidi:1"),
        ("ipmidi:0", "ipmidi:1"),
        ("ipmidi:1?interface=::1", "ipMIDI has no IPv6"),
        ("mqtt:hub", "Write mqtt://10.0.0.6"),
        ("mqtt://hub?ca=/ca.pem", "Certificates need TLS"),
        ("mqtts://hub?cert=/me.pem", "needs both, cert=FILE and key=FILE"),
        ("mqtt://hub?password=env:X", "write user=NAME too"),
        ("mqtt://hub?qos=1", "There is no option 'qos' here"),
    ],
)
def test_a_wrong_address_says_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse_address(text)
    assert advice in refused.value.reason
    assert refused.value.reason.endswith((".", "?", ":"))
    assert refused.value.text == text


@pytest.mark.parametrize(
    "text",
    [
        "mqtt://me:hush@hub",
        "mqtts://hush@hub:1",
        "mqtt://hub?user=me&password=hush",
        "mqtt://me:hush@hub?qos=1",
        "mqtt://hub:x?user=me&password=hush",
        "mqtt://hub?password=file:&password=hush",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse_address(text)
    assert "password=env:VARIABLE" in refused.value.reason
    assert "hush" not in str(refused.value)


names = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
numbers = st.integers(1, 65_535)


@settings(max_examples=50)
@given(
    st.one_of(
        st.builds(MidiAddress, names | st.builds(NamePattern, names)),
        st.builds(VirtualMidiAddress, names),
        st.builds(
            UdpAddress,
            st.ip_addresses().map(str),
            numbers,
            st.none() | numbers,
            st.none() | st.ip_addresses().map(str),
        ),
        st.builds(
            SerialAddress,
            names.map("/dev/{}".format)
            | st.builds(NamePattern, names)
            | st.builds(UsbDevice, numbers, numbers),
            numbers,
        ),
        st.builds(PtyAddress, names.map("/dev/pts/{}".format)),
        st.builds(MemoryAddress, names),
        st.builds(
            RtpAddress, st.ip_addresses().map(str), st.integers(1, 65_534), st.none() | numbers
        ),
        st.builds(
            RtpListenAddress,
            names.filter(lambda name: len(name.encode()) < 64),
            st.integers(1, 65_534),
            st.ip_addresses().map(str),
            st.none() | st.booleans(),
            st.none() | numbers,
        ),
        st.builds(
            MqttAddress,
            st.ip_addresses().map(str),
            numbers,
            st.just(value=True),
            names,
            names.map("env:{}".format),
            st.none() | names.map("/etc/{}".format),
        ),
        st.builds(IpMidiAddress, st.integers(1, 99), st.none() | st.ip_addresses(v=4).map(str)),
    )
)
def test_every_address_is_written_as_it_is_read(address: object) -> None:
    assert parse_address(str(address)) == address


@given(
    st.sampled_from(["udp:", "serial:", "rtp:", "rtp:listen ", "ipmidi:", "mqtt:"]).flatmap(
        lambda start: st.text(max_size=40).map(start.__add__)
    )
)
@settings(max_examples=100)
def test_no_text_raises_anything_but_an_address_error(text: str) -> None:
    with suppress(AddressError):
        parse_address(text)


ALSA = [
    "Midi Through:Midi Through Port-0 14:0",
    "X-Touch:X-Touch X-Touch INT 20:0",
    "X-Touch:X-Touch X-Touch EXT 20:1",
    "X-Touch One:X-Touch One MIDI 1 24:0",
]


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ("X-Touch:X-Touch X-Touch INT 20:0", ALSA[1:2]),
        ("x-touch:x-touch x-touch int", ALSA[1:2]),
        ("X-Touch X-Touch INT", ALSA[1:2]),
        ("touch int", ALSA[1:2]),
        ("X-Touch", ALSA[1:]),
        ("X-Touch One", ALSA[3:]),
        ("FaderPort", []),
        (NamePattern("X-Touch.*INT"), ALSA[1:2]),
        (NamePattern("x-touch.*int"), []),
    ],
)
def test_a_whole_name_comes_before_a_part_of_one(
    wanted: str | NamePattern, fitting: list[str]
) -> None:
    assert MidiAddress(wanted).select(ALSA) == fitting


def test_a_name_that_is_also_part_of_another_means_itself() -> None:
    assert MidiAddress("X-Touch").select(["X-Touch Ext", "X-Touch"]) == ["X-Touch"]


@pytest.mark.parametrize(
    ("text", "is_announced"),
    [
        ("rtp:listen x", False),
        ("rtp:listen x?bind=::1", False),
        ("rtp:listen x?announce=yes", True),
        ("rtp:listen x?bind=0.0.0.0", True),
        ("rtp:listen x?bind=10.0.0.5&announce=no", False),
    ],
)
def test_a_session_is_announced_where_others_reach_it(text: str, is_announced: bool) -> None:
    address = parse_address(text)
    assert isinstance(address, RtpListenAddress)
    assert address.is_announced == is_announced


SEEN = ["X-Touch:X-Touch MIDI 1 20:0", "Copy of X-Touch 24:0", "Synth 28:0", "Through 14:0"]


def usb_of(port: str) -> UsbDevice | None:
    return {SEEN[0]: XTOUCH, SEEN[1]: UsbDevice(1, 2), SEEN[2]: XTOUCH}.get(port)


def test_usb_numbers_tell_ports_of_one_name_apart() -> None:
    assert MidiAddress("X-Touch").select(SEEN, usb_of) == SEEN[:2]
    assert MidiAddress("X-Touch", XTOUCH).select(SEEN, usb_of) == SEEN[:1]


def test_a_device_whose_ports_have_another_name_is_found_by_its_numbers() -> None:
    assert MidiAddress("Nobody", XTOUCH).select(SEEN, usb_of) == [SEEN[0], SEEN[2]]


def test_where_the_system_tells_no_numbers_the_name_decides() -> None:
    assert MidiAddress("X-Touch", XTOUCH).select(SEEN) == SEEN[:2]
    assert MidiAddress("Through", UsbDevice(9, 9)).select(SEEN, usb_of) == [SEEN[3]]
    assert MidiAddress("Copy", XTOUCH).select(SEEN[1:2], usb_of) == []
