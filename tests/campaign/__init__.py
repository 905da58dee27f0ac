"""Faults on real links: pseudo-terminals, UDP sockets and virtual MIDI ports, in real time.

``python -m tests.campaign`` runs a thousand unplugged cables and everything else that breaks;
``python -m tests.campaign.soak`` an hour of it under load.  ``test_campaign`` is the short form.
"""
