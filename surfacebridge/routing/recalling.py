"""Scene keys at work: a tap, a hold, and fades on their way.

Owns: when a scene is stored or recalled, and each step of a fade.  Does not
own: what a scene holds (``scenes``) or how a value is written (``writing``).

Rule: whoever moves a parameter takes it out of the fade: a finger on its
fader, an encoder, a key, or somebody at the desk.
"""

from typing import Final

from surfacebridge.model.controls import ControlId
from surfacebridge.model.parameters import ParameterId
from surfacebridge.routing.live import Live
from surfacebridge.routing.running import Running
from surfacebridge.routing.scenes import FADE_STEP, Scenes
from surfacebridge.routing.state import Control, Parameter

# Longer than a decided tap, shorter than doubt (mapping-language.md, 3.7).
HOLD_TO_STORE: Final = 0.8


class Recalling:
    """Store and recall the scenes of the plan in force."""

    def __init__(self, running: Running, live: Live) -> None:
        self._running = running
        self._live = live
        self._pressed: dict[ControlId, tuple[int, float]] = {}
        self._steps = False
        """Whether the next step of a fade is scheduled already."""

    @property
    def _scenes(self) -> Scenes | None:
        return self._live.wiring.scenes

    def press(self, number: int, control: Control, now: float) -> None:
        """Note that the key of slot ``number`` went down."""
        self._pressed[control.id] = (number, now)
        self._running.schedule.add(now + HOLD_TO_STORE, "hold", control)

    def release(self, control: Control, now: float) -> None:
        """Do what a tap does, unless the key was held long enough for the other thing."""
        number, since = self._pressed.pop(control.id, (0, now))
        scenes = self._scenes
        if number and scenes is not None:
            held = now - since >= HOLD_TO_STORE
            self.do(scenes.plan.hold if held else scenes.plan.tap, number, now)

    def hold_due(self, control: Control, now: float) -> None:
        """Do what a hold does, while the key is still down."""
        number, since = self._pressed.get(control.id, (0, now))
        scenes = self._scenes
        if number and scenes is not None and now - since >= HOLD_TO_STORE:
            del self._pressed[control.id]
            self.do(scenes.plan.hold, number, now)

    def do(self, what: str, number: int, now: float) -> bool:
        """Store or recall scene ``number``; return whether ``what`` is one of these."""
        scenes = self._scenes
        if scenes is None or what not in {"store", "recall"}:
            return False
        parameters = self._live.wiring.parameters
        if what == "store":
            if scenes.store(number, parameters.values()) is None:
                self._running.counts["unknown"] += 1
        else:
            for parameter, value in scenes.recall(number, parameters, now):
                self._live.writing.write(parameter, value, None, now)
            for control in self._live.controls.values():
                if control.held:
                    self.leave_all(control)
            self._go_on(scenes, now)
        self._live.refresh_keys(now)
        return True

    def fade_due(self, now: float) -> None:
        """Let every fading parameter take its next step."""
        self._steps = False
        scenes = self._scenes
        if scenes is not None:
            for parameter, value in scenes.step(now):
                self._live.writing.write(parameter, value, None, now)
            self._go_on(scenes, now)

    def leave(self, parameter: Parameter) -> None:
        """Take ``parameter`` out of the fade."""
        scenes = self._scenes
        if scenes is not None and scenes.is_fading:
            scenes.leave(ParameterId(parameter.id))

    def leave_all(self, control: Control) -> None:
        """Take everything that ``control`` moves out of the fade: a hand is on it."""
        for binding in control.ins:
            for parameter in binding.parameters:
                self.leave(parameter)

    def lost(self, name: str) -> None:
        """Forget the keys of a surface that went, and the fades on a target that did.

        A key that comes up because its cable was pulled recalls nothing.
        """
        for identity in [one for one in self._pressed if one.startswith(f"{name}.")]:
            del self._pressed[identity]
        if self._scenes is not None:
            self._scenes.forget(name)

    def resume(self, now: float) -> None:
        """Go on after a reload, with a schedule that is empty."""
        self._steps = False
        if self._scenes is not None:
            self._go_on(self._scenes, now)

    def _go_on(self, scenes: Scenes, now: float) -> None:
        if scenes.is_fading and not self._steps:
            self._steps = True
            self._running.schedule.add(now + FADE_STEP, "fade")
