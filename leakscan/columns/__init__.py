"""Column roles: what each column of a table is, from its header hint and its content together."""

from leakscan.columns.settle import settle, unmatched

__all__ = ["settle", "unmatched"]
