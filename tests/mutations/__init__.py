"""Rules of the bridge, broken one at a time, and whether the simulator notices.

``python -m tests.mutations`` breaks each in a copy of the tree, lets storms and journeys loose on
it and prints the score.  ``test_mutations`` checks that each still applies.
"""
