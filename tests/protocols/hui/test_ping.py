from surfacebridge.protocols.hui.messages import JogTurned, Ping, PingAnswered, SurfaceReset
from surfacebridge.protocols.hui.ping import (
    LOST_AFTER,
    OFFLINE_AFTER,
    PERIOD,
    HostPing,
    SurfacePing,
)


def test_a_host_pings_every_second() -> None:
    host = HostPing()
    assert host.next_wakeup() is None
    assert host.wake(0.0) == []
    assert host.open(10.0) == [Ping()]
    assert host.next_wakeup() == 10.0 + PERIOD
    assert host.wake(10.5) == []
    assert host.wake(11.01) == [Ping()]
    assert host.next_wakeup() == 10.0 + 2 * PERIOD


def test_a_host_that_slept_does_not_make_up_for_missed_pings() -> None:
    host = HostPing()
    host.open(0.0)
    assert host.wake(60.0) == [Ping()]
    assert host.next_wakeup() == 60.0 + PERIOD / 2


def test_a_surface_is_there_while_it_answers() -> None:
    host = HostPing()
    host.open(0.0)
    seen = []
    for now, message in ((0.1, JogTurned(1)), (0.2, PingAnswered()), (0.9, PingAnswered())):
        host.receive(message, now)
        seen.append((host.alive, host.arrivals))
    assert seen == [(False, 0), (True, 1), (True, 1)]


def test_a_surface_that_stops_answering_is_lost_and_may_come_back() -> None:
    host = HostPing()
    host.open(0.0)
    host.receive(PingAnswered(), 0.0)
    alive = []
    for now in (1.0, LOST_AFTER - 1.0, LOST_AFTER):
        host.wake(now)
        alive.append(host.alive)
    assert alive == [True, True, False]
    host.receive(PingAnswered(), 9.0)
    assert (host.alive, host.arrivals) == (True, 2)


def test_a_surface_switched_off_and_on_arrives_again() -> None:
    host = HostPing()
    host.open(0.0)
    for message in (PingAnswered(), SurfaceReset(), PingAnswered()):
        host.receive(message, 0.1)
    assert (host.alive, host.arrivals) == (True, 2)


def test_a_surface_answers_pings_and_misses_them() -> None:
    surface = SurfacePing()
    seen = [surface.online]
    assert surface.receive(5.0) == [PingAnswered()]
    assert surface.next_wakeup() == 5.0 + OFFLINE_AFTER
    seen.append(surface.online)
    surface.wake(6.9)
    seen.append(surface.online)
    surface.wake(7.0)
    seen.append(surface.online)
    assert seen == [False, True, True, False]
    assert surface.next_wakeup() is None
