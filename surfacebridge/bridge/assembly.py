"""Plan and document → the places to keep running.

Owns: which address each endpoint has and how its profile is made.  What few
rigs have is imported when one has it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from surfacebridge.bridge.parking import parked
from surfacebridge.bridge.supervisor import Place, SurfacePlace, TargetPlace
from surfacebridge.errors import AddressError
from surfacebridge.mapping.document import Document, SurfaceDecl, TargetDecl
from surfacebridge.mapping.lines import RawOsc
from surfacebridge.mapping.problems import did_you_mean
from surfacebridge.model.sheets import DeviceSheet, TargetSheet, without_owners
from surfacebridge.profiles.base import TargetEndpoint
from surfacebridge.profiles.registry import surface_endpoint, target_endpoint
from surfacebridge.routing.plan import Plan
from surfacebridge.transports.address import parse_address


def places_of(document: Document, plan: Plan, at: Mapping[str, str]) -> list[Place]:
    """Return every endpoint of a rig; ``at`` gives addresses that replace the file's.

    Raises ``AddressError`` for an address that cannot be read or is missing,
    and for a name in ``at`` that the rig does not have.
    """
    for name in at:
        if name not in document.surfaces and name not in document.targets:
            known = (*document.surfaces, *document.targets)
            hint = did_you_mean(name, known) or f"; there are: {', '.join(known)}."
            raise AddressError(name, f"The rig has no surface or target of this name{hint}")
    places: list[Place] = []
    for name, surface in document.surfaces.items():
        address = at.get(name) or _surface_address(surface, plan.surfaces[name], places)
        parse_address(address)
        sheet_of = plan.surfaces[name]
        farewell = parked(name, sheet_of, surface.park)
        profile = partial(surface_endpoint, name, sheet_of)
        places.append(SurfacePlace(name, address, profile, farewell))
    for name, target in document.targets.items():
        if target.studio is not None and document.studio is not None:
            from surfacebridge.bridge.studio.guest import guest_place

            places.append(guest_place(name, document.studio, target.studio, plan, at.get(name)))
            continue
        sheet = without_owners(plan.targets[name])
        address = at.get(name) or _target_address(target, sheet)
        parse_address(address)
        places.append(TargetPlace(name, address, _target_profile(target, sheet, plan)))
    return places


def _surface_address(surface: SurfaceDecl, sheet: DeviceSheet, before: Sequence[Place]) -> str:
    """Return where the file says the surface is, or what its sheet looks for."""
    if surface.console is not None:
        return _console_address(surface.name, surface.host, surface.port, sheet.facts)
    if surface.address is not None:
        return _heard_at(surface.address, sheet.facts.get("listen"))
    name, match = surface.name, sheet.match
    if not match.get("port"):
        example = match.get("address")
        port = f"'port: {example}'" if example else "'port: NAME'"
        raise AddressError(name, f"The rig does not say where {name} is; add {port} to it.")
    device = surface.device.text if surface.device is not None else ""
    options = {key: match[key].replace(" ", "") for key in ("usb", "inquiry") if match.get(key)}
    address = f"midi:{match['port']}?{urlencode({**options, 'device': device}, safe=':/')}"
    for other in before:
        if other.address == address:
            raise AddressError(
                name, f"{other.name} and {name} look for the same port; add 'port: NAME' to both."
            )
    return address


def _target_address(target: TargetDecl, sheet: TargetSheet) -> str:
    # Some programs answer at a port of their choice, whoever asked from wherever.
    port_here = target.listen or sheet.facts.get("listen")
    if target.address is not None:
        return _heard_at(target.address, port_here)
    address = _console_address(target.name, target.host, target.port, sheet.facts)
    return _heard_at(address, port_here)


def _console_address(
    name: str, host: str | None, port: int | None, facts: Mapping[str, object]
) -> str:
    at = port or facts.get("port")
    if host is None or at is None:
        raise AddressError(
            name, f"The rig does not say where {name} is; add 'host: ADDRESS' to it."
        )
    bracketed = f"[{host}]" if ":" in host else host
    return f"{facts.get('transport', 'udp')}://{bracketed}:{at}"


def _heard_at(address: str, listen: object) -> str:
    """Return ``address`` with the port we hear it on, unless it says one itself."""
    return address if listen is None or "?" in address else f"{address}?listen={listen}"


def _target_profile(
    target: TargetDecl, sheet: TargetSheet, plan: Plan
) -> Callable[[], TargetEndpoint]:
    if sheet.dialect == "plain_midi":
        from surfacebridge.profiles.plain_midi import PlainMidi

        return partial(PlainMidi, target.name)
    if sheet.dialect == "plain_mqtt":
        from surfacebridge.profiles.plain_mqtt import PlainMqtt

        return partial(PlainMqtt, target.name, retain=target.retain)
    if sheet.dialect != "plain_osc":
        return partial(target_endpoint, target.name, sheet, facts_of(target, plan))
    from surfacebridge.profiles.plain_osc import PlainOsc

    hello = [_hello(raw, len(plan.strips)) for raw in target.hello]
    return partial(PlainOsc, target.name, hello, target.heartbeat)


def facts_of(target: TargetDecl | None, plan: Plan) -> dict[str, object]:
    """Return what only this rig knows of a target: its strips, and its serial number."""
    facts: dict[str, object] = {"strips": len(plan.strips)}
    if target is not None and target.serial:
        facts["serial"] = target.serial
    return facts


def _hello(raw: RawOsc, strips: int) -> str:
    words = [raw.address, *(arg.written for arg in raw.args)]
    text = " ".join(words)
    return text.replace("{strips:i}", str(strips)).replace("{strips}", str(strips))
