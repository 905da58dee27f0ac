"""Simulated control surfaces and consoles, written from the documents.

Shares no code with ``surfacebridge``: a decoder and a simulator that share a
table would agree on a wrong number.
"""
