from dataclasses import FrozenInstanceError

import pytest

from surfacebridge.protocols.midi.messages import Clock, NoteOff, NoteOn, SysEx


def test_messages_are_equal_by_value_and_differ_by_kind() -> None:
    messages = {NoteOn(0, 1, 2), NoteOn(0, 1, 2), NoteOff(0, 1, 2), Clock(), Clock()}
    assert len(messages) == 3


def test_a_message_never_changes() -> None:
    message = SysEx(b"\x7e")
    with pytest.raises(FrozenInstanceError):
        message.data = b""  # type: ignore[misc]  # the mistake itself
