import pytest

from surfacebridge.bridge.why import Why, refuse_unknown
from surfacebridge.errors import UnknownName
from surfacebridge.model.controls import ControlId, LetGo, Moved, Pressed, Touched
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.running import Event
from tests.helpers.rigs import plan_of, rig

FADER = ControlId("x.fader.1")
LEVEL = ParameterId("desk.ch.1.fader")


class Asked:
    """An engine that is asked why, and what it answered."""

    def __init__(self, *names: str) -> None:
        engine = Engine(plan_of(rig("- fader <> .fader | db\n- mute <> .on | invert")))
        self.said: list[str] = []
        self._why = Why(engine, names, self.said.append)
        self._now = 0.0
        self.hear(Arrived("x"), Arrived("desk"), Report(LEVEL, -10.0))
        self.said.clear()

    def hear(self, *events: Event) -> None:
        for event in events:
            self._now += 0.1
            self._why.handle(event, self._now)


def test_a_move_is_followed_through_its_line_to_what_is_written() -> None:
    asked = Asked()
    asked.hear(Touched(FADER), Moved(FADER, 0.75))
    assert asked.said[1].startswith("x.fader.1 moved to 75.0% by line ")
    assert "'fader <> .fader | db': desk.ch.1.fader is written 0.0 dB" in asked.said[1]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((Moved(FADER, 0.5),), "no finger is on it"),
        ((Pressed(ControlId("x.mute.1")),), "nobody knows the present value yet"),
        ((Gone("desk"), Touched(FADER), Moved(FADER, 0.2)), "the target is not there"),
        ((Moved(ControlId("x.knob.9"), 0.2),), "no line speaks about it"),
        ((Touched(FADER), Report(LEVEL, -20.0)), "x.fader.1 is held, so its motor waits"),
        (
            (Touched(FADER), Moved(FADER, 0.75), LetGo(FADER), Report(LEVEL, 0.0)),
            "it holds that already",
        ),
        ((Report(LEVEL, -20.0),), "the motor of x.fader.1 goes to 37.5%"),
        ((Touched(FADER), Moved(FADER, 0.5)), "the target holds that already"),
        ((Touched(FADER), LetGo(FADER)), "nothing follows"),
    ],
)
def test_what_did_not_happen_is_explained_too(events: tuple[Event, ...], words: str) -> None:
    asked = Asked()
    asked.hear(*events)
    assert words in asked.said[-1]


def test_a_desk_that_is_polled_and_says_the_same_is_not_talked_about() -> None:
    asked = Asked("desk.ch.1")
    asked.hear(*[Report(LEVEL, -10.0)] * 3)
    assert asked.said == []
    asked.hear(Report(LEVEL, -20.0), Report(LEVEL, -20.0), Report(LEVEL, -10.0))
    assert len(asked.said) == 2


def test_only_what_was_asked_about_is_said() -> None:
    asked = Asked("x.fader")
    asked.hear(Report(LEVEL, -20.0), Pressed(ControlId("x.mute.1")))
    assert asked.said == []
    asked.hear(Touched(FADER))
    assert len(asked.said) == 1


def test_a_name_means_whole_words() -> None:
    asked = Asked("desk.ch.1")
    asked.hear(Report(ParameterId("desk.ch.10.fader"), -20.0))
    assert asked.said == []
    asked.hear(Report(LEVEL, -20.0))
    assert len(asked.said) == 1


@pytest.mark.parametrize("name", ["x", "x.fader", "x.fader.1", "desk", "desk.ch.1", "desk:/any"])
def test_what_a_rig_has_may_be_asked_about(name: str) -> None:
    refuse_unknown(Engine(plan_of(rig("- fader <> .fader | db"))), [name])


@pytest.mark.parametrize(
    ("name", "words"),
    [("x.fadr.1", "did you mean 'x.fader.1'"), ("zzz", "expand"), ("desk.ch.99", "is called")],
)
def test_what_a_rig_has_not_is_said_at_once(name: str, words: str) -> None:
    with pytest.raises(UnknownName, match=words):
        refuse_unknown(Engine(plan_of(rig("- fader <> .fader | db"))), [name])
