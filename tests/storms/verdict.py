"""Whether a storm ended well: what the surface shows against what the desk holds.

Owns: comparing, in the hardware's own terms.  Does not own: what happened (``weather``).
"""

from typing import Final

from tests.storms.ledger import Ledger
from tests.storms.window import FADERS, STRIPS, HubWindow, Window

# One step of 1,023 on either side and half a step of rounding; a motor with friction stops up
# to 2.5 readings early, and a worn fader's ends and offset are off by five more.
TOLERANCES: Final = {"exact": 1.6 / 1023, "physics": 4.6 / 1023, "worn": 10.0 / 1023}
# A send has 161 places.
SEND_STEP: Final = 0.5 / 160

# X32 colour numbers, as the surface calls what it shows.
_COLOURS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def differences(stage: Window, build: str) -> list[str]:
    """Return a sentence for each thing the surface shows and the desk does not hold."""
    found = []
    tolerance = TOLERANCES[build] + (SEND_STEP if stage.flipped else 0.0)
    for fader in range(1, FADERS + 1):
        address = stage.fader_address(fader)
        holds, shows = _number(stage.desk.value(address)), stage.device.fader_position(fader)
        if abs(holds - shows) > tolerance:
            found.append(f"Fader {fader} stands at {shows:.4f}, {address} is {holds:.4f}.")
    for strip in range(1, STRIPS + 1):
        found += _strip_differences(stage, strip)
    return found


def _strip_differences(stage: Window, strip: int) -> list[str]:
    desk, surface = stage.desk, stage.device
    channel = stage.offset + strip
    at = f"/ch/{channel:02}"
    selected = desk.value("/-stat/selidx") == channel - 1
    pairs = [
        ("mute", surface.lamp(f"mute.{strip}"), _lamp(desk.value(f"{at}/mix/on") == 0)),
        ("solo", surface.lamp(f"solo.{strip}"), _lamp(desk.value(f"/-stat/solosw/{channel:02}"))),
        ("select", surface.lamp(f"select.{strip}"), _lamp(selected)),
        ("name", surface.lcd_text(strip)[0].strip(), _name(stage, channel)),
        ("pan", surface.lcd_text(strip)[1].strip(), _pan(_number(desk.value(f"{at}/mix/pan")))),
        ("colour", surface.colour(strip), _COLOURS[int(_number(desk.value(f"{at}/config/color")))]),
    ]  # fmt: skip
    return [
        f"Strip {strip}: {what} shows {shown!r}, channel {channel} has {held!r}."
        for what, shown, held in pairs
        if shown != held
    ]


def held(stage: HubWindow) -> list[str]:
    """Return a sentence for each touch or key that the engine still takes for held."""
    controls = stage.hub.engine.wiring.controls.values()
    return [f"{one.id} is still held." for one in controls if one.held or one.down]


def unkept(ledger: Ledger, build: str) -> list[str]:
    """Return a sentence for each value that somebody left and the desk does not hold."""
    found = []
    for address, claim in ledger.claims.items():
        if claim.value is None:
            continue
        tolerance = TOLERANCES[build] + (SEND_STEP if "level" in address else 0.0)
        holds = _number(ledger.stage.desk.value(address))
        if abs(holds - claim.value) > tolerance:
            found.append(
                f"{claim.who} left {address} at {claim.value:.4f} at {claim.at:.3f} s; "
                f"it is {holds:.4f}."
            )
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | int) else 0.0


def _lamp(lit: object) -> str:
    return "lit" if lit else "dark"


def _name(stage: Window, channel: int) -> str:
    return str(stage.desk.value(f"/ch/{channel:02}/config/name"))


def _pan(place: float) -> str:
    percent = round((place - 0.5) * 200)
    return "C" if percent == 0 else f"L{-percent}" if percent < 0 else f"R{percent}"
