"""The bridge most people would write first: python-osc's own server and client.

python naive.py IN OUT CONTROLS: hears /in/N and says /out/N, on loopback, until it is ended.
"""

import sys
from functools import partial

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient


def main() -> None:
    """Bridge until it is ended."""
    heard, said, controls = (int(word) for word in sys.argv[1:4])
    client = SimpleUDPClient("127.0.0.1", said)

    def forward(address: str, _: str, value: float) -> None:
        client.send_message(address, value)

    dispatcher = Dispatcher()
    for number in range(1, controls + 1):
        dispatcher.map(f"/in/{number}", partial(forward, f"/out/{number}"))
    BlockingOSCUDPServer(("127.0.0.1", heard), dispatcher).serve_forever()


main()
