"""Makers' messages in the words of the published vectors."""

from collections.abc import Callable, Iterable
from typing import Any

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import identity
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors import (
    faderport,
    faderport_classic,
    icon,
    texts,
    xctl,
    xtouch_compact,
    xtouch_midi,
)
from tests.protocols.mcu import meaning as mcu
from tests.protocols.vectors import Meaning

Read = tuple[Meaning, bytes]
"""What a message means, and the bytes it is written as again."""

COLOURS = mcu.COLOURS
FLASH = {"blink": "flash"}
SEGMENTS = "abcdefg"
SHAPES = {0x3F: "0", 0x06: "1", 0x5B: "2", 0x4F: "3", 0x66: "4", 0x6D: "5", 0x7D: "6", 0x07: "7"}
SHAPES |= {0x7F: "8", 0x6F: "9", 0x40: "-", 0x00: " "}
DIGITS = (
    *("assignment_left", "assignment_right", "bars_hundreds", "bars_tens", "bars_units"),
    *("beats_tens", "beats_units", "subdivision_tens", "subdivision_units"),
    *("ticks_hundreds", "ticks_tens", "ticks_units"),
)
LEFT_LAMPS = ("L6", "L5", "L4", "L3", "L2", "L1", "C")
RIGHT_LAMPS = ("R1", "R2", "R3", "R4", "R5", "R6")


def listed(bits: int, names: Iterable[str]) -> list[str]:
    return [name for at, name in enumerate(names) if bits >> at & 1]


def xtouch_midi_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    read = []
    for midi in messages:
        said = xtouch_midi.from_surface(midi) if from_device else xtouch_midi.to_surface(midi)
        assert said is not None
        assert not isinstance(said, Malformed)
        read.append((xtouch_midi_meaning(said), xtouch_midi.encode(said)))
    return read


def xtouch_midi_meaning(said: xtouch_midi.Said | xtouch_midi.Told) -> Meaning:
    match said:
        case xtouch_midi.StripDisplay():
            return {
                "type": "lcd_strip",
                "model_id": said.model,
                "strip": said.strip,
                "color": COLOURS[said.colour],
                "invert_upper": said.invert_upper,
                "invert_lower": said.invert_lower,
                "upper": said.upper,
                "lower": said.lower,
            }
        case xtouch_midi.Segments(bits, dots, model):
            text = "".join(SHAPES[each] for each in bits)
            shown = {"segments": list(bits), "dots": list(dots), "text": text}
            return {"type": "segments", "model_id": model, **shown}
        case _:
            return xtouch_midi_control(said)


def xtouch_midi_control(
    said: xtouch_midi.Said | xtouch_midi.LampSet | xtouch_midi.RingSet | xtouch_midi.MeterSet,
) -> Meaning:
    match said:
        case xtouch_midi.FaderMoved(strip, value):
            return {"type": "fader", "channel": strip, "value7": value}
        case xtouch_midi.FaderTouched(strip, touched):
            return {"type": "touch", "fader": strip, "touched": touched}
        case xtouch_midi.ButtonChanged(number, pressed):
            return {"type": "button", "note": number, "pressed": pressed}
        case xtouch_midi.EncoderTurned(number, turn):
            return {"type": "encoder_relative", "channel": number, "delta": turn}
        case xtouch_midi.JogTurned(turn):
            return {"type": "jog", "delta": turn}
        case xtouch_midi.LampSet(number, state):
            return {"type": "led", "note": number, "state": FLASH.get(state, state)}
        case xtouch_midi.RingSet(number, value):
            return {"type": "ring", "channel": number, "value7": value}
        case xtouch_midi.MeterSet(strip, value):
            return {"type": "meter", "channel": strip, "value7": value}


def compact_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    return [unit_read(xtouch_compact.COMPACT, each) for each in messages if not from_device]


def mini_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    return [unit_read(xtouch_compact.MINI, each) for each in messages if not from_device]


def unit_read(unit: xtouch_compact.Unit, midi: MidiMessage) -> Read:
    told = xtouch_compact.decode(unit, midi)
    assert told is not None
    return unit_meaning(told), xtouch_compact.encode(unit, told)


def unit_meaning(told: xtouch_compact.Told) -> Meaning:
    match told:
        case xtouch_compact.ModeSet(mackie):
            return {"type": "set_mode", "mode": "mc" if mackie else "standard"}
        case xtouch_compact.LayerSet(layer):
            return {"type": "layer", "layer": "AB"[layer]}
        case xtouch_compact.FaderMoved(strip, value):
            return {"type": "fader", "channel": strip, "value7": value}
        case xtouch_compact.RingStyled(number, style):
            return {"type": "ring_behaviour", "encoder": number, "behaviour": style}
        case xtouch_compact.RingSet(number, pattern, lamp):
            return {"type": "ring_remote", "encoder": number, "pattern": pattern, "led": lamp}
        case xtouch_compact.LampSet(number, state):
            return {"type": "led", "note": number, "state": FLASH.get(state, state)}


def xctl_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    read = []
    for midi in messages:
        said = xctl.from_surface(midi) if from_device else xctl.to_surface(midi)
        assert not isinstance(said, Malformed)
        if said is None:
            meaning = mcu.heard(midi, from_device=from_device)
            names = {"device_query": "xctl_keepalive", "connection_query": "xctl_ident"}
            meaning["type"] = names.get(meaning["type"], meaning["type"])
            read.append((meaning, mcu.rewritten(midi, from_device=from_device) or b""))
        else:
            read.append((xctl_meaning(said), xctl.encode(said)))
    return read


def xctl_meaning(said: xctl.Probe | xctl.Told) -> Meaning:
    match said:
        case xctl.Probe():
            return {"type": "xctl_probe"}
        case xctl.ProbeReply():
            return {"type": "xctl_probe_reply"}
        case xctl.Scribble(strip, colour, upper, lower, inverted):
            rows = {"upper_raw": upper, "lower_raw": lower, "invert_lower": inverted}
            return {"type": "xctl_scribble", "strip": strip, "color": COLOURS[colour], **rows}
        case xctl.RingHalf(number, side, bits):
            lamps = listed(bits, LEFT_LAMPS if side == "left" else RIGHT_LAMPS)
            return {"type": f"xctl_ring_{side}", "encoder": number, "leds": lamps}
        case xctl.DigitSet(digit, bits, dot):
            shape = {"segments": listed(bits, SEGMENTS), "char": SHAPES[bits], "dot": dot}
            return {"type": "xctl_segment", "digit": DIGITS[digit], **shape}
        case xctl.MeterLevel(strip, level):
            return {"type": "xctl_meter", "channel": strip, "level": level}


def icon_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    read: list[Read] = []
    for midi in messages:
        match icon.to_surface(midi):
            case icon.SecondDisplayText(offset, text) as told if not from_device:
                place = {"offset": offset, "row": offset // 56, "text": text}
                read.append(({"type": "icon_lcd2", **place}, icon.encode(told)))
            case icon.StripColours(colours) as told:
                rgb = [list(each) for each in colours]
                read.append(({"type": "icon_rgb", "rgb": rgb}, icon.encode(told)))
            case _:
                pass
    return read


def faderport_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    read = []
    for midi in messages:
        said = faderport.from_surface(midi) if from_device else faderport.to_surface(midi)
        assert said is not None
        assert not isinstance(said, Malformed)
        read.append((faderport_meaning(said), faderport.encode(said)))
    return read


def faderport_meaning(told: faderport.Told | faderport.Said) -> Meaning:
    models = {faderport.FADERPORT_8: "fp8", faderport.FADERPORT_16: "fp16"}
    match told:
        case faderport.StripText(strip, line, text, align, model):
            place: dict[str, Any] = {"model": models[model], "strip": strip, "line": line}
            if align == 0:
                place["align"] = "center"
            return {"type": "fp_text", "text": text, **place}
        case faderport.StripMode(strip, mode, model):
            return {"type": "fp_strip_mode", "model": models[model], "strip": strip, "mode": mode}
        case faderport.LampColour(note, component, value):
            return {"type": "fp_rgb", "note": note, "component": component[0], "value": value}
        case faderport.LampSet(note, state):
            return {"type": "led", "note": note, "state": FLASH.get(state, state)}
        case faderport.MeterLevel(strip, level):
            return {"type": "fp_meter", "channel": strip, "value7": level}
        case _:
            return faderport_other_meaning(told)


def faderport_other_meaning(told: faderport.Told | faderport.Said) -> Meaning:
    match told:
        case faderport.ReductionLevel(strip, level):
            return {"type": "fp_reduction", "channel": strip, "value7": level}
        case faderport.BarSet(strip, value):
            return {"type": "fp_bar", "channel": strip, "value7": value}
        case faderport.BarStyled(strip, style):
            return {"type": "fp_bar_mode", "channel": strip, "mode": style}
        case faderport.FaderMoved(strip, value):
            return {"type": "fader", "channel": strip, "value14": value}
        case faderport.KeepAlive():
            return {"type": "fp_keepalive"}
        case faderport.FaderTouched(strip, touched):
            return {"type": "touch", "channel": strip, "touched": touched}
        case faderport.ButtonChanged(note, pressed):
            return {"type": "button", "id": note, "pressed": pressed}
        case faderport.EncoderTurned(number, turned):
            return {"type": "encoder", "channel": number, "delta": turned}
        case _:
            raise AssertionError(told)


def classic_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    surface, host = faderport_classic.SurfaceDecoder(), faderport_classic.HostDecoder()
    read = []
    for midi in messages:
        if isinstance(midi, SysEx):
            read.append(identity_read(midi))
            continue
        said = surface.receive(midi) if from_device else host.receive(midi)
        if said is not None:
            read.append((classic_meaning(said), faderport_classic.encode(said)))
    return read


def identity_read(midi: SysEx) -> Read:
    said = identity.decode(midi)
    assert isinstance(said, identity.IdentityRequest | identity.IdentityReply)
    if isinstance(said, identity.IdentityRequest):
        return {"type": "identity_request"}, identity.encode(said)
    parts = {"manufacturer": said.manufacturer, "family": said.family, "member": said.member}
    fields = {name: list(part) for name, part in parts.items()}
    return {"type": "identity_reply", **fields}, identity.encode(said)


def classic_meaning(said: faderport_classic.Said | faderport_classic.Told) -> Meaning:
    match said:
        case faderport_classic.NativeMode():
            return {"type": "fp1_native_mode"}
        case faderport_classic.ButtonChanged(name, pressed):
            number = faderport_classic.encode(said)[1]
            return {"type": "button", "id": number, "name": name, "pressed": pressed}
        case faderport_classic.LampSet(name, lit):
            number = faderport_classic.encode(said)[1]
            return {"type": "led", "id": number, "name": name, "state": "on" if lit else "off"}
        case faderport_classic.FaderMoved(value):
            return {"type": "fader", "channel": 0, "value14": value}
        case faderport_classic.MotorMoved(value):
            return {"type": "fader_motor", "channel": 0, "value10": value}
        case faderport_classic.EncoderTurned(ticks):
            return {"type": "encoder", "channel": 0, "delta": ticks}


def texts_read(messages: list[MidiMessage], *, from_device: bool) -> list[Read]:
    read: list[Read] = []
    for midi in messages:
        match texts.to_surface(midi):
            case texts.AlphaTrackText(offset, text) as told if not from_device:
                read.append(
                    ({"type": "alphatrack_lcd", "offset": offset, "text": text}, texts.encode(told))
                )
            case texts.TranzPortText(offset, text) as told:
                read.append(
                    ({"type": "tranzport_lcd", "offset": offset, "text": text}, texts.encode(told))
                )
            case texts.AsparionText(strip, row, text) as told:
                place = {"strip": strip, "row": row, "text": text}
                read.append(({"type": "asparion_text", **place}, texts.encode(told)))
            case _:
                pass
    return read


READERS: dict[str, Callable[..., list[Read]]] = {
    "xtouch_midi": xtouch_midi_read,
    "xtouch_compact": compact_read,
    "xtouch_mini": mini_read,
    "xctl": xctl_read,
    "icon_qcon": icon_read,
    "icon_v1m": icon_read,
    "faderport8": faderport_read,
    "faderport1": classic_read,
    "alphatrack": texts_read,
    "tranzport": texts_read,
    "asparion": texts_read,
}
