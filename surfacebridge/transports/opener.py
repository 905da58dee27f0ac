"""From an address to an open link.

Owns: which module opens which address; each is imported when it is first
needed, so that a rig pays only for what it uses.  Does not own: trying again
(the bridge's supervisor), nor what is said when it fails (each transport).
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
from surfacebridge.transports.link import Link


async def open_link(address: str | Address) -> Link:
    """Open ``address`` once.

    Raises ``AddressError`` when it cannot be read, ``LinkUnavailable`` when
    trying again later may succeed (the reason lists what is there now), and
    ``MissingExtra`` when a package must be installed first.
    """
    match parse_address(address) if isinstance(address, str) else address:
        case UdpAddress() as udp:
            from surfacebridge.transports.udp import open_udp

            return await open_udp(udp)
        case TcpAddress() as peer:
            from surfacebridge.transports.tcp import open_tcp

            return await open_tcp(peer)
        case SerialAddress() as line:
            from surfacebridge.transports.serial_port import open_serial

            return await open_serial(line)
        case RtpAddress() as session:
            from surfacebridge.transports.rtp_midi import open_rtp

            return await open_rtp(session)
        case RtpListenAddress() as offered:
            from surfacebridge.transports.rtp_midi import open_rtp_listener

            return await open_rtp_listener(offered)
        case MqttAddress() as broker:
            from surfacebridge.transports.mqtt import open_mqtt

            return await open_mqtt(broker)
        case MidiAddress() as midi:
            from surfacebridge.transports.midi_port import open_whole_midi

            return await open_whole_midi(midi)
        case at_once:
            return _open_at_once(at_once)


def _open_at_once(
    address: VirtualMidiAddress | PtyAddress | IpMidiAddress | MemoryAddress,
) -> Link:
    match address:
        case VirtualMidiAddress() as virtual:
            from surfacebridge.transports.midi_port import open_virtual_midi

            return open_virtual_midi(virtual)
        case PtyAddress() as pty:
            from surfacebridge.transports.pty_port import open_pty

            return open_pty(pty)
        case IpMidiAddress() as everybody:
            from surfacebridge.transports.ipmidi import open_ipmidi

            return open_ipmidi(everybody)
        case MemoryAddress(name):
            from surfacebridge.transports.memory import meet

            return meet(name)
