from surfacebridge.protocols.hui import layout
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import (
    ActiveSensing,
    Clock,
    Continue,
    ControlChange,
    KeyPressure,
    MidiMessage,
    NoteOff,
    Start,
    Stop,
)
from tests.helpers.streams import assert_stream
from tests.protocols.hui.meaning import described, heard, rewritten
from tests.protocols.vectors import Meaning, Vector, agrees

PROTOCOLS = {"hui"}

LAST_LAMP = 11
LOUDEST = 12


def midi_of(vector: Vector) -> list[MidiMessage]:
    received = MidiDecoder().receive(vector.data)
    assert_stream(MidiDecoder, vector.data, received)
    clocks = (Clock, Start, Continue, Stop, ActiveSensing)
    return [message for message in received if not isinstance(message, (Malformed, *clocks))]


def is_to_be_ignored(meaning: Meaning) -> bool:
    return (
        meaning["type"].startswith("ignored")
        or meaning.get("ignore", False)
        or "ignore" in meaning.get("action", "")
    )


def without_names(meaning: Meaning) -> Meaning:
    """Leave out names inside lists; the numbers beside them say the same."""
    return {
        key: [{k: v for k, v in each.items() if k != "name"} for each in value]
        if key in {"entries", "slices"}
        else value
        for key, value in meaning.items()
    }


def test_a_vector_means_what_it_says(vector: Vector) -> None:
    said = heard(midi_of(vector), from_device=vector.from_device)
    if is_to_be_ignored(vector.meaning):
        assert [each for each in said if not isinstance(each, Malformed)] == []
        return
    assert len(said) == len(vector.events)
    for message, expected in zip(said, vector.events, strict=True):
        assert agrees(described(message), without_names(expected)), message


def is_as_we_write(message: MidiMessage) -> bool:
    """Return whether ``message`` is in the form we choose where the protocol has several."""
    match message:
        case NoteOff():
            return False
        case ControlChange(_, controller, value) if controller in layout.RING:
            return value & 0xF <= LAST_LAMP
        case KeyPressure(_, _, pressure):
            return pressure & 0xF <= LOUDEST
        case _:
            return True


def test_a_vector_is_written_byte_for_byte(vector: Vector) -> None:
    messages = midi_of(vector)
    # Several ports after one zone are legal; we repeat the zone each time.
    if is_to_be_ignored(vector.meaning) or "events" in vector.meaning:
        return
    written = rewritten(messages, from_device=vector.from_device)
    if all(map(is_as_we_write, messages)):
        assert written == b"".join(map(encoder.encode, messages))
    again = [each for each in MidiDecoder().receive(written) if not isinstance(each, Malformed)]
    first, second = (heard(each, from_device=vector.from_device) for each in (messages, again))
    assert first == second
