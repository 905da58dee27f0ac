import pytest

from firmware_sim.device import Client
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork, NetworkFault
from firmware_sim.wire import OscMessage, decode_osc, encode_osc
from firmware_sim.x32 import X32

ANNE: Client = ("127.0.0.1", 50001)
FADER = "/ch/01/mix/fader"


def over(fault: NetworkFault, seed: int = 1) -> tuple[X32, FaultyNetwork]:
    desk = X32()
    network = FaultyNetwork(desk, fault, seed)
    network.receive(encode_osc("/xremote"), ANNE)
    network.advance(0.2)
    return desk, network


def answers(network: FaultyNetwork, asked: int) -> int:
    for _ in range(asked):
        network.receive(encode_osc("/status"), ANNE)
        network.advance(0.001)
    network.advance(0.1)
    return len(network.take_output())


def test_a_clean_network_is_a_network() -> None:
    _, network = over(NetworkFault())
    assert answers(network, 50) == 50


def test_datagrams_are_lost_and_duplicated_about_as_often_as_asked() -> None:
    _, lossy = over(NetworkFault(lose=0.1))
    assert 140 < answers(lossy, 200) < 185
    _, doubling = over(NetworkFault(duplicate=0.1))
    assert 210 < answers(doubling, 200) < 280


def faders(network: FaultyNetwork) -> list[float]:
    heard = [decode_osc(data) for data, _ in network.take_output()]
    return [float(m.arguments[0]) for m in heard if isinstance(m, OscMessage) and m.arguments]


@pytest.mark.parametrize("name", ["reorder", "jitter"])
def test_datagrams_overtake_each_other(name: str) -> None:
    desk, network = over(NETWORK_FAULTS[name])
    for step in range(1, 100):
        desk.set_from_desk(FADER, step / 100)
        network.advance(0.002)
    network.advance(0.1)
    heard = faders(network)
    assert len(heard) == 99
    assert heard != sorted(heard)


def test_a_dead_console_says_nothing_and_hears_nothing() -> None:
    desk, network = over(NETWORK_FAULTS["silent-death"])
    network.advance(20.0)
    network.receive(encode_osc(FADER, 0.5), ANNE)
    network.advance(0.1)
    assert (network.alive, desk.value(FADER), network.take_output()) == (False, 0.0, [])
    network.revive()
    assert answers(network, 3) == 3


def test_a_crowd_takes_the_places_of_a_client_that_renews_too_late() -> None:
    desk, network = over(NETWORK_FAULTS["crowd"])
    network.advance(12.1)
    network.receive(encode_osc("/xremote"), ANNE)
    network.take_output()
    desk.set_from_desk(FADER, 0.5)
    network.advance(0.01)
    assert network.take_output() == []
    assert network.counts.stolen == 4
    assert ANNE not in desk.clients


def test_a_network_does_the_same_when_repeated() -> None:
    def session() -> list[tuple[bytes, Client]]:
        desk, network = over(NetworkFault(lose=0.2, duplicate=0.2, reorder=0.2, jitter=0.01), 9)
        for step in range(50):
            desk.set_from_desk(FADER, step / 50)
            network.advance(0.003)
        return network.take_output()

    assert session() == session()
