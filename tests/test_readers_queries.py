"""Queries of the web in logs and letters: people in them are read as they were typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import polars as pl
import pytest

from leakscan.readers.queries import as_typed

TYPED = {
    "GET /r?nom=LE+GALL&prenom=H%C3%A9l%C3%A8ne HTTP": "GET /r?nom=LE GALL&prenom=Hélène HTTP",
    "GET /r?nom=LE+GALL&prenom=H%E9l%E8ne HTTP": "GET /r?nom=LE GALL&prenom=Hélène HTTP",
    "GET /r?prenom=h%c3%a9l%e8ne": "GET /r?prenom=hélène",
    "POST a=1&ddn=03%2F04%2F1951": "POST a=1&ddn=03/04/1951",
    "u?nom=D%27ARTOIS&x=%C5%92uvrard": "u?nom=D'ARTOIS&x=Œuvrard",
    "u?q=DE+LA+TOUR+Anne": "u?q=DE LA TOUR Anne",
}
AS_THEY_ARE = (
    "taux de 50%25 et 30%AB",
    "1+1=2 & a+b",
    "GET /a?b=c HTTP/1.1 [12/Nov/2026:07:33:15 +0100]",
    "C++ ?x=1",
    "/a%20b/c",
    "",
)


@pytest.mark.parametrize("text", TYPED)
def test_a_query_is_read_as_it_was_typed(text: str) -> None:
    assert as_typed(pl.Series([text])).to_list() == [TYPED[text]]


def test_other_texts_stay_as_they_are() -> None:
    assert as_typed(pl.Series(AS_THEY_ARE)).to_list() == list(AS_THEY_ARE)


@pytest.mark.parametrize("encodings", [("utf-8",), ("latin-1",), ("utf-8", "latin-1")])
def test_people_in_the_queries_of_a_log(
    encodings: tuple[str, ...], tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    firsts = ("Hélène", "Noël", "Inès", "Gaëtan", "Zoé", "Jérôme")
    lasts = ("GALL", "MEUR", "ROUX", "BIHAN", "DU", "CORRE")
    lines = [
        f'10.0.0.{at} - - [1{at}/03/2026:10:0{at}:00 +0100] "GET /consult?nom=LE+{last}&prenom='
        f'{quote_plus(first, encoding=encoding)}&ddn={quote_plus(f"1{at}/02/195{at}")}&motif=diab%C3%A8te"'
        for encoding in encodings
        for at, (first, last) in enumerate(zip(firsts, lasts, strict=True))
    ]
    path = tmp_path / "access.log"
    path.write_text(
        "\n".join([*lines, *['10.0.0.9 - - [11/03/2026:10:00:00 +0100] "GET /login?x=1 HTTP/1.1" 200'] * 9])
    )
    assert report_of(path)["persons"]["likely"] == len(firsts)
