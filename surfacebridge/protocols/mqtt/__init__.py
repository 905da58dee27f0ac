"""MQTT: the packets that carry state and orders, and the studio's topics in them."""
