"""Real servers on loopback, on free high ports, with configuration of their own in a temporary folder."""
