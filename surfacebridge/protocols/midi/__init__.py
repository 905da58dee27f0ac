"""MIDI 1.0: messages as values, a stream decoder, whole-message encoding."""
