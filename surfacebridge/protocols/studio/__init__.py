"""What bridges of one studio say to each other over a broker: topics and payloads."""
