"""Mackie Control messages in the words of the published vectors."""

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import from_surface, to_surface
from surfacebridge.protocols.mcu import messages as mcu
from surfacebridge.protocols.mcu.ring import lit_lamps
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.protocols.vectors import Meaning

COLOURS = ("off", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
RING_MODES = {"dot": "single_dot"}
SIDES = ("right", "left")
PLAIN = {
    mcu.DeviceQuery: "device_query",
    mcu.VersionRequest: "version_request",
    mcu.SteinbergQuery: "steinberg_keepalive_1a",
    mcu.GoOffline: "go_offline",
    mcu.Reset: "reset",
    mcu.VendorReset: "vendor_reset_08",
    mcu.FadersToMinimum: "faders_to_min",
    mcu.LampsOff: "all_leds_off",
    mcu.CalibrateFaders: "fader_calibration",
    mcu.SurfaceReady: "surface_ready",
    mcu.SteinbergReply: "steinberg_reply_1b",
}


def described(message: mcu.FromSurface | mcu.ToSurface | Malformed | None) -> Meaning:
    """Return the meaning of one decoded message."""
    meaning = _described(message)
    device_id = getattr(message, "device_id", None)
    if device_id is not None:
        meaning["device_id"] = device_id
    return meaning


def _described(message: mcu.FromSurface | mcu.ToSurface | Malformed | None) -> Meaning:  # noqa: C901, PLR0912 -- one row a message
    match message:
        case None | Malformed():
            return {"type": "ignored", "valid": False}
        case mcu.FaderMoved(strip, value):
            return {"type": "fader", "channel": strip, "value14": value, "value10": value >> 4}
        case mcu.FaderTouched(strip):
            return {"type": "touch", "fader": strip, "touched": True}
        case mcu.FaderReleased(strip):
            return {"type": "touch", "fader": strip, "touched": False}
        case mcu.ButtonPressed():
            note = from_surface.encode(message)[1]
            return {"type": "button", "note": note, "pressed": True}
        case mcu.ButtonReleased():
            note = from_surface.encode(message)[1]
            return {"type": "button", "note": note, "pressed": False}
        case mcu.VPotTurned(strip, ticks):
            return {"type": "vpot", "channel": strip, "delta": ticks}
        case mcu.JogTurned(ticks):
            return {"type": "jog", "delta": ticks}
        case mcu.ExternalMoved(value):
            return {"type": "external_controller", "value": value}
        case mcu.ConnectionQuery(serial, challenge):
            return {"type": "connection_query", **_serial(serial), "challenge": list(challenge)}
        case mcu.ConnectionReply(serial, response):
            return {"type": "connection_reply", **_serial(serial), "response": list(response)}
        case mcu.ConnectionConfirmed(serial):
            return {"type": "connection_confirm", **_serial(serial)}
        case mcu.ConnectionFailed(serial):
            return {"type": "connection_error", **_serial(serial)}
        case mcu.VersionReply(version):
            return {"type": "version_reply", "version": version}
        case mcu.TransportClick(on):
            return {"type": "transport_click", "on": on}
        case mcu.BacklightSaver(minutes):
            return {"type": "backlight_saver", "minutes": minutes}
        case mcu.TouchlessFaders(on):
            return {"type": "touchless_faders", "on": on}
        case mcu.TouchSensitivity(strip, sensitivity):
            return {"type": "touch_sensitivity", "fader": strip, "value": sensitivity}
        case mcu.LcdText(offset, text):
            row, column = divmod(offset, 56)
            return {"type": "lcd", "offset": offset, "row": row, "col": column, "text": text}
        case mcu.TimeDigits(digits):
            listed = [[char, int(dot)] for char, dot in digits]
            return {"type": "timecode_sysex", "digits_right_to_left": listed}
        case mcu.TimeDigit(position, char, dot, channel):
            digit = {"digit": position, "char": char, "dot": dot, "midi_channel": channel + 1}
            return {"type": "timecode_digit", **digit}
        case mcu.AssignmentDigit(position, char, dot):
            side = SIDES[position]
            return {"type": "assignment_digit", "position": side, "char": char, "dot": dot}
        case mcu.AssignmentDigits(right, left):
            sides = {"right": right, "left": left}
            listed_sides = {side: {"char": c, "dot": d} for side, (c, d) in sides.items()}
            return {"type": "assignment_sysex", **listed_sides}
        case mcu.MeterLevel(strip, level):
            return {"type": "meter", "channel": strip, "level": level}
        case mcu.MeterOverload(strip, lit):
            return {"type": "meter_overload", "channel": strip, "set": lit}
        case mcu.MasterMeterLevel(side_number, level):
            side = ("left", "right")[side_number]
            return {"type": "master_meter", "channel": side_number, "side": side, "level": level}
        case mcu.MeterMode(strip, signal, peak, bar):
            bits = {"signal_led": signal, "peak_hold": peak, "lcd_meter": bar}
            return {"type": "channel_meter_mode", "channel": strip, **bits}
        case mcu.MeterOrientation(vertical):
            orientation = "vertical" if vertical else "horizontal"
            return {"type": "global_meter_mode", "orientation": orientation}
        case mcu.RingSet(strip, mode, position, centre):
            return {
                "type": "vpot_ring",
                "channel": strip,
                "mode": RING_MODES.get(mode, mode),
                "position": position,
                "center_led": centre,
                "leds_on": list(lit_lamps(message)),
            }
        case mcu.LampSet(name, _, state):
            state_word = {"blink": "flash"}.get(state, state)
            if name == "relay":
                # Two notes are said to be the relay's; both mean it.
                return {"type": "led", "state": state_word}
            return {"type": "led", "note": to_surface.encode(message)[1], "state": state_word}
        case mcu.StripColours(colours):
            return {"type": "strip_colors", "colors": [COLOURS[colour] for colour in colours]}
        case _:
            return {"type": PLAIN[type(message)]}


def _serial(serial: bytes) -> Meaning:
    return {"serial": serial.decode("ascii"), "serial_bytes": list(serial)}


def heard(message: MidiMessage, *, from_device: bool) -> Meaning:
    """Return the meaning of ``message`` for the side that hears it."""
    return described(from_surface.decode(message) if from_device else to_surface.decode(message))


def rewritten(message: MidiMessage, *, from_device: bool) -> bytes | None:
    """Return ``message`` decoded and encoded again; None if it means nothing."""
    if from_device:
        said = from_surface.decode(message)
        return None if said is None or isinstance(said, Malformed) else from_surface.encode(said)
    told = to_surface.decode(message)
    return None if told is None or isinstance(told, Malformed) else to_surface.encode(told)
