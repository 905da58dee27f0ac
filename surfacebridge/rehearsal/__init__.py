"""Stories of a mapping, run in virtual time without opening anything."""
