"""What a test and its result on the same row say: an act label or code beside a result value."""

from __future__ import annotations

import polars as pl

from leakscan.health.codes import code_themes
from leakscan.health.folding import fold_texts
from leakscan.health.mentions import CONFIDENCE_PLAIN, find_mentions
from leakscan.records import MENTIONS_SCHEMA

_NEGATIVE = (
    r"^ *(?:\W*\bneg\w*|n\.?$|-+ *$|\( ?- ?\)|0 *$|0[.,]0+ *$|non\b|no\b|abs\w*|aucun\w*|nul\w*|neant|ras\b"
    r"|indetect\w*|indecel\w*"
    r"|inferieur|<|non[- ]?reacti\w*|not |undetect\w*|normal\w*|pas d)|\b(?:negati\w*|neg|non reacti\w*"
    r"|non detect\w*|absence|non decel\w*"
    r"|non retrouv\w*|non mute\w*|indetectable)\b"
)
_POSITIVE = (
    r"^ *(?:\W*\bpos\w*|p\.?$|\+|\( ?\+ ?\)|presen\w*|react\w*|detect\w*|oui\b|yes\b|1/\d|>|faible\w* pos\w*"
    r"|retrouv\w*|mute\w*"
    r"|confirm\w*)|\b(?:positi\w*|pos|presence|reacti\w*|detecte\w*|heterozygote|homozygote)\b|\+ *$"
)
_UNDECIDED = (
    r"\b(?:douteu\w*|equivoque|indetermin\w*|a controler|limite|en cours|en attente|a suivre|borderline"
    r"|(?:non|pas) (?:fait|realise|dose)\w*)\b|\?"
)
_GROUP = r"^ *(?:groupe *)?(?:a1?|b|ab|o|0) *(?:rh\w*)? *(?:d)? *(?:\(?[+-]\)?|pos\w*|neg\w*)"
_NUMBER = r"^ *(\d+(?:[.,]\d+)?)"
_HCG_NEGATIVE, _HCG_POSITIVE = 5, 25
"""hCG in IU/L: below 5 nobody is pregnant, from 25 on a pregnancy is taken as proven; between, it is to be repeated."""

_BARE_AGENT = (
    r"^(?:vih|hiv|v i h|vhb|vhc|hbv|hcv|hepatites? \w+|syphilis|chlam\w*|gono\w*|hpv|papilloma\w*|(?:ac"
    r"|ag|anti|anticorps|antigenes?) )"
)

RESULTS: tuple[str, ...] = ("positive", "negative", "undecided", "none", "other")
"""What a result value can say; `none` is an empty cell, `other` a number or words that are neither."""


def polarity(results: pl.Series) -> pl.Series:
    """What each result value says: one of RESULTS."""
    frame = pl.DataFrame({"r": results.cast(pl.String).fill_null("")}).with_row_index("row")
    told = frame.filter(pl.col("r").str.strip_chars() != "")
    unique = told.select(pl.col("r").unique())
    folded = fold_texts(unique["r"])
    # Folding keeps one byte for each character, so the folded texts are slices of the blob.
    text = folded.raw.decode("ascii")
    plain = [text[a:b] for a, b in zip(folded.starts.tolist(), folded.ends.tolist(), strict=True)]
    value = pl.col("plain")
    unique = unique.with_columns(pl.Series("plain", plain, dtype=pl.String)).select(
        "r",
        pl.when(value.str.contains(_UNDECIDED)).then(pl.lit("undecided"))
        .when(value.str.contains(_NEGATIVE)).then(pl.lit("negative"))
        .when(value.str.contains(_POSITIVE)).then(pl.lit("positive"))
        .otherwise(pl.lit("other"))
        .alias("polarity"),
    )  # fmt: skip
    return frame.join(unique, on="r", how="left", maintain_order="left")["polarity"].fill_null("none")


_SUSCEPTIBLE = r"(?i)^\s*(?:[rsi]|sdd|r[eé]sistante?|(?:non )?sensible|interm[eé]diaire|resistant|susceptible)\s*$"
"""What a germ is said to be under a drug that it was tried with, which is not given for that."""


def act_result_mentions(acts: pl.Series, results: pl.Series) -> pl.DataFrame:
    """Mentions of acts (labels or NABM codes) under the results beside them, in `MENTIONS_SCHEMA`.

    "SEROLOGIE VIH" + "POSITIF" is affirmed, + "NEGATIF" negated, + "" tested. Acts that are only done on people who
    have the condition (HIV viral load) stay affirmed whatever the result; markers that prove nothing (PSA) stay tested.
    `start` and `end` refer to the act; a code's mention covers the whole cell.
    """
    acts = acts.cast(pl.String).fill_null("")
    labels = find_mentions(acts)
    codes_only = acts.str.contains(r"^(?:[A-Za-z]{0,4}[ :]*)?[\d\s/,;|+.\-]+$")
    coded = code_themes(pl.select(pl.when(codes_only).then(acts).otherwise(pl.lit(""))).to_series(), "nabm").select(
        "row",
        "theme",
        "status",
        pl.lit(0, dtype=pl.UInt32).alias("start"),
        pl.lit("nabm").alias("term"),
        pl.lit(CONFIDENCE_PLAIN, dtype=pl.Float32).alias("confidence"),
    )
    lengths = pl.DataFrame({"end": acts.str.len_chars()}).with_row_index("row")
    coded = coded.join(lengths, on="row", how="left").select(MENTIONS_SCHEMA.keys())
    mentions = pl.concat([labels, coded])
    yields = results.cast(pl.String).fill_null("").str.contains(_SUSCEPTIBLE)
    tried = labels.filter(pl.col("theme") == "treatment", pl.col("row").is_in(yields.arg_true().implode()))
    mentions = mentions.join(tried.select("row", "start"), on=["row", "start"], how="anti", maintain_order="left")
    beside = pl.DataFrame({"polarity": polarity(results), "result": results.cast(pl.String).fill_null("")})
    mentions = mentions.join(beside.with_row_index("row"), on="row", how="left", maintain_order="left")
    number = pl.col("result").str.replace_all(" ", "").str.extract(_NUMBER, 1).str.replace(",", ".")
    value = number.cast(pl.Float64, strict=False)
    said, theme, term = pl.col("polarity"), pl.col("theme"), pl.col("term")
    marker = (theme == "cancer") & ~term.str.contains("bcr|jak|calr")
    # A bare HIV or hepatitis label in an act column names a test.
    asked = (pl.col("status") == "tested") | (
        (pl.col("status") == "affirmed") & theme.is_in(["hiv", "sti_hepatitis"]) & term.str.contains(_BARE_AGENT)
    )
    hcg = (theme == "pregnancy") & asked & value.is_not_null() & (said == "other")
    status = (
        pl.when((theme == "blood_group") & pl.col("result").str.to_lowercase().str.contains(_GROUP))
        .then(pl.lit("affirmed"))
        .when((pl.col("status") == "other_person") | ~asked | marker).then(pl.col("status"))
        .when(hcg & (value < _HCG_NEGATIVE)).then(pl.lit("negated"))
        .when(hcg & (value >= _HCG_POSITIVE)).then(pl.lit("affirmed"))
        .when(said == "positive").then(pl.lit("affirmed"))
        .when(said == "negative").then(pl.lit("negated"))
        .otherwise(pl.lit("tested"))
    )  # fmt: skip
    return (
        mentions.with_columns(status.alias("status"))
        .select(pl.col(name).cast(kind) for name, kind in MENTIONS_SCHEMA.items())
        .sort("row", "start", "end", "theme")
    )
