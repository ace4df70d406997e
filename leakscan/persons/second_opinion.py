"""A second opinion on how many people there are: Splink, trained without labels, on the fingerprints of a ledger.

The table is in a DuckDB in memory that may neither spill to a disk nor open a file, so that no fingerprint is written
in plain. What comes of it stands beside the count and never replaces it. Needs the extra `dedupe`.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from leakscan.errors import UsageError
from leakscan.persons.frames import Chosen, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection
    from splink import Linker

    from leakscan.persons.estimate import Estimate
    from leakscan.persons.frames import Frame

MOST_ROWS = 1_000_000
"""Distinct identities up to which an opinion is asked for."""
DATABASE_MIB = 4096
"""Memory that the database may take."""
TOGETHER = 0.95
"""Match probability from which on Splink puts two identities together."""
LOOKED_AT = 0.5
"""Match probability from which on a pair is kept at all."""
SAMPLED_PAIRS = 1e6
"""Random pairs by which Splink learns how often two people agree."""
RECALL = 0.8
"""Share of the pairs of one person that agree in a number or in names, and birth date."""
FILLED = 0.02
"""A column is compared where more than this share of the identities has it."""
_SEED = 1
_COLUMNS = (
    "nir", "nir_bad", "birth", "birth_swap", "birth_dm", "birth_my", "birth_dy", "first", "last", "maiden", "sex",
    "phone", "email", "address",
)  # fmt: skip
_COMPARED = ("first", "last", "birth", "nir", "sex", "phone", "email", "address")
_BLOCKS = (
    ("nir",), ("last", "first"), ("birth", "last"), ("birth", "first"), ("phone", "first"), ("email",),
)  # fmt: skip
_CERTAIN = (("nir", "birth"), ("last", "first", "birth"))
_TRAINED = (("birth",), ("last", "first"))
UNTRAINED, TOO_MANY, MEMORY = "untrained", "too_many", "memory"
"""Why there is no opinion: Splink failed on the records (few, or all alike), more than MOST_ROWS, or DATABASE_MIB."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How many people Splink counts among these identities, and pairs of identities that it and we put together.

    `people` is None where `reason` says why there is no opinion.
    """

    version: str
    identities: int
    likely: int
    people: int | None = None
    both: int = 0
    ours_alone: int = 0
    theirs_alone: int = 0
    reason: str | None = None


def second_opinion(people: Frame, typos: pl.DataFrame, found: Estimate) -> Opinion:
    """What Splink makes of the identities that were estimated. Raises UsageError where it is not installed."""
    try:
        import duckdb
        import splink
    except ImportError:
        message = "a second opinion needs the extra `dedupe`: pip install 'leakscan[dedupe]'"
        raise UsageError(message) from None
    clusters = found.clusters["likely"]
    ours = clusters.drop_nulls()
    told = Opinion(splink.__version__, len(ours), ours.n_unique())
    if len(ours) > MOST_ROWS:
        return _without(told, TOO_MANY)
    rows = pl.concat(list(pieces(Chosen(people, clusters.is_not_null().to_numpy()), *_COLUMNS)))
    database = duckdb.connect(":memory:")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = _clusters(_table(rows, typos), database)
    except Exception as error:  # noqa: BLE001 - what a library says of its statements is not shown; the count stands
        short = any(isinstance(link, duckdb.OutOfMemoryException) for link in _chain(error))
        return _without(told, MEMORY if short else UNTRAINED)
    finally:
        database.close()
    return _compared(told, ours, theirs)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came from: Splink raises its own in place of the database's."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _without(told: Opinion, reason: str) -> Opinion:
    return Opinion(told.version, told.identities, told.likely, reason=reason)


def _compared(told: Opinion, ours: pl.Series, theirs: pl.Series) -> Opinion:
    labels = pl.DataFrame({"ours": ours, "theirs": theirs})
    both, one, other = (
        int((count * (count - 1) // 2).sum())
        for by in (["ours", "theirs"], ["ours"], ["theirs"])
        for count in (labels.group_by(by).len()["len"].cast(pl.Int64),)
    )
    return Opinion(
        told.version, told.identities, told.likely, theirs.n_unique(), both, one - both, other - both
    )  # fmt: skip


def _table(rows: pl.DataFrame, typos: pl.DataFrame) -> pl.DataFrame:
    """What Splink compares, one row per identity; `first_forms`, `last_forms`: spellings one letter shorter."""
    table = rows.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("unique_id"),
        pl.coalesce("nir", "nir_bad").alias("nir"),
        pl.coalesce("last", "maiden").alias("last"),
        *(name for name in _COLUMNS if name not in {"nir", "nir_bad", "last", "maiden"}),
    )
    forms = typos.group_by("name").agg(pl.col("deletion").alias("forms"))
    for name in ("first", "last"):
        own = forms.select(pl.col("name").alias(name), pl.col("forms").alias(f"{name}_forms"))
        table = table.join(own, on=name, how="left", maintain_order="left")
    return table


def _clusters(table: pl.DataFrame, database: DuckDBPyConnection) -> pl.Series:
    """Splink's cluster of each row, in their order."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    for setting in ("temp_directory = ''", f"memory_limit = '{DATABASE_MIB}MiB'", "enable_external_access = false"):
        database.execute(f"set {setting}")
    database.register("given", table.to_arrow())
    database.execute("create table identities as select * from given")
    database.unregister("given")
    filled = {name for name in _COMPARED if table[name].null_count() < (1 - FILLED) * table.height}
    backend = DuckDBAPI(connection=database)
    linker = Linker(backend.register("identities"), _settings(filled), log_level=logging.CRITICAL)
    _train(linker, filled)
    predictions = linker.inference.predict(threshold_match_probability=LOOKED_AT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, TOGETHER)
    answer = database.execute(
        f"select dense_rank() over (order by cluster_id) from {clusters.physical_name} order by unique_id"  # noqa: S608
    )
    return pl.Series("theirs", answer.fetchnumpy()["dense_rank() OVER (ORDER BY cluster_id)"])


def _settings(filled: set[str]) -> Any:
    import splink.comparison_level_library as levels
    import splink.comparison_library as compare
    from splink import SettingsCreator, block_on

    def name(column: str) -> Any:
        slip = levels.CustomLevel(f"list_has_any({column}_forms_l, {column}_forms_r)", "one slip")
        exact = levels.ExactMatchLevel(column, term_frequency_adjustments=True)
        return _by_levels(column, [exact, slip])

    def _by_levels(column: str, between: list[Any]) -> Any:
        return compare.CustomComparison([levels.NullLevel(column), *between, levels.ElseLevel()], column)

    parts = " or ".join(f"{part}_l = {part}_r" for part in ("birth_dm", "birth_my", "birth_dy"))
    close = levels.CustomLevel(f"birth_l = birth_swap_r or {parts}", "one component or a swap")
    comparisons = {
        "first": name("first"),
        "last": name("last"),
        "birth": _by_levels("birth", [levels.ExactMatchLevel("birth"), close]),
        **{column: compare.ExactMatch(column) for column in ("nir", "sex", "phone", "email", "address")},
    }
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparison for column, comparison in comparisons.items() if column in filled],
        blocking_rules_to_generate_predictions=[block_on(*names) for names in _BLOCKS if filled.issuperset(names)],
    )


def _train(linker: Linker, filled: set[str]) -> None:
    from splink import block_on

    certain = [names for names in _CERTAIN if filled.issuperset(names)] or [("last", "first")]
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*names) for names in certain], recall=RECALL)
    training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=_SEED)
    for names in _TRAINED:
        if filled.issuperset(names):
            training.estimate_parameters_using_expectation_maximisation(block_on(*names))
