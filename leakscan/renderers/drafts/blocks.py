"""A draft as blocks of a document (headings, paragraphs, tables), which Markdown and DOCX write alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakscan.i18n import label, percent
from leakscan.renderers.drafts.evidence import resolve
from leakscan.renderers.drafts.french import figure, typeset
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.renderers.drafts.fields import Draft, Field
    from leakscan.renderers.renderer import Report

_EVIDENCE = re.compile(r"/evidence/([0-9]+)")
_INPUT = re.compile(r"/inputs/([0-9]+)(/exposure)?")
_STEP = re.compile(r"/persons/waterfall/([0-9]+)")
_SINCE = "since:"
_WHAT = {
    "severity": "fiche de gravité",
    **dict.fromkeys(("persons", "records", "records_damaged", "prescribers", "laboratories"), "comptage"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` from 1."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header, all of one width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Table


def blocks(draft: Draft, report: Report, since: Report | None) -> Iterator[Block]:
    """The draft from its title to its annexes. Texts that came with the data are harmless; writers escape the rest."""
    for block in (*_body(draft, report), *_annexes(draft, report, since)):
        match block:
            case Heading(level, text):
                yield Heading(level, typeset(text))
            case Paragraph(text):
                yield Paragraph(typeset(text))
            case _:
                yield block


def _body(draft: Draft, report: Report) -> Iterator[Block]:
    yield Heading(1, draft.title)
    for text in draft.preamble:
        yield Paragraph(text)
    for section in draft.sections:
        yield Heading(2, section.title)
        for text in section.text:
            yield Paragraph(text)
        rows = tuple(
            (typeset(_asked(field)), typeset(harmless(field.value)), _cited(field, report)) for field in section.fields
        )
        yield Table(("Rubrique", "Réponse", "Justification"), rows)


def _asked(field: Field) -> str:
    return f"{field.label} [{field.hint}]" if field.hint else field.label


def _cited(field: Field, report: Report) -> str:
    return " ; ".join(cited(pointer, report) for pointer in field.pointers)


def cited(pointer: str, report: Report) -> str:
    """How a pointer reads: `P12`, `F3`, or the count and where it stands in the report."""
    if pointer.startswith(_SINCE):
        return f"rapport précédent, {pointer.removeprefix(_SINCE)}"
    if found := _EVIDENCE.fullmatch(pointer):
        return f"P{int(found[1]) + 1}"
    if found := _INPUT.fullmatch(pointer):
        return f"F{int(found[1]) + 1}"
    if found := _STEP.fullmatch(pointer):
        return f"étape « {label('step', resolve(report, pointer)['step'], 'fr')} »"
    return f"{_WHAT.get(pointer.split('/')[1], 'rapport')} {pointer}"


def _annexes(draft: Draft, report: Report, since: Report | None) -> Iterator[Block]:
    pointers = {pointer for field in draft.fields for pointer in field.pointers}
    lines = sorted({int(found[1]) for pointer in pointers if (found := _EVIDENCE.fullmatch(pointer))})
    files = {int(found[1]) for pointer in pointers if (found := _INPUT.fullmatch(pointer))}
    places = {(given["path"], given["member"]): at for at, given in reversed(list(enumerate(report["inputs"])))}
    files |= {at for line in lines if (at := places.get(_place(report["evidence"][line]))) is not None}
    yield Heading(2, "Annexe A. Pièces")
    yield Paragraph(
        "Une pièce est ce qu'une règle a relevé dans une colonne d'un fichier. Les formes remplacent toute lettre par "
        "« A » ou « a » et tout chiffre par « 9 » : aucune valeur n'est reproduite."
    )
    header = ("Pièce", "Fichier", "Colonne", "Règle", "Enregistrements", "Part", "Formes")
    yield Table(header, tuple(_piece(report, at, places) for at in lines))
    yield Heading(2, "Annexe B. Fichiers")
    yield Table(
        ("Fichier", "Nom", "SHA-256", "Octets", "Enregistrements", "Lecture"),
        tuple(_file(report, at) for at in sorted(files)),
    )
    yield Heading(2, "Annexe C. Origine des chiffres")
    tool = report["tool"]
    yield Paragraph(
        f"leakscan {harmless(tool['version'])}, règles {harmless(tool['rules_sha256'])}. Les renvois en « / » "
        "désignent une place dans le rapport d'analyse, au format leakscan-report/1."
    )
    if since is not None:
        tool = since["tool"]
        yield Paragraph(
            f"Rapport précédent : leakscan {harmless(tool['version'])}, règles {harmless(tool['rules_sha256'])}."
        )


def _place(line: Report) -> tuple[str, str | None]:
    return line["path"], line["member"]


def _piece(report: Report, at: int, places: dict[tuple[str, str | None], int]) -> tuple[str, ...]:
    line = report["evidence"][at]
    file = places.get(_place(line))
    rule = line["entity"] or "-"
    if line["theme"]:
        status = label("status", line["status"], "fr") if line["status"] else ""
        rule = f"{rule} : {label('theme', line['theme'], 'fr')} {status}".rstrip()
    return (
        f"P{at + 1}",
        harmless(line["path"]) if file is None else f"F{file + 1}",
        "texte" if line["column"] is None else harmless(line["column"]),
        rule,
        figure(line["records"]),
        percent(line["share"], "fr"),
        harmless(" | ".join(line["samples"])),
    )


def _file(report: Report, at: int) -> tuple[str, ...]:
    given = report["inputs"][at]
    name = given["path"] if given["member"] is None else f"{given['path']} > {given['member']}"
    status = {"scanned": "lu", "partial": "lu en partie", "skipped": "non lu"}[given["status"]]
    reason = f" : {harmless(given['reason'])}" if given["reason"] else ""
    return (
        f"F{at + 1}",
        harmless(name),
        given["sha256"] or "non établie",
        "-" if given["bytes"] is None else figure(given["bytes"]),
        figure(given["records"]),
        f"{status}{reason}",
    )
