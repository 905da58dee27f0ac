import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.mcu.handshake import (
    EVERY_UNIT,
    PATIENCE,
    REPLY_TIME,
    HostHandshake,
    SurfaceHandshake,
    answer,
)
from surfacebridge.protocols.mcu.messages import (
    ConnectionConfirmed,
    ConnectionFailed,
    ConnectionQuery,
    ConnectionReply,
    DeviceQuery,
    FaderMoved,
    GoOffline,
    LampsOff,
    Reset,
    SteinbergQuery,
    SteinbergReply,
    SurfaceReady,
    VersionReply,
    VersionRequest,
)

SERIAL = b"LC01234"
CHALLENGE = b"\x12\x34\x56\x78"


@pytest.mark.parametrize(
    ("challenge", "response"),
    [
        ("00 00 00 00", "0A 00 00 70"),
        ("01 02 03 04", "05 05 7B 2F"),
        ("57 18 61 05", "64 5A 5E 57"),
        ("7F 7F 7F 7F", "75 79 7C 00"),
        ("12 34 56 78", "58 0F 16 4E"),
        ("55 2A 55 2A", "4B 7A 29 25"),
    ],
)
def test_a_challenge_has_one_answer(challenge: str, response: str) -> None:
    assert answer(bytes.fromhex(challenge)) == bytes.fromhex(response)


def test_a_challenge_has_four_bytes() -> None:
    with pytest.raises(ProtocolMisuse):
        answer(b"123")


def test_a_host_asks_every_unit_who_is_there() -> None:
    host = HostHandshake()
    assert host.open(10.0) == [DeviceQuery(device_id) for device_id in EVERY_UNIT]
    assert host.state == "asking"
    assert host.next_wakeup() == 10.0 + PATIENCE


def test_a_mackie_control_is_online_once_it_has_asked() -> None:
    host = HostHandshake([0x15])
    host.open(0.0)
    assert host.receive(ConnectionQuery(SERIAL, CHALLENGE, 0x15), 0.1) == [
        ConnectionReply(SERIAL, answer(CHALLENGE), 0x15),
        VersionRequest(0x15),
    ]
    assert (host.state, host.arrivals, host.device_id) == ("online", 1, 0x15)
    assert host.next_wakeup() is None
    host.receive(VersionReply("V3.0 ", 0x15), 0.2)
    assert host.version == "V3.0 "


def test_a_logic_control_is_online_once_it_confirms() -> None:
    host = HostHandshake()
    host.open(0.0)
    reply = ConnectionReply(SERIAL, answer(CHALLENGE), 0x10)
    assert host.receive(ConnectionQuery(SERIAL, CHALLENGE, 0x10), 0.1) == [reply]
    assert (host.state, host.arrivals) == ("confirming", 0)
    assert host.receive(ConnectionConfirmed(SERIAL, 0x10), 0.2) == [VersionRequest(0x10)]
    assert (host.state, host.arrivals, host.device_id) == ("online", 1, 0x10)
    assert host.receive(ConnectionConfirmed(SERIAL, 0x10), 0.3) == []
    assert host.arrivals == 1


def test_a_unit_that_forgets_to_confirm_is_used_all_the_same() -> None:
    host = HostHandshake()
    host.open(0.0)
    host.receive(ConnectionQuery(SERIAL, CHALLENGE, 0x10), 0.1)
    assert host.wake(0.1 + PATIENCE / 2) == []
    assert host.wake(0.1 + PATIENCE) == [VersionRequest(0x10)]
    assert (host.state, host.arrivals) == ("online", 1)


def test_a_unit_that_refuses_is_reported() -> None:
    host = HostHandshake()
    host.open(0.0)
    host.receive(ConnectionQuery(SERIAL, CHALLENGE, 0x10), 0.1)
    assert host.receive(ConnectionFailed(SERIAL, 0x10), 0.2) == []
    assert (host.state, host.next_wakeup()) == ("refused", None)


def test_a_unit_without_a_greeting_is_used_after_a_while() -> None:
    host = HostHandshake()
    host.open(0.0)
    assert host.receive(FaderMoved(0, 0), 0.5) == []
    assert host.wake(PATIENCE) == []
    assert (host.state, host.arrivals, host.next_wakeup()) == ("silent", 1, None)
    assert host.wake(2 * PATIENCE) == []
    assert host.arrivals == 1


def test_a_unit_switched_off_and_on_arrives_again() -> None:
    host = HostHandshake()
    host.open(0.0)
    host.receive(ConnectionQuery(SERIAL, CHALLENGE), 0.1)
    assert host.receive(SurfaceReady(), 60.0) == [VersionRequest()]
    assert host.arrivals == 2


def test_a_surface_introduces_itself_and_confirms_its_host() -> None:
    surface = SurfaceHandshake(serial=SERIAL, challenge=CHALLENGE)
    query = ConnectionQuery(SERIAL, CHALLENGE)
    assert surface.open(0.0) == [query]
    assert surface.receive(DeviceQuery(), 1.0) == [query]
    reply = ConnectionReply(SERIAL, answer(CHALLENGE))
    assert surface.receive(reply, 1.1) == [ConnectionConfirmed(SERIAL)]
    assert surface.verdict == "right"
    assert surface.receive(VersionRequest(), 1.2) == [VersionReply("V3.0 ")]


def test_a_wrong_answer_is_reported_and_accepted() -> None:
    surface = SurfaceHandshake(serial=SERIAL, challenge=CHALLENGE)
    surface.open(0.0)
    # Ardour's r2, shifted by the wrong operand.
    wrong = ConnectionReply(SERIAL, bytes.fromhex("58 0A 16 4E"))
    assert surface.receive(wrong, 0.1) == [ConnectionConfirmed(SERIAL)]
    assert (surface.verdict, surface.online) == ("wrong", True)


def test_a_late_answer_is_reported_and_accepted() -> None:
    surface = SurfaceHandshake(serial=SERIAL, challenge=CHALLENGE)
    surface.receive(DeviceQuery(), 1.0)
    right = ConnectionReply(SERIAL, answer(CHALLENGE))
    assert surface.receive(right, 1.1 + REPLY_TIME) == [ConnectionConfirmed(SERIAL)]
    assert (surface.verdict, surface.online) == ("late", True)


def test_an_unanswered_challenge_is_reported() -> None:
    surface = SurfaceHandshake()
    surface.open(0.0)
    surface.wake(REPLY_TIME / 2)
    assert (surface.verdict, surface.next_wakeup()) == ("waiting", REPLY_TIME)
    surface.wake(REPLY_TIME)
    assert (surface.verdict, surface.next_wakeup()) == ("unanswered", None)


def test_a_surface_ignores_what_is_meant_for_another() -> None:
    extender = SurfaceHandshake(0x15)
    assert extender.receive(DeviceQuery(0x14), 0.0) == []
    assert extender.receive(DeviceQuery(0x15), 0.0) != []


def test_cubase_hears_the_answer_to_its_heartbeat() -> None:
    assert SurfaceHandshake(0x14).receive(SteinbergQuery(), 0.0) == [SteinbergReply(bytes(11))]


def test_a_surface_is_offline_after_goodbye_until_it_hears_a_host_again() -> None:
    surface = SurfaceHandshake()
    online = []
    for message in (GoOffline(), LampsOff(), Reset(), DeviceQuery()):
        surface.receive(message, 0.0)
        online.append(surface.online)
    assert online == [False, True, False, True]


def test_a_reset_surface_introduces_itself() -> None:
    assert [type(said) for said in SurfaceHandshake().receive(Reset(), 0.0)] == [ConnectionQuery]


def test_the_two_roles_greet_each_other() -> None:
    host = HostHandshake()
    surface = SurfaceHandshake(0x11, serial=SERIAL, challenge=CHALLENGE, version="V1.0 ")
    said = [each for query in host.open(0.0) for each in surface.receive(query, 0.0)]
    for _ in range(3):
        told = [each for message in said for each in host.receive(message, 0.0)]
        said = [each for message in told for each in surface.receive(message, 0.0)]
    assert (host.state, host.version, host.device_id) == ("online", "V1.0 ", 0x11)
    assert surface.verdict == "right"
