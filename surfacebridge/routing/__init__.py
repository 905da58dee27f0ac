"""Every decision the bridge makes, without bytes, sockets or a clock."""
