"""Surfaces: motors, keys and displays a hand is on."""
