import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.rcp import BACKLOG, LONGEST_LINE, OFF, Rcp

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
LEVEL = "MIXER:Current/InCh/Fader/Level"


@pytest.fixture
def desk() -> Rcp:
    console = Rcp()
    console.connect(ANNE)
    console.connect(BOB)
    return console


def heard(desk: Rcp) -> list[tuple[Client, str]]:
    return [(client, data.decode().removesuffix("\n")) for data, client in desk.take_output()]


def ask(desk: Rcp, line: str, client: Client = ANNE) -> list[tuple[Client, str]]:
    desk.receive(line.encode() + b"\n", client)
    return heard(desk)


def test_who_sets_is_told_ok_and_everybody_else_notify(desk: Rcp) -> None:
    assert ask(desk, f"set {LEVEL} 0 0 -1000") == [
        (BOB, f'NOTIFY set {LEVEL} 0 0 -1000 "-10.00"'),
        (ANNE, f'OK set {LEVEL} 0 0 -1000 "-10.00"'),
    ]
    assert ask(desk, f"set {LEVEL} 0 0 -1000") == [(ANNE, f'OK set {LEVEL} 0 0 -1000 "-10.00"')]


def test_a_get_is_answered_with_number_and_text(desk: Rcp) -> None:
    assert ask(desk, f"get {LEVEL} 71 0") == [(ANNE, f'OK get {LEVEL} 71 0 {OFF} "-Inf"')]
    on = "MIXER:Current/InCh/Fader/On"
    assert ask(desk, f"get {on} 0 0") == [(ANNE, f'OK get {on} 0 0 1 "ON"')]


@pytest.mark.parametrize(("sent", "kept"), [(5000, 1000), (-20000, OFF), (OFF, OFF), (-6, -6)])
def test_levels_are_hundredths_of_a_decibel_within_bounds(desk: Rcp, sent: int, kept: int) -> None:
    ask(desk, f"set {LEVEL} 3 0 {sent}")
    assert desk.value("InCh/Fader/Level", 3) == kept


def test_names_are_quoted_and_cut_to_eight(desk: Rcp) -> None:
    name = "MIXER:Current/InCh/Label/Name"
    assert ask(desk, f'set {name} 0 0 "Lead Vocal"')[-1] == (ANNE, f'OK set {name} 0 0 "Lead Voc"')
    big = Rcp("TF5")
    big.connect(ANNE)
    assert ask(big, f'set {name} 0 0 "Lead Vocal"')[-1][1].endswith('"Lead Vocal"')


def test_sends_have_two_numbers_and_pans_stop_at_63(desk: Rcp) -> None:
    ask(desk, "set MIXER:Current/InCh/ToMix/Level 5 23 -300")
    assert desk.value("InCh/ToMix/Level", 5, 23) == -300
    ask(desk, "set MIXER:Current/InCh/ToSt/Pan 5 0 -99")
    assert desk.value("InCh/ToSt/Pan", 5) == -63


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (f"get {LEVEL} 72 0", "ERROR get InvalidArgument"),
        (f"get {LEVEL} 0 1", "ERROR get InvalidArgument"),
        (f"set {LEVEL} 0 0 loud", "ERROR set InvalidArgument"),
        (f"set {LEVEL} 0", "ERROR set InvalidArgument"),
        ("set MIXER:Current/InCh/Label/Color 0 0 Beige", "ERROR set InvalidArgument"),
        ("get MIXER:Current/Nothing 0 0", "ERROR get UnknownAddress"),
        ("ssrecall_ex MIXER:Lib/Scene 9", "ERROR ssrecall_ex InvalidArgument"),
        ("ssrecall_ex scene_a 1", "ERROR ssrecall_ex InvalidArgument"),
        ("mtrstart MIXER:Current/Meter/Nothing 100", "ERROR mtrstart InvalidArgument"),
        ("dance", "ERROR dance UnknownCommand"),
    ],
)
def test_mistakes_are_answered_with_an_error(desk: Rcp, line: str, error: str) -> None:
    assert ask(desk, line) == [(ANNE, error)]
    assert desk.counts.errors == 1


def test_a_recall_is_told_in_one_line_and_no_parameter_is_pushed(desk: Rcp) -> None:
    ask(desk, f"set {LEVEL} 0 0 -1000")
    desk.store_scene(3)
    ask(desk, f"set {LEVEL} 0 0 0")
    assert ask(desk, "ssrecall_ex MIXER:Lib/Scene 3") == [
        (ANNE, "NOTIFY sscurrent_ex MIXER:Lib/Scene 3"),
        (BOB, "NOTIFY sscurrent_ex MIXER:Lib/Scene 3"),
        (ANNE, "OK ssrecall_ex MIXER:Lib/Scene 3"),
    ]
    assert desk.value("InCh/Fader/Level") == -1000


def test_a_hand_on_the_desk_is_told_to_everybody(desk: Rcp) -> None:
    desk.set_from_desk("DCA/Fader/On", 15, 0, 0)
    assert [client for client, _ in heard(desk)] == [ANNE, BOB]
    with pytest.raises(ValueError, match="InvalidArgument"):
        desk.set_from_desk("DCA/Fader/On", 16, 0, 0)


def test_meters_are_hex_for_ten_seconds(desk: Rcp) -> None:
    ask(desk, "mtrstart MIXER:Current/Meter/InCh/PreHPF 100")
    desk.advance(20.0)
    said = [line for _, line in heard(desk)]
    assert len(said) == 100
    levels = said[0].split(" level ")[1].split()
    assert len(levels) == 72
    assert all(0 < int(level, 16) <= 0x7F for level in levels)


def test_a_silent_client_is_hung_up_on_when_it_asked_for_that(desk: Rcp) -> None:
    ask(desk, "scpmode keepalive 10000")
    desk.advance(9.9)
    ask(desk, f"get {LEVEL} 0 0")
    desk.advance(9.9)
    assert heard(desk) == []
    desk.advance(0.2)
    assert desk.take_output() == [(b"", ANNE)]
    assert desk.clients == (BOB,)


def test_lines_may_come_in_any_pieces(desk: Rcp) -> None:
    for byte in f"get {LEVEL} 0 0\r\nget {LEVEL} 1 0\n".encode():
        desk.receive(bytes((byte,)), ANNE)
    assert len(heard(desk)) == 2


def test_a_line_without_end_is_bounded_and_dropped(desk: Rcp) -> None:
    desk.receive(b"x" * (3 * LONGEST_LINE) + b"\n", ANNE)
    assert (heard(desk), desk.counts.too_long) == ([], 1)
    assert len(ask(desk, f"get {LEVEL} 0 0")) == 1


def test_a_paced_console_takes_its_time_and_drops_what_is_too_much() -> None:
    desk = Rcp(pace=0.005)
    desk.connect(ANNE)
    desk.receive(f"get {LEVEL} 0 0\n".encode() * 100, ANNE)
    assert len(heard(desk)) == 1
    desk.advance(0.0251)
    assert len(heard(desk)) == 5
    desk.advance(1.0)
    assert len(heard(desk)) == BACKLOG - 6
    assert desk.counts.overrun == 100 - BACKLOG


def test_without_pace_a_hundred_lines_at_once_are_all_answered(desk: Rcp) -> None:
    desk.receive(f"get {LEVEL} 0 0\n".encode() * 100, ANNE)
    assert len(heard(desk)) == 100


def test_nobody_hears_after_hanging_up(desk: Rcp) -> None:
    desk.disconnect(BOB)
    assert len(ask(desk, f"set {LEVEL} 0 0 0")) == 1
    assert ask(desk, f"get {LEVEL} 0 0", BOB) == []


@settings(max_examples=60)
@given(st.binary(max_size=60), st.text(max_size=20))
def test_any_bytes_never_raise(noise: bytes, text: str) -> None:
    desk = Rcp()
    desk.connect(ANNE)
    desk.receive(noise + b"\n", ANNE)
    desk.receive(f"set {LEVEL} 0 0 {text}\nget {text}\nset {text} {text} {text} 1\n".encode(), ANNE)
    desk.advance(0.1)
    desk.take_output()
