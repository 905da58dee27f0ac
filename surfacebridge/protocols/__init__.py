"""Codecs: bytes to messages and back, knowing nothing of mixers."""
