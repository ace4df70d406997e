"""What a reader met on its way that could not be taken as it stands, counted per kind."""

from __future__ import annotations

from collections.abc import Iterable

from leakscan.records import InputWarning

MESSAGES = {
    "too_many_fields": "rows with more fields than the table has columns; their text was searched",
    "too_few_fields": "rows with fewer fields than the table has columns; their text was searched",
    "unclosed_quote": "rows with a quote that is opened and never closed; their text was searched",
    "record_cut": "pieces of lines too long to be held whole; their text was searched",
    "preamble": "lines of titles above the header; they are no records, their text was searched",
    "between_rows": "lines between the rows of a listing, as headings of pages; no records, their text was searched",
    "card_cut": "cards without beginning or end; their text was searched",
    "not_in_columns": "lines that do not keep to the columns of the others; their text was searched",
    "no_object": "records that are no JSON objects or are broken; their text was searched",
    "repeated_header": "lines that repeat the header; they are no records",
    "nul_bytes": "NUL bytes inside the text; they were left out",
    "mixed_encoding": "lines in another encoding than the rest of the file; each was read in its own",
    "undecodable": "bytes or character halves that mean nothing in the encoding of their line",
    "style_sheets": "style sheets of pages: they say how text looks, and were not searched",
    "scanned_pages": "scanned pages: text not read (use --ocr)",
    "text_by_runs": "text was taken from the bytes of a format of old; its order and its fields are not known",
    "pages_left_out": "pages that could not be read",
    "left_out": "parts of a document that hold fonts, styles or settings: not read",
    "message_without_header": "messages whose header cannot be read; their text was searched",
    "message_without_patient": "messages that should name a patient and do not; their text was searched",
    "message_unreadable": "messages that do not keep to their format; their text was searched",
    "record_short": "records cut or not as long as the others; their text was searched",
    "resource_unreadable": "lines that are no FHIR resource; their text was searched",
    "pseudonyms": "rows under pseudonyms of the national health data system: people, known by no number of their own",
    "invented_identity": "records under an INS of test or demonstration: their patients are invented, and counted",
    "binary_cells": "cells of bytes that are neither a text nor a file of a known format; they were not read",
    "unread_parts": "parts of a workbook that could not be read",
    "empty_sheets": "sheets without a cell",
    "old_workbook": "comments and properties of this old format are not read, only its cells",
    "virtual_tables": "virtual tables; what they hold was read in the tables behind them",
    "free_pages": "pages that no table uses any more; rows that were deleted may be left in them, and were not read",
    "write_ahead_log": "the database writes to a log beside it first; rows that are only there are not in this file",
    "lost": "rows that could not be read: what was to read them failed",
}
"""Warning codes of the text readers, and what they say. The damaged rows' reasons are among them."""


class Notices:
    """Counts of what was met, with the first place of each; turned into warnings when the source ends."""

    def __init__(self) -> None:
        """Start with nothing met."""
        self._met: dict[str, tuple[int, int | None, int | None]] = {}
        self._messages = dict(MESSAGES)

    def add(self, code: str, count: int, row: int | None = None, offset: int | None = None) -> None:
        """Count `count` more of a kind; `row` (from 1) and `offset` (bytes) say where the first of these is."""
        if count > 0:
            met = self._met.get(code)
            self._met[code] = (count, row, offset) if met is None else (met[0] + count, met[1], met[2])

    def merge(self, met: Iterable[InputWarning]) -> None:
        """Count what other notices counted further on in the source."""
        for warning in met:
            self._messages.setdefault(warning.code, warning.message)
            self.add(warning.code, warning.count, warning.row, warning.offset)

    def warnings(self) -> list[InputWarning]:
        """One warning per kind, in the order of `MESSAGES`; other kinds come after them."""
        return [
            InputWarning(code, message, row=self._met[code][1], offset=self._met[code][2], count=self._met[code][0])
            for code, message in self._messages.items()
            if code in self._met
        ]
