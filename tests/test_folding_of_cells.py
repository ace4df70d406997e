"""Folding and dates take short cuts for the texts at hand: results are those of the long way."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.detectors import text as detectors_text
from leakscan.detectors.dates import iso_date, iso_dates
from leakscan.detectors.text import fold

TABLE = detectors_text._FOLDING
CELLS = st.lists(
    st.one_of(
        st.none(),
        st.text(st.sampled_from([*"Aé`'-Œœ\u00a0\u0301\ufffd\u200bЖά", *TABLE]), max_size=12),
        st.text(st.characters(codec="latin-1"), max_size=12),
        st.text(max_size=12),
        st.sampled_from(("DURAND", "Hélène", "12/03/1984", "M\u2019Bappa", "")),
    ),
    max_size=8,
)


def folded_with_the_whole_table(cells: list[str | None]) -> list[str | None]:
    """As `fold` is defined: one automaton over all of the table, on every text."""
    upper = pl.Series(cells, dtype=pl.String).str.to_uppercase()
    return (
        upper.str.replace_many(list(TABLE), list(TABLE.values()))
        .str.replace_all(r"[\p{M}\p{Cf}\x{FFFD}]", "")
        .to_list()
    )


@settings(max_examples=300, deadline=None)
@given(CELLS)
def test_folding_is_that_of_the_whole_table(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)})
    folded = frame.select(fold(pl.col("cell")))
    assert folded.columns == ["cell"]
    assert folded["cell"].to_list() == folded_with_the_whole_table(cells)


def test_every_character_of_the_table_is_folded() -> None:
    frame = pl.DataFrame({"cell": list(TABLE)})
    assert frame.select(fold(pl.col("cell")))["cell"].to_list() == folded_with_the_whole_table(list(TABLE))
    for character in TABLE:
        alone = pl.DataFrame({"cell": [character]}).select(fold(pl.col("cell"))).item()
        assert [alone] == folded_with_the_whole_table([character])


def test_what_stands_for_a_character_is_not_folded_again() -> None:
    assert not {character for plain in TABLE.values() for character in plain} & set(TABLE)


DATES = st.lists(
    st.one_of(
        st.none(),
        st.from_regex(r"[0-9]{1,4}[/. -][0-9]{1,2}[/. -][0-9]{2,4}( 08:15)?", fullmatch=True),
        st.from_regex(r"[0-9]{5,8}(T0815)?", fullmatch=True),
        st.from_regex(r"[0-3]?[0-9] (mars|MAR|août|dec\.) [0-9]{2,4}", fullmatch=True),
        st.sampled_from(("", "NC", " '12/03/1984", "43831")),
        st.text(max_size=10),
    ),
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(DATES, st.sampled_from((None, 26)), st.sampled_from(("dmy", "mdy", "ymd")), st.booleans(), st.booleans())
def test_a_date_is_read_alike_whatever_stands_beside_it(cells, pivot, order, lunar, excel) -> None:
    every_writing = [*cells, "1 mars 2020", "01032020", "1/3/2020"]
    arguments = {"order": order, "lunar": lunar, "excel_serial": excel}
    together = iso_dates(pl.Series(every_writing, dtype=pl.String), pivot, **arguments).to_list()[: len(cells)]
    alone = [iso_dates(pl.Series([cell], dtype=pl.String), pivot, **arguments).item() for cell in cells]
    column = pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)})
    assert together == alone == column.select(iso_date(pl.col("cell"), pivot, **arguments))["cell"].to_list()
