"""Splink alone: records of a Parquet file in, their clusters in another one (run by people_splink.py)."""

from __future__ import annotations

import sys

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95
"""Match probability from which on two records are put together."""


def main(given: str, answer: str) -> None:
    """Train without labels, predict, cluster."""
    database = duckdb.connect()
    database.execute("create table records as select * from read_parquet(?)", [given])
    backend = DuckDBAPI(connection=database)
    filled = {
        name
        for name in database.table("records").columns
        if database.execute(f'select count("{name}") > 0.02 * count(*) from records').fetchall()[0][0]  # noqa: S608
    }
    comparisons = {
        "first_name": compare.NameComparison("first_name").configure(term_frequency_adjustments=True),
        "last_name": compare.NameComparison("last_name").configure(term_frequency_adjustments=True),
        "birth_date": compare.DateOfBirthComparison("birth_date", input_is_string=True),
        "nir": compare.LevenshteinAtThresholds("nir", [1, 2]),
        **{name: compare.ExactMatch(name) for name in ("sex", "phone", "email", "postcode")},
    }
    blocks = {
        ("nir",): block_on("nir"),
        ("last_name", "first_name"): block_on("last_name", "first_name"),
        ("birth_date", "last_name"): block_on("birth_date", "substr(last_name, 1, 2)"),
        ("birth_date", "first_name"): block_on("birth_date", "substr(first_name, 1, 2)"),
        ("phone", "first_name"): block_on("phone", "substr(first_name, 1, 1)"),
    }
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparison for name, comparison in comparisons.items() if name in filled],
        blocking_rules_to_generate_predictions=[rule for names, rule in blocks.items() if filled.issuperset(names)],
    )
    linker = Linker(backend.register("records"), settings)
    certain = [
        names
        for names in (("nir", "birth_date"), ("last_name", "first_name", "birth_date"))
        if filled.issuperset(names)
    ]
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*names) for names in certain or [("last_name", "first_name")]], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for names in (("birth_date",), ("last_name", "first_name")):
        if filled.issuperset(names):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names))
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, THRESHOLD)
    found = database.table(clusters.physical_name)
    found.project("unique_id, dense_rank() over (order by cluster_id) as cluster_id").write_parquet(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
