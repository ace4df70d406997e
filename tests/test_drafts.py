"""Drafts of notifications: every cell is cited or to be completed, few people stay hidden, and the French reads well.

The snapshots in tests/snapshots/cnil-*.md are the drafts as an authority would see them. To renew them after a
deliberate change: `LEAKSCAN_RENEW_SNAPSHOTS=1 python -m pytest tests/test_drafts.py`, then read the difference before
you commit it.
"""

from __future__ import annotations

import copy
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import docx as python_docx
import jsonschema
import pytest
import reports

from leakscan.cli.app import run
from leakscan.records import THEMES
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.cnil import cnil_docx, cnil_markdown
from leakscan.renderers.drafts.article33 import drafts
from leakscan.renderers.drafts.article34 import PRECAUTIONS
from leakscan.renderers.drafts.blocks import Table, blocks
from leakscan.renderers.drafts.consequences import GRAVITY, sensitive_themes
from leakscan.renderers.drafts.controllers import CANNOT_SPLIT
from leakscan.renderers.drafts.edpb_fields import SECTIONS, SEVERITY, answers, answers_of_part
from leakscan.renderers.drafts.evidence import ENTITIES, MOST_CITED, resolve
from leakscan.renderers.drafts.fields import TO_COMPLETE, Field
from leakscan.renderers.drafts.french import difference, interval, people, typeset
from leakscan.renderers.edpb import EDPB_SCHEMA_FILE
from leakscan.renderers.schema import SCHEMA_FILE

SNAPSHOTS = Path(__file__).parent / "snapshots"
EDPB_SCHEMA = json.loads(EDPB_SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(EDPB_SCHEMA)
REPORTS = {
    "reference": reports.reference_report,
    "empty": reports.empty_report,
    "interrupted": reports.interrupted_folder_report,
    "first_look": reports.first_look_report,
    "endless": reports.endless_report,
    "hostile": reports.hostile_report,
}


def earlier_report() -> dict[str, Any]:
    """The reference incident as it was known first: fewer people, no HIV, another file."""
    report = copy.deepcopy(reports.reference_report(recipients="none", malicious=False))
    report["inputs"][0].update(sha256="f" * 64)
    report["records"] = 400_000
    report["tool"]["rules_sha256"] = "e" * 64
    report["persons"].update(low=390_000, likely=395_000, high=396_000, minors=3)
    del report["persons"]["by_theme"]["hiv"], report["persons"]["by_category"]["mutuelle"]
    return report


OPTIONS = {
    "whole": RenderOptions("fr"),
    "laboratory": RenderOptions("fr", split_by="laboratory"),
    "finess": RenderOptions("fr", split_by="finess"),
    "since": RenderOptions("fr", since=earlier_report()),
    "both": RenderOptions("fr", since=earlier_report(), split_by="laboratory"),
}


def fields_of(report: dict[str, Any], options: RenderOptions) -> list[Field]:
    return [field for draft in drafts(report, options) for field in draft.fields]


def field(report: dict[str, Any], name: str, options: RenderOptions = OPTIONS["whole"]) -> Field:
    return next(one for one in fields_of(report, options) if one.id == name)


# ---- every cell is cited or to be completed


@pytest.mark.parametrize("how", OPTIONS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_field_is_cited_or_to_be_completed(name: str, how: str) -> None:
    report, options = REPORTS[name](), OPTIONS[how]
    found = fields_of(report, options)
    assert len(found) > 50
    for one in found:
        assert (one.value == TO_COMPLETE) == (one.pointers == ()), one.id
        for pointer in one.pointers:
            of_earlier = pointer.startswith("since:")
            resolve(options.since if of_earlier else report, pointer.removeprefix("since:"))  # type: ignore[arg-type]


def test_a_field_without_evidence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        Field("x", "X", "12 personnes")
    with pytest.raises(ValueError, match="to be completed"):
        Field("x", "X", pointers=("/persons",))


@pytest.mark.parametrize("how", OPTIONS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_row_of_the_document_has_its_justification(name: str, how: str) -> None:
    report, options = REPORTS[name](), OPTIONS[how]
    for draft in drafts(report, options):
        given = list(blocks(draft, report, options.since))
        rows = [row for block in given if isinstance(block, Table) and len(block.header) == 3 for row in block.rows]
        assert len(rows) == len(draft.fields)
        assert all(bool(cited) != (answer == TO_COMPLETE) for _, answer, cited in rows)
        # what is cited stands in the annexes
        listed = {row[0] for block in given if isinstance(block, Table) and len(block.header) > 3 for row in block.rows}
        cited = {one for _, _, cell in rows for one in re.findall(r"\b[PF][0-9]+\b", cell)}
        assert cited <= listed


def test_identifiers_of_fields_are_unique_in_a_draft() -> None:
    for how, options in OPTIONS.items():
        for draft in drafts(reports.reference_report(), options):
            names = [one.id for one in draft.fields]
            assert len(names) == len(set(names)), how


def test_what_the_scan_cannot_know_is_left_open() -> None:
    open_fields = {one.id for one in fields_of(reports.reference_report(), OPTIONS["whole"]) if not one.is_filled}
    assert {
        "notification.type", "notification.late", "controller.name", "controller.dpo", "controller.processor",
        "breach.aware", "breach.begin", "breach.nature", "breach.origin", "breach.recipients", "measures.taken",
        "measures.before", "authorities.complaint", "art34.decision", "consequences.actual", "persons.others",
    } <= open_fields  # fmt: skip


# ---- what is said


def test_the_figures_of_article_33() -> None:
    report = reports.reference_report()
    number = field(report, "persons.number")
    assert number.value.replace("\u202f", " ") == "environ 478 211 personnes (entre 471 002 et 485 930)"
    assert number.pointers == ("/persons", "/persons/waterfall/6")
    records = field(report, "data.records")
    assert records.value.replace("\u202f", " ").startswith("environ 491 840 enregistrements, et 37 lignes abîmées")
    nir = field(report, "data.nir")
    assert nir.value.replace("\u202f", " ") == "NIR (sécurité sociale) : 430 115 personnes"
    cited = [resolve(report, pointer) for pointer in nir.pointers[1:]]
    assert [(line["column"], line["entity"]) for line in cited] == [("N_SECU", "nir"), ("COMMENTAIRE", "nir")]
    hiv = field(report, "data.theme.hiv")
    assert [resolve(report, pointer)["theme"] for pointer in hiv.pointers[1:]] == ["hiv", "hiv"]
    assert "maximale" in field(report, "consequences.gravity").value


def test_what_a_record_is_is_said() -> None:
    text = RENDERERS["cnil"].render(reports.reference_report(), OPTIONS["whole"])
    assert "Un enregistrement est une ligne d'un export, un message ou un document" in text
    assert "n'est pas celui des personnes" in text
    assert json.loads(RENDERERS["edpb"].render(reports.reference_report(), OPTIONS["whole"]))["record_means"]


def test_the_sheet_of_article_34() -> None:
    report = reports.reference_report()
    assert "au plus" in field(report, "art34.unreachable").value
    assert field(report, "art34.unreachable").value.replace("\u202f", " ") == "au plus 19 911 personnes"
    assert field(report, "art34.reachable.email").value.replace("\u202f", " ") == "178 004 personnes (37 %)"
    assert field(report, "art34.shared.phone").value.replace("\u202f", " ") == "120 008 personnes"
    assert field(report, "art34.shared.post").value.startswith("non indiqué")
    assert "mineure" in field(report, "art34.theme.pregnancy").value
    assert "prévoir dans les meilleurs délais" in field(report, "art34.risk").value
    del report["persons"]["breakdowns"]
    assert not field(report, "art34.shared.post").is_filled


def test_a_first_look_is_no_count() -> None:
    said = field(reports.first_look_report(), "persons.number").value
    assert "projection et non d'un comptage" in said
    assert "au plus" in said
    assert "au plus" not in field(reports.endless_report(), "persons.number").value


def test_what_was_not_read_is_said() -> None:
    said = field(reports.interrupted_folder_report(), "breach.unread").value
    assert "l'analyse a été interrompue" in said
    assert "1 élément non lu, 1 lu en partie, sur 3" in said
    assert "tout n'a pas été lu" in field(reports.interrupted_folder_report(), "persons.number").value


def test_circumstances_that_were_assumed_are_left_open() -> None:
    assert not field(reports.reference_report(), "consequences.circumstances").is_filled
    known = field(reports.reference_report(recipients="known"), "consequences.circumstances")
    assert "Les destinataires sont connus." in known.value
    assert "déclaré par l'opérateur" in known.value


def test_nobody_found_invents_nobody() -> None:
    report = reports.empty_report()
    assert field(report, "persons.number").value == "aucune personne relevée dans ce qui a été lu"
    assert not field(report, "consequences.gravity").is_filled
    assert not field(report, "art34.persons").is_filled


def test_few_people_are_not_counted_out() -> None:
    report = reports.reference_report()
    report["persons"].update(minors=3, minors_at_exam=4)
    report["persons"]["by_theme"]["hiv"]["affirmed"] = {"low": 2, "likely": 3, "high": 9}
    report["persons"]["by_category"]["genetic_data"] = {"low": 1, "likely": 1, "high": 1}
    assert field(report, "data.theme.hiv").value.startswith("affirmé : moins de 5 personnes")
    assert field(report, "data.genetic").value.endswith(": moins de 5 personnes")
    assert field(report, "persons.minors").value.count("moins de 5 personnes") == 2
    found = answers(report, None)
    assert found["personal_data.health_themes"].value["hiv"]["affirmed"] == {"fewer_than": 5}
    assert found["data_subjects.minors"].value["people"] == {"fewer_than": 5}


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((0, 0, 0), "0 personne"),
        ((0, 0, 2), "moins de 5 personnes"),
        ((4, 4, 4), "moins de 5 personnes"),
        ((2, 4, 9), "moins de 5 personnes"),
        ((5, 5, 5), "5 personnes"),
        ((4, 6, 9), "environ 6 personnes (entre 4 et 9)"),
    ],
)
def test_intervals_in_french(bounds: tuple[int, int, int], said: str) -> None:
    assert interval(dict(zip(("low", "likely", "high"), bounds, strict=True))) == said


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [(10, 10, "aucun"), (10, 22, "+12"), (22, 10, "−12"), (0, 3, "non chiffré"), (4, 12, "non chiffré"), (0, 5, "+5")],
)
def test_differences_in_french(then: int, now: int, said: str) -> None:
    assert difference(then, now) == said


def test_typography() -> None:
    assert typeset("a : b ; « c » 5 %") == "a\u00a0: b\u00a0; «\u00a0c\u00a0» 5\u00a0%"
    assert people(1) == "moins de 5 personnes"


def test_the_tables_cover_every_name() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    bands = schema["$defs"]["band"]["enum"]
    assert sorted(GRAVITY) == sorted(SEVERITY) == sorted(bands)
    categories = schema["$defs"]["persons"]["properties"]["by_category"]["propertyNames"]["enum"]
    assert set(categories) - set(ENTITIES) == {"genetic_data"}  # which a theme shows
    report = reports.reference_report()
    report["persons"]["by_theme"] = {theme: {"affirmed": reports.interval(9)} for theme in THEMES}
    assert set(sensitive_themes(report)) == set(PRECAUTIONS)


def test_a_cell_cites_few_lines() -> None:
    report = reports.reference_report()
    line = next(line for line in report["evidence"] if line["entity"] == "nir")
    report["evidence"] += [{**line, "records": number} for number in range(30)]
    assert len(field(report, "data.nir").pointers) == 1 + MOST_CITED


# ---- split by controller


def test_one_draft_per_controller_and_one_of_the_whole() -> None:
    report = reports.reference_report()
    listed = report["persons"]["breakdowns"]["laboratories"]["listed"]
    whole, *parts = drafts(report, OPTIONS["laboratory"])
    assert whole.controller is None
    assert [part.controller.entry for part in parts if part.controller] == listed
    for part in parts:
        own = {one.id: one for one in part.fields}
        assert own["persons.number"].pointers[0].startswith("/persons/breakdowns/laboratories/listed/")
        assert "la somme des parts peut dépasser l'ensemble" in own["persons.number"].value
        assert own["data.nir"].value.endswith(f"Part de ce responsable : {TO_COMPLETE}")
        assert CANNOT_SPLIT in part.preamble
    said = {one.id: one.value for one in whole.fields}
    assert "une personne connue de plusieurs laboratoires y compte une fois" in said["split.union"]
    assert said["split.not_listed"].startswith("2 laboratoires, dont 2 masqués")
    assert said["split.persons_without"] == TO_COMPLETE
    assert said["split.rows.0"].replace("\u202f", " ") == "37 lignes"
    assert "split.002" in said


def test_split_by_finess_takes_those_with_a_number() -> None:
    report = reports.reference_report()
    whole, *parts = drafts(report, OPTIONS["finess"])
    assert [part.controller.entry["finess"] for part in parts if part.controller] == ["560000002"]
    assert next(one.value for one in parts[0].fields if one.id == "controller.finess") == "560000002"
    said = {one.id: one.value for one in whole.fields}
    assert said["split.without_finess"].startswith("25 laboratoires")
    assert said["split.rows.0"].replace("\u202f", " ") == "491 877 lignes"


def test_a_report_without_laboratories_cannot_be_split() -> None:
    report = reports.empty_report()
    (whole,) = drafts(report, OPTIONS["laboratory"])
    assert not next(one for one in whole.fields if one.id == "split.none").is_filled


def test_rows_without_a_controller_are_listed_to_a_limit() -> None:
    report = reports.reference_report()
    given = report["inputs"][0]
    report["inputs"] += [{**given, "path": f"{number}.csv", "records": 5, "records_damaged": 0} for number in range(40)]
    (whole, *_) = drafts(report, OPTIONS["laboratory"])
    said = {one.id: one.value for one in whole.fields if one.id.startswith("split.rows.")}
    assert len(said) == 21
    assert said["split.rows.rest"] == "105 lignes dans 21 fichiers"


# ---- a complementary notification


def test_differences_since_an_earlier_report() -> None:
    found = {one.id: one for one in fields_of(reports.reference_report(), OPTIONS["since"])}
    assert found["notification.type"].value.startswith("complémentaire (art. 33, 4)")
    assert "écart : +83\u202f211" in found["since.persons"].value
    assert found["since.persons"].pointers == ("since:/persons", "/persons")
    assert "différentes" in found["since.rules"].value
    assert "nouveaux : 1 ; absents : 1" in found["since.files"].value
    assert found["since.new"].pointers == ("/inputs/0",)
    assert found["since.theme.hiv.affirmed"].value.startswith("était : 0 personne - est : environ")
    assert found["since.category.mutuelle"].pointers == (
        "since:/persons/by_category",
        "/persons/by_category/mutuelle",
    )
    assert found["since.minors"].value.startswith("était : moins de 5 personnes")
    assert found["since.minors"].value.endswith("écart : non chiffré")
    assert found["since.gravity"].value.startswith(("était", "inchangée"))


def test_the_same_report_twice_has_no_difference() -> None:
    report = reports.reference_report()
    found = fields_of(report, RenderOptions("fr", since=report))
    told = [one.value for one in found if one.id.startswith("since.")]
    assert told
    assert not any("écart" in one or "était" in one for one in told)


# ---- as documents


@pytest.mark.parametrize(
    ("name", "how", "file"),
    [
        ("reference", "whole", "cnil-reference.md"),
        ("reference", "finess", "cnil-reference-finess.md"),
        ("reference", "since", "cnil-reference-since.md"),
        ("first_look", "whole", "cnil-first-look.md"),
        ("empty", "whole", "cnil-empty.md"),
    ],
)
def test_markdown_snapshot(name: str, how: str, file: str) -> None:
    text = RENDERERS["cnil"].render(REPORTS[name](), OPTIONS[how])
    if os.environ.get("LEAKSCAN_RENEW_SNAPSHOTS") == "1":
        (SNAPSHOTS / file).write_text(text, encoding="utf-8")
    assert text == (SNAPSHOTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_draft_is_french_whatever_the_language(lang: str) -> None:
    text = RENDERERS["cnil"].render(reports.reference_report(), RenderOptions(lang))
    assert text == RENDERERS["cnil"].render(reports.reference_report(), OPTIONS["whole"])
    assert "notification d'une violation de données à caractère personnel" in text


HOSTILE_MARKDOWN = (
    "<script>alert(9)</script> | [x](javascript:y) `z` **b** https://evil.example/ ![i](u) & \u202e\x1b[31m"
)


def hostile_markdown_report() -> dict[str, Any]:
    report = reports.hostile_report()
    for given in report["inputs"]:
        given.update(path=HOSTILE_MARKDOWN, member=None, reason=HOSTILE_MARKDOWN)
    for line in report["evidence"]:
        line.update(path=HOSTILE_MARKDOWN, column=HOSTILE_MARKDOWN, samples=["| <b> `9`"])
    return report


def test_markdown_of_hostile_names_is_text() -> None:
    text = RENDERERS["cnil"].render(hostile_markdown_report(), OPTIONS["both"])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not re.search(r"<[a-z/!]", text)
    assert "://" not in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in {4, 7, 8}, line
            assert not re.search(r"(?<!\\)[\[\]`*]", line), line


def test_docx_says_what_markdown_says() -> None:
    report = reports.reference_report()
    for (end, data), draft in zip(cnil_docx(report, OPTIONS["finess"]), drafts(report, OPTIONS["finess"]), strict=True):
        assert end == ("" if draft.controller is None else f"-{draft.controller.slug}")
        opened = python_docx.Document(io.BytesIO(data))
        given = list(blocks(draft, report, None))
        tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in opened.tables]
        assert tables == [[list(block.header), *map(list, block.rows)] for block in given if isinstance(block, Table)]
        paragraphs = [one.text for one in opened.paragraphs if one.text]
        assert paragraphs == [block.text for block in given if not isinstance(block, Table)]
        assert opened.paragraphs[0].style is not None
        assert opened.paragraphs[0].style.name == "Heading 1"


def test_docx_is_the_same_every_time_and_safe() -> None:
    report = hostile_markdown_report()
    (first, *_), (second, *_) = (list(cnil_docx(report, OPTIONS["both"])) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first[1])) as package:
        assert package.testzip() is None
        document = package.read("word/document.xml").decode("utf-8")
    assert "<script" not in document
    assert "\u202e" not in document
    assert "w:hyperlink" not in document


# ---- EDPB


@pytest.mark.parametrize("how", OPTIONS)
@pytest.mark.parametrize("name", REPORTS)
def test_edpb_follows_its_schema(name: str, how: str) -> None:
    report, options = REPORTS[name](), OPTIONS[how]
    text = RENDERERS["edpb"].render(report, options)
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert "\x1b" not in text
    for notification in document["notifications"]:
        for section in notification["sections"]:
            for one in section["fields"]:
                assert (one["value"] == TO_COMPLETE) == (one["evidence"] == []), one["id"]
                for cited in one["evidence"]:
                    resolve(report if cited["report"] == "this" else options.since, cited["pointer"])


def test_edpb_schema_is_valid_and_names_every_section() -> None:
    jsonschema.Draft202012Validator.check_schema(EDPB_SCHEMA)
    sections = EDPB_SCHEMA["properties"]["notifications"]["items"]["properties"]["sections"]["items"]
    assert sections["properties"]["section"]["enum"] == list(SECTIONS)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "filled", "value": "x", "evidence": []},
        {"state": "to_complete", "value": "x", "evidence": []},
        {"state": "filled", "value": TO_COMPLETE, "evidence": [{"report": "this", "pointer": "/persons"}]},
        {"state": "unknown"},
        {"more": 1},
    ],
)
def test_edpb_schema_refuses_a_field_that_is_neither(change: dict[str, Any]) -> None:
    document = json.loads(RENDERERS["edpb"].render(reports.reference_report(), OPTIONS["whole"]))
    document["notifications"][0]["sections"][0]["fields"][0].update(change)
    assert not VALIDATOR.is_valid(document)


def test_edpb_answers_are_fields_of_the_template() -> None:
    names = {f"{section}.{name}" for section, fields in SECTIONS.items() for name in fields}
    (part,) = [draft.controller for draft in drafts(reports.reference_report(), OPTIONS["finess"]) if draft.controller]
    for make in REPORTS.values():
        found = answers(make(), earlier_report())
        assert set(found) <= names
        assert set(answers_of_part(found, part)) <= names


def test_edpb_says_whose_a_figure_is() -> None:
    document = json.loads(RENDERERS["edpb"].render(reports.reference_report(), OPTIONS["finess"]))
    assert [one["controller"] and one["controller"]["finess"] for one in document["notifications"]] == [
        None,
        "560000002",
    ]
    fields = {one["id"]: one for section in document["notifications"][1]["sections"] for one in section["fields"]}
    assert fields["data_subjects.number"]["scope"] == "notification"
    assert fields["controller.establishment_number"]["value"] == "560000002"
    assert fields["personal_data.health_themes"]["scope"] == "whole_leak"
    assert fields["personal_data.health_themes"]["part_of_controller"] == TO_COMPLETE
    assert fields["consequences.severity"]["proposal"] is True
    assert document["split"]["by"] == "finess"


# ---- on the command line


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "result.json"
    file.write_text(json.dumps(reports.reference_report()), encoding="utf-8")
    (tmp_path / "earlier.json").write_text(json.dumps(earlier_report()), encoding="utf-8")
    return file


def test_report_writes_a_draft(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(saved), "--format", "cnil"]) == 0
    assert capsys.readouterr().out == RENDERERS["cnil"].render(reports.reference_report(), OPTIONS["whole"])


@pytest.mark.parametrize("suffix", [".docx", ".md"])
def test_report_writes_a_file_per_controller(saved: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = saved.parent / f"projet{suffix}"
    since = str(saved.parent / "earlier.json")
    arguments = ["report", str(saved), "--format", "cnil", "--split-by", "finess", "--since", since, "--out", str(out)]
    assert run(arguments) == 0
    assert capsys.readouterr().out == ""
    made = sorted(path.name for path in saved.parent.glob("projet*"))
    assert made == [f"projet-026{suffix}", f"projet{suffix}"]
    assert all((saved.parent / name).stat().st_mode & 0o077 == 0 for name in made)
    if suffix == ".md":
        options = RenderOptions("fr", since=earlier_report(), split_by="finess")
        expected = dict(cnil_markdown(reports.reference_report(), options))
        assert {name: (saved.parent / name).read_text(encoding="utf-8") for name in made} == {
            f"projet{end}.md": text for end, text in expected.items()
        }


@pytest.mark.parametrize("name", ["edpb", "sarif", "ocsf", "json", "terminal"])
def test_report_writes_other_formats_to_a_file(saved: Path, name: str) -> None:
    out = saved.parent / "out.txt"
    assert run(["report", str(saved), "--format", name, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "json", "--split-by", "finess"], "--format cnil and edpb"),
        (["--since", "x.json"], "--format cnil and edpb"),
        (["--format", "cnil", "--since", "nowhere.json"], "cannot read nowhere.json"),
        (["--format", "edpb", "--out", "x.docx"], "has no DOCX"),
        (["--format", "cnil", "--out", "/nowhere/x.docx"], "cannot write"),
        (["--format", "cnil", "--split-by", "city"], "--split-by"),
        (["--format", "cnil", "--out", "result.json"], "is one of the targets"),
    ],
)
def test_report_refuses(
    arguments: list[str], says: str, saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved.parent)
    assert run(["report", str(saved), *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""
    assert not (saved.parent / "x.docx").exists()
