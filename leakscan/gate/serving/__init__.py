"""What every server of the gate shares: limits, bodies, codings, and the worker processes that decide."""
