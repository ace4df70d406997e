"""The names pipeline: generator of French hospital text, training, and measuring."""
