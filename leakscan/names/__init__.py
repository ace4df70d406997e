"""People in prose: title rules, then a spaCy pipeline trained here, which is imported when the first text needs it."""

from leakscan.names.people import find_people
from leakscan.names.spans import LABELS, SPANS_SCHEMA

__all__ = ["LABELS", "SPANS_SCHEMA", "find_people"]
