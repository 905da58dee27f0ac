"""Dialect name → the class that speaks it.

Owns: the list of dialects.  Does not own: what they do; a class is imported
when it is first needed, so that a rig pays only for what it uses.
"""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

from surfacebridge.errors import UnknownProduct
from surfacebridge.model.sheets import DeviceSheet, TargetSheet
from surfacebridge.profiles.base import SurfaceEndpoint, TargetEndpoint

SURFACES: Final[Mapping[str, str]] = {
    "mcu": "surfacebridge.profiles.surfaces.mcu:MackieSurface",
    "hui": "surfacebridge.profiles.surfaces.hui:HuiSurface",
    "faderport": "surfacebridge.profiles.surfaces.faderport:FaderPortSurface",
    "faderport_classic": (
        "surfacebridge.profiles.surfaces.faderport_classic:FaderPortClassicSurface"
    ),
    "xctl": "surfacebridge.profiles.surfaces.xctl:XctlSurface",
    "xtouch_compact": "surfacebridge.profiles.surfaces.xtouch_compact:XTouchCompactSurface",
    "xtouch_midi": "surfacebridge.profiles.surfaces.xtouch_midi:XTouchMidiSurface",
    "serial_box": "surfacebridge.profiles.surfaces.serial_box:SerialBox",
    "plain_midi": "surfacebridge.profiles.surfaces.serial_box:SerialBox",
    "console": "surfacebridge.profiles.surfaces.console:ConsoleSurface",
    "osc_page": "surfacebridge.profiles.surfaces.osc_page:OscPage",
}
TARGETS: Final[Mapping[str, str]] = {
    "x32": "surfacebridge.profiles.consoles.x32:X32",
    "rcp": "surfacebridge.profiles.consoles.rcp:Rcp",
    "dlive": "surfacebridge.profiles.consoles.dlive:DLive",
    "qu": "surfacebridge.profiles.consoles.qu:Qu",
    "sq": "surfacebridge.profiles.consoles.sq:Sq",
    "wing": "surfacebridge.profiles.consoles.wing:Wing",
    "xair": "surfacebridge.profiles.consoles.xair:XAir",
    "qlab": "surfacebridge.profiles.daws.qlab:QLab",
    "osc": "surfacebridge.profiles.sheet_osc:SheetOsc",
    "mcu_device": "surfacebridge.profiles.daws.mcu_device:MackieDevice",
    "hui_device": "surfacebridge.profiles.daws.hui_device:HuiDevice",
}


def surface_endpoint(name: str, sheet: DeviceSheet) -> SurfaceEndpoint:
    """Return a new endpoint for one link to the surface ``name``.

    Raises UnknownProduct if nobody speaks the sheet's dialect.
    """
    console = sheet.facts.get("console")
    if isinstance(console, TargetSheet):
        face = _class_of(SURFACES, sheet.dialect)
        desk: SurfaceEndpoint = face(name, sheet, target_endpoint(name, console, {}))
        return desk
    endpoint: SurfaceEndpoint = _class_of(SURFACES, sheet.dialect)(name, sheet)
    return endpoint


def target_endpoint(name: str, sheet: TargetSheet, facts: Mapping[str, object]) -> TargetEndpoint:
    """Return a new endpoint for one link to the target ``name``.

    ``facts`` are what the mapping says about this one target (``serial`` of an
    emulated surface) and stand over those of the sheet.  Raises UnknownProduct
    if nobody speaks the sheet's dialect.
    """
    if facts:
        sheet = replace(sheet, facts={**sheet.facts, **facts})
    endpoint: TargetEndpoint = _class_of(TARGETS, sheet.dialect)(name, sheet)
    return endpoint


def _class_of(dialects: Mapping[str, str], dialect: str) -> Any:
    place = dialects.get(dialect)
    if place is None:
        raise UnknownProduct(dialect, get_close_matches(dialect, dialects, n=2))
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
