"""What is broken, and where: a rule, a file, the text that keeps it and one that does not.

Rule: ``kept`` stands exactly once in its file.  Where a rule has moved, its mutation says so.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mutation:
    """``rule`` is broken by writing ``broken`` for ``kept`` in ``path``.

    ``near`` are the tests that should notice where a few storms do not.
    """

    rule: str
    path: str
    kept: str
    broken: str
    near: tuple[str, ...] = ()


ENGINE: Final = "surfacebridge/routing/engine.py"
PAINTING: Final = "surfacebridge/routing/painting.py"
STATE: Final = "surfacebridge/routing/state.py"
LIVE: Final = "surfacebridge/routing/live.py"
RIDING: Final = "surfacebridge/routing/riding.py"
WRITING: Final = "surfacebridge/routing/writing.py"
SESSION: Final = "surfacebridge/bridge/session.py"
HUB: Final = "surfacebridge/bridge/hub.py"
CONSOLE: Final = "surfacebridge/profiles/osc_console.py"
CONFIRMING: Final = "surfacebridge/profiles/confirming.py"
READING: Final = "surfacebridge/profiles/paced_reading.py"
DISPLAY: Final = "surfacebridge/profiles/mackie_display.py"
MCU: Final = "surfacebridge/profiles/surfaces/mcu.py"
HANDSHAKE: Final = "surfacebridge/protocols/mcu/handshake.py"

MUTATIONS: Final = (
    Mutation(
        "a hand's own move is not shown to its fader",
        PAINTING,
        'return control.spec.kind == "fader" and (control.held or '
        "control.awaits_echo_until != NEVER)",
        "return False",
        near=("tests/routing/test_touch.py",),
    ),
    Mutation(
        "an order that a hand overtook does not leave",
        SESSION,
        "if self._hub.engine.may_drive(motor):",
        "if motor:",
        near=("tests/bridge/test_session.py",),
    ),
    Mutation(
        "an order that a hand overtook is given again when it is gone",
        ENGINE,
        "            control.confirms = True\n            return False\n",
        "            return False\n",
        near=("tests/routing/test_touch.py",),
    ),
    Mutation(
        "a motor is off while a finger is on its fader",
        PAINTING,
        '"fader" and (control.held or control.awaits_echo_until',
        '"fader" and (control.awaits_echo_until',
        near=("tests/routing/test_touch.py", "tests/routing/test_painting.py"),
    ),
    Mutation(
        "a fader that was let go waits for the echo of its last move",
        PAINTING,
        "(control.held or control.awaits_echo_until != NEVER)",
        "control.held",
        near=("tests/routing/test_touch.py",),
    ),
    Mutation(
        "a fader without a motor that has not caught its value writes nothing",
        ENGINE,
        '                self.counts["not caught"] += 1\n                return\n',
        '                self.counts["not caught"] += 1\n                taken = position\n',
        near=("tests/routing/test_takeover.py", "tests/routing/test_engine.py"),
    ),
    Mutation(
        "a fader that lost its value to somebody else has to catch it again",
        "surfacebridge/routing/takeover.py",
        "            catch.caught = False\n        catch.sent = self._answer",
        "            pass\n        catch.sent = self._answer",
        near=("tests/routing/test_takeover.py",),
    ),
    Mutation(
        "an echo that comes late is not taken for somebody's move",
        ENGINE,
        '        if echo == "older":\n            return\n',
        "",
        near=("tests/routing/test_writing.py", "tests/routing/test_engine.py"),
    ),
    Mutation(
        "only what a target echoes is waited for",
        STATE,
        '        if self.echo == "all" and self.index is not None:\n',
        "        if self.index is not None:\n",
        near=("tests/routing/test_state.py",),
    ),
    Mutation(
        "a target that echoes in part is waited for in part",
        "surfacebridge/routing/binder.py",
        "        echo = spec.echo or sheet.echo\n",
        "        echo = sheet.echo\n",
        near=("tests/routing/test_binder.py",),
    ),
    Mutation(
        "a console is read anew after a scene was recalled on it",
        "surfacebridge/profiles/console.py",
        "            self._reread_at = self._now + self.reread_after[address]\n",
        "            pass\n",
        near=("tests/profiles/test_console.py", "tests/profiles/consoles/test_x32.py"),
    ),
    Mutation(
        "a console is read anew after we recalled a scene",
        "surfacebridge/profiles/console.py",
        "            self._reread_at = now + self.reread_after[leaf.address]\n",
        "            pass\n",
        near=("tests/profiles/test_console.py", "tests/profiles/consoles/test_x32.py"),
    ),
    Mutation(
        "a display is written only where it changed",
        DISPLAY,
        "            if self._wanted[place:end] == self._shown[place:end]:\n"
        "                continue\n",
        "",
        near=("tests/profiles/test_mackie_display.py",),
    ),
    Mutation(
        "the displays of a surface that came anew are written whole",
        MCU,
        "        self._display.forget()\n",
        "",
        near=("tests/profiles/surfaces/test_mcu.py",),
    ),
    Mutation(
        "a write that an older one may still overrun is asked about again",
        CONFIRMING,
        "                if asked_at is not None and asked_at >= written.at + CONFIRM_AFTER:\n"
        "                    del self._written[address]\n",
        "                del self._written[address]\n",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "all that is followed is gone through in time",
        CONFIRMING,
        "        self.at_once = min(ceil(len(self._round) * SWEEP_EVERY / seconds), most)\n",
        "        self.at_once = 1\n",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "the last value of a slow fade arrives when its hand goes on",
        ENGINE,
        "        last = None if binding.limits is None else binding.limits.finish()\n",
        "        last = None\n",
        near=("tests/routing/test_limits.py", "tests/routing/test_engine.py"),
    ),
    Mutation(
        "a value that rests is said once more as final",
        "surfacebridge/profiles/moves.py",
        "                out.append((key, item, True))\n            elif",
        "                pass\n            elif",
        near=("tests/profiles/test_moves.py",),
    ),
    Mutation(
        "a hand that came second does not ride what another has",
        RIDING,
        "            or parameter.owner != control.id\n",
        "",
        near=("tests/bridge/test_lane.py",),
    ),
    Mutation(
        "a ride is worked out anew once anything means something else",
        RIDING,
        "            self._running.epoch != self._epoch\n            or not",
        "            not",
        near=("tests/routing/test_riding.py",),
    ),
    Mutation(
        "a short way refuses what may not be written yet",
        RIDING,
        "            or parameter.sent_at + parameter.interval > now\n",
        "",
        near=("tests/bridge/test_lane.py",),
    ),
    Mutation(
        "the low half of fourteen bits comes first",
        "surfacebridge/protocols/midi/decoder.py",
        "0xE: lambda channel, low, high: PitchBend(channel, high << 7 | low),",
        "0xE: lambda channel, low, high: PitchBend(channel, low << 7 | high),",
        near=("tests/protocols/midi",),
    ),
    Mutation(
        "the low half of fourteen bits leaves first",
        "surfacebridge/protocols/midi/encoder.py",
        "return bytes((0xE0 | channel, low, high))",
        "return bytes((0xE0 | channel, high, low))",
        near=("tests/protocols/midi",),
    ),
    Mutation(
        "the low half of a motor's place leaves first",
        MCU,
        "        return bytes((value & 0x7F, value >> 7))\n",
        "        return bytes((value >> 7, value & 0x7F))\n",
        near=("tests/profiles/surfaces/test_mcu.py",),
    ),
    Mutation(
        "a surface that comes back is painted",
        ENGINE,
        "                self._live.painting.refresh(control, now)\n"
        "        if name in self.plan.targets:\n            self._live.follow()\n",
        "                pass\n        if name in self.plan.targets:\n"
        "            self._live.follow()\n",
    ),
    Mutation(
        "what a surface showed is forgotten with it",
        ENGINE,
        "                control.forget_shown()\n",
        "                control.held = control.down = False\n",
    ),
    Mutation(
        "what a surface held is let go when its plug is pulled",
        ENGINE,
        "                if control.held:\n                    self._leave(control, now)\n"
        "                if control.down:\n                    self._key_up(control, now)\n"
        "                control.forget_shown()\n",
        "                control.shown = None\n",
        near=(
            "tests/routing/test_touch.py",
            "tests/routing/test_engine.py",
        ),
    ),
    Mutation(
        "the last place of a motor is told when its turn comes",
        PAINTING,
        "            control.confirms |= again\n            self._queue(control, due)\n",
        "            control.confirms |= again\n",
    ),
    Mutation(
        "of several places for a motor the last one leaves",
        SESSION,
        "            self._motors[effect.control] = effect\n",
        "            self._motors.setdefault(effect.control, effect)\n",
        near=("tests/bridge/test_session.py",),
    ),
    Mutation(
        "a target that comes back is read",
        WRITING,
        "        self._followed.pop(target, None)\n",
        "        pass\n",
        near=("tests/routing/test_writing.py", "tests/routing/test_engine.py"),
    ),
    Mutation(
        "a resync reads everything again",
        WRITING,
        "        self._running.out.append(Follow(target, tuple(names), anew=True))\n",
        "        pass\n",
        near=("tests/routing/test_engine.py", "tests/journeys/test_resync.py"),
    ),
    Mutation(
        "the last value for a target leaves when its turn comes",
        WRITING,
        "        elif parameter.queued:\n            self.flush(parameter, now)\n",
        "        elif parameter.queued:\n            parameter.queued = False\n",
        near=("tests/routing/test_writing.py", "tests/routing/test_engine.py"),
    ),
    Mutation(
        "of several values for a target the last one leaves",
        SESSION,
        "                levels.pop(effect.parameter, None)\n"
        "                levels[effect.parameter] = effect\n",
        "                levels.setdefault(effect.parameter, effect)\n",
        near=("tests/bridge/test_session.py",),
    ),
    Mutation(
        "a Mackie unit that asks is answered",
        HANDSHAKE,
        "        return [reply, *self._online(device_id)]\n",
        "        return self._online(device_id)\n",
        near=("tests/protocols/mcu",),
    ),
    Mutation(
        "a Logic Control that asks is answered",
        HANDSHAKE,
        "            return [reply]\n",
        "            return []\n",
        near=("tests/protocols/mcu",),
    ),
    Mutation(
        "a hand whose bank changed under it writes nothing",
        ENGINE,
        "if control.held and control.grabbed is not ins and control.grabbed != ins:",
        "if False:",
        near=(
            "tests/routing/test_engine.py",
            "tests/routing/test_banks.py",
            "tests/routing/test_touch.py",
        ),
    ),
    Mutation(
        "the desk is asked for pushes",
        "surfacebridge/profiles/consoles/x32.py",
        'Renewal(encode(OscMessage("/xremote")), every=2.5)',
        'Renewal(encode(OscMessage("/xremote")), every=1e9)',
        near=("tests/profiles/consoles/test_x32.py",),
    ),
    Mutation(
        "pushes are asked for again in time",
        "surfacebridge/profiles/consoles/x32.py",
        'Renewal(encode(OscMessage("/xremote")), every=2.5)',
        'Renewal(encode(OscMessage("/xremote")), every=12.5)',
        near=("tests/profiles/consoles/test_x32.py",),
    ),
    Mutation(
        "a HUI answers its host's pings",
        "surfacebridge/protocols/hui/ping.py",
        "        return [PingAnswered()]\n",
        "        return []\n",
        near=("tests/protocols/hui",),
    ),
    Mutation(
        "a surface that says it has started is painted",
        MCU,
        "                self._fingers.clear()\n"
        "                heard.append(Arrived(self._name))\n",
        "                self._fingers.clear()\n",
    ),
    Mutation(
        "0 dB is 0 dB at both ends",
        "surfacebridge/model/laws.py",
        '    "x-touch": StraightLines.through(_X32_POINTS),\n',
        '    "x-touch": StraightLines.through(\n'
        "        tuple((place, level + 0.5) for place, level in _X32_POINTS)\n    ),\n",
    ),
    Mutation(
        "values are compared on the desk's own grid",
        STATE,
        "            if _is_near(index, known):\n"
        "                return False\n"
        "        elif known is not None and index == known:\n"
        "            return False\n",
        "            pass\n"
        "        elif known is not None and self.value == value:\n"
        "            return False\n",
        near=(
            "tests/routing/test_state.py",
            "tests/routing/test_writing.py",
        ),
    ),
    Mutation(
        "a report moves the motor",
        LIVE,
        "            self.painting.refresh(control, now)\n"
        '            if control.spec.kind == "text":\n'
        "                self.painting.refresh_row(control, now)\n"
        "        if parameter.watchers:\n",
        '            if control.spec.kind == "text":\n'
        "                self.painting.refresh_row(control, now)\n"
        "        if parameter.watchers:\n",
    ),
    Mutation(
        "a fader that was let go goes where the desk is",
        PAINTING,
        "        control.wanted = self._wanted(control)\n        # A motor that serves",
        "        # A motor that serves",
    ),
    Mutation(
        "a settling fader is told where it is when the hand has gone",
        PAINTING,
        'again = control.moved and control.echo == "settle"',
        "again = False",
        near=(
            "tests/routing/test_painting.py",
            "tests/routing/test_touch.py",
        ),
    ),
    Mutation(
        "a touch that bounces is no release",
        PAINTING,
        "BOUNCE: Final = 0.02",
        "BOUNCE: Final = 0.0",
        near=(
            "tests/routing/test_painting.py",
            "tests/routing/test_touch.py",
        ),
    ),
    Mutation(
        "a motor that a hand stopped is sent on",
        ENGINE,
        "control.confirms |= now <= max(control.travel.until, control.sent_at) + IN_FLIGHT\n",
        "pass\n",
    ),
    Mutation(
        "a servo follows the hand even where it means nothing",
        ENGINE,
        "            self._live.painting.servo(control, position)\n            return\n",
        "            return\n",
        near=(
            "tests/routing/test_touch.py",
            "tests/routing/test_banks.py",
            "tests/routing/test_painting.py",
        ),
    ),
    Mutation(
        "a cap that was moved in the dark is put back",
        ENGINE,
        "            control.moved_untouched = now\n"
        '            self._running.schedule.add(now + HOLD_AFTER_MOVE, "astray", control)\n',
        "            control.moved_untouched = now\n",
        near=("tests/routing/test_touch.py",),
    ),
    Mutation(
        "a hand keeps its fader while the mapping is loaded again",
        STATE,
        "        self.held, self.held_until, self.moved = old.held, old.held_until, old.moved\n",
        "",
    ),
    Mutation(
        "a write is asked for when it has had time to arrive",
        CONFIRMING,
        "        asking = [address for address, written in self._written.items() "
        "if written.due <= now]\n",
        "        asking: list[str] = []\n",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "a lost write is written again",
        CONFIRMING,
        "            elif place in written.before and not written.contested and written.repeats:\n",
        "            elif place in written.before and not written.contested and False:\n",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "another client's value is not written over",
        CONFIRMING,
        "            elif place in written.before and not written.contested and written.repeats:\n",
        "            elif written.repeats:\n",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "an answer that is older than a write is not believed",
        CONFIRMING,
        '                if asked_at < written.at:\n                    return "old"\n',
        "",
        near=(
            "tests/profiles/test_confirming.py",
            "tests/profiles/consoles/test_x32.py",
        ),
    ),
    Mutation(
        "an answer that came twice is nobody's change",
        CONFIRMING,
        "            elif asked_at is None and written.is_said_twice(place, now):\n"
        '                return "old"\n',
        "",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "pushes that never came are found",
        CONFIRMING,
        "            asking += self._sweep(now)\n",
        "",
        near=("tests/profiles/test_confirming.py",),
    ),
    Mutation(
        "a question that was lost is asked again",
        READING,
        "            if tries < TRIES:\n",
        "            if False:\n",
        near=("tests/profiles/test_paced_reading.py",),
    ),
    Mutation(
        "what a choice replaced is off",
        CONSOLE,
        "        if was != index and was in selection.members:\n",
        "        if False:\n",
        near=("tests/profiles/consoles/test_x32.py",),
    ),
    Mutation(
        "a key gets its lamp back when it comes up",
        ENGINE,
        "            control.shown = None\n"
        "            self._live.painting.refresh(control, now)\n\n"
        "    # The bridge's own actions",
        "            control.shown = not control.shown\n\n    # The bridge's own actions",
        near=(
            "tests/routing/test_painting.py",
            "tests/routing/test_engine.py",
        ),
    ),
    Mutation(
        "a display says what the desk holds",
        "surfacebridge/routing/text.py",
        "        value = spec.snap(value)\n",
        "        pass\n",
        near=(
            "tests/routing/test_text.py",
            "tests/routing/test_bindings.py",
        ),
    ),
    Mutation(
        "the engine is woken when something is due",
        HUB,
        "        self._spread(self.engine.wake(now), now)\n",
        "        self.engine.wake(now)\n",
    ),
)
