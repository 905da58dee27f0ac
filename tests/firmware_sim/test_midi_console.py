from firmware_sim.device import Client
from firmware_sim.midi_console import MidiConsole, Peer

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)


class Parrot(MidiConsole):
    def _obey(self, peer: Peer, client: Client, message: bytes) -> None:
        self._tell_others(client, message)


def test_what_one_client_says_is_told_to_the_others_however_it_was_cut() -> None:
    console = Parrot()
    console.connect(ANNE)
    console.connect(BOB)
    for byte in bytes.fromhex("90 01 7F 02 7F"):
        console.receive(bytes((byte,)), ANNE)
    assert console.take_output() == [(bytes((0x90, note, 0x7F)), BOB) for note in (1, 2)]


def test_half_a_message_of_one_client_is_not_the_other_ones() -> None:
    console = Parrot()
    console.connect(ANNE)
    console.connect(BOB)
    console.receive(b"\x90\x01", ANNE)
    console.receive(b"\x7f", BOB)
    assert console.take_output() == []


def test_nobody_is_heard_or_told_who_is_not_connected() -> None:
    console = Parrot()
    console.receive(b"\x90\x01\x7f", ANNE)
    console.connect(ANNE)
    console.connect(BOB)
    console.disconnect(BOB)
    console.receive(b"\x90\x01\x7f", ANNE)
    assert console.take_output() == []
