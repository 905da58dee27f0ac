"""HUI messages in the words of the published vectors."""

from surfacebridge.protocols.hui import from_surface, to_surface
from surfacebridge.protocols.hui import messages as hui
from surfacebridge.protocols.hui.from_surface import SurfaceDecoder
from surfacebridge.protocols.hui.layout import LAMPS, SWITCHES
from surfacebridge.protocols.hui.to_surface import HostDecoder
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.protocols.vectors import Meaning

Said = hui.FromSurface | hui.ToSurface | Malformed
RING_MODES = {"dot": "single", "wrap": "left_to"}


def described(message: Said) -> Meaning:
    """Return the meaning of one decoded message."""
    match message:
        case Malformed():
            return {"type": "switch_without_zone"}
        case hui.FaderMoved(strip, value):
            return {"type": "fader", "channel": strip, "value14": value}
        case hui.FaderTouched(strip) | hui.FaderReleased(strip):
            touched = isinstance(message, hui.FaderTouched)
            return {"type": "touch", "fader": strip, "touched": touched}
        case hui.SwitchPressed(name, place) | hui.SwitchReleased(name, place):
            zone, port = SWITCHES[name, place]
            pressed = isinstance(message, hui.SwitchPressed)
            return {"type": "switch", "zone": zone, "port": port, "pressed": pressed}
        case hui.LampSet(name, place, lit):
            zone, port = LAMPS[name, place]
            return {"type": "led", "zone": zone, "port": port, "on": lit}
        case hui.VPotTurned(knob, ticks):
            return {"type": "vpot", "index": knob, "delta": ticks}
        case hui.JogTurned(ticks):
            return {"type": "jog", "delta": ticks}
        case _:
            return _shown(message)


def _shown(
    message: hui.PingAnswered
    | hui.SurfaceReset
    | hui.Ping
    | hui.RingSet
    | hui.MeterLevel
    | hui.SmallText
    | hui.LargeText
    | hui.TimeDigits,
) -> Meaning:
    match message:
        case hui.PingAnswered():
            return {"type": "ping_reply"}
        case hui.Ping():
            return {"type": "ping"}
        case hui.SurfaceReset():
            return {"type": "system_reset"}
        case hui.RingSet(knob, mode, position, centre):
            lamps = {"mode": RING_MODES.get(mode, mode), "position": position}
            return {"type": "ring", "index": knob, **lamps, "lower_led": centre}
        case hui.MeterLevel(strip, side, level):
            name = ("left", "right")[side]
            return {"type": "meter", "channel": strip, "side": name, "level": level}
        case hui.SmallText(cells):
            entries = [{"index": index, "text": text} for index, text in cells]
            return {"type": "small_display", "entries": entries}
        case hui.LargeText(slices):
            return {"type": "large_display", "slices": [_slice(*each) for each in slices]}
        case hui.TimeDigits(digits):
            listed = [[0x20 if char == " " else int(char, 16), int(dot)] for char, dot in digits]
            return {"type": "timecode", "digits_right_to_left": listed}


def _slice(zone: int, text: str) -> Meaning:
    row, place = divmod(zone, 4)
    return {"zone": zone, "text": text, "row": row, "col": place * 10}


def heard(messages: list[MidiMessage], *, from_device: bool) -> list[Said]:
    """Return what ``messages`` mean to the side that hears them."""
    if from_device:
        surface = SurfaceDecoder()
        return [said for each in messages if (said := surface.receive(each)) is not None]
    host = HostDecoder()
    return [told for each in messages if (told := host.receive(each)) is not None]


def rewritten(messages: list[MidiMessage], *, from_device: bool) -> bytes:
    """Return ``messages`` decoded and encoded again."""
    if from_device:
        surface = SurfaceDecoder()
        said = [surface.receive(each) for each in messages]
        return b"".join(
            from_surface.encode(each) for each in said if isinstance(each, hui.FromSurface)
        )
    host = HostDecoder()
    told = [host.receive(each) for each in messages]
    return b"".join(to_surface.encode(each) for each in told if isinstance(each, hui.ToSurface))
