"""Mackie Control, both roles."""
