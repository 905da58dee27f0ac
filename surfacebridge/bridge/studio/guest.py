"""Who this bridge is to a studio, and its places at other bridges' desks.

Owns: names, identifiers and last wills.  Does not own: what is said (``profiles.studio_desk``).
"""

import re
import secrets
import socket
from dataclasses import replace
from typing import Final

from surfacebridge.bridge.studio.parties import Identity
from surfacebridge.bridge.supervisor import TargetPlace
from surfacebridge.errors import AddressError
from surfacebridge.mapping.document import StudioDecl
from surfacebridge.profiles.studio_desk import NOBODY, StudioDesk
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.topics import Topic
from surfacebridge.routing.plan import Plan
from surfacebridge.transports.address import LastWill, MqttAddress, parse_address

# A machine that loses power is missed after one and a half of these.
KEEPALIVE: Final = 4


def identity_of(decl: StudioDecl) -> tuple[Identity, MqttAddress]:
    """Return who this bridge is and where its broker is; raise ``AddressError``."""
    address = parse_address(decl.broker)
    if not isinstance(address, MqttAddress):
        raise AddressError(decl.broker, "A studio's broker is written mqtt://HOST or mqtts://HOST.")
    bridge = decl.bridge or re.sub(r"[^\w-]+", "-", socket.gethostname().partition(".")[0])
    return Identity(decl.site, bridge, address.user or NOBODY), address


def guest_place(
    name: str, decl: StudioDecl, desk: tuple[str, str], plan: Plan, broker: str | None
) -> TargetPlace:
    """Return the place of a target that another bridge holds; ``broker`` replaces the file's."""
    who, address = identity_of(decl if broker is None else replace(decl, broker=broker))
    topic = Topic("guest", desk[0], desk[1], who.user, who.bridge)
    # Without a session: whoever it is about had one connection, and it is over.
    gone = payloads.encode(payloads.Guest(online=False, session=""))
    client = f"surfacebridge-{who.site}-{who.bridge}-{name}"
    where = replace(address, client=client, will=LastWill(topic.text, gone), keepalive=KEEPALIVE)

    def profile() -> StudioDesk:
        session = secrets.token_hex(6)
        return StudioDesk(
            name, plan.targets[name], desk, user=who.user, bridge=who.bridge, session=session
        )

    return TargetPlace(name, str(where), profile, where)
