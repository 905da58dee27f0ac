"""Open byte paths: MIDI ports, UDP, pseudo-terminals, memory."""
