"""Sharing the desks of this bridge over a broker: rights, lease, mirror."""
