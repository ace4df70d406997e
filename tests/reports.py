"""Hand-made reports for the renderers and the command line: the reference incident, an empty one, a hostile one."""

from __future__ import annotations

import copy
from typing import Any

from leakscan.severity import Facts, assess

SHA = "0123456789abcdef" * 4


def told(report: dict[str, Any], *parts: str) -> dict[str, Any]:
    """What a report says of the people, records and severity, without the names of its inputs."""
    wanted = parts or ("persons", "records", "records_by_entity", "prescribers", "severity")
    persons = {name: value for name, value in report["persons"].items() if name not in ("by_input", "overlap")}
    return {part: persons if part == "persons" else report[part] for part in wanted}


def interval(likely: int, low: int | None = None, high: int | None = None) -> dict[str, int]:
    return {"low": likely if low is None else low, "likely": likely, "high": likely if high is None else high}


def _table(unknown: int, **cells: int | None) -> dict[str, Any]:
    """A table of the breakdowns; None: hidden. `_` in front of what begins with a digit."""
    listed = [
        {
            "value": value.removeprefix("_").replace("to", "-"),
            "people": people,
            **({} if people is not None else HIDDEN),
        }
        for value, people in cells.items()
    ]
    return {"cells": listed, "withheld": False, "unknown": unknown}


HIDDEN = {"suppressed": True}


def _people_of(path: str, people: int, shared: int, new: int, member: str | None = None) -> dict[str, Any]:
    only_here = people - shared
    return {
        "path": path,
        "member": member,
        "copies": 0,
        "people": people,
        "shared": shared,
        "only_here": only_here,
        "new": new,
    }


def _breakdowns() -> dict[str, Any]:
    ages = {"_0to5": 14_020, "_6to14": 17_900, "_15to17": 9_283, "_18to24": 38_114, "_25to34": 71_300,
            "_35to44": 70_441, "_45to54": 66_010, "_55to64": 61_707, "_65to74": 60_035, "_75to84": 40_990,
            "_85+": 26_911}  # fmt: skip
    homes = {"_56": 141_007, "_22": 98_114, "_35": 61_040, "_29": 44_871, "_18": 31_408, "_36": 20_117, "_41": 18_020,
             "_45": 16_044, "_44": 9_101, "_37": 7_450, "_2A": None, "_971": None}  # fmt: skip
    births = {**homes, "_99": 52_008}
    years = {"_2015": 71_020, "_2016": 80_441, "_2017": 88_730, "_2018": 97_001, "_2019": 104_100, "_2020": 99_874}
    names = [*((f"LB{number:02d}", None) for number in range(1, 25)), (None, "560000002"), (None, None)]
    laboratories = [
        {"number": at, "code": code, "finess": finess, "people": 40_000 - 1_500 * at}
        for at, (code, finess) in enumerate([names[0], names[-1], *names[1:-1]], 1)
    ]
    return {
        "age_bands": _table(1_500, **ages),
        "sex": _table(0, woman=262_007, man=216_204),
        "birth_department": _table(48_096, **births),
        "residence_department": _table(20_007, **homes),
        "exam_years": _table(0, **years),
        "laboratories": {"listed": laboratories, "not_listed": 2, "suppressed": 2},
        "prescribers": {
            "listed": [{"number": at, "people": 2_040 - 7 * at} for at in range(1, 201)],
            "not_listed": 2_902,
            "suppressed": 61,
        },
        "channels": {
            "email": {"reachable": 178_004, "shared": 20_411},
            "phone": {"reachable": 371_006, "shared": 120_008},
            "post": {"reachable": 458_300, "shared": None, "suppressed": True},
        },
        "k_anonymity": {"people": 1_200, "k1": 1_140, "k2_4": 60, "k5_9": 0, "k10_more": 0},
    }


def _statuses(affirmed: int, tested: int, negated: int) -> dict[str, dict[str, int]]:
    return {
        "affirmed": interval(affirmed, affirmed - affirmed // 100, affirmed + affirmed // 80),
        "tested": interval(tested),
        "negated": interval(negated),
    }


# column, role, records, share, shape
_COLUMNS: tuple[tuple[str, str | None, int, float, str], ...] = (
    ("CODE_LABO", "laboratory", 491_840, 1.0, "AA999"),
    ("N_DOSSIER", "record_number", 491_840, 1.0, "9999999"),
    ("NOM", "last_name", 491_102, 0.9985, "AAAAAA"),
    ("NOM_JEUNE_FILLE", "maiden_name", 201_330, 0.4093, "AAAAAA-AAAA"),
    ("PRENOM", "first_name", 490_995, 0.9983, "Aaaaa"),
    ("SEXE", "sex", 491_840, 1.0, "A"),
    ("DATE_NAISSANCE", "birth_date", 490_002, 0.9963, "99/99/9999"),
    ("N_SECU", "nir", 442_000, 0.8987, "9 99 99 99 999 999 99"),
    ("ADRESSE_1", "address", 470_100, 0.9558, "99 AAA AA AAAAAA"),
    ("CODE_POSTAL", "postcode", 471_000, 0.9576, "99999"),
    ("VILLE", "city", 471_000, 0.9576, "AAAAAAAA"),
    ("TEL_PORTABLE", "phone", 380_400, 0.7734, "99 99 99 99 99"),
    ("EMAIL", "email", 182_250, 0.3705, "aaaaa.aaaa@aaaaa.aa"),
    ("MUTUELLE", "mutuelle", 398_000, 0.8092, "AAAA"),
    ("PRESCRIPTEUR", "prescriber", 488_010, 0.9922, "AA AAAAAA AAAA"),
    ("DATE_PRELEVEMENT", "exam_date", 491_840, 1.0, "99/99/9999"),
    ("GROUPE_SANGUIN", "blood_group", 96_000, 0.1952, "A+"),
    ("LOGIN_PORTAIL", "login", 121_733, 0.2475, "aaaaaa99"),
    ("MDP_PORTAIL", "password", 121_733, 0.2475, "Aaaa9999"),
    ("COMMENTAIRE", "comment", 0, 0.0, ""),
    ("RESERVE_1", None, 0, 0.0, ""),
    ("RESERVE_2", None, 0, 0.0, ""),
)

_FINDINGS: tuple[tuple[str, str, int], ...] = (
    ("hiv", "affirmed", 1_498),
    ("hiv", "tested", 9_804),
    ("cancer", "affirmed", 4_120),
    ("pregnancy", "affirmed", 12_870),
    ("treatment", "affirmed", 7_004),
)

_THEMES: dict[str, tuple[int, int, int]] = {
    "hiv": (1_204, 8_110, 7_246),
    "cancer": (3_377, 410, 92),
    "pregnancy": (10_951, 5_020, 3_300),
    "genetic": (312, 1_040, 88),
    "treatment": (5_870, 0, 0),
    "sti_hepatitis": (820, 6_000, 5_120),
    "blood_group": (93_400, 0, 0),
}

_CATEGORIES: dict[str, int] = {
    "name": 477_930,
    "birth_date": 476_800,
    "nir": 430_115,
    "address": 458_300,
    "phone": 371_006,
    "email": 178_004,
    "mutuelle": 389_100,
    "prescriber": 475_020,
    "exam_date": 478_211,
    "blood_group": 93_400,
    "credentials": 118_406,
    "treatment": 5_870,
    "genetic_data": 311,
}


def _evidence(column: str, role: str | None, entity: str, records: int, share: float, shape: str) -> dict[str, Any]:
    return {
        "path": "export_labos.csv",
        "member": None,
        "column": column,
        "role": role,
        "entity": entity,
        "theme": None,
        "status": None,
        "hits": records,
        "records": records,
        "distinct": max(records - 13, 0),
        "share": share,
        "confidence": 0.99,
        "samples": [shape],
        "masked": 0,
    }


def _finding(theme: str, status: str, records: int) -> dict[str, Any]:
    entry = _evidence("COMMENTAIRE", "comment", "health", records, round(records / 491_840, 6), "")
    return {**entry, "theme": theme, "status": status, "samples": []}


def reference_report(recipients: str | None = None, *, malicious: bool = True) -> dict[str, Any]:
    """The shape of the reference incident (CNIL decision SAN-2022-009), with numbers made up where it is silent."""
    facts = Facts(
        persons_likely=478_211,
        categories=frozenset(_CATEGORIES),
        themes={
            theme: frozenset(
                status for status, count in zip(("affirmed", "tested", "negated"), counts, strict=True) if count
            )
            for theme, counts in _THEMES.items()
        },
        health_source=True,
    )
    return {
        "schema": "leakscan-report/1",
        "tool": {"version": "0.1.0", "rules_sha256": SHA},
        "scan": {
            "complete": True,
            "sampled": False,
            "bytes_total": 312_004_881,
            "bytes_read": 312_004_881,
            "as_of": "2026-01-01",
            "run": {"seconds": 21.4},
        },
        "inputs": [
            {
                "path": "export_labos.csv",
                "member": None,
                "sha256": SHA,
                "format": "delimited",
                "encoding": "cp1252",
                "bytes": 312_004_881,
                "records": 491_840,
                "records_damaged": 37,
                "columns": 60,
                "status": "scanned",
                "reason": None,
                "roles": [
                    {"index": index, "column": column, "role": role, "confidence": 0.99}
                    for index, (column, role, *_) in enumerate(_COLUMNS)
                ],
            }
        ],
        "evidence": [
            *(
                _evidence(column, role, role, records, share, shape)
                for column, role, records, share, shape in _COLUMNS
                if role is not None and records
            ),
            *(_finding(*finding) for finding in _FINDINGS),
            _evidence("COMMENTAIRE", "comment", "nir", 214, 0.000435, "9999999999999"),
        ],
        "records": 491_840,
        "records_damaged": 37,
        "records_by_entity": {"nir": 442_214, "email": 182_250, "login": 121_733, "password": 121_733},
        "persons": {
            **interval(478_211, 471_002, 485_930),
            "exact": True,
            "basis": {
                "ins": 0,
                "nir": 430_115,
                "name_birth_date": 47_300,
                "pseudonym": 0,
                "record_number": 796,
                "contact": 0,
            },
            "waterfall": [
                {"step": "rows", "count": 491_840},
                {"step": "damaged", "count": -37},
                {"step": "without_person", "count": -412},
                {"step": "placeholders", "count": -61},
                {"step": "repeats", "count": -11_902},
                {"step": "merges", "count": -1_217},
                {"step": "persons", "count": 478_211},
            ],
            "by_theme": {theme: _statuses(*counts) for theme, counts in _THEMES.items()},
            "by_category": {name: interval(count) for name, count in _CATEGORIES.items()},
            "minors": 41_203,
            "minors_at_exam": 52_907,
            "with_credentials": 118_406,
            "placeholders": 61,
            "reachable": {"email": 178_004, "phone": 371_006, "post": 458_300},
            "breakdowns": _breakdowns(),
            "by_input": [_people_of("export_labos.csv", 478_211, 0, 478_211)],
            "overlap": {"pairs": [], "reason": None},
        },
        "prescribers": {"distinct": 3_102},
        "laboratories": {"distinct": 28},
        "exam_dates": {"first": "2015-01-05", "last": "2020-10-25"},
        "severity": assess(facts, recipients, malicious),
        "warnings": [
            {
                "code": "ragged_row",
                "path": "export_labos.csv",
                "member": None,
                "row": 10_233,
                "offset": 6_491_002,
                "count": 36,
                "message": "rows have more or fewer fields than the table",
            },
            {
                "code": "unclosed_quote",
                "path": "export_labos.csv",
                "member": None,
                "row": 491_002,
                "offset": 311_480_113,
                "count": 1,
                "message": "a quoted field is never closed",
            },
        ],
    }


def empty_report() -> dict[str, Any]:
    """A drug table: read whole, nobody in it."""
    report = reference_report()
    report["inputs"][0].update(path="medicaments.csv", records=120, records_damaged=0, columns=3, roles=[])
    report.update(evidence=[], records=120, records_damaged=0, records_by_entity={}, warnings=[])
    report["persons"].update(
        **interval(0),
        basis=dict.fromkeys(report["persons"]["basis"], 0),
        waterfall=[
            {"step": "rows", "count": 120},
            {"step": "without_person", "count": -120},
            {"step": "persons", "count": 0},
        ],
        by_theme={},
        by_category={},
        minors=0,
        minors_at_exam=0,
        with_credentials=0,
        placeholders=0,
        reachable={"email": 0, "phone": 0, "post": 0},
        by_input=[],
    )
    del report["persons"]["breakdowns"]
    report.update(prescribers={"distinct": 0}, laboratories={"distinct": 0}, exam_dates={"first": None, "last": None})
    report["severity"] = assess(Facts(persons_likely=0))
    return report


def interrupted_folder_report() -> dict[str, Any]:
    """A folder, interrupted: one file whole, one in part, one never opened."""
    report = reference_report(recipients="known", malicious=False)
    whole = report["inputs"][0]
    part = copy.deepcopy(whole)
    part.update(path="dump/2020.csv", status="partial", reason="interrupted", roles=[])
    never = copy.deepcopy(part)
    never.update(path="dump/scan.pdf", status="skipped", reason="no reader for this format", format=None, records=0)
    never.update(sha256=None, encoding=None, columns=None)
    report["inputs"] = [whole, part, never]
    first, second = (
        _people_of("export_labos.csv", 471_002, 9_004, 471_002),
        _people_of("dump/2020.csv", 16_213, 9_004, 7_209),
    )
    report["persons"].update(by_input=[first, second], overlap={"pairs": [[0, 1, 9_004]], "reason": None})
    report["scan"].update(complete=False, interrupted=True, bytes_read=200_000_000, bytes_total=624_009_762)
    report["persons"]["exact"] = False
    report["warnings"].append({**report["warnings"][0], "path": "dump/2020.csv", "row": None})
    return report


def first_look_report() -> dict[str, Any]:
    """The reference report as a first look has it: a thirtieth read of one file, another one not looked at."""
    report = reference_report()
    persons, first = report["persons"], report["inputs"][0]
    size = 312_004_881
    first.update(status="partial", sha256=None, reason=f"triage: 14676118 of {size} bytes read", bytes=size)
    never = {**first, "path": "other.csv", "status": "skipped", "reason": "triage: not looked at", "roles": []}
    never.update(format=None, encoding=None, columns=None, records=0, bytes=41_000_000)
    report["inputs"].append(never)
    report["records"] = 23_135
    report["scan"].update(complete=False, sampled=True, bytes_read=14_676_118, bytes_total=size + 41_000_000)
    persons["exact"] = False
    persons["model"] = {
        "name": "returning-people/1",
        "rows_read": 23_135,
        "rows_estimated": 468_705,
        "read": {"low": 21_804, "likely": 21_856, "high": 22_017},
        "bytes_left_out": 41_000_000,
    }
    persons.update(low=21_804, high=490_722)
    persons["basis"]["model"] = persons["likely"] - 21_856
    *steps, last = persons["waterfall"]
    persons["waterfall"] = [*steps, {"step": "unread_by_model", "count": persons["likely"] - 21_856}, last]
    for bounds in (*persons["by_category"].values(), *(b for s in persons["by_theme"].values() for b in s.values())):
        if bounds["high"]:
            bounds.update(low=bounds["low"] // 22, high=bounds["high"] // 22 + 468_705)
    report["severity"]["at_least"] = True
    return report


def endless_report() -> dict[str, Any]:
    """A first look at the head of standard input."""
    report = first_look_report()
    del report["inputs"][1]
    report["inputs"][0].update(path="-", bytes=None, reason="triage: only the first 8388214 bytes read")
    report["scan"].update(bytes_total=None, bytes_read=8_388_214)
    report["persons"]["model"].update(rows_estimated=0, bytes_left_out=None)
    return report


HOSTILE = "\x1b[2J[bold red]\u202eNOM:boom:\x07\x9b31m\r\n"
"""A column name that would clear the screen, colour it, turn it round, draw an emoji, ring and break the line."""


def hostile_report() -> dict[str, Any]:
    """The reference report with a hostile text wherever a text comes from the data."""
    report = reference_report()
    column = report["inputs"][0]["roles"][2]["column"]
    report["inputs"][0]["path"] = HOSTILE + "\udcff.csv"
    report["inputs"][0]["roles"][2]["column"] = HOSTILE
    report["inputs"].append(
        {**report["inputs"][0], "member": HOSTILE, "status": "skipped", "reason": HOSTILE, "roles": []}
    )
    for entry in report["evidence"]:
        entry["path"] = report["inputs"][0]["path"]
        entry["column"] = HOSTILE if entry["column"] == column else entry["column"]
        entry["samples"] = [HOSTILE.replace("2", "9").replace("3", "9").replace("1", "9")]
    lines = [_people_of(HOSTILE, 20 + number, 0, 20 + number, HOSTILE) for number in range(12)]
    report["persons"].update(by_input=lines)
    for warning in report["warnings"]:
        warning.update(path=HOSTILE, message=HOSTILE, code=HOSTILE)
    return report
