"""Which data, how many records, how many people, and how these were counted (art. 33, 3, a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.i18n import counted, label
from leakscan.renderers.drafts.evidence import lines_of_category, lines_of_theme
from leakscan.renderers.drafts.fields import Field, Section
from leakscan.renderers.drafts.french import day, figure, interval, model, people, signed

if TYPE_CHECKING:
    from leakscan.renderers.renderer import Report

KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("identity", "État civil (nom, date de naissance)", ("name", "birth_date")),
    ("nir", "Numéro de sécurité sociale (NIR, INS)", ("nir",)),
    ("contact", "Coordonnées (adresse, téléphone, courriel)", ("address", "phone", "email")),
    ("credentials", "Données d'identification ou d'accès (identifiants, mots de passe)", ("credentials",)),
    ("financial", "Données bancaires (IBAN)", ("financial",)),
    ("insurance", "Organisme complémentaire (mutuelle)", ("mutuelle",)),
    ("care", "Données de santé : suivi médical (date d'examen, prescripteur)", ("exam_date", "prescriber")),
    ("treatment", "Données de santé : traitements, groupe sanguin", ("treatment", "blood_group")),
    ("genetic", "Données génétiques", ("genetic_data",)),
)
"""Kinds of data of the form -> data categories of the report."""

RECORD = (
    "Un enregistrement est une ligne d'un export, un message ou un document ; les en-têtes ne comptent pas. "
    "Une personne peut figurer dans plusieurs enregistrements : le nombre d'enregistrements n'est pas celui des "
    "personnes."
)
"""What a record is: the two numbers of art. 33, 3, a are taken for each other too easily."""

_TITLES = {
    "other_special": "Autres données sensibles (vie sexuelle, religion, violences, détention, aide médicale d'État)"
}
_STATUSES = (("affirmed", "affirmé"), ("tested", "recherché"), ("negated", "écarté"))


def data(report: Report) -> Section:
    """Categories of data and of records."""
    fields = [_kind(report, *kind) for kind in KINDS]
    fields += [_theme(report, theme) for theme in _themes(report)]
    if not _themes(report):
        fields.append(
            Field(
                "data.themes",
                "Thèmes de santé",
                "aucun n'a été relevé dans ce qui a été lu",
                ("/persons/by_theme",),
            )
        )
    fields += [
        _records(report),
        Field(
            "data.sensitive",
            "Autres données sensibles (art. 9 et 10)",
            hint="l'analyse ne les recherche pas toutes : à vérifier par le responsable",
        ),
        Field("data.clear", "Chiffrement ou pseudonymisation avant la violation"),
    ]
    return Section(
        "4. Les données",
        tuple(fields),
        (f"{RECORD} Les nombres ci-dessous sont des personnes, sauf mention contraire.",),
    )


def _kind(report: Report, ident: str, title: str, categories: tuple[str, ...]) -> Field:
    by_category = report["persons"]["by_category"]
    found = [name for name in categories if by_category.get(name, {}).get("high")]
    if not found:
        return Field(
            f"data.{ident}", title, "rien de tel n'a été relevé dans ce qui a été lu", ("/persons/by_category",),
        )  # fmt: skip
    parts = [f"{label('category', name, 'fr')} : {interval(by_category[name])}" for name in found]
    pointers = [
        pointer for name in found for pointer in (f"/persons/by_category/{name}", *lines_of_category(report, name))
    ]
    return Field(f"data.{ident}", title, " ; ".join(parts), tuple(dict.fromkeys(pointers)))


def _themes(report: Report) -> list[str]:
    return [
        theme
        for theme, statuses in report["persons"]["by_theme"].items()
        if any(bounds["high"] for bounds in statuses.values()) and theme not in {"treatment", "blood_group"}
    ]


def _theme(report: Report, theme: str) -> Field:
    statuses = report["persons"]["by_theme"][theme]
    parts = [f"{word} : {interval(statuses[name])}" for name, word in _STATUSES if statuses.get(name, {}).get("high")]
    pointers = (f"/persons/by_theme/{theme}", *lines_of_theme(report, theme))
    return Field(
        f"data.theme.{theme}",
        _TITLES.get(theme, f"Données de santé : {label('theme', theme, 'fr')}"),
        " ; ".join(parts),
        pointers,
    )


def _records(report: Report) -> Field:
    damaged = report["records_damaged"]
    told = f"environ {counted(report['records'], 'record', 'fr')}"
    if damaged:
        told += f", et {counted(damaged, 'damaged', 'fr')} (fouillées, mais non comptées comme enregistrements)"
    return Field(
        "data.records",
        "Nombre approximatif d'enregistrements",
        told,
        ("/records", "/records_damaged"),
        hint="définis ci-dessus",
    )


def persons(report: Report) -> Section:
    """How many people, of what kind, and how they were counted."""
    fields = [
        _categories(report),
        _minors(report),
        _prescribers(report),
        Field("persons.others", "Autres personnes concernées (salariés, proches)"),
        Field("persons.countries", "Personnes établies dans d'autres États membres", hint="traitement transfrontalier"),
    ]
    counted_fields = [_basis(report), _waterfall(report), _placeholders(report)]
    return Section(
        "5. Les personnes",
        (_number(report), *fields, *counted_fields),
    )


def _number(report: Report) -> Field:
    title, ident = "Nombre approximatif de personnes concernées", "persons.number"
    found = report["persons"]
    pointers = ("/persons", f"/persons/waterfall/{len(found['waterfall']) - 1}")
    if not found["high"]:
        return Field(ident, title, "aucune personne relevée dans ce qui a été lu", pointers)
    said = _whole_number(report)
    return Field(ident, title, said, pointers, hint="à déterminer définitivement par le responsable")


def _whole_number(report: Report) -> str:
    """The number with its interval; after a first look it is a projection, and says so."""
    found = report["persons"]
    if model(report) is None:
        said = interval(found)
        return (
            said
            if found["exact"]
            else f"au moins {people(found['low'])} : tout n'a pas été lu ; {said} d'après ce qui l'a été"
        )
    said = f"au moins {people(found['low'])}, rencontrées dans la partie lue"
    if model(report)["bytes_left_out"] is not None:
        said += f" ; au plus {people(found['high'])} ; environ {people(found['likely'])} d'après un modèle"
    return f"{said}. Il s'agit d'une projection et non d'un comptage : à remplacer par celui d'une lecture complète"


def _categories(report: Report) -> Field:
    if not report["persons"]["high"]:
        return Field("persons.categories", "Catégories de personnes")
    lines = lines_of_category(report, "exam_date") + lines_of_category(report, "prescriber")
    return Field(
        "persons.categories",
        "Catégories de personnes",
        "patients (personnes identifiées dans des enregistrements relatifs à des soins ou à des assurés)",
        ("/persons/basis", *lines[:3]),
        hint="qualité à confirmer par le responsable",
    )


def _minors(report: Report) -> Field:
    found = report["persons"]
    as_of = day(report["scan"]["as_of"])
    return Field(
        "persons.minors",
        "Personnes vulnérables : mineurs",
        f"{people(found['minors'])} au {as_of} ; {people(found['minors_at_exam'])} à la date d'un examen",
        ("/persons/minors", "/persons/minors_at_exam", "/scan/as_of"),
    )


def _prescribers(report: Report) -> Field:
    count = report["prescribers"]["distinct"]
    return Field(
        "persons.prescribers",
        "Professionnels de santé cités",
        f"{counted(count, 'prescriber', 'fr')}, à compter à part des patients"
        if count
        else "aucun prescripteur relevé",
        ("/prescribers/distinct", *lines_of_category(report, "prescriber")),
    )


def _basis(report: Report) -> Field:
    parts = [
        f"{label('basis', name, 'fr')} : {figure(count)}" for name, count in report["persons"]["basis"].items() if count
    ]
    return Field(
        "persons.basis",
        "Ce qui a servi à distinguer les personnes",
        " ; ".join(parts) or "aucune personne à distinguer",
        ("/persons/basis",),
    )


def _waterfall(report: Report) -> Field:
    steps = report["persons"]["waterfall"]
    parts = [
        f"{label('step', step['step'], 'fr')} : "
        f"{signed(step['count']) if 0 < at < len(steps) - 1 else figure(step['count'])}"
        for at, step in enumerate(steps)
    ]
    return Field(
        "persons.method",
        "Des lignes aux personnes",
        " ; ".join(parts),
        tuple(f"/persons/waterfall/{at}" for at in range(len(steps))),
        hint="chaque étape s'ajoute à la précédente",
    )


def _placeholders(report: Report) -> Field:
    count = report["persons"].get("placeholders")
    title = "Identités fictives écartées"
    if count is None:
        return Field("persons.placeholders", title)
    return Field("persons.placeholders", title, figure(count), ("/persons/placeholders",))
