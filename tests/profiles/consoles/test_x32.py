"""The X32 against a scripted desk at the byte level."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, nan
from struct import pack

import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Colour, Value
from surfacebridge.profiles.confirming import CONFIRM_AFTER, SWEEP_AT_ONCE, SWEEP_EVERY
from surfacebridge.profiles.console import SILENCE
from surfacebridge.profiles.consoles.x32 import X32
from surfacebridge.profiles.osc_console import ROUND
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, OscValue
from surfacebridge.protocols.osc.packet import decode, encode

XREMOTE = b"/xremote\x00\x00\x00\x00,\x00\x00\x00"
XINFO = b"/xinfo\x00\x00,\x00\x00\x00"
HELLO = encode(OscMessage("/xinfo", ("192.168.1.32", "FOH", "X32C", "4.06")))
FADER = b"/ch/01/mix/fader\x00\x00\x00\x00,f\x00\x00"
SPECS = (
    ParameterSpec(
        ParameterId("ch.1.fader"),
        "level",
        LAWS["x32"],
        1024,
        wire={"osc": "/ch/01/mix/fader", "tag": "f"},
    ),
    ParameterSpec(
        ParameterId("ch.1.send.1.level"),
        "level",
        LAWS["x32"],
        161,
        wire={"osc": "/ch/01/mix/01/level", "tag": "f"},
    ),
    ParameterSpec(ParameterId("ch.1.on"), "switch", wire={"osc": "/ch/01/mix/on", "tag": "i"}),
    ParameterSpec(
        ParameterId("ch.1.pan"), "pan", steps=101, wire={"osc": "/ch/01/mix/pan", "tag": "f"}
    ),
    ParameterSpec(
        ParameterId("ch.1.name"), "text", length=12, wire={"osc": "/ch/01/config/name", "tag": "s"}
    ),
    ParameterSpec(
        ParameterId("ch.1.color"), "colour", wire={"osc": "/ch/01/config/color", "tag": "i"}
    ),
    ParameterSpec(
        ParameterId("ch.1.ratio"),
        "choice",
        choices=("1.1", "1.3", "100"),
        wire={"osc": "/ch/01/dyn/ratio", "tag": "i"},
    ),
    ParameterSpec(
        ParameterId("ch.1.eq.1.frequency"),
        "number",
        steps=201,
        low=20.0,
        high=20000.0,
        logarithmic=True,
        wire={"osc": "/ch/01/eq/1/f", "tag": "f"},
    ),
    ParameterSpec(
        ParameterId("ch.1.selected"), "switch", wire={"index_of": "/-stat/selidx", "index": 0}
    ),
    ParameterSpec(
        ParameterId("ch.2.selected"), "switch", wire={"index_of": "/-stat/selidx", "index": 1}
    ),
    ParameterSpec(
        ParameterId("ch.3.selected"), "switch", wire={"index_of": "/-stat/selidx", "index": 2}
    ),
    ParameterSpec(ParameterId("ch.1.id"), "text", writable=False, wire={"constant": "CH 01"}),
    ParameterSpec(
        ParameterId("ch.1.meter"), "meter", writable=False, wire={"block": "/meters/1", "index": 0}
    ),
    ParameterSpec(
        ParameterId("ch.2.meter"), "meter", writable=False, wire={"block": "/meters/1", "index": 1}
    ),
    ParameterSpec(
        ParameterId("main.st.meter"),
        "meter",
        writable=False,
        wire={"block": "/meters/2", "index": 1, "width": 2},
    ),
    ParameterSpec(
        ParameterId("clearsolo"), "trigger", wire={"osc": "/-action/clearsolo", "tag": "i"}
    ),
    ParameterSpec(
        ParameterId("scene.recall"),
        "number",
        high=99.0,
        wire={"osc": "/-action/goscene", "tag": "i", "read": False},
    ),
    ParameterSpec(
        ParameterId("scene.current"),
        "number",
        low=-1.0,
        high=99.0,
        writable=False,
        wire={"osc": "/-show/prepos/current", "tag": "i"},
    ),
    *(
        ParameterSpec(ParameterId(f"p.{place}"), "switch", wire={"osc": f"/p/{place}", "tag": "i"})
        for place in range(200)
    ),
)
SHEET = TargetSheet("behringer/x32", "x32", "X32", {spec.id: spec for spec in SPECS})
MIX = [f"p.{place}" for place in range(20)]
MANY = [ParameterId(f"desk.p.{place}") for place in range(200)]


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def message(address: str, *args: OscValue) -> bytes:
    return encode(OscMessage(address, args))


def is_alive(desk: X32) -> bool:
    return desk.health.alive


def is_synced(desk: X32) -> bool:
    return desk.health.synced


def questions(desk: X32) -> list[str]:
    """Return the addresses of the questions in what is sent now, renewals left out."""
    sent = [decode(data) for data in desk.data_to_send()]
    return [
        each.address
        for each in sent
        if isinstance(each, OscMessage)
        and not each.args
        and each.address not in {"/xremote", "/xinfo"}
    ]


def opened() -> X32:
    desk = X32("desk", SHEET)
    desk.open(0.0)
    desk.data_to_send()
    return desk


def met(*watched: str) -> X32:
    desk = opened()
    desk.receive(HELLO, 0.1)
    desk.watch([p(name) for name in watched], 0.1)
    desk.wake(0.1)
    desk.data_to_send()
    return desk


def read_mix(desk: X32) -> None:
    """Let every question about ``MIX`` be answered."""
    for name in MIX:
        desk.receive(message(f"/p/{name[2:]}", 1), 0.2)


def written(desk: X32, name: str, value: Value) -> list[bytes]:
    desk.send(Write("desk", p(name), value), 0.2)
    return desk.data_to_send()


# Being there.


def test_the_greeting_asks_for_pushes_and_for_an_answer() -> None:
    desk = X32("desk", SHEET)
    desk.open(0.0)
    assert desk.data_to_send() == [XREMOTE, XINFO]
    assert not is_alive(desk)


def test_pushes_are_renewed_well_inside_ten_seconds() -> None:
    desk = opened()
    renewed = [0.0]
    for tick in range(600):
        now = tick * 0.1
        desk.receive(HELLO, now)
        desk.wake(now)
        renewed += [now] * desk.data_to_send().count(XREMOTE)
    assert max(b - a for a, b in pairwise(renewed)) <= 2.7
    assert renewed[-1] > 55.0


def test_the_first_answer_is_an_arrival_and_says_who_it_is() -> None:
    desk = opened()
    assert list(desk.receive(HELLO, 0.1)) == [Arrived("desk")]
    assert is_alive(desk)
    assert desk.health.reason == ""
    assert desk.health.answered == 0.1
    assert desk.health.peer == "X32C 'FOH', firmware 4.06"
    assert list(desk.receive(HELLO, 0.2)) == []


def test_a_desk_that_never_answers_is_explained_after_five_seconds() -> None:
    desk = opened()
    assert list(desk.wake(SILENCE)) == []
    assert not is_alive(desk)
    assert "desk has not answered for 5 s; check its IP address" in desk.health.reason


def test_a_silent_desk_is_gone_and_its_return_is_an_arrival_with_a_new_reading() -> None:
    desk = met("ch.1.fader", "ch.1.id")
    desk.receive(FADER + pack(">f", 0.75), 0.2)
    assert is_synced(desk)
    assert list(desk.wake(0.2 + SILENCE - 0.01)) == []
    assert list(desk.wake(0.2 + SILENCE)) == [Gone("desk")]
    assert not is_alive(desk)
    assert not is_synced(desk)
    desk.data_to_send()
    assert list(desk.wake(60.0)) == []
    assert set(desk.data_to_send()) == {XREMOTE, XINFO}
    heard = list(desk.receive(FADER + pack(">f", 0.0), 61.0))
    assert heard == [
        Arrived("desk"),
        Report(p("ch.1.id"), "CH 01"),
        Report(p("ch.1.fader"), OFF),
    ]


def test_three_questions_fit_into_the_silence_that_counts() -> None:
    desk = met()
    asked = 0
    while (due := desk.next_wakeup()) is not None and due < 0.1 + SILENCE:
        desk.wake(due)
        asked += desk.data_to_send().count(XINFO)
    assert asked >= 3


def test_nothing_is_asked_before_the_desk_is_there() -> None:
    desk = opened()
    desk.watch([p("ch.1.fader")], 0.1)
    desk.wake(1.0)
    assert questions(desk) == []
    desk.receive(HELLO, 1.1)
    assert questions(desk) == ["/ch/01/mix/fader"]


# Reading.


def test_the_first_reading_keeps_at_most_64_questions_on_the_way() -> None:
    desk = opened()
    desk.receive(HELLO, 0.1)
    desk.watch(MANY, 0.1)
    first = questions(desk)
    assert first == [f"/p/{place}" for place in range(64)]
    desk.receive(message("/p/3", 1), 0.11)
    assert questions(desk) == ["/p/64"]


def test_lost_answers_are_asked_for_again_until_all_is_known() -> None:
    desk = opened()
    desk.receive(HELLO, 0.0)
    desk.watch(MANY, 0.0)
    losses = {f"/p/{place}" for place in range(0, 200, 3)}
    known: set[ParameterId] = set()
    now, most = 0.0, 0
    while not desk.health.synced and now < 3.0:
        asked = questions(desk)
        most = max(most, len(asked))
        for address in asked:
            if address in losses:
                losses.discard(address)
            else:
                heard = desk.receive(message(address, 1), now)
                known |= {each.parameter for each in heard if isinstance(each, Report)}
        now += 0.05
        desk.receive(HELLO, now)
        desk.wake(now)
    assert is_synced(desk)
    assert known == set(MANY)
    assert most <= 64
    assert now < 1.5


def test_a_parameter_that_never_answers_is_told_and_asked_again_for_ever() -> None:
    desk = met("ch.1.fader", "ch.1.on")
    desk.receive(message("/ch/01/mix/on", 1), 0.2)
    asked: list[float] = []
    for tick in range(400):
        now = 0.2 + tick * 0.05
        desk.receive(HELLO, now)
        desk.receive(message("/ch/01/mix/on", 1), now)
        desk.wake(now)
        asked += [now] * questions(desk).count("/ch/01/mix/fader")
    assert not is_synced(desk)
    assert desk.health.notes == ["Not answered so far, 1 in all: /ch/01/mix/fader."]
    assert len(asked) >= 6
    assert asked[-1] > 10.0
    desk.receive(FADER + pack(">f", 0.5), 30.0)
    assert is_synced(desk)
    assert not list(desk.health.notes)


def test_a_late_answer_counts_like_a_prompt_one() -> None:
    desk = met("ch.1.fader")
    desk.wake(1.2)
    assert list(desk.receive(FADER + pack(">f", 1.0), 1.21)) == [Report(p("ch.1.fader"), 10.0)]
    assert is_synced(desk)


def test_a_push_answers_a_question_too() -> None:
    desk = met("ch.1.name")
    assert not is_synced(desk)
    desk.receive(message("/ch/01/config/name", "Kick"), 0.2)
    assert is_synced(desk)


def test_what_was_watched_already_is_not_read_again() -> None:
    desk = met("ch.1.fader")
    desk.receive(FADER + pack(">f", 0.75), 0.2)
    desk.watch([p("ch.1.on"), p("ch.1.fader")], 0.3)
    assert questions(desk) == ["/ch/01/mix/on"]


def test_what_was_not_watched_for_a_while_is_read_again() -> None:
    desk = met("ch.1.fader")
    desk.receive(FADER + pack(">f", 0.75), 0.2)
    desk.watch([], 0.3)
    desk.watch([p("ch.1.fader")], 0.4)
    assert questions(desk) == ["/ch/01/mix/fader"]


def test_constants_are_reported_without_asking() -> None:
    desk = met()
    desk.watch([p("ch.1.id")], 1.0)
    assert questions(desk) == []
    assert desk.next_wakeup() == 1.0
    assert list(desk.wake(1.0)) == [Report(p("ch.1.id"), "CH 01")]


def test_a_recalled_scene_is_read_whole() -> None:
    desk = met(*MIX)
    read_mix(desk)
    assert written(desk, "scene.recall", 7.0) == [message("/-action/goscene", 7)]
    desk.receive(HELLO, 1.1)
    desk.wake(1.1)
    assert len(questions(desk)) <= SWEEP_AT_ONCE
    desk.wake(1.2)
    assert len(questions(desk)) == len(MIX)


def test_a_scene_recalled_by_somebody_else_is_read_whole_and_only_once() -> None:
    desk = met(*MIX, "scene.current")
    read_mix(desk)
    desk.receive(message("/-show/prepos/current", 3), 0.2)
    desk.receive(message("/-show/prepos/current", 4), 0.3)
    desk.wake(1.2)
    assert len(questions(desk)) <= SWEEP_AT_ONCE
    desk.wake(1.3)
    assert len(questions(desk)) > len(MIX)
    read_mix(desk)
    desk.receive(message("/-show/prepos/current", 4), 1.31)
    desk.wake(2.5)
    assert len(questions(desk)) <= SWEEP_AT_ONCE


# Values.


@pytest.mark.parametrize(
    ("name", "value", "data"),
    [
        ("ch.1.fader", 0.0, FADER + pack(">f", 767 / 1023)),
        ("ch.1.fader", OFF, FADER + pack(">f", 0.0)),
        ("ch.1.fader", 10.0, FADER + pack(">f", 1.0)),
        ("ch.1.fader", 99.0, FADER + pack(">f", 1.0)),
        ("ch.1.send.1.level", -10.0, message("/ch/01/mix/01/level", 0.5)),
        ("ch.1.on", True, message("/ch/01/mix/on", 1)),
        ("ch.1.on", False, message("/ch/01/mix/on", 0)),
        ("ch.1.on", 1.0, message("/ch/01/mix/on", 1)),
        ("ch.1.pan", 0.0, message("/ch/01/mix/pan", 0.5)),
        ("ch.1.pan", -1.0, message("/ch/01/mix/pan", 0.0)),
        ("ch.1.pan", 0.013, message("/ch/01/mix/pan", 0.51)),
        ("ch.1.name", "Føh Vocals 1234", message("/ch/01/config/name", "F?h Vocals 1")),
        ("ch.1.color", EIGHT_COLOURS[3], message("/ch/01/config/color", 3)),
        ("ch.1.color", Colour(250, 10, 10, inverted=True), message("/ch/01/config/color", 9)),
        ("ch.1.ratio", "100", message("/ch/01/dyn/ratio", 2)),
        ("ch.1.eq.1.frequency", 20000.0, message("/ch/01/eq/1/f", 1.0)),
        ("clearsolo", True, message("/-action/clearsolo", 1)),
        ("ch.3.selected", True, message("/-stat/selidx", 2)),
    ],
)
def test_a_write_has_the_exact_type_on_the_desks_grid(name: str, value: Value, data: bytes) -> None:
    desk = met()
    assert written(desk, name, value) == [data]


def test_all_1024_fader_steps_survive_the_way_to_the_desk_and_back() -> None:
    desk = met()
    law = LAWS["x32"]
    for place in range(1024):
        (data,) = written(desk, "ch.1.fader", law.to_db(place / 1023))
        assert data == FADER + pack(">f", place / 1023)
        assert list(desk.receive(data, 0.3)) == [Report(p("ch.1.fader"), law.to_db(place / 1023))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ch.1.fader", True),
        ("ch.1.fader", "loud"),
        ("ch.1.fader", nan),
        ("ch.1.pan", EIGHT_COLOURS[1]),
        ("ch.1.name", 5.0),
        ("ch.1.color", 3.0),
        ("ch.1.ratio", "17"),
        ("ch.1.meter", -10.0),
        ("ch.1.id", "mine"),
        ("scene.current", 3.0),
        ("ch.99.fader", 0.0),
    ],
)
def test_a_write_the_desk_could_only_misunderstand_is_counted_instead(
    name: str, value: Value
) -> None:
    desk = met()
    assert written(desk, name, value) == []
    assert desk.health.unknown == 1


def test_letting_go_of_a_trigger_sends_nothing() -> None:
    desk = met()
    assert written(desk, "clearsolo", value=False) == []
    assert desk.health.unknown == 0


def test_clearing_solos_reads_what_is_watched_again() -> None:
    desk = met("ch.1.on")
    desk.receive(message("/ch/01/mix/on", 1), 0.2)
    written(desk, "clearsolo", value=True)
    desk.wake(0.4)
    assert questions(desk) == ["/ch/01/mix/on"]


def test_an_answer_older_than_a_write_is_not_believed_and_asked_for_again() -> None:
    desk = met("ch.1.fader")
    assert written(desk, "ch.1.fader", 10.0) == [FADER + pack(">f", 1.0)]
    assert list(desk.receive(FADER + pack(">f", 0.25), 0.201)) == []
    desk.wake(0.2 + CONFIRM_AFTER)
    assert questions(desk) == ["/ch/01/mix/fader"]
    answer = desk.receive(FADER + pack(">f", 1.0), 0.4)
    assert list(answer) == [Report(p("ch.1.fader"), 10.0)]


def test_a_write_that_was_lost_is_written_again() -> None:
    desk = met("ch.1.fader")
    desk.receive(FADER + pack(">f", 0.0), 0.15)
    written(desk, "ch.1.fader", -10.0)
    written(desk, "ch.1.fader", 10.0)
    for at, held in ((0.4, 0.0), (0.6, 0.5)):
        desk.wake(at)
        assert questions(desk) == ["/ch/01/mix/fader"]
        assert list(desk.receive(FADER + pack(">f", held), at + 0.001)) == []
        assert desk.data_to_send() == [FADER + pack(">f", 1.0)]
    desk.wake(0.8)
    desk.data_to_send()
    desk.receive(FADER + pack(">f", 1.0), 0.801)
    desk.wake(1.2)
    assert FADER + pack(">f", 1.0) not in desk.data_to_send()


def test_what_somebody_else_wrote_is_not_written_over() -> None:
    desk = met("ch.1.fader")
    desk.receive(FADER + pack(">f", 0.0), 0.15)
    written(desk, "ch.1.fader", 10.0)
    desk.wake(0.4)
    desk.data_to_send()
    answer = desk.receive(FADER + pack(">f", 0.75), 0.401)
    assert list(answer) == [Report(p("ch.1.fader"), LAWS["x32"].to_db(767 / 1023))]
    assert desk.data_to_send() == []


def test_a_lost_choice_of_one_of_several_is_made_again() -> None:
    desk = met("ch.1.selected", "ch.2.selected")
    desk.receive(message("/-stat/selidx", 0), 0.15)
    chosen = written(desk, "ch.2.selected", value=True)
    desk.wake(0.4)
    desk.data_to_send()
    assert list(desk.receive(message("/-stat/selidx", 0), 0.401)) == []
    assert desk.data_to_send() == chosen


def test_a_push_that_never_came_is_found_by_going_through_all() -> None:
    desk = met("ch.1.on", "ch.2.selected")
    desk.receive(message("/ch/01/mix/on", 1), 0.15)
    desk.receive(message("/-stat/selidx", 0), 0.15)
    assert is_synced(desk)
    asked = []
    for tick in range(4, 12):
        desk.wake(tick * 0.05)
        asked += questions(desk)
        for address in ("/ch/01/mix/on", "/-stat/selidx"):
            desk.receive(message(address, 0), tick * 0.05)
    assert set(asked) == {"/ch/01/mix/on", "/-stat/selidx"}


@pytest.mark.parametrize("count", [3, 40])
def test_all_of_a_rig_is_gone_through_in_time(count: int) -> None:
    desk = met(*(f"p.{place}" for place in range(count)))
    for place in range(count):
        desk.receive(message(f"/p/{place}", 1), 0.15)
    asked = set()
    for turn in range(1, round(ROUND / SWEEP_EVERY) + 1):
        now = 0.15 + turn * (SWEEP_EVERY + 1e-6)
        desk.wake(now)
        for address in questions(desk):
            asked.add(address)
            desk.receive(message(address, 1), now)
    assert asked >= {f"/p/{place}" for place in range(count)}


def test_after_an_answer_that_was_lost_all_is_read_again() -> None:
    desk = met(*(f"p.{place}" for place in range(40)))
    for place in range(40):
        desk.receive(message(f"/p/{place}", 1), 0.15)
    desk.wake(0.2)
    assert 0 < len(questions(desk)) <= SWEEP_AT_ONCE
    desk.wake(0.6)
    questions(desk)
    desk.receive(HELLO, 0.61)
    desk.wake(0.62)
    assert len(questions(desk)) == 40


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        (message("/ch/01/mix/fader", 0.0), "ch.1.fader", OFF),
        (message("/ch/01/mix/fader", 0.7498), "ch.1.fader", LAWS["x32"].to_db(767 / 1023)),
        (message("/ch/01/mix/fader", 3.0), "ch.1.fader", 10.0),
        (message("/ch/01/mix/on", 0), "ch.1.on", False),
        (message("/ch/01/mix/on", 1), "ch.1.on", True),
        (message("/ch/01/mix/pan", 1.0), "ch.1.pan", 1.0),
        (message("/ch/01/config/name", "Kick"), "ch.1.name", "Kick"),
        (message("/ch/01/config/color", 1), "ch.1.color", EIGHT_COLOURS[1]),
        (message("/ch/01/config/color", 12), "ch.1.color", Colour(0, 0, 255, inverted=True)),
        (message("/ch/01/dyn/ratio", 1), "ch.1.ratio", "1.3"),
        (message("/ch/01/eq/1/f", 0.0), "ch.1.eq.1.frequency", 20.0),
        (message("/-action/goscene", 5), "scene.recall", 5.0),
    ],
)
def test_what_the_desk_says_is_reported_in_the_models_units(
    data: bytes, name: str, value: Value
) -> None:
    desk = met()
    for _ in range(2):
        (report,) = desk.receive(data, 0.2)
        assert report == Report(p(name), value)
        assert isinstance(report, Report)
        assert type(report.value) is type(value)


@pytest.mark.parametrize(
    "data",
    [
        message("/ch/01/mix/fader", 1),
        message("/ch/01/mix/on", 1.0),
        message("/ch/01/mix/fader"),
        message("/ch/01/mix/fader", 0.5, 0.5),
        message("/ch/01/mix/fader", nan),
        message("/ch/01/config/color", 16),
        message("/ch/01/config/color", -1),
        message("/ch/01/dyn/ratio", 3),
        message("/ch/01/config/name", 5),
        message("/-stat/selidx", "one"),
        b"",
        b"\xff\xfe",
        FADER + b"\x00",
    ],
)
def test_wrong_types_and_garbage_are_counted_and_the_next_message_survives(data: bytes) -> None:
    desk = met()
    desk.receive(FADER + pack(">f", 0.5), 0.2)
    assert list(desk.receive(data, 0.2)) == []
    assert desk.health.malformed == 1
    (report,) = desk.receive(FADER + pack(">f", 0.0), 0.2)
    assert report == Report(p("ch.1.fader"), OFF)


def test_addresses_off_the_sheet_are_counted() -> None:
    desk = met()
    assert list(desk.receive(message("/fx/1/par/01", 0.5), 0.2)) == []
    assert desk.health.unknown == 1


def test_a_bundle_is_read_and_never_taken_for_a_plain_message() -> None:
    desk = met()
    for level, value, on in ((0.0, OFF, 1), (1.0, 10.0, 0), (0.0, OFF, 0)):
        fader = OscMessage("/ch/01/mix/fader", (level,))
        data = encode(Bundle((fader, OscMessage("/ch/01/mix/on", (on,)))))
        assert list(desk.receive(data, 0.2)) == [
            Report(p("ch.1.fader"), value),
            Report(p("ch.1.on"), on == 1),
        ]


# Selecting.


def test_a_desk_that_came_back_tells_its_selection_anew() -> None:
    desk = met("ch.1.selected", "ch.2.selected")
    desk.receive(message("/-stat/selidx", 1), 0.2)
    desk.wake(60.0)
    assert list(desk.receive(message("/-stat/selidx", 1), 61.0)) == [
        Arrived("desk"),
        Report(p("ch.1.selected"), value=False),
        Report(p("ch.2.selected"), value=True),
    ]


def test_a_desk_that_came_back_with_another_scene_is_read_once() -> None:
    desk = met(*MIX, "scene.current")
    read_mix(desk)
    desk.receive(message("/-show/prepos/current", 3), 0.2)
    desk.wake(60.0)
    for now in (61.0, 61.1):
        desk.receive(message("/-show/prepos/current", 4), now)
        read_mix(desk)
        questions(desk)
    desk.wake(62.5)
    assert len(questions(desk)) <= SWEEP_AT_ONCE


def test_selecting_is_one_true_and_one_false() -> None:
    desk = met("ch.1.selected", "ch.2.selected", "ch.3.selected")
    assert list(desk.receive(message("/-stat/selidx", 1), 0.2)) == [
        Report(p("ch.1.selected"), value=False),
        Report(p("ch.2.selected"), value=True),
        Report(p("ch.3.selected"), value=False),
    ]
    assert is_synced(desk)
    assert list(desk.receive(message("/-stat/selidx", 2), 0.3)) == [
        Report(p("ch.2.selected"), value=False),
        Report(p("ch.3.selected"), value=True),
    ]


def test_the_selection_is_asked_for_once_for_all_strips() -> None:
    desk = opened()
    desk.receive(HELLO, 0.1)
    desk.watch([p("ch.1.selected"), p("ch.2.selected")], 0.1)
    assert questions(desk) == ["/-stat/selidx"]


def test_our_own_choice_darkens_the_strip_it_replaces() -> None:
    desk = met("ch.1.selected", "ch.2.selected")
    desk.receive(message("/-stat/selidx", 0), 0.2)
    assert written(desk, "ch.2.selected", value=True) == [message("/-stat/selidx", 1)]
    assert desk.next_wakeup() == 0.2
    assert list(desk.wake(0.2)) == [
        Report(p("ch.1.selected"), value=False),
        Report(p("ch.2.selected"), value=True),
    ]


def test_a_selection_cannot_be_taken_back() -> None:
    desk = met("ch.1.selected")
    assert written(desk, "ch.1.selected", value=False) == []


def test_a_strip_that_comes_into_view_learns_whether_it_is_selected() -> None:
    desk = met("ch.1.selected")
    desk.receive(message("/-stat/selidx", 1), 0.2)
    desk.watch([p("ch.1.selected"), p("ch.2.selected")], 0.3)
    assert questions(desk) == []
    assert list(desk.wake(0.3)) == [Report(p("ch.2.selected"), value=True)]


# Meters.


def meters(block: str, *levels: float) -> bytes:
    blob = pack("<i", len(levels)) + pack(f"<{len(levels)}f", *levels)
    return message(block, blob)


def levels(heard: Sequence[object]) -> dict[ParameterId, Value]:
    return {each.parameter: each.value for each in heard if isinstance(each, Report)}


def subscriptions(sent: Sequence[bytes]) -> list[OscValue]:
    packets = [decode(data) for data in sent]
    return [
        each.args[0]
        for each in packets
        if isinstance(each, OscMessage) and each.address == "/meters"
    ]


def test_only_the_meter_blocks_in_view_are_subscribed_to() -> None:
    desk = opened()
    desk.receive(HELLO, 0.1)
    desk.watch([p("ch.1.meter"), p("ch.2.meter")], 0.1)
    assert subscriptions(desk.data_to_send()) == ["/meters/1"]
    desk.watch([p("main.st.meter")], 0.2)
    assert subscriptions(desk.data_to_send()) == ["/meters/2"]


def test_meters_are_renewed_before_ten_seconds_and_only_while_watched() -> None:
    desk = met("ch.1.meter")
    renewed = 0
    for tick in range(200):
        desk.receive(HELLO, tick * 0.1)
        desk.wake(tick * 0.1)
        renewed += len(subscriptions(desk.data_to_send()))
    assert 3 <= renewed <= 6
    desk.watch([], 20.0)
    for tick in range(200, 400):
        desk.receive(HELLO, tick * 0.1)
        desk.wake(tick * 0.1)
        assert subscriptions(desk.data_to_send()) == []


def test_meters_are_reported_in_decibels_of_full_scale() -> None:
    desk = met("ch.1.meter", "ch.2.meter")
    assert levels(desk.receive(meters("/meters/1", 1.0, 0.1), 0.2)) == {
        p("ch.1.meter"): 0.0,
        p("ch.2.meter"): pytest.approx(-20.0),
    }


def test_a_stereo_meter_is_the_louder_side() -> None:
    desk = met("main.st.meter")
    heard = desk.receive(meters("/meters/2", 1.0, 0.01, 0.1), 0.2)
    assert levels(heard) == {p("main.st.meter"): pytest.approx(-20.0)}


def test_meters_come_at_most_twenty_times_a_second_and_survive_jitter() -> None:
    desk = met("ch.1.meter")
    fast = [tick for tick in range(1000) if desk.receive(meters("/meters/1", 0.5), 1 + tick / 1000)]
    assert 19 <= len(fast) <= 21
    late = met("ch.1.meter")
    jitter = [0.0, 0.049, 0.1, 0.148, 0.2, 0.249, 0.3, 0.349, 0.4]
    heard = [at for at in jitter if late.receive(meters("/meters/1", 0.5), 1 + at)]
    assert len(heard) >= len(jitter) - 1


def test_silence_is_reported_once() -> None:
    desk = met("ch.1.meter")
    sent = (0.0, 0.0, 0.5, 0.0, 0.0)
    heard = [
        report.value
        for tick, level in enumerate(sent)
        for report in desk.receive(meters("/meters/1", level), 1.0 + tick * 0.1)
        if isinstance(report, Report)
    ]
    assert heard == [-inf, pytest.approx(-6.02, abs=0.01), -inf]


@pytest.mark.parametrize("level", [nan, inf, -1.0, 1e30])
def test_impossible_levels_are_silence(level: float) -> None:
    desk = met("ch.1.meter")
    assert list(desk.receive(meters("/meters/1", level), 0.2)) == [Report(p("ch.1.meter"), -inf)]


@pytest.mark.parametrize("blob", [b"", b"\x01", pack("<i", 96), pack("<if", -1, 0.5)])
def test_a_short_meter_blob_is_counted(blob: bytes) -> None:
    desk = met("ch.1.meter")
    assert list(desk.receive(message("/meters/1", blob), 0.2)) == []
    assert desk.health.malformed == 1


def test_a_desk_that_came_back_is_asked_for_its_meters_again() -> None:
    desk = met("ch.1.meter")
    desk.wake(SILENCE + 1.0)
    desk.data_to_send()
    desk.receive(HELLO, 7.0)
    assert subscriptions(desk.data_to_send()) == ["/meters/1"]


def test_beginning_again_reads_everything_that_is_watched_once_more() -> None:
    desk = met("ch.1.fader", "ch.1.on")
    desk.receive(message("/ch/01/mix/fader", 0.75), 1.0)
    desk.receive(message("/ch/01/mix/on", 1), 1.0)
    answered = desk.health.answered
    desk.data_to_send()
    desk.begin_again(2.0)
    assert desk.next_wakeup() == 2.0
    assert Arrived("desk") in desk.wake(2.0)
    asked = b"".join(desk.data_to_send())
    assert b"/ch/01/mix/fader" in asked
    assert b"/ch/01/mix/on" in asked
    assert not desk.health.synced
    assert desk.health.answered == answered


def test_a_silent_desk_has_nothing_to_begin_again() -> None:
    desk = met("ch.1.fader")
    desk.wake(SILENCE + 1.0)
    desk.data_to_send()
    desk.begin_again(SILENCE + 1.0)
    assert Arrived("desk") not in desk.wake(SILENCE + 1.0)


def test_leaving_says_nothing() -> None:
    desk = met("ch.1.fader")
    desk.close(1.0)
    assert desk.data_to_send() == []
