"""Every parser of bytes or texts that others wrote, with seeds and what must hold of it.

Each ``check`` takes any bytes and raises only when a rule is broken.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from surfacebridge.apps.control_socket import Control
from surfacebridge.errors import MappingRefused, ProtocolMisuse
from surfacebridge.mapping.inline import sheet_of_inline
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.scene_files import read_scene
from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.tables import read_table
from surfacebridge.profiles.base import SurfaceEndpoint, TargetEndpoint
from surfacebridge.profiles.box_speech import SPEECHES, Said, speech_of
from surfacebridge.profiles.plain_midi import PlainMidi
from surfacebridge.profiles.plain_mqtt import PlainMqtt
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.registry import surface_endpoint, target_endpoint
from surfacebridge.protocols.capture import BadLine, CaptureDecoder, Moment, encode_line
from surfacebridge.protocols.framing import cobs, slip
from surfacebridge.protocols.framing.cobs import FrameReader
from surfacebridge.protocols.framing.fields import LinePattern
from surfacebridge.protocols.framing.lines import LineReader
from surfacebridge.protocols.framing.slip import SlipReader
from surfacebridge.protocols.hui import from_surface as hui_from
from surfacebridge.protocols.hui import to_surface as hui_to
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import from_surface as mcu_from
from surfacebridge.protocols.mcu import to_surface as mcu_to
from surfacebridge.protocols.mcu.handshake import answer
from surfacebridge.protocols.midi import identity, machine, timecode
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    MidiMessage,
    NoteOn,
    QuarterFrame,
    SysEx,
)
from surfacebridge.protocols.midi.numbers import ControllerPairs, Parameters
from surfacebridge.protocols.mqtt import packet as mqtt
from surfacebridge.protocols.osc import packet as osc
from surfacebridge.protocols.osc.address import matches
from surfacebridge.protocols.osc.messages import OscMessage, messages_in
from surfacebridge.protocols.rcp import messages as rcp
from surfacebridge.protocols.rtpmidi import commands, journal, payload
from surfacebridge.protocols.rtpmidi.plain import PlainStream
from surfacebridge.protocols.rtpmidi.session import Initiator, Listener, Port, Session
from surfacebridge.protocols.rtpmidi.stream import IncomingStream
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.topics import Topic, read_topic
from surfacebridge.protocols.vendors import (
    faderport,
    faderport_classic,
    icon,
    texts,
    xctl,
    xtouch_compact,
    xtouch_midi,
)
from surfacebridge.routing.compiler import Products, compile_mapping
from tests.fuzz.invariants import MOST_KEPT, check_stream, chunks_of, kept
from tests.mapping.broken import broken_files, broken_lines
from tests.profiles.shipped import ROOT, shipped
from tests.protocols.framing.boxes import rows
from tests.protocols.vectors import vectors_in

VECTORS = Path(__file__).parents[1] / "vectors"
NOTE = b"\x90\x10\x7f"


@dataclass(frozen=True)
class Parser:
    """One entry: how to feed it, and what a peer in its right mind says."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]


@cache
def _vectors(*protocols: str) -> tuple[bytes, ...]:
    return tuple(one.data for one in vectors_in(VECTORS) if one.protocol in protocols)


def _surfaces() -> Sequence[bytes]:
    return _vectors("mcu", "hui", "xtouch_mcu")


def _midi_messages(data: bytes) -> Iterator[MidiMessage]:
    for one in MidiDecoder().receive(data):
        if not isinstance(one, Malformed):
            yield one


# MIDI and what stands on it


def check_midi(data: bytes) -> None:
    check_stream(MidiDecoder, data, b"", NOTE, NoteOn(0, 16, 127))


def check_midi_numbers(data: bytes) -> None:
    pairs, parameters, quarters = (
        ControllerPairs(range(32)),
        Parameters(),
        timecode.QuarterFrames(),
    )
    for one in _midi_messages(data):
        match one:
            case ControlChange():
                pairs.receive(one)
                parameters.receive(one)
            case QuarterFrame():
                quarters.receive(one)
            case SysEx():
                identity.decode(one)
                timecode.full_frame_of(one)
                read = machine.decode(one)
                if isinstance(read, machine.MachineControl):
                    with suppress(ProtocolMisuse):  # what nobody understood cannot be said again
                        machine.encode(read)
            case _:
                pass
    assert kept((pairs, parameters, quarters)) <= MOST_KEPT


def check_mcu(data: bytes) -> None:
    answer(data[:4].ljust(4, b"?"))
    for one in _midi_messages(data):
        for said in (mcu_from.decode(one), mcu_to.decode(one)):
            assert said is None or said.__class__.__module__.startswith("surfacebridge.")
    check_stream(
        lambda: _Meaning(mcu_from.decode), data, b"", NOTE, mcu_from.decode(NoteOn(0, 16, 127))
    )


class _Meaning:
    """What a codec above MIDI makes of a stream."""

    def __init__(self, decode: Callable[[MidiMessage], object]) -> None:
        self._midi = MidiDecoder()
        self._decode = decode

    def receive(self, data: bytes, /) -> Sequence[object]:
        return [
            one if isinstance(one, Malformed) else self._decode(one)
            for one in self._midi.receive(data)
        ]


def check_hui(data: bytes) -> None:
    zone = b"\xb0\x0f\x00\xb0\x2f\x40"
    said = hui_from.SurfaceDecoder()
    meant = [said.receive(one) for one in _midi_messages(zone)][-1]
    check_stream(lambda: _Meaning(hui_from.SurfaceDecoder().receive), data, b"", zone, meant)
    told = hui_to.HostDecoder()
    lamp = b"\xb0\x0c\x00\xb0\x2c\x40"
    lit = [told.receive(one) for one in _midi_messages(lamp)][-1]
    check_stream(lambda: _Meaning(hui_to.HostDecoder().receive), data, b"", lamp, lit)


def check_vendors(data: bytes) -> None:
    said, told = faderport_classic.SurfaceDecoder(), faderport_classic.HostDecoder()
    for one in _midi_messages(data):
        said.receive(one)
        told.receive(one)
        for model in (faderport.FADERPORT_8, faderport.FADERPORT_16):
            faderport.from_surface(one, model)
        faderport.to_surface(one)
        icon.to_surface(one)
        texts.to_surface(one)
        xctl.from_surface(one)
        xctl.to_surface(one)
        for unit in (xtouch_compact.COMPACT, xtouch_compact.MINI):
            xtouch_compact.decode(unit, one)
        xtouch_midi.from_surface(one)
        xtouch_midi.to_surface(one)
    assert kept((said, told)) <= MOST_KEPT


# OSC, MQTT


def check_osc(data: bytes) -> None:
    read = osc.decode(data)
    for one in messages_in(read):
        assert isinstance(one, OscMessage | Malformed)
    if not isinstance(read, Malformed):
        with suppress(ProtocolMisuse):  # an element that was none cannot be said again
            assert repr(osc.decode(osc.encode(read))) == repr(read)


def check_osc_address(data: bytes) -> None:
    pattern, _, address = data.decode("latin-1").partition(" ")
    matches(pattern, address)


def check_mqtt(data: bytes) -> None:
    read = mqtt.decode(data)
    if not isinstance(read, Malformed):
        with suppress(ProtocolMisuse):
            assert mqtt.decode(mqtt.encode(read)) == read


def check_rcp(data: bytes) -> None:
    """Lines of a Yamaha console, and a line of ours made of its words."""
    for line in LineReader().receive(data):
        read = rcp.decode(line) if isinstance(line, str) else line
        if isinstance(read, rcp.Line):
            assert rcp.encode(read.command, *read.words).count(b"\n") == 1


_PAYLOADS = (
    payloads.State,
    payloads.Desk,
    payloads.Presence,
    payloads.Owned,
    payloads.Meters,
    payloads.Order,
    payloads.Guest,
    payloads.Watch,
    payloads.Refused,
    payloads.Lead,
)


def check_studio(data: bytes) -> None:
    """A topic, a line end, and what was published there."""
    written, _, body = data.partition(b"\n")
    topic = read_topic(written.decode("utf-8", "replace"))
    if topic is not None:
        assert read_topic(topic.text) == topic
    payloads.decode_plain(body)
    for kind in _PAYLOADS:
        read = payloads.decode(kind, body)
        if not isinstance(read, Malformed):
            assert payloads.decode(kind, payloads.encode(read)) == read


# Network MIDI


def check_rtp_commands(data: bytes) -> None:
    read = commands.decode(data)
    if not isinstance(read, Malformed):
        assert commands.decode(commands.encode(read)) == read


def check_rtp_payload(data: bytes) -> None:
    read = payload.decode(data)
    joiner = payload.SysExJoiner()
    if not isinstance(read, Malformed):
        for one in read.commands:
            if not isinstance(one, Malformed):
                joiner.receive(one.data)
    check_stream(PlainStream, data, b"", NOTE, NOTE)
    assert kept(joiner) <= MOST_KEPT


def check_rtp_journal(data: bytes) -> None:
    memory = journal.Memory()
    for message in PlainStream().receive(data):
        if isinstance(message, bytes):
            memory.hear(message)
    read = journal.decode(data)
    if isinstance(read, journal.Journal):
        for message in memory.restore(read, 1):
            assert list(PlainStream().receive(message)) == [message], "it restores no message"
    stream = IncomingStream()
    for number in range(4):
        read_packet = payload.decode(b"\x80\x61" + bytes([0, number * 3]) + bytes(8) + data)
        if not isinstance(read_packet, Malformed):
            stream.receive(read_packet)
    assert kept((memory, stream)) <= MOST_KEPT


def check_rtp_session(data: bytes) -> None:
    sessions: tuple[Session, ...] = (
        Initiator("us", 0x11111111, 0x22222222, 0.0),
        Listener("us", 0x11111111, 0x22222222),
    )
    for session in sessions:
        now = 0.0
        for number, datagram in enumerate(_datagrams(data)):
            port: Port = "data" if datagram[:1] > b"\x7f" and number % 2 else "control"
            session.receive(port, datagram, now, "peer")
            with suppress(ProtocolMisuse):
                session.send(NOTE)
            session.wake()
            now += 0.05 * number
            session.poll(now)
            for one in session.take():
                assert len(one.data) <= 65_507
        assert kept(session) <= MOST_KEPT


def _datagrams(data: bytes) -> Iterator[bytes]:
    """Yield what ``data`` says arrives: pieces after a byte of length each."""
    at = 0
    while at < len(data):
        size = data[at]
        yield data[at + 1 : at + 1 + size]
        at += 1 + size


def _together(pieces: Sequence[bytes]) -> bytes:
    return b"".join(bytes([len(piece[:255])]) + piece[:255] for piece in pieces)


# Serial boxes


def check_slip(data: bytes) -> None:
    check_stream(SlipReader, data, slip.END, slip.encode(b"/ok"), b"/ok")


def check_cobs(data: bytes) -> None:
    frame = cobs.Frame(1, 2, b"\x00\x03")
    check_stream(FrameReader, data, b"\x00", cobs.encode(frame), frame)


def check_lines(data: bytes) -> None:
    check_stream(LineReader, data, b"\n", b"ok\n", "ok")


def check_boxes(data: bytes) -> None:
    for framing in SPEECHES:
        whole, cut = speech_of(framing), speech_of(framing)
        told: list[Said] = list(whole.receive(data))
        assert told == [one for chunk in chunks_of(data) for one in cut.receive(chunk)], framing
        assert kept(whole) <= MOST_KEPT


def check_fields(data: bytes) -> None:
    text, _, line = data.decode("latin-1").partition("\n")
    with suppress(ProtocolMisuse):
        pattern = LinePattern.read(text)
        found = pattern.match(line)
        if found is not None and isinstance(found[1], int | float):
            pattern.words(found[0], found[1])


# Files


def check_capture(data: bytes) -> None:
    good = Moment(1.5, "in", "x", b"\x90")
    check_stream(CaptureDecoder, data, b"\n", encode_line(good), good)
    decoder = CaptureDecoder()
    for line in [*decoder.receive(data), *decoder.finish()]:
        if not isinstance(line, BadLine):
            assert CaptureDecoder().receive(encode_line(line)) == [line]


def _no_include(name: str, span: Span) -> Problem:
    return Problem(span, f"{name} is not here", "include")


@cache
def _products() -> Products:
    return Products(shipped().device, shipped().target, sheet_of_inline)


def check_mapping(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    document, problems = read_mapping(Source("file", text), _no_include, {})
    if document is not None:
        plan, more = compile_mapping(document, _products())
        del plan
        problems = [*problems, *more]
    rows = text.count("\n") + text.count("\r") + 2
    for problem in problems:
        assert problem.message
        assert 1 <= problem.span.line <= rows


_LINES_RIG = """\
surfacebridge: 1
surfaces: {{x: {{device: behringer/x-touch, port: x}}}}
targets: {{desk: {{profile: behringer/x32, host: 10.0.0.5}}, kbd: {{midi: k}}}}
banks: {{all: {{items: "desk.ch.{{1..8}}"}}}}
layers: {{pan: {{button: x.assign.pan}}}}
modifiers: {{shift: x.shift}}
strip:
  map:
    - {}
"""


def check_mapping_lines(data: bytes) -> None:
    line = data.decode("utf-8", "replace").replace("\n", " ").replace("\r", " ")
    check_mapping(_LINES_RIG.format(line).encode())


def check_sheets(data: bytes) -> None:
    text = data.decode("utf-8", "replace")

    class Files:
        def read(self, kind: str, name: str) -> Source | None:
            return Source("sheet", text) if name == "a/b" else None

        def names(self, kind: str) -> Sequence[str]:
            return ("a/b",)

    for take in (catalogue_of(Files()).device, catalogue_of(Files()).target):
        with suppress(MappingRefused):
            take("a/b")


def check_tables(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    read_table(text)
    values, problems = read_scene(Source("scene", text))
    del values
    assert all(problem.message for problem in problems)


def check_status(data: bytes) -> None:
    control = Control(lambda: "{}", lambda: "", lambda name: f"{name} is not here.")
    said = control.answer(data)
    assert said.endswith(b"\n")
    assert len(said) <= 1000 + 4 * len(data)


# Profiles: whole products


Endpoint = SurfaceEndpoint | TargetEndpoint


# To read a large sheet takes a tenth of a second; so many peers talk to one profile.
_TALKS_EACH = 50


class Product:
    """One product that is talked to; a new one is made now and then."""

    def __init__(self, make: Callable[[], Endpoint]) -> None:
        self._make = make
        self._endpoint = make()
        self._talks = 0

    def check(self, data: bytes) -> None:
        """Let the peer say ``data`` in pieces, with timers between."""
        if self._talks % _TALKS_EACH == 0:
            self._endpoint = self._make()
        self._talks += 1
        self._endpoint.open(0.0)
        self._endpoint.close(converse(self._endpoint, data, 0.0))


@cache
def _product(name: str) -> Product:
    return Product(ENDPOINTS[name][0])


def check_endpoint(name: str, data: bytes) -> None:
    _product(name).check(data)


def converse(endpoint: Endpoint, data: bytes, now: float) -> float:
    """Say ``data`` to ``endpoint`` from ``now`` on; return the time at the end."""
    for piece in _datagrams(data):
        endpoint.receive(piece, now)
        endpoint.data_to_send()
        due = endpoint.next_wakeup()
        if due is not None and due <= now + 1.0:
            now = max(now, due)
            endpoint.wake(now)
            endpoint.data_to_send()
    return now


_HUI_OR_MCU = ("mcu", "hui", "xtouch_mcu", "xtouch_midi", "faderport8", "faderport1", "xctl")
_SURFACES = {
    "mcu": "behringer/x-touch",
    "hui": "mackie/hui",
    "faderport": "presonus/faderport-8",
    "faderport-classic": "presonus/faderport",
    "xctl": "behringer/x-touch-xctl",
    "xtouch-compact": "behringer/x-touch-compact",
    "xtouch-midi": "behringer/x-touch-midi",
    "nano": "korg/nanokontrol2",
    "box": "diy/faderbox",
    "box-osc": "diy/faderbox-osc",
    "box-cobs": "diy/faderbox-cobs",
}
_TARGETS = {
    "x32": "behringer/x32",
    "xr18": "behringer/xr18",
    "wing": "behringer/wing",
    "ardour": "ardour/ardour",
    "reaper": "cockos/reaper",
    "sq": "allenheath/sq",
    "dlive": "allenheath/dlive",
    "qu": "allenheath/qu-32",
    "qlab": "figure53/qlab",
    "cl5": "yamaha/cl5",
}


def _surface(sheet: str) -> SurfaceEndpoint:
    found = shipped().device(sheet)
    assert found is not None
    return surface_endpoint("x", found)


def _target(sheet: str) -> TargetEndpoint:
    found = shipped().target(sheet)
    assert found is not None
    return target_endpoint("desk", found, {})


def _talks() -> Sequence[bytes]:
    said = _vectors(*_HUI_OR_MCU)
    return [_together(said[at : at + 6]) for at in range(0, len(said), 6)]


def _allen_heath_talks() -> Sequence[bytes]:
    said = (
        "B06300 B06217 B0066B B02607", "90007F 900000", "B00000 B02000 C006", "E00740",
        "F000001A50100100 0002004B69636B F7", "F000001A50100100 00050004 F7",
        "F000001A50100100 000D0002016B F7", "F000001A501101000011030109 F7",
        "F000001A50110100000220 4B69636B F7", "F000001A50110100 0014 F7",
    )  # fmt: skip
    return [*_talks(), *(_together([bytes.fromhex(one)]) for one in said)]


def _osc_talks() -> Sequence[bytes]:
    values: tuple[tuple[str, tuple[object, ...], str], ...] = (
        ("/xinfo", ("10.0.0.5", "desk", "X32", "4.06"), "ssss"),
        ("/ch/01/mix/fader", (0.5,), "f"),
        ("/ch/01/mix/on", (1,), "i"),
        ("/ch/01/config/name", ("Kick",), "s"),
        ("/meters/0", (b"\x04\x00\x00\x00" + bytes(16),), "b"),
        ("node", ("/ch/01/mix ON -5.0",), "s"),
        ("/-stat/selidx", (3,), "i"),
        ("/$ctl/ch/1/fdr", (-7.5,), "f"),
        ("/strip/fader", (1, 0.5), "if"),
    )
    said = [osc.encode(OscMessage(a, args, tags)) for a, args, tags in values]  # type: ignore[arg-type]
    return [_together(said), *(_together([one]) for one in said)]


def _rcp_lines() -> Sequence[bytes]:
    return [
        b'OK devstatus runmode "normal"\n',
        b'OK get MIXER:Current/InCh/Fader/Level 0 0 -1000 "-10.00"\n',
        b'NOTIFY set MIXER:Current/InCh/Label/Name 0 0 "Lead \\"V\\""\n',
        b"NOTIFY sscurrent_ex MIXER:Lib/Scene 3 unmodified\nERROR get UnknownAddress\n",
    ]


def _studio_talks() -> Sequence[bytes]:
    who = Topic("bridge", "house", user="me", bridge="foh")
    value = Topic("value", "house", "desk", parameter="ch.1.fader")
    here = payloads.encode(payloads.Presence(online=True, session="s"))
    return [
        who.text.encode() + b"\n" + here,
        value.text.encode() + b'\n{"v":1,"value":-5.0,"by":"me/foh","seq":3}',
        b"x/y\n-5.0",
    ]


def _mqtt_talks() -> Sequence[bytes]:
    said = [mqtt.encode(mqtt.Publish(topic, b"42")) for topic in ("a/b", "desk/ch/1")]
    return [_together(said)]


def _mappings() -> Sequence[bytes]:
    rigs = [path.read_bytes() for path in sorted((ROOT / "rigs").glob("*.yaml"))]
    return [*rigs, *(text.encode() for _, text, _ in broken_files())]


def _sheets() -> Sequence[bytes]:
    found = sorted((ROOT / "devices").rglob("*.yaml"))[:12]
    return [path.read_bytes() for path in (*found, ROOT / "targets/midas/m32.yaml")]


def _captures() -> Sequence[bytes]:
    begun = (
        b'{"surfacebridge-capture":1,"bridge":"0.1.0","rig":"a.yaml","began":1.5,'
        b'"links":[{"name":"x","kind":"surface","dialect":"mcu","at":"midi:X"}]}\n'
        b'{"file":"a.yaml","text":"surfacebridge: 1\\n"}\n'
        b'{"t":1.5,"open":"x"}\n{"t":2.5,"in":"x","data":"E0 00 48"}\n'
        b'{"t":2.5,"with":"x","data":"e00049"}\n{"t":2.5,"out":"x","data":"90107f"}\n'
    )
    later = (
        b'{"t":3,"wake":""}\n{"t":3,"tick":"","text":"12:00:00"}\n{"t":4,"lost":"x"}\n'
        b'{"t":4,"reload":"","text":"a.yaml"}\n{"end":"It was stopped."}\n'
    )
    return [begun, later]


def _serial(framing: str) -> Sequence[bytes]:
    return [row["data"] for row in rows(framing)]


def _rtp() -> Sequence[bytes]:
    return _vectors("applemidi", "rtpmidi", "ipmidi")


def _field_texts() -> Sequence[bytes]:
    return [
        b"F{s} {v:0..1023}\nF3 512",
        b"{v:f} {s:02}\n0.5 03",
        b"lcd {s+3} {v:s}\nlcd 4 Kick",
        b"B{s} {v:0|1}\nB1 1",
    ]


_PATTERNS = (b"/ch/*/mix/{fader,on} /ch/01/mix/fader", b"/a[!0-9]?//b /ab", b"/[a-z]* /x")

_VENDOR_PROTOCOLS = (
    "xtouch_midi",
    "xctl",
    "xtouch_compact",
    "xtouch_mini",
    "faderport8",
    "faderport1",
    "icon_qcon",
    "icon_v1m",
    "alphatrack",
    "tranzport",
    "asparion",
)

# What each says where it is no OSC.
_OTHERWISE = {
    "sq": _talks, "dlive": _allen_heath_talks, "qu": _allen_heath_talks,
    "cl5": lambda: [_together([one]) for one in _rcp_lines()],
}  # fmt: skip

ENDPOINTS: dict[str, tuple[Callable[[], Endpoint], Callable[[], Sequence[bytes]]]] = {
    **{
        f"surface-{name}": (partial(_surface, sheet), _osc_talks if name == "box-osc" else _talks)
        for name, sheet in _SURFACES.items()
    },
    **{
        f"target-{name}": (partial(_target, sheet), _OTHERWISE.get(name, _osc_talks))
        for name, sheet in _TARGETS.items()
    },
    "target-osc": (lambda: PlainOsc("desk", ["/hello 1"], ("/beat", 3.0)), _osc_talks),
    "target-midi": (lambda: PlainMidi("desk"), _talks),
    "target-mqtt": (lambda: PlainMqtt("desk"), _mqtt_talks),
}

PARSERS: dict[str, Parser] = {
    one.name: one
    for one in (
        Parser("midi", check_midi, lambda: _vectors("generic", "midi_clock", "mtc", "mmc", "mcu")),
        Parser("midi-numbers", check_midi_numbers, lambda: _vectors("generic", "mtc", "mmc")),
        Parser("mcu", check_mcu, _surfaces),
        Parser("hui", check_hui, lambda: _vectors("hui")),
        Parser("vendors", check_vendors, lambda: _vectors(*_VENDOR_PROTOCOLS)),
        Parser("osc", check_osc, lambda: [one[1:] for one in _osc_talks()[1:]]),
        Parser("osc-address", check_osc_address, lambda: _PATTERNS),
        Parser("mqtt", check_mqtt, lambda: [b"\x30\x07\x00\x03a/b42"]),
        Parser("rcp", check_rcp, _rcp_lines),
        Parser("studio", check_studio, _studio_talks),
        Parser("rtp-commands", check_rtp_commands, _rtp),
        Parser("rtp-payload", check_rtp_payload, _rtp),
        Parser("rtp-journal", check_rtp_journal, _rtp),
        Parser("rtp-session", check_rtp_session, lambda: [_together(_rtp())]),
        Parser("slip", check_slip, lambda: _serial("slip-osc")),
        Parser("cobs", check_cobs, lambda: _serial("cobs")),
        Parser("lines", check_lines, lambda: _serial("lines")),
        Parser("boxes", check_boxes, lambda: [*_serial("lines"), *_serial("cobs")]),
        Parser("fields", check_fields, _field_texts),
        Parser("captures", check_capture, _captures),
        Parser("mapping-files", check_mapping, _mappings),
        Parser(
            "mapping-lines",
            check_mapping_lines,
            lambda: [line.encode() for line, _ in broken_lines()],
        ),
        Parser("sheets", check_sheets, _sheets),
        Parser(
            "tables", check_tables, lambda: [b"0,0\n50,20\n100,100\n", b"desk.ch.1.fader: -5\n"]
        ),
        Parser("status", check_status, lambda: [b"status\n", b"metrics\n", b"resync desk\n"]),
        *(
            Parser(name, partial(check_endpoint, name), seeds)
            for name, (_, seeds) in ENDPOINTS.items()
        ),
    )
}
