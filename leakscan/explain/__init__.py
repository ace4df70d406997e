"""Why a report says what it says, in sentences, and what a corrected role changes: made of the report alone."""

from leakscan.explain.band import band_statements
from leakscan.explain.columns import Place, column_statements, places
from leakscan.explain.people import people_statements
from leakscan.explain.statement import Statement, sentence

__all__ = ["Place", "Statement", "band_statements", "column_statements", "people_statements", "places", "sentence"]
