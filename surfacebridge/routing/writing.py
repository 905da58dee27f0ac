"""Setpoints on their way to targets.

Owns: what is written, when, and what is not written twice.  Does not own:
where a value comes from (``engine``), or what a report means to a surface
(``painting``).

Rules: nothing is written that the target holds already.  Newest wins, at the
target's own pace, and the last value always goes out.
"""

from collections.abc import Callable, Container, Iterable, Sequence

from surfacebridge.model.parameters import Follow, ParameterId, Write
from surfacebridge.model.values import Value
from surfacebridge.routing.running import Running
from surfacebridge.routing.state import Control, Parameter

Changed = Callable[[Parameter, Control | None, float], None]
"""Called when a parameter has another value; with the control that made it so."""


class Writing:
    """Write to targets, and note what they hold then."""

    def __init__(self, running: Running, changed: Changed) -> None:
        self._running = running
        self._changed = changed
        self._followed: dict[str, dict[ParameterId, None]] = {}

    def write(
        self,
        parameter: Parameter,
        value: Value,
        origin: Control | None,
        now: float,
        *,
        insists: bool = False,
    ) -> None:
        """Make the target hold ``value``; ``insists`` even if it seems to do so already."""
        if parameter.target not in self._running.present:
            self._running.counts["absent"] += 1
            return
        due = parameter.sent_at + parameter.interval
        if due <= now:
            parameter.setpoint = None
            self._send(parameter, value, origin, insists or parameter.insists, now)
        elif parameter.setpoint is not None or insists or not parameter.holds(value):
            parameter.setpoint = value
            parameter.origin = origin
            parameter.insists |= insists
            if not parameter.queued:
                parameter.queued = True
                self._running.schedule.add(due, "write", parameter)

    def flush(self, parameter: Parameter, now: float) -> None:
        """Write the setpoint of ``parameter`` now, if it has one."""
        value, origin = parameter.setpoint, parameter.origin
        parameter.setpoint = parameter.origin = None
        parameter.queued = False
        if value is not None:
            self._send(parameter, value, origin, parameter.insists, now)

    def _send(
        self, parameter: Parameter, value: Value, origin: Control | None, insists: bool, now: float
    ) -> None:
        parameter.insists = False
        if not parameter.wrote(value, now, insists=insists):
            return
        self._running.out.append(Write(parameter.target, parameter.id, value))
        self._changed(parameter, origin, now)

    def due(self, parameter: Parameter, now: float) -> None:
        """Write what waited for its turn; a release may have sent it before."""
        turn = parameter.sent_at + parameter.interval
        if parameter.queued and turn > now:
            self._running.schedule.add(turn, "write", parameter)
        elif parameter.queued:
            self.flush(parameter, now)

    def emit(self, parameter: Parameter, value: Value) -> None:
        """Say ``value`` to the target and believe nothing: it will tell what came of it."""
        if parameter.target in self._running.present:
            self._running.out.append(Write(parameter.target, parameter.id, value))
        else:
            self._running.counts["absent"] += 1

    def follow(self, target: str, parameters: Sequence[Parameter]) -> None:
        """Ask ``target`` to follow ``parameters``, unless it does so already.

        What was in view once is followed on, so that it is right when it is shown again.
        """
        if target not in self._running.present:
            return
        before = self._followed.get(target, {})
        names = dict.fromkeys(one.id for one in parameters if one.target == target)
        if names.keys() <= before.keys():
            return
        self._followed[target] = names | before
        self._running.out.append(Follow(target, tuple(self._followed[target])))

    def follow_no_others(self, parameters: Container[ParameterId]) -> None:
        """Ask for none but ``parameters`` when something is asked for next."""
        for target, names in self._followed.items():
            kept = {name: None for name in names if name in parameters}
            self._followed[target] = kept

    def follow_anew(self, target: str, parameters: Sequence[Parameter]) -> None:
        """Ask ``target`` for all it follows and for ``parameters``, as if it had said nothing."""
        if target not in self._running.present:
            self._running.counts["absent"] += 1
            return
        names = dict.fromkeys(one.id for one in parameters if one.target == target)
        self._followed[target] = names
        self._running.out.append(Follow(target, tuple(names), anew=True))

    def flush_all(self, target: str, parameters: Iterable[Parameter], now: float) -> None:
        """Write what waits for its turn to go to ``target``: it begins anew."""
        for parameter in parameters:
            if parameter.target == target and parameter.setpoint is not None:
                self.flush(parameter, now)

    def forget(self, target: str) -> None:
        """Know nothing of what ``target`` follows, as after it went."""
        self._followed.pop(target, None)

    def resume(self, parameters: list[Parameter], now: float) -> None:
        """Let the setpoints that a reload brought along go out."""
        for parameter in parameters:
            if parameter.setpoint is not None:
                parameter.queued = True
                due = max(parameter.sent_at + parameter.interval, now)
                self._running.schedule.add(due, "write", parameter)
