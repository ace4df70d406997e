"""Columns whose header changes what their cells say: allergies, vaccines, products of abuse.

Their cells are read behind a word for the header: `Aspirine` under allergies is not taken, `Rotavirus` under vaccines
is no disease of anybody, and `alcool` among cannabis and tobacco is no disinfectant.
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from leakscan.health.answers import spelled
from leakscan.health.mentions import find_mentions
from leakscan.records import MENTIONS_SCHEMA

ABUSED = 0.5
"""Least share of the distinct cells of a head that tell of addiction, in a column of products (docs/thresholds.md)."""
_TWO = 2

_ALLERGIES, _VACCINES, _CONSUMED = "Allergies : ", "Vaccin : ", "Consommation : "
_MEANT: tuple[tuple[str, frozenset[str]], ...] = (
    (_ALLERGIES, frozenset(str.split("allergie allergies alergie alergies allergy intolerance intolerances"))),
    (
        _VACCINES,
        frozenset(
            str.split("vaccin vaccins vaccination vaccinations vaccine vaccines vacc valence valences immunisation")
        ),
    ),
    (
        _CONSUMED,
        frozenset(
            str.split(
                "produit produits substance substances toxique toxiques drogue drogues addiction addictions conso "
                "consommation consommations dependance dependances psychotrope psychotropes spa conduite"
            )
        ),
    ),
)
"""Words for what cells are read as, and the words of headers that ask for it."""
_BESIDE = frozenset(
    str.split(
        "et de du des les la le l a d liste type nom name libelle label connue connues medicament medicaments patient "
        "medicamenteuse medicamenteuses alimentaire alimentaires administre administres injecte fait faits effectue "
        "effectues recu recus produit specialite maladie principal principale principaux secondaire secondaires "
        "associe associes consomme consommes consommee actuel actuels 1 2 3 addictif addictifs addictive addictives"
    )
)
"""Words that stand beside them."""
_NO_WORD = re.compile(r"[^a-z0-9]+")
_MASKED = r"(?i)^\s*(?:x+|y+|z+|w+)\s*$"


def read_behind(header: str | None, cells: pl.Series) -> str | None:
    """The word that the cells of a column (of the head) are to be read behind; None for other columns."""
    parts = (header or "").split(".")
    for written in (parts[-1:], parts[-2:]):  # `allergies.name`
        words = frozenset(_folded(spelled(" ".join(written))).split())
        for label, asking in _MEANT:
            if words & asking and words <= asking | _BESIDE:
                return label if label != _CONSUMED or _of_abuse(cells) else None
    return None


def _folded(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    return _NO_WORD.sub(" ", plain)


def _of_abuse(cells: pl.Series) -> bool:
    """Whether most distinct cells tell of addiction, one of them without help."""
    distinct = cells.str.strip_chars().unique()
    distinct = distinct.filter(distinct != "")

    def told(found: pl.DataFrame) -> int:
        return int(found.filter(pl.col("theme") == "addiction")["row"].n_unique())

    if not told(find_mentions(distinct)):
        return False
    return told(behind(distinct, _CONSUMED)) >= max(_TWO, ABUSED * len(distinct))


def behind(cells: pl.Series, label: str) -> pl.DataFrame:
    """Mentions (MENTIONS_SCHEMA) of cells that are read behind a word; places are those in the cell."""
    told = cells.str.contains(r"\p{L}{2}") & ~cells.str.contains(_MASKED)
    asked = pl.DataFrame({"cell": cells}).select(
        pl.when(told).then(pl.lit(label) + pl.col("cell")).otherwise(pl.lit(""))
    )
    cut = pl.col("start", "end").cast(pl.Int64) - len(label)
    found = find_mentions(asked.to_series()).with_columns(cut.clip(lower_bound=0).cast(pl.UInt32))
    return found.select(pl.col(name).cast(kind) for name, kind in MENTIONS_SCHEMA.items())
