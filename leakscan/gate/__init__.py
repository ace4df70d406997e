"""The outbound gate: a policy, what it says of an upload, and a log of what was said. Import from its modules.

Nothing is imported here, so that a caller that only wants the policy does not wait for the scan.
"""
