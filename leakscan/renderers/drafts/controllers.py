"""One draft per controller, as far as a report can be split: it knows people by laboratory, and no other figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.i18n import counted
from leakscan.renderers.drafts.evidence import ENTITIES, SMALL
from leakscan.renderers.drafts.fields import TO_COMPLETE, Controller, Field, Section
from leakscan.renderers.drafts.french import interval, people, plural
from leakscan.renderers.drafts.incident import MOST_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakscan.renderers.renderer import Report

SPLITS: tuple[str, ...] = ("laboratory", "finess")
"""What a draft may be split by."""

CANNOT_SPLIT = (
    "Le rapport ne ventile par laboratoire que le nombre de personnes. Les catégories de données, les thèmes de santé, "
    "les mineurs, les moyens de contact, les enregistrements et la gravité n'y sont connus que pour l'ensemble : "
    "chaque projet les cite pour l'ensemble et laisse la part du responsable à compléter. Pour l'obtenir, analyser "
    "séparément les fichiers de chaque responsable."
)
"""Said in every draft that is split."""


def controllers(report: Report, split_by: str | None) -> tuple[Controller, ...]:
    """The laboratories that a draft is made for; of `finess`, those whose number the report has."""
    if split_by is None:
        return ()
    listed = report["persons"].get("breakdowns", {}).get("laboratories", {}).get("listed", [])
    return tuple(
        Controller(place, entry) for place, entry in enumerate(listed) if split_by == "laboratory" or entry["finess"]
    )


def part_of(section: Section, report: Report, controller: Controller) -> Section:
    """A section of the whole leak as a controller's draft has it: the whole is said, the part is left open.

    Only the number of people is the controller's own.
    """
    own = {field.id: field for field in _own(report, controller)}
    return Section(section.title, tuple(own.get(field.id) or _open(field) for field in section.fields), section.text)


def _own(report: Report, controller: Controller) -> Iterator[Field]:
    count = f"environ {people(controller.entry['people'])}"
    yield Field(
        "persons.number",
        "Nombre approximatif de personnes concernées",
        f"{count} pour ce responsable ; ensemble de la fuite : {interval(report['persons'])}. Une personne connue de "
        "plusieurs laboratoires compte chez chacun : la somme des parts peut dépasser l'ensemble.",
        (controller.pointer, "/persons"),
    )
    yield Field("art34.persons", "Personnes à informer", count, (controller.pointer,))


def _open(field: Field) -> Field:
    if not field.is_filled:
        return field
    value = f"Dans l'ensemble de la fuite : {field.value} - Part de ce responsable : {TO_COMPLETE}"
    return Field(field.id, field.label, value, field.pointers, field.hint)


def union(report: Report, split_by: str) -> Section:
    """The whole, its controllers, and everything that belongs to none of them."""
    title = "11. Répartition par responsable de traitement"
    found = report["persons"].get("breakdowns", {}).get("laboratories")
    if found is None:
        field = Field("split.none", "Responsables", hint="ce rapport ne distingue pas de laboratoires")
        return Section(title, (field,), (CANNOT_SPLIT,))
    given = controllers(report, split_by)
    fields = [
        Field(
            "split.union",
            "Ensemble de la fuite",
            f"{interval(report['persons'])} ; une personne connue de plusieurs laboratoires y compte une fois, et une "
            "fois chez chacun d'eux",
            ("/persons",),
        ),
        *(
            Field(
                f"split.{one.slug}",
                f"Projet {one.slug} : {one.name}",
                f"environ {people(one.entry['people'])}",
                (one.pointer,),
            )
            for one in given
        ),
    ]
    without_number = len(found["listed"]) - len(given)
    if without_number:
        fields.append(
            Field(
                "split.without_finess",
                "Laboratoires sans numéro FINESS dans le rapport",
                f"{counted(without_number, 'laboratory', 'fr')}, sans projet propre",
                ("/persons/breakdowns/laboratories/listed",),
            )
        )
    fields += [
        Field(
            "split.not_listed",
            "Laboratoires que le rapport ne liste pas",
            f"{counted(found['not_listed'], 'laboratory', 'fr')}, "
            f"dont {plural(found['suppressed'], 'masqué', 'masqués')} "
            f"(moins de {SMALL} personnes, ou qui permettraient de le déduire)",
            ("/persons/breakdowns/laboratories/not_listed", "/persons/breakdowns/laboratories/suppressed"),
        ),
        *_rows_without(report, split_by),
        Field(
            "split.persons_without",
            "Personnes qui ne relèvent d'aucun laboratoire relevé",
            hint="le rapport compte des lignes sans laboratoire, non des personnes",
        ),
    ]
    return Section(title, tuple(fields), (CANNOT_SPLIT,))


def _rows_without(report: Report, split_by: str) -> list[Field]:
    """Rows of each input that name no controller: those with the fullest column of laboratories, taken from all."""
    entities = ENTITIES[split_by]
    fullest: dict[tuple[str, str | None], tuple[int, int]] = {}
    for at, line in enumerate(report["evidence"]):
        if line["entity"] in entities:
            place = (line["path"], line["member"])
            fullest[place] = max(fullest.get(place, (0, 0)), (line["records"], -at))
    missing = []
    for at, given in enumerate(report["inputs"]):
        rows = given["records"] + given["records_damaged"]
        named, line = fullest.get((given["path"], given["member"]), (0, 1))
        if rows > named:
            missing.append((rows - named, at, -line))
    missing.sort(key=lambda one: (-one[0], one[1]))
    fields = [
        Field(
            f"split.rows.{at}",
            f"Lignes sans responsable : fichier F{at + 1}",
            counted(rows, "row", "fr"),
            (f"/inputs/{at}", *((f"/evidence/{line}",) if line >= 0 else ())),
        )
        for rows, at, line in missing[:MOST_FILES]
    ]
    rest = missing[MOST_FILES:]
    if rest:
        told = f"{counted(sum(rows for rows, _, _ in rest), 'row', 'fr')} dans {counted(len(rest), 'input', 'fr')}"
        fields.append(Field("split.rows.rest", "Lignes sans responsable : autres fichiers", told, ("/inputs",)))
    if not missing:
        value = "aucune : toutes les lignes portent un laboratoire"
        fields.append(Field("split.rows.none", "Lignes sans responsable", value, ("/inputs", "/evidence")))
    return fields
