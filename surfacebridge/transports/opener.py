"""From an address to an open link.

Owns: which module opens which address.  Does not own: trying again (the
bridge's supervisor), nor what is said when it fails (each transport).
"""

from surfacebridge.transports.address import (
    Address,
    IpMidiAddress,
    MemoryAddress,
    MidiAddress,
    MqttAddress,
    PtyAddress,
    RtpAddress,
    RtpListenAddress,
    SerialAddress,
    TcpAddress,
    UdpAddress,
    VirtualMidiAddress,
    parse_address,
)
from surfacebridge.transports.ipmidi import open_ipmidi
from surfacebridge.transports.link import Link
from surfacebridge.transports.memory import meet
from surfacebridge.transports.midi_port import open_midi, open_virtual_midi
from surfacebridge.transports.mqtt import open_mqtt
from surfacebridge.transports.pty_port import open_pty
from surfacebridge.transports.rtp_midi import open_rtp, open_rtp_listener
from surfacebridge.transports.serial_port import open_serial
from surfacebridge.transports.tcp import open_tcp
from surfacebridge.transports.udp import open_udp


async def open_link(address: str | Address) -> Link:
    """Open ``address`` once.

    Raises ``AddressError`` when it cannot be read, ``LinkUnavailable`` when
    trying again later may succeed (the reason lists what is there now), and
    ``MissingExtra`` when a package must be installed first.
    """
    match parse_address(address) if isinstance(address, str) else address:
        case UdpAddress() as udp:
            return await open_udp(udp)
        case TcpAddress() as peer:
            return await open_tcp(peer)
        case SerialAddress() as line:
            return await open_serial(line)
        case RtpAddress() as session:
            return await open_rtp(session)
        case RtpListenAddress() as offered:
            return await open_rtp_listener(offered)
        case MqttAddress() as broker:
            return await open_mqtt(broker)
        case at_once:
            return _open_at_once(at_once)


def _open_at_once(
    address: MidiAddress | VirtualMidiAddress | PtyAddress | IpMidiAddress | MemoryAddress,
) -> Link:
    match address:
        case MidiAddress() as midi:
            return open_midi(midi)
        case VirtualMidiAddress() as virtual:
            return open_virtual_midi(virtual)
        case PtyAddress() as pty:
            return open_pty(pty)
        case IpMidiAddress() as everybody:
            return open_ipmidi(everybody)
        case MemoryAddress(name):
            return meet(name)
