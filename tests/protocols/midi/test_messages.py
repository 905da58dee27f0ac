from surfacebridge.protocols.midi.messages import Clock, NoteOff, NoteOn


def test_messages_are_equal_by_value_and_differ_by_kind() -> None:
    messages = {NoteOn(0, 1, 2), NoteOn(0, 1, 2), NoteOff(0, 1, 2), Clock(), Clock()}
    assert len(messages) == 3
