"""What Python costs before any bridge: a drained socket, one look into a table, one send.

python bare.py IN OUT CONTROLS: hears /in/N and says /out/N, on loopback, until it is ended.
No law, no state, no echo rule, no way back: what is left to make quicker is above this.
"""

import asyncio
import gc
import socket
import sys
from struct import Struct

from surfacebridge.apps.loops import run

MOST_AT_ONCE = 256


def main() -> None:
    """Bridge until it is ended."""
    heard, said, controls = (int(word) for word in sys.argv[1:4])
    coming = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    coming.bind(("127.0.0.1", heard))
    going = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    going.connect(("127.0.0.1", said))
    heads = {_head(f"/in/{one}"): _head(f"/out/{one}") for one in range(1, controls + 1)}
    number = Struct(">f")

    def read() -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                data = coming.recv(65_535)
                (value,) = number.unpack(data[-4:])
                going.send(heads[data[:-4]] + number.pack(value))
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                pass  # The load has not opened its port yet.

    async def bridge() -> None:
        coming.setblocking(False)
        going.setblocking(False)
        asyncio.get_running_loop().add_reader(coming, read)
        await asyncio.Event().wait()

    gc.disable()
    run(bridge())


def _head(address: str) -> bytes:
    text = address.encode() + b"\0"
    return text + bytes(-len(text) % 4) + b",f\0\0"


main()
