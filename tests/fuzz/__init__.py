"""Garbage for every parser: a short form in the gate, a long one by ``python -m tests.fuzz``."""
