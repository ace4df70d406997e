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
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.NameComparison("first_name").configure(term_frequency_adjustments=True),
            compare.NameComparison("last_name").configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("birth_date", input_is_string=True),
            compare.LevenshteinAtThresholds("nir", [1, 2]),
            compare.ExactMatch("sex"),
            compare.ExactMatch("phone"),
            compare.ExactMatch("email"),
            compare.ExactMatch("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nir"),
            block_on("last_name", "first_name"),
            block_on("birth_date", "substr(last_name, 1, 2)"),
            block_on("birth_date", "substr(first_name, 1, 2)"),
            block_on("phone", "substr(first_name, 1, 1)"),
        ],
    )
    linker = Linker(backend.register("records"), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("nir", "birth_date"), block_on("last_name", "first_name", "birth_date")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("birth_date"), block_on("last_name", "first_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, THRESHOLD)
    found = database.table(clusters.physical_name)
    found.project("unique_id, dense_rank() over (order by cluster_id) as cluster_id").write_parquet(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
