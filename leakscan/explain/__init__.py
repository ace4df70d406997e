"""Why a report says what it says, in sentences, and what a correction of a role changes. Everything is made of the
report: nothing scans, and no value is known here.
"""

from leakscan.explain.band import band_statements
from leakscan.explain.columns import Place, column_statements, places
from leakscan.explain.people import people_statements
from leakscan.explain.statement import Statement, sentence

__all__ = ["Place", "Statement", "band_statements", "column_statements", "people_statements", "places", "sentence"]
