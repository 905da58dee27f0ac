"""How bytes are cut into messages on a serial line."""
