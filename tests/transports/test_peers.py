import pytest

from surfacebridge.transports.peers import Peers, networks_of


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("10.0.0.5", True),
        ("10.0.0.6", False),
        ("10.0.1.77", True),
        ("10.0.2.1", False),
        ("fe80::1%eth0", True),
        ("fe80::2", False),
        ("::ffff:10.0.0.5", True),
        ("nonsense", False),
    ],
)
def test_only_who_is_on_the_list_may_speak(host: str, may: bool) -> None:
    assert Peers(["10.0.0.5", "10.0.1.0/24", "fe80::1"]).admits(host) is may


def test_a_flood_of_made_up_senders_fills_no_memory() -> None:
    peers = Peers(["10.0.0.5"])
    for number in range(5000):
        assert not peers.admits(f"192.0.{number // 256}.{number % 256}")
    assert peers.admits.cache_info().currsize <= 256
    assert peers.admits("10.0.0.5")


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match=r"desk\.local"):
        networks_of(["10.0.0.5", "desk.local"])
