"""How every link of a running bridge is, as plain values.

Owns: gathering what is known into one snapshot.  Does not own: words for
people, who may ask, or how an answer travels (``apps``).

Rule: nothing here changes anything, and nothing secret leaves: an address is
shown without a password.
"""

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Final

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.latency import LATELY, Latency, percentiles
from surfacebridge.bridge.session import Session
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.routing.ownership import holders
from surfacebridge.routing.state import Control, Parameter
from surfacebridge.value import as_value

# Enough to see what is meant; a mapping may name thousands.
MOST_NAMES: Final = 5

_PASSWORD: Final = re.compile(r"(?<=//)([^/@\s]*@)|((?:password|passwd|token|secret)=)[^&\s]*")

# Kinds that are not values to know: one is said, the other flows.
_NO_STATE: Final = frozenset({"trigger", "meter"})


@as_value
class LinkStatus:
    """One link; ``since``, ``answered`` and ``round_trip`` in seconds, counts since the start.

    ``master`` names whose values count: the target's own, or the surfaces' where a
    target cannot be asked.  ``echoes`` is the echo class of a target (``others``,
    ``all``, ``none``) or how a surface's faders want to be told (``servo``,
    ``settle``, ``none``).  ``stale`` counts values of a target that nobody knows now,
    or controls of a surface that still show such a value; ``stale_names`` are some.
    """

    name: str
    role: str
    address: str
    state: str
    reason: str
    since: float
    answered: float | None
    peer: str
    master: tuple[str, ...]
    echoes: str
    stale: int
    stale_names: tuple[str, ...]
    reopened: int
    received: int
    sent: int
    dropped: int
    malformed: int
    unknown: int
    strangers: int
    round_trip: float | None = None
    notes: tuple[str, ...] = ()


@as_value
class Hold:
    """A control under a hand, and whether its hand has the parameter or waits for it."""

    control: str
    parameter: str
    has: bool


@as_value
class Route:
    """How long it took lately from bytes of ``name`` to bytes for others, in seconds."""

    name: str
    p50: float
    p99: float
    passages: int


@as_value
class BridgeStatus:
    """A whole bridge; times in seconds, ``latency_*`` from bytes in to bytes out."""

    rig: str
    path: str
    pid: int
    version: str
    uptime: float
    rehearsal: bool
    bank: str
    layer: str
    offset: int
    latency_p50: float
    latency_p99: float
    passages: int
    resyncs: int
    links: tuple[LinkStatus, ...]
    held: tuple[Hold, ...]
    dropped: dict[str, int] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether every link is connected."""
        return all(link.state == "connected" for link in self.links)


@as_value
class Identity:
    """What a bridge is called, and since when it runs (on the loop's clock)."""

    rig: str
    path: str
    pid: int
    version: str
    started: float
    rehearsal: bool = False


def status_of(who: Identity, hub: Hub, supervisor: Supervisor, now: float) -> BridgeStatus:
    """Return the snapshot of this moment."""
    engine = hub.engine
    p50, p99 = percentiles(hub.latency.newest(LATELY), 50, 99)
    controls = engine.wiring.controls
    return BridgeStatus(
        rig=who.rig,
        path=who.path,
        pid=who.pid,
        version=who.version,
        uptime=now - who.started,
        rehearsal=who.rehearsal,
        bank=engine.banks.active or "",
        layer=_layer(hub),
        offset=engine.banks.offset,
        latency_p50=p50,
        latency_p99=p99,
        passages=hub.latency.count,
        resyncs=hub.resyncs,
        links=tuple(_link(name, hub, supervisor, now) for name in supervisor.health),
        held=tuple(Hold(c.id, p.id, has) for c, p, has in holders(controls)),
        dropped=dict(sorted(engine.counts.items())),
        routes=tuple(_route(name, latency) for name, latency in sorted(hub.latency.items())),
    )


def _route(name: str, latency: Latency) -> Route:
    p50, p99 = percentiles(latency.newest(LATELY), 50, 99)
    return Route(name, p50, p99, latency.count)


def masked(address: str) -> str:
    """Return ``address`` without a user's name and password, or a secret in its options."""
    return _PASSWORD.sub(lambda found: f"{found[2]}***" if found[2] else "***@", address)


def _layer(hub: Hub) -> str:
    names = (name for name in hub.engine.plan.layers if hub.engine.situation.has("layer", name))
    return next(names, "")


def _link(name: str, hub: Hub, supervisor: Supervisor, now: float) -> LinkStatus:
    health, counts = supervisor.health[name], supervisor.counts
    session = supervisor.sessions.get(name)
    peer = None if session is None else session.health
    plan = hub.engine.plan
    is_target = name in plan.targets
    parameters = hub.engine.wiring.parameters.values()
    own = [one for one in parameters if one.target == name and _is_asked(one)]
    controls = [one for one in hub.engine.wiring.controls.values() if one.surface == name]
    stale = [one.id for one in own if one.value is None] if is_target else list(_behind(controls))
    return LinkStatus(
        name=name,
        role="target" if is_target else "surface",
        address=masked(health.address),
        state=health.state,
        reason=masked(health.reason),
        since=now - health.since,
        answered=None if peer is None or peer.answered is None else now - peer.answered,
        peer="" if peer is None else peer.peer,
        master=_masters(name, own, controls, is_target=is_target),
        echoes=plan.targets[name].echo if is_target else _policy(controls),
        stale=len(stale),
        stale_names=tuple(stale[:MOST_NAMES]),
        reopened=health.reopened,
        received=counts[f"{name} received"],
        sent=counts[f"{name} sent"],
        dropped=counts[f"{name} dropped"],
        malformed=counts[f"{name} malformed"],
        unknown=counts[f"{name} unknown"],
        strangers=counts[f"{name} strangers"],
        round_trip=_round_trip(session),
        notes=() if peer is None else tuple(peer.notes[:MOST_NAMES]),
    )


def _is_asked(parameter: Parameter) -> bool:
    return parameter.tells and parameter.spec.kind not in _NO_STATE


def _masters(
    name: str, own: Iterable[Parameter], controls: Iterable[Control], *, is_target: bool
) -> tuple[str, ...]:
    if is_target:
        return (name,) if any(own) else ()
    targets = (
        parameter.target
        for control in controls
        for binding in control.outs
        for parameter in binding.parameters
        if parameter.tells
    )
    return tuple(dict.fromkeys(targets))


def _behind(controls: Iterable[Control]) -> Iterable[str]:
    """Yield the controls that show a value nobody knows to be true any more."""
    for control in controls:
        shown = [parameter for binding in control.outs for parameter in binding.parameters]
        stands = shown and control.shown is not None and control.spec.kind in {"fader", "ring"}
        if stands and all(parameter.value is None for parameter in shown):
            yield control.id


def _policy(controls: Iterable[Control]) -> str:
    policies = dict.fromkeys(c.echo for c in controls if c.spec.kind == "fader" and c.spec.motor)
    return "/".join(policies) or "none"


def _round_trip(session: Session | None) -> float | None:
    if session is None or not session.link.address.startswith("rtp:"):
        return None
    from surfacebridge.transports.rtp_midi import RtpLink

    return session.link.session.round_trip if isinstance(session.link, RtpLink) else None
