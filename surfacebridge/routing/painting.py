"""What a surface shows.

Owns: what each control should show now, at what pace it is told, and when a
fader that was let go is told its place.  Does not own: whether a hand is on it
(``engine``), or which line is live (``live``).

Rules: a motor never moves under a hand.  What is shown already is not sent
again.  An unknown value is not shown: lamps and displays go dark, motors stay.
"""

from typing import Any, Final

from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.sheets import ControlSpec
from surfacebridge.model.values import EIGHT_COLOURS, OFF
from surfacebridge.routing.bindings import Fitted, Out
from surfacebridge.routing.limits import Falling, Limits
from surfacebridge.routing.running import Running
from surfacebridge.routing.state import NEVER, Control, Parameter
from surfacebridge.routing.text import fit, tell_apart
from surfacebridge.routing.wiring import Wiring

# How long a released fader waits for the echo of its last move before it
# settles on what is known; a slow DAW answers within 0.1 s, Live within 0.2 s.
ECHO_PATIENCE: Final = 0.3

# A finger that comes back within this never left: contacts bounce, and a slow
# cable brings the release and the next touch together.
BOUNCE: Final = 0.02


class Painting:
    """Keep surfaces true to what is known of the targets."""

    def __init__(self, running: Running, wiring: Wiring) -> None:
        self._running = running
        self.wiring = wiring

    def refresh(self, control: Control, now: float, *, anew: bool = False) -> None:
        """Show what ``control`` should show now.

        While that is unknown a control keeps what it shows, as after a target
        went; ``anew`` means that it stands for something else now and goes dark.
        A meter always does: a level that nobody measures any more is none.
        """
        wanted = self._wanted(control)
        if wanted is None:
            keeps = control.shown is not None and control.spec.kind != "meter"
            if (keeps and not anew) or control.spec.stays:
                return
            wanted = _dark(control.spec)
        control.wanted = wanted
        if not _is_held_back(control):
            self._show(control, now)

    def refresh_row(self, control: Control, now: float) -> None:
        """Show the shortened names beside ``control`` again: they may look like its text."""
        row = self.wiring.row(control)
        if row is not None and row.shortened:
            for other in list(row.shortened.values()):
                if other is not control:
                    self.refresh(other, now)

    def due(self, control: Control, now: float) -> None:
        """Show what waited for its turn."""
        control.queued = False
        if not _is_held_back(control):
            self._show(control, now)

    def servo(self, control: Control, position: float) -> None:
        """Tell a motor that serves its orders to be where the hand holds it."""
        if control.serves:
            self._running.out.append(ShowMotor(control.surface, control.id, position))

    def hold(self, control: Control) -> None:
        """Stop a motor that was on a slow way: a hand is on it."""
        limits = _limits_of(control)
        if limits is not None:
            limits.finish()

    # A fader that was let go

    def settle(self, control: Control, now: float) -> None:
        """Show a fader that was let go what its target holds, once, and not before its echo."""
        waits = control.moved and any(
            not parameter.echoed for binding in control.outs for parameter in binding.parameters
        )
        control.awaits_echo_until = now + (ECHO_PATIENCE if waits else BOUNCE)
        self._running.schedule.add(control.awaits_echo_until, "echo", control)

    def echo_due(self, control: Control, now: float) -> None:
        """Settle a fader whose echo did not come."""
        if NEVER < control.awaits_echo_until <= now:
            self._confirm(control, now)

    def echo_came(self, parameter: Parameter, now: float) -> None:
        """Settle every fader that waited for ``parameter`` to come home."""
        for control in parameter.views:
            if NEVER < control.awaits_echo_until < float("inf"):
                self._confirm(control, now)

    def _confirm(self, control: Control, now: float) -> None:
        control.awaits_echo_until = NEVER
        if not control.spec.motor:
            return
        control.wanted = self._wanted(control)
        # A motor that serves its last order would run back to it: confirm where it is.
        again = control.moved and control.echo == "settle"
        control.moved = False
        self._show(control, now, again=again)

    def put_back(self, control: Control, now: float) -> None:
        """Send a cap that nobody holds to its place: something moved it."""
        if control.wanted is not None and not _is_held_back(control):
            self._show(control, now, again=True)

    # What to show

    def _wanted(self, control: Control) -> object:
        """Return what ``control`` should show, ``None`` while that is unknown."""
        outs = control.outs
        for binding in outs:
            if isinstance(binding, Out) and (wanted := binding.render()) is not None:
                if binding.fitted is None:
                    return wanted
                return self._told_apart(control, wanted, binding.fitted)
        return None if outs else self._blank(control)

    def _told_apart(self, control: Control, wanted: object, fitted: Fitted) -> object:
        """Return a text that no other strip shows for another name."""
        row, full = self.wiring.row(control), fitted.full()
        if row is None:
            return wanted
        if full is None or full == wanted:
            row.shortened.pop(control.id, None)
            return wanted
        row.shortened[control.id] = control
        for other in row.controls:
            if other is not control and _looks_like(other, wanted, full):
                subject = self.wiring.banks.subject(control.strip)
                place = control.strip if subject is None else subject.n
                return tell_apart(full, fitted.width, place)
        return wanted

    def _blank(self, control: Control) -> object:
        """Return what a control shows that stands for nothing."""
        if control.spec.stays:
            return None
        match control.spec.kind:
            case "key" | "lamp" if control.spec.lights:
                return self._scene_lamp(control) or (
                    "lit" if self._is_active_key(control) else "dark"
                )
            case "text":
                return fit(self.wiring.shown_variable(control.id), control.spec.cells)
            case "fader":
                gives_out = control.spec.motor and self.wiring.gives_out(control)
                return 0.0 if gives_out else None
            case _:
                return _dark(control.spec)

    def _scene_lamp(self, control: Control) -> str | None:
        """Return a slot's lamp: empty dark, stored lit, the current one blinking."""
        scenes = self.wiring.scenes
        if scenes is None:
            return None
        for action in self.wiring.plan.keys.get(control.id, ()):
            if action.kind == "scene":
                number = int(action.name)
                if number not in scenes.numbers():
                    return "dark"
                return "blink" if number == scenes.current else "lit"
        return None

    def _is_active_key(self, control: Control) -> bool:
        situation = self.wiring.situation
        for action in self.wiring.plan.keys.get(control.id, ()):
            kind = "modifier" if action.kind == "latch" else action.kind
            if kind in {"layer", "bank", "modifier"} and situation.has(kind, action.name):
                return True
        return False

    # Telling

    def _show(self, control: Control, now: float, *, again: bool = False) -> None:
        """Send what is wanted unless it is shown already; at the control's own pace."""
        wanted = control.wanted
        if wanted is None or control.surface not in self._running.present:
            return
        again |= control.confirms
        falling = _falling_of(control) if control.spec.kind == "meter" else None
        if falling is not None and isinstance(wanted, float):
            # A peak counts even if its turn to be shown has not come.
            falling.take(wanted, now)
        elif not again and _is_shown(control):
            return
        due = control.sent_at + control.interval
        if due > now:
            control.confirms |= again
            self._queue(control, due)
            return
        limits = _limits_of(control) if isinstance(wanted, float) else None
        if falling is not None:
            wanted = self._fallen(control, falling, now)
        elif limits is not None and isinstance(wanted, float):
            wanted = self._slowed(control, limits, wanted, now)
        if wanted is not None:
            self._tell(control, wanted, now)

    def _queue(self, control: Control, due: float) -> None:
        if not control.queued:
            control.queued = True
            self._running.schedule.add(due, "show", control)

    def _tell(self, control: Control, wanted: object, now: float) -> None:
        shown, control.shown = control.shown, wanted
        control.sent_at = now
        control.confirms = False
        if isinstance(wanted, float) and control.spec.kind == "fader":
            start = shown if isinstance(shown, float) else None
            if start is not None and control.index(start) == control.index(wanted):
                start = wanted
            control.travel.order(start, wanted, control.spec.travel, now)
        self._running.out.append(_show_of(control, wanted))

    def _fallen(self, control: Control, falling: Falling, now: float) -> float:
        """Return the level of a meter that comes down in its own time."""
        level = falling.advance(now)
        if falling.falls:
            self._queue(control, now + control.interval)
        return level

    def _slowed(self, control: Control, limits: Limits, wanted: float, now: float) -> float | None:
        """Return where a limited motor is to be now, on its way to ``wanted``."""
        if limits.aim != wanted or limits.due() is None:
            limits.take(wanted, control.shown if isinstance(control.shown, float) else None, now)
        place, due = limits.advance(now), limits.due()
        if due is not None:
            self._queue(control, max(due, now + control.interval))
        return place


def _limits_of(control: Control) -> Limits | None:
    for binding in control.outs:
        if isinstance(binding, Out) and binding.limits is not None:
            return binding.limits
    return None


def _falling_of(control: Control) -> Falling | None:
    for binding in control.outs:
        if isinstance(binding, Out) and binding.falling is not None:
            return binding.falling
    return None


def _looks_like(control: Control, text: object, name: str) -> bool:
    """Return whether ``control`` would show ``text`` too, for another name."""
    for binding in control.outs:
        if isinstance(binding, Out) and binding.fitted is not None:
            full = binding.fitted.full()
            return full is not None and full != name and binding.render() == text
    return False


def _is_held_back(control: Control) -> bool:
    return control.spec.kind == "fader" and (control.held or control.awaits_echo_until != NEVER)


def _is_shown(control: Control) -> bool:
    wanted, shown = control.wanted, control.shown
    if isinstance(wanted, float) and isinstance(shown, float) and control.spec.kind == "fader":
        return control.index(wanted) == control.index(shown)
    return wanted == shown


def _dark(spec: ControlSpec) -> object:
    """Return what a control shows whose value is unknown: nothing that could be taken for one."""
    match spec.kind:
        case "key" | "lamp":
            return "dark" if spec.lights else None
        case "text":
            return ""
        case "ring":
            return (None, "dot")
        case "meter":
            return OFF
        case "colour":
            return EIGHT_COLOURS[7]
        case _:
            return None


def _show_of(control: Control, wanted: Any) -> Show:
    """Return the order that makes ``control`` show ``wanted``; the kinds agree by construction."""
    surface, identity = control.surface, control.id
    match control.spec.kind:
        case "fader":
            return ShowMotor(surface, identity, wanted)
        case "text":
            return ShowText(surface, identity, wanted)
        case "ring":
            return ShowRing(surface, identity, *wanted)
        case "meter":
            return ShowMeter(surface, identity, wanted)
        case "colour":
            return ShowColour(surface, identity, wanted)
        case _:
            return ShowLamp(surface, identity, wanted)
