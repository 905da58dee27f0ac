"""Generic MIDI, time code, machine control and clock, as the vectors tell them."""

from dataclasses import replace
from typing import Any

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder, identity, machine, numbers
from surfacebridge.protocols.midi import messages as midi
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.relative import Coding, ticks, value_of
from surfacebridge.protocols.midi.timecode import (
    QuarterFrames,
    Timecode,
    full_frame,
    full_frame_of,
    quarter_frames,
)
from tests.helpers.streams import assert_stream
from tests.protocols.mcu import meaning as mcu
from tests.protocols.vectors import Meaning, Vector, agrees

PROTOCOLS = {"generic", "mtc", "mmc", "midi_clock"}

CODINGS: dict[str, Coding] = {
    "twos_complement": "twos_complement",
    "binary_offset": "binary_offset",
    "signed_bit": "bit6_up",
    "signed_bit2": "bit6_down",
}
PLAIN = {
    midi.Clock: "clock",
    midi.Start: "start",
    midi.Continue: "continue",
    midi.Stop: "stop",
    midi.ActiveSensing: "active_sensing",
}
QUARTER_FIELDS = (
    *("frames_ls", "frames_ms", "seconds_ls", "seconds_ms"),
    *("minutes_ls", "minutes_ms", "hours_ls", "hours_ms+rate"),
)


def midi_of(vector: Vector) -> list[midi.MidiMessage | Malformed]:
    received = MidiDecoder().receive(vector.data)
    assert_stream(MidiDecoder, vector.data, received)
    return received


def described(message: midi.MidiMessage | Malformed) -> Meaning:
    match message:
        case Malformed():
            return {"type": "sysex_aborted"}
        case midi.NoteOn(_, note, velocity):
            return {"type": "note_on", "note": note, "velocity": velocity}
        case midi.SongPosition(sixteenths):
            return {"type": "song_position", "beats16": sixteenths}
        case midi.SongSelect(song):
            return {"type": "song_select", "song": song}
        case midi.QuarterFrame(data):
            piece = data >> 4
            field = QUARTER_FIELDS[piece]
            return {"type": "mtc_qf", "piece": piece, "nibble": data & 0xF, "field": field}
        case midi.SysEx():
            return sysex_meaning(message)
        case _:
            return {"type": PLAIN[type(message)]}


def sysex_meaning(message: midi.SysEx) -> Meaning:
    told = full_frame_of(message)
    if isinstance(told, Timecode):
        return {"type": "mtc_full_frame", **timecode_fields(told)}
    control = machine.decode(message)
    if isinstance(control, machine.MachineControl):
        return {**machine_meaning(control), "device": control.device}
    match identity.decode(message):
        case identity.IdentityRequest(device):
            return {"type": "identity_request", "device": device}
        case _:
            return mcu.heard(message, from_device=False)


def timecode_fields(timecode: Timecode) -> dict[str, Any]:
    names = ("hours", "minutes", "seconds", "frames", "rate")
    return {name: getattr(timecode, name) for name in names}


def machine_meaning(control: machine.MachineControl) -> Meaning:
    if len(control.commands) > 1:
        actions = [each.action for each in control.commands if isinstance(each, machine.Transport)]
        return {"type": "mmc_multi", "commands": actions}
    match control.commands[0]:
        case machine.Transport(action):
            return {"type": "mmc", "command": action}
        case machine.Locate(hours, minutes, seconds, frames, subframes, rate):
            time = {"hours": hours, "minutes": minutes, "seconds": seconds, "frames": frames}
            return {"type": "mmc_locate", **time, "subframes": subframes, "rate_bits": rate}
        case machine.Step(steps):
            return {"type": "mmc_step", "steps": steps}
        case machine.TrackSet(field, track, on):
            name = f"track_{field}"
            return {"type": "mmc_masked_write", "field": name, "track": track, "value": on}
        case command:
            return {"type": str(command)}


def numbers_in(messages: list[midi.ControlChange]) -> list[Meaning]:
    """Return what pairs and parameters come to, the last value of each run."""
    pairs, parameters = numbers.ControllerPairs(range(32)), numbers.Parameters()
    said: list[Meaning] = []
    for message in messages:
        change = parameters.receive(message)
        meaning = parameter_meaning(change) if change else None
        if meaning is None and message.controller < 0x40:
            pair = pairs.receive(message)
            if pair is not None and pair.controller != 6:
                meaning = {"type": "cc14", "cc": pair.controller, "value14": pair.value}
        if meaning is not None:
            if said and said[-1]["type"] == meaning["type"]:
                said.pop()
            said.append(meaning)
    return said


def parameter_meaning(change: numbers.ParameterChange) -> Meaning:
    match change:
        case numbers.ParameterSet(channel, kind, number, value):
            return {"type": kind, "channel": channel + 1, "number": number, "value14": value}
        case numbers.ParameterStepped(_, kind, number, step):
            name = f"{kind}_{'increment' if step > 0 else 'decrement'}"
            return {"type": name, "number": number}
        case numbers.ParameterDropped(_, kind):
            return {"type": f"{kind}_null"}


def meanings(vector: Vector) -> list[Meaning]:
    received = midi_of(vector)
    controls = [each for each in received if isinstance(each, midi.ControlChange)]
    if vector.meaning["type"] == "relative_cc":
        (control,) = controls
        coding = vector.meaning["encoding"]
        delta = ticks(CODINGS[coding], control.value)
        cc = control.controller
        return [{"type": "relative_cc", "encoding": coding, "cc": cc, "delta": delta}]
    if vector.meaning["type"] == "mtc_quarter_frames":
        frames = [each for each in received if isinstance(each, midi.QuarterFrame)]
        return [quarter_meaning(frames)]
    if controls:
        return numbers_in(controls)
    return [described(each) for each in received]


def quarter_meaning(frames: list[midi.QuarterFrame]) -> Meaning:
    follower = QuarterFrames()
    *_, current = [follower.receive(each) for each in [*frames, frames[0]]]
    assert current is not None
    coded = next(
        Timecode(current.hours, current.minutes, second, frame, current.rate)
        for second in (current.seconds, current.seconds - 1)
        for frame in range(30)
        if Timecode(current.hours, current.minutes, second, frame, current.rate).later(2) == current
    )
    assert quarter_frames(coded) == frames
    spelled = [spell(each) for each in (coded, current)]
    names = ("coded", "current_at_next_piece0")
    return {
        "type": "mtc_quarter_frames",
        "rate": current.rate,
        **dict(zip(names, spelled, strict=True)),
    }


def spell(timecode: Timecode) -> str:
    fields = (timecode.hours, timecode.minutes, timecode.seconds, timecode.frames)
    return ":".join(f"{field:02}" for field in fields)


def test_a_vector_means_what_it_says(vector: Vector) -> None:
    said = meanings(vector)
    assert len(said) == len(vector.events), said
    for meaning, expected in zip(said, vector.events, strict=True):
        assert agrees(meaning, expected), meaning


def test_a_vector_is_written_byte_for_byte(vector: Vector) -> None:
    for message in midi_of(vector):
        match message:
            case midi.SysEx():
                written = sysex_bytes(message)
                assert written in {None, encoder.encode(message)}
            case midi.ControlChange(_, _, value) if "encoding" in vector.meaning:
                assert (
                    value_of(CODINGS[vector.meaning["encoding"]], vector.meaning["delta"]) == value
                )


def sysex_bytes(message: midi.SysEx) -> bytes | None:
    told = full_frame_of(message)
    if isinstance(told, Timecode):
        return full_frame(told, message.data[1])
    control = machine.decode(message)
    if isinstance(control, machine.MachineControl):
        return machine.encode(control)
    asked = identity.decode(message)
    if isinstance(asked, identity.IdentityRequest):
        return identity.encode(replace(asked))
    return None
