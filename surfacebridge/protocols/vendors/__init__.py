"""Makers' own dialects: displays, colours and rings that Mackie never had."""
