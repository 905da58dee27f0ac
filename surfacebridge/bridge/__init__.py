"""Sessions, hub and supervision: where links, profiles and the engine meet."""
