"""Mackie HUI, both roles."""
