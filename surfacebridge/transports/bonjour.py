"""Network MIDI sessions announced and found by Bonjour.

Owns: the service ``_apple-midi._udp``.  Does not own: the sessions (``rtp_midi``).
Stands on zeroconf, the ``network`` extra.
"""

import time
from typing import TYPE_CHECKING, Final

from surfacebridge.errors import LinkUnavailable, MissingExtra
from surfacebridge.value import as_value

if TYPE_CHECKING:
    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

SERVICE: Final = "_apple-midi._udp.local."
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - what people write, compared
# Where a service is, is asked at most this long.
_PATIENCE_MS: Final = 500


@as_value
class FoundSession:
    """A session somebody offers; ``address`` is what a rig would write."""

    name: str
    host: str
    port: int

    @property
    def address(self) -> str:
        """Return how a rig leads to it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"rtp://{host}:{self.port}"


class Announcement:
    """What others see while it lasts."""

    def __init__(self, zeroconf: "AsyncZeroconf", info: "ServiceInfo") -> None:
        self._zeroconf = zeroconf
        self._info = info

    async def close(self) -> None:
        """Tell others that it is over."""
        await (await self._zeroconf.async_unregister_service(self._info))
        await self._zeroconf.async_close()


async def announce(address: str, name: str, port: int, bind: str) -> Announcement:
    """Announce ``name`` on the interface ``bind``; takes a second or two.

    Another of the same name makes ours ``name-2``.  Raises ``MissingExtra``, or
    ``LinkUnavailable`` when there is no network to tell.
    """
    try:
        from zeroconf import InterfaceChoice, ServiceInfo  # noqa: PLC0415 - an optional extra
        from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra(address, "network") from error
    is_everywhere = bind in _EVERYWHERE
    try:
        zeroconf = AsyncZeroconf(interfaces=InterfaceChoice.All if is_everywhere else [bind])
        info = ServiceInfo(
            SERVICE,
            f"{name}.{SERVICE}",
            parsed_addresses=_own_numbers() if is_everywhere else [bind],
            port=port,
            server=f"{_host_label(name)}.local.",
        )
        await (await zeroconf.async_register_service(info, allow_name_change=True))
    except OSError as error:
        reason = f"It could not be announced: {error}. Check the network, or write announce=no."
        raise LinkUnavailable(address, reason) from error
    return Announcement(zeroconf, info)


def sessions(seconds: float, interface: str | None = None) -> list[FoundSession]:
    """Listen for ``seconds`` and return the sessions on the network, by name.

    ``interface`` is the number of ours to ask on; without it, every one.
    Raises ``MissingExtra``.
    """
    try:
        from zeroconf import InterfaceChoice, ServiceBrowser, Zeroconf  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("rtp:", "network") from error
    names: set[str] = set()
    with Zeroconf(interfaces=[interface] if interface else InterfaceChoice.All) as zeroconf:

        def changed(*, name: str, **_: object) -> None:
            names.add(name)

        ServiceBrowser(zeroconf, SERVICE, handlers=[changed])
        time.sleep(seconds)
        found = [zeroconf.get_service_info(SERVICE, name, _PATIENCE_MS) for name in sorted(names)]
    return [
        FoundSession(info.get_name(), info.parsed_addresses()[0], info.port)
        for info in found
        if info is not None and info.port and info.addresses
    ]


def _own_numbers() -> list[str]:
    import ifaddr  # noqa: PLC0415 - comes with zeroconf

    return [
        str(number.ip)
        for adapter in ifaddr.get_adapters()
        for number in adapter.ips
        if number.is_IPv4 and not str(number.ip).startswith("127.")
    ]


def _host_label(name: str) -> str:
    label = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return f"surfacebridge-{label}"[:63].strip("-")
