"""Where the bytes of a pretend device leave: a terminal, a datagram socket, a MIDI port."""
