"""Seeded storms: hands, a desk and faults at once, and what must be true when they are over.

``python -m tests.storms --count 10000 --seed 1`` runs as many as asked for; a short form is in
``test_storms``. Everything happens in virtual time, with the running bridge's own hub, sessions,
engine and profiles; only sockets and the supervisor's waits are missing.
"""
