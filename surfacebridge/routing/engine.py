"""Every decision the bridge makes: one event and a time in, effects out.

Owns: gestures, reports, and endpoints that come and go.  Does not own: what
is live (``live``), what is written (``writing``), what is shown (``painting``),
or bytes (``profiles``).

Rule: whoever holds a control owns it.  What a hand began, its release ends,
even if the meaning changed in between or the surface went.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from math import ceil, isnan
from typing import Final

from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Arrived, ClockTicked, Gone
from surfacebridge.model.parameters import Report
from surfacebridge.routing.banks import Banks
from surfacebridge.routing.bindings import FaderIn, KeyIn, TurnIn, VerbIn
from surfacebridge.routing.conditions import Situation
from surfacebridge.routing.live import Live
from surfacebridge.routing.ownership import Ownership
from surfacebridge.routing.plan import KeyAction, Plan
from surfacebridge.routing.recalling import Recalling
from surfacebridge.routing.riding import Ride, ride_of
from surfacebridge.routing.running import Effect, Event, Running
from surfacebridge.routing.setpoints import Schedule
from surfacebridge.routing.state import HOLD_AFTER_MOVE, NEVER, Control, Parameter
from surfacebridge.routing.travel import ASTRAY
from surfacebridge.routing.verbs import constant_of_text
from surfacebridge.routing.wiring import Wiring, prepared

__all__ = ["Effect", "Engine", "Event"]

# Orders to a motor may be that long on a slow cable.
IN_FLIGHT: Final = 0.5

# Touches made from motion end together, so that many riding faders wake the
# loop this many times a second and not a few times each.
RESTS_A_SECOND: Final = 40

# A fader whose value still glides is not told its place before that is known.
UNTIL_ARRIVED: Final = float("inf")

# A wheel spun as hard as it goes gives some dozens a message; a peer may write any number.
MOST_TICKS: Final = 1000

# Two presses nearer than this are a double press.
DOUBLE_PRESS: Final = 0.4


class Engine:
    """The bridge's mind, for one plan at a time.

    ``counts`` says what was dropped and why: ``untouched`` moves without a
    finger, ``late`` moves of a fader whose meaning changed under the hand,
    ``owned`` moves of a fader whose value another hand has, ``not caught``
    moves of a fader that has yet to reach its value, ``unknown`` gestures on a
    value nobody knows yet, ``absent`` writes to a target that is not there,
    ``outdated`` chunks of a connection that had ended (counted by its session),
    ``unmapped`` events that no line speaks about, ``odd`` reports of no number
    at all, ``undone`` actions that cannot be done.
    """

    def __init__(self, plan: Plan) -> None:
        self._running: Final = Running()
        self.counts: Final = self._running.counts
        self._live: Final = Live(self._running, plan)
        self._writing: Final = self._live.writing
        self._recalling: Final = Recalling(self._running, self._live)
        self._ownership: Final = Ownership()
        self._controls = self._live.controls
        self._presses: dict[ControlId, float] = {}
        self._gliding: dict[FaderIn, None] = {}
        self._handlers: Final[dict[type, Callable[..., None]]] = {
            Moved: self._moved,
            Turned: self._turned,
            Pressed: self._pressed,
            Released: self._released,
            Touched: self._touched,
            LetGo: self._let_go,
            Report: self._reported,
            Arrived: self._arrived,
            Gone: self._gone,
            ClockTicked: self._clock_ticked,
        }

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        return self._live.plan

    @property
    def wiring(self) -> Wiring:
        """The live bindings, for explaining and for people to look at."""
        return self._live.wiring

    @property
    def banks(self) -> Banks:
        """Where the window of strips stands."""
        return self._live.banks

    @property
    def situation(self) -> Situation:
        """Which layers, modifiers and touches are the case."""
        return self._live.situation

    @property
    def present(self) -> AbstractSet[str]:
        """The surfaces and targets that count as there."""
        return self._running.present

    def handle_all(self, events: Sequence[Event], now: float) -> list[Effect]:
        """Take several events of one moment; return what to send, in order."""
        out = self._running.out = []
        handlers = self._handlers
        for event in events:
            handlers[type(event)](event, now)
        return out

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Take one event; return what to send, in order."""
        out = self._running.out = []
        self._handlers[type(event)](event, now)
        return out

    def wake(self, now: float) -> list[Effect]:
        """Do what is due; return what to send."""
        out = self._running.out = []
        schedule = self._running.schedule
        while (entry := schedule.take(now)) is not None:
            match entry:
                case "write", Parameter() as parameter:
                    self._writing.due(parameter, now)
                case "limit", FaderIn() as binding:
                    self._glide(binding, now)
                case what, Control() as control:
                    self._due_for_one(what, control, now)
                case what, _:
                    self._due_for_all(what, now)
        return out

    def _due_for_one(self, what: str, control: Control, now: float) -> None:
        match what:
            case "show":
                self._live.painting.due(control, now)
            case "rest":
                self._rest(control, now)
            case "echo":
                self._live.painting.echo_due(control, now)
            case "travel":
                self._travel_over(control, now)
            case "astray":
                self._put_back(control, now)
            case "hold":
                self._recalling.hold_due(control, now)
            case _:
                pass

    def _due_for_all(self, what: str, now: float) -> None:
        if what == "fade":
            self._recalling.fade_due(now)
        elif what == "adopted":
            self._live.settle()

    def may_drive(self, motor: ShowMotor) -> bool:
        """Return whether an order that was decided a moment ago may still leave.

        Under a hand it may not, but for one that keeps a servo where the hand has
        moved it.  An order held back here is given again when the hand is gone.
        """
        control = self._controls[motor.control]
        # Until the hand has moved, what is shown is what was ordered before it came.
        follows_hand = control.serves and control.moved and motor.position == control.shown
        if control.held and not follows_hand:
            control.confirms = True
            return False
        return True

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._running.schedule.next_due()

    @property
    def epoch(self) -> int:
        """Another number after anything came, went, or means something else now."""
        return self._running.epoch

    def ride(self, control: ControlId) -> Ride | None:
        """Return the short way of a plain fader, good for this epoch; ``None`` for any other."""
        found = self._controls.get(control)
        return None if found is None else ride_of(found, self._running)

    def prepare(self, plan: Plan) -> Wiring:
        """Return what ``adopt`` takes.  It takes a while, and may run in another thread."""
        return prepared(plan, self.wiring)

    def adopt(self, wiring: Wiring, now: float) -> list[Effect]:
        """Run the plan of ``wiring`` from now on: same state, only the differences are sent.

        ``wiring`` comes from ``prepare`` and is taken over once.
        """
        out = self._running.out = []
        for binding in list(self._gliding):
            self._end_glide(binding, now)
        self._running.schedule = Schedule()
        self._live.adopt(wiring, now)
        self._recalling.resume(now)
        self._controls = self._live.controls
        for control in self._controls.values():
            if control.held and control.held_until != NEVER:
                self._running.schedule.add(control.held_until, "rest", control)
            if NEVER < control.awaits_echo_until < UNTIL_ARRIVED:
                self._running.schedule.add(control.awaits_echo_until, "echo", control)
        return out

    def resync(self, name: str, now: float) -> list[Effect]:
        """Read target ``name`` again, or show everything of surface ``name`` again."""
        out = self._running.out = []
        if name in self.plan.targets:
            self._live.resync(name)
        else:
            self._live.repaint(name, now)
        return out

    def choose_layer(self, name: str, now: float) -> None:
        """Make ``name`` the one active layer."""
        self._live.choose_layer(name, now)

    # Faders

    def _moved(self, event: Moved, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
        elif self._is_hand(control, event.position, now):
            self._move(control, event.position, now)

    def _move(self, control: Control, position: float, now: float) -> None:
        control.shown = position
        control.moved = True
        ins = control.ins
        if control.held and control.grabbed is not ins and control.grabbed != ins:
            # Its bank or layer changed under the hand: this finger meant the old one.
            self.counts["late"] += 1
            _passed(control, position)
            self._live.painting.servo(control, position)
            return
        for binding in ins:
            if type(binding) is FaderIn:
                parameter = binding.parameter
                if parameter.owner != control.id and not self._ownership.may_move(
                    control, parameter, self._controls
                ):
                    self.counts["owned"] += 1
                    if control.takeover is not None:
                        control.takeover.passed(position, parameter.id)
                elif control.takeover is None and binding.limits is None:
                    self._writing.write(parameter, binding.forward(position), control, now)
                else:
                    self._move_into(control, binding, position, now)
        if control.serves:
            self._live.painting.servo(control, position)

    def _move_into(self, control: Control, binding: FaderIn, position: float, now: float) -> None:
        if control.takeover is not None:
            place = self._place_to_catch(binding, position)
            taken = control.takeover.moved(position, place, binding.parameter.id)
            if taken is None:
                self.counts["not caught"] += 1
                return
            position = taken
        if binding.limits is None:
            self._writing.write(binding.parameter, binding.forward(position), control, now)
            if control.takeover is not None:
                control.takeover.wrote(binding.place(), binding.parameter.id)
        else:
            binding.limits.take(position, binding.place(), now)
            self._glide(binding, now)

    def _place_to_catch(self, binding: FaderIn, position: float) -> float | None:
        """Return where a cap finds its value: where it stands itself if nobody will ever tell."""
        if binding.limits is not None and binding in self._gliding:
            return binding.limits.aim
        place = binding.place()
        hears = binding.parameter.tells and binding.line is not None and binding.line.gives_out
        return position if place is None and not hears else place

    def _glide(self, binding: FaderIn, now: float) -> None:
        """Let a limited value go on its way."""
        limits = binding.limits
        if limits is None:
            return
        position = limits.advance(now)
        if position is not None:
            value = binding.forward(position)
            self._writing.write(binding.parameter, value, binding.control, now)
        due = limits.due()
        if due is not None:
            self._gliding[binding] = None
            self._running.schedule.add(due, "limit", binding)
        elif binding in self._gliding:
            self._arrive(binding, now)

    def _end_glide(self, binding: FaderIn, now: float) -> None:
        last = None if binding.limits is None else binding.limits.finish()
        if last is not None:
            value = binding.forward(last)
            self._writing.write(binding.parameter, value, binding.control, now)
        self._arrive(binding, now)

    def _arrive(self, binding: FaderIn, now: float) -> None:
        """Settle a fader whose value came to rest after its hand had gone."""
        del self._gliding[binding]
        if binding.control.awaits_echo_until == UNTIL_ARRIVED:
            self._live.painting.settle(binding.control, now)

    def _is_hand(self, control: Control, position: float, now: float) -> bool:
        """Return whether a move is a hand's, and note a touch that only motion shows."""
        if control.touch == "required":
            if not control.held:
                self.counts["untouched"] += 1
                _passed(control, position)
                self._note_untouched(control, position, now)
            return control.held
        if not control.held:
            if control.travel.is_own(position, now):
                self._running.schedule.add(control.travel.until, "travel", control)
                return False
            if control.touch == "ignore":
                return True
            self._take(control, now)
            control.held_until = now + HOLD_AFTER_MOVE
            self._running.schedule.add(_together(control.held_until), "rest", control)
        elif control.held_until != NEVER:
            control.held_until = now + HOLD_AFTER_MOVE
        return True

    def _note_untouched(self, control: Control, position: float, now: float) -> None:
        if control.travel.is_own(position, now):
            self._running.schedule.add(control.travel.until, "travel", control)
        elif isinstance(control.shown, float) and abs(position - control.shown) > ASTRAY:
            control.moved_untouched = now
            self._running.schedule.add(now + HOLD_AFTER_MOVE, "astray", control)

    def _travel_over(self, control: Control, now: float) -> None:
        """Listen to a cap that did not arrive where it was sent: a hand stopped it."""
        if control.held or now < control.travel.until:
            return
        position = control.travel.stray()
        if position is not None:
            self._moved(Moved(control.id, position), now + 1e-9)

    def _touched(self, event: Touched, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
        elif control.touch == "ignore":
            self._press_lines(self._touch_key(control), now)
        else:
            if not control.held:
                self._take(control, now)
            control.held_until = NEVER

    def _take(self, control: Control, now: float) -> None:
        control.held = True
        control.moved = False
        # Stopped on its way, or told as the hand came, it has to be sent there again.
        control.confirms |= now <= max(control.travel.until, control.sent_at) + IN_FLIGHT
        control.awaits_echo_until = NEVER
        self._live.painting.hold(control)
        self._live.set("touched", control.id, True, now)
        control.grabbed = control.ins
        self._ownership.take(control, self._controls)
        self._recalling.leave_all(control)
        self._press_lines(self._touch_key(control), now)

    def _let_go(self, event: LetGo, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
        elif control.touch == "ignore":
            self._release_lines(self._touch_key(control), now)
        elif control.held:
            self._leave(control, now)
        elif control.awaits_echo_until == NEVER:
            # The finger came before we did: the cap is wherever it went meanwhile.
            control.confirms = True
            self._live.painting.settle(control, now)

    def _put_back(self, control: Control, now: float) -> None:
        """Send a cap home that was moved without a touch, once it rests."""
        if now - control.moved_untouched >= HOLD_AFTER_MOVE - 1e-9:
            self._live.painting.put_back(control, now)

    def _leave(self, control: Control, now: float) -> None:
        for binding in control.grabbed:
            if isinstance(binding, FaderIn):
                if binding.limits is not None:
                    binding.limits.rest(now)
                    self._glide(binding, now)
                self._writing.flush(binding.parameter, now)
        self._ownership.leave(control)
        control.held = False
        control.held_until = NEVER
        control.grabbed = ()
        self._release_lines(self._touch_key(control), now)
        self._live.set("touched", control.id, False, now)
        if any(binding.control is control for binding in self._gliding):
            control.awaits_echo_until = UNTIL_ARRIVED
        else:
            self._live.painting.settle(control, now)

    def _rest(self, control: Control, now: float) -> None:
        if not control.held or control.held_until == NEVER:
            return
        if control.held_until > now:
            self._running.schedule.add(_together(control.held_until), "rest", control)
        else:
            self._leave(control, now)

    def _touch_key(self, control: Control) -> Control | None:
        return self._controls.get(ControlId(f"{control.id}.touch"))

    # Encoders and keys

    def _turned(self, event: Turned, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
            return
        self._recalling.leave_all(control)
        ticks = min(max(event.ticks, -MOST_TICKS), MOST_TICKS)
        for binding in control.ins:
            match binding:
                case TurnIn(relative=None):
                    self._writing.emit(binding.parameter, binding.forward(float(ticks)))
                case TurnIn():
                    value = binding.turned(ticks)
                    if value is None:
                        self.counts["unknown"] += 1
                    else:
                        self._writing.write(binding.parameter, value, control, now)
                case KeyIn() | VerbIn():
                    self._press_line(binding, control, now)
                case _:
                    pass

    def _pressed(self, event: Pressed, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
            return
        last = self._presses.get(control.id, NEVER)
        self._presses[control.id] = now
        self._live.set("hold", control.id, True, now, but=control)
        if now - last < DOUBLE_PRESS:
            self._live.set("double", control.id, True, now)
        for action in self.plan.keys.get(control.id, ()):
            if action.kind == "scene":
                self._recalling.press(int(action.name), control, now)
            self._act(action, True, now)
        self._press_lines(control, now)

    def _press_lines(self, control: Control | None, now: float) -> None:
        if control is None:
            return
        control.down = True
        control.pressed_with = control.ins
        self._recalling.leave_all(control)
        for binding in control.pressed_with:
            self._press_line(binding, control, now)

    def _press_line(self, binding: object, control: Control, now: float) -> None:
        match binding:
            case KeyIn():
                self._press_key(binding, control, now)
            case VerbIn():
                self._do(binding, now)
            case _:
                pass

    def _press_key(self, binding: KeyIn, control: Control, now: float) -> None:
        parameter = binding.parameter
        if binding.constant is not None:
            self._writing.write(parameter, binding.constant, control, now, insists=True)
            return
        match binding.style:
            case "toggle" | "radio":
                lit = binding.is_lit()
                if lit is None:
                    self.counts["unknown"] += 1
                else:
                    self._writing.write(parameter, binding.forward(not lit), control, now)
            case "trigger" | "momentary":
                self._writing.emit(parameter, binding.forward(True))

    def _released(self, event: Released, now: float) -> None:
        control = self._controls.get(event.control)
        if control is not None:
            self._key_up(control, now)

    def _key_up(self, control: Control, now: float) -> None:
        self._release_lines(control, now)
        for action in self.plan.keys.get(control.id, ()):
            if action.kind == "scene":
                self._recalling.release(control, now)
            self._act(action, False, now)
        self._live.set("hold", control.id, False, now)
        self._live.set("double", control.id, False, now)

    def _release_lines(self, control: Control | None, now: float) -> None:
        if control is None or not control.down:
            return
        control.down = False
        for binding in control.pressed_with:
            if isinstance(binding, KeyIn) and binding.style == "momentary":
                self._writing.emit(binding.parameter, binding.forward(False))
        control.pressed_with = ()
        if control.surface in self._running.present and isinstance(control.shown, str):
            # Devices that light their own lamp while pressed need the truth again.
            control.shown = None
            self._live.painting.refresh(control, now)

    # The bridge's own actions

    def _act(self, action: KeyAction, down: bool, now: float) -> None:
        live = self._live
        match action:
            case KeyAction(kind="modifier", name=name):
                live.set("modifier", name, down, now)
            case KeyAction(kind="latch", name=name) if down:
                live.set("modifier", name, not live.situation.has("modifier", name), now)
            case KeyAction(kind="layer", name=name) if down:
                live.choose_layer(name, now)
            case KeyAction(kind="bank", name=name) if down:
                live.select_bank(name, now)
            case KeyAction(kind="page", step=step) if down:
                live.page(step, now)
            case KeyAction(kind="nudge", step=step) if down:
                live.nudge(step, now)
            case KeyAction(kind="variable", name=name, step=step) if down:
                live.step_variable(name, step, now, wrap=False)
            case _:
                pass

    def _do(self, binding: VerbIn, now: float) -> None:
        live, verb, parameter = self._live, binding.verb, binding.parameter
        match verb.name, verb.args:
            case "bank", (name, *_):
                live.select_bank(name, now)
            case "layer", (name, *_):
                live.choose_layer(name, now)
            case "page", (step, *_):
                live.page(int(step), now)
            case "cycle", (name, *_):
                live.step_variable(name, 1, now, wrap=True)
            case "reset", (_, text, *_) if parameter is not None:
                value = constant_of_text(text, parameter.spec)
                self._writing.write(parameter, value, None, now)
            case "scene", (how, number) if number.isdigit():
                if not self._recalling.do(how, int(number), now):
                    self.counts["undone"] += 1
            case "resync", names:
                for target in names or tuple(self.plan.targets):
                    live.resync(target)
            case _:
                self.counts["undone"] += 1

    # From the target

    def _reported(self, event: Report, now: float) -> None:
        parameter = self._live.wiring.parameters.get(event.parameter)
        if parameter is None:
            self.counts["unmapped"] += 1
            return
        value = event.value
        if isinstance(value, float) and isnan(value):
            self.counts["odd"] += 1
            return
        parameter.reported = value
        echo = parameter.echo_of(value, now) if parameter.awaited else None
        if echo == "older":
            return
        if parameter.believe(value):
            if echo is None:
                self._recalling.leave(parameter)
            self._live.changed(parameter, None, now)
        if echo == "newest":
            self._live.painting.echo_came(parameter, now)

    # Coming and going

    def _arrived(self, event: Arrived, now: float) -> None:
        name = event.endpoint
        if name in self._running.present:
            self._writing.flush_all(name, self._live.wiring.parameters.values(), now)
        self._lost(name, now)
        self._running.present.add(name)
        self._running.epoch += 1
        for control in self._controls.values():
            if control.surface == name:
                self._live.painting.refresh(control, now)
        if name in self.plan.targets:
            self._live.follow()

    def _gone(self, event: Gone, now: float) -> None:
        self._lost(event.endpoint, now)

    def _lost(self, name: str, now: float) -> None:
        """Let go of everything ``name`` held, and forget what it showed or said."""
        self._running.present.discard(name)
        self._running.epoch += 1
        self._recalling.lost(name)
        for control in self._controls.values():
            if control.surface == name:
                if control.held:
                    self._leave(control, now)
                if control.down:
                    self._key_up(control, now)
                control.forget_shown()
        if name in self.plan.targets:
            self._live.forget(name, now)

    def _clock_ticked(self, event: ClockTicked, now: float) -> None:
        self._live.tell_time((event.hours, event.minutes, event.seconds), now)


def _together(due: float) -> float:
    return ceil(due * RESTS_A_SECOND) / RESTS_A_SECOND


def _passed(control: Control, position: float) -> None:
    """Let a fader without a motor catch anew what it did not move on its way to ``position``."""
    if control.takeover is not None:
        for binding in control.ins:
            if isinstance(binding, FaderIn):
                control.takeover.passed(position, binding.parameter.id)
