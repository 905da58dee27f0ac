"""Consoles as targets."""
