"""Yamaha's remote control protocol."""
