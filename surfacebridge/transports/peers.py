"""Who may speak on a link that others reach.

Owns: reading a list of addresses and networks, and whether one is on it.
Does not own: dropping and counting (each link).
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Peers:
    """Addresses and networks that may speak: ``10.0.0.5``, ``10.0.1.0/24``, ``fe80::1``."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """Take what ``networks_of`` accepts."""
        self._networks = networks_of(allowed)
        # A show has a handful of peers; a flood with made-up senders pushes out only each other.
        self.admits = lru_cache(maxsize=256)(self._admits)
        """Return whether the host of this number may speak; an IPv6 zone does not matter."""

    def _admits(self, host: str) -> bool:
        try:
            number = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
        return any((mapped or number) in network for network in self._networks)


def networks_of(written: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that are written; ``ValueError`` names one that cannot be read."""
    found = []
    for one in written:
        try:
            found.append(ipaddress.ip_network(one, strict=False))
        except ValueError:
            raise ValueError(one) from None
    return tuple(found)
