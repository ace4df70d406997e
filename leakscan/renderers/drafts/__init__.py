"""Drafts of notifications: what a report can say to an authority, each cell with its evidence, the rest left open."""
