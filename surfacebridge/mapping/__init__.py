"""Mapping files: text to a checked document, with every problem located."""
