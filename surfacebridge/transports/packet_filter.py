"""Letting Linux drop what strangers send before it takes room or wakes us.

Owns: the classic BPF program over source addresses.  Does not own: who may
speak (``peers``); where there is no such filter each link still looks itself.
"""

import ctypes
import socket
import struct
import sys
from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Final

# linux/filter.h: the network header begins here, whatever the socket's own offset is.
_NETWORK_HEADER: Final = 0xFFF0_0000
# RFC 791: the source address of an IPv4 header.
_SOURCE: Final = 12
_LOAD_WORD: Final = 0x20
_AND: Final = 0x54
_JUMP_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_WHOLE: Final = 0xFFFF_FFFF
# asm-generic/socket.h; Python has no name for it.
_SO_ATTACH_FILTER: Final = 26
# Three instructions each; Linux takes 4,096.
MOST_NETWORKS: Final = 256


def program(networks: Iterable[IPv4Network]) -> bytes:
    """Return the instructions that keep what comes from ``networks`` and drop the rest."""
    code = b""
    for network in networks:
        code += _instruction(_LOAD_WORD, _NETWORK_HEADER + _SOURCE)
        code += _instruction(_AND, int(network.netmask))
        # Skips the next one, a return of all, unless the address is in this network.
        code += _instruction(_JUMP_IF_EQUAL, int(network.network_address), otherwise=1)
        code += _instruction(_RETURN, _WHOLE)
    return code + _instruction(_RETURN, 0)


def attach(sock: socket.socket, networks: Iterable[IPv4Network]) -> bool:
    """Let ``sock`` hear ``networks`` only; return whether the system does that."""
    allowed = list(networks)
    if sys.platform != "linux" or sock.family != socket.AF_INET or len(allowed) > MOST_NETWORKS:
        return False
    code = program(allowed)
    kept = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: a count, padding, a pointer that is read during the call.
    described = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, described)
    except OSError:
        return False
    return True


def _instruction(code: int, value: int, *, otherwise: int = 0) -> bytes:
    """Return struct sock_filter: ``otherwise`` is how many to skip where a test fails."""
    return struct.pack("=HBBI", code, 0, otherwise, value)
