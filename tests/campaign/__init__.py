"""Faults on real links: pseudo-terminals, UDP sockets and virtual MIDI ports, in real time.

``python -m tests.campaign`` cuts a thousand cables, the bridge being a process of its own;
``python -m tests.campaign.soak`` is an hour of unplugged cables and everything else that breaks,
under load.  ``test_campaign`` is the short form.
"""
