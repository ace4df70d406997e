"""Likely consequences, measures, and who else is to be told (art. 33, 3, c and d)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.i18n import decimal, label
from leakscan.renderers.drafts.evidence import lines_of_category
from leakscan.renderers.drafts.fields import Field, Section
from leakscan.renderers.drafts.french import people
from leakscan.severity import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from leakscan.renderers.renderer import Report

GRAVITY: dict[str, str] = {"low": "négligeable", "medium": "limitée", "high": "importante", "very_high": "maximale"}
"""Band of the ENISA worksheet -> the four degrees of the CNIL form: a proposal, degree by degree."""

RISKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("access", ("credentials",), "accès frauduleux au portail de résultats et aux comptes de même mot de passe"),
    ("identity", ("nir", "birth_date"), "usurpation d'identité et fraude aux prestations sociales"),
    ("phishing", ("email", "phone"), "hameçonnage et appels frauduleux se réclamant du laboratoire"),
    ("money", ("financial",), "prélèvements frauduleux"),
    ("home", ("address",), "démarchage ou sollicitation au domicile"),
)
"""Consequence -> the data categories that it follows from, and its wording."""

_SENSITIVE = frozenset(
    ("hiv", "sti_hepatitis", "mental_health", "addiction", "pregnancy", "genetic", "cancer", "other_special")
)


def consequences(report: Report) -> Section:
    """What may follow for the people, and how grave it is by the worksheet."""
    fields = [_gravity(report), *_reasons(report), _circumstances(report), *_risks(report)]
    return Section("6. Les conséquences probables", tuple(fields))


def _gravity(report: Report) -> Field:
    severity = report["severity"]
    if severity["dpc"] is None:
        return Field("consequences.gravity", "Gravité estimée", hint="aucune personne relevée dans ce qui a été lu")
    least = "au moins " if severity.get("at_least") and severity["band"] != "very_high" else ""
    value = (
        f"proposition : {least}{GRAVITY[severity['band']]} (fiche ENISA 2013 : {decimal(severity['score'], 'fr')} = "
        f"{severity['dpc']} x {decimal(severity['ei'], 'fr')} + {decimal(severity['cb'], 'fr')})"
    )
    return Field(
        "consequences.gravity",
        "Gravité estimée",
        value,
        ("/severity/score", "/severity/band"),
        hint="il appartient au responsable de l'arrêter",
    )


def _reasons(report: Report) -> list[Field]:
    """The deciding reasons, a field each."""
    titles = {"dpc": "Sensibilité des données", "ei": "Facilité d'identification"}
    fields = []
    for factor, title in titles.items():
        found = [
            (at, reason)
            for at, reason in enumerate(report["severity"]["reasons"])
            if reason["factor"] == factor and reason["decisive"]
        ]
        if not found or report["severity"]["dpc"] is None:
            fields.append(Field(f"consequences.{factor}", title))
            continue
        said = " ".join(_said(reason) for _, reason in found)
        pointers = [f"/severity/reasons/{at}" for at, _ in found]
        fields.append(Field(f"consequences.{factor}", title, said, tuple(pointers)))
    return fields


def _said(reason: Mapping[str, Any]) -> str:
    try:
        return sentence(reason["code"], list(reason["themes"]), "fr")
    except KeyError:  # a reason of a newer version
        return str(reason["sentence"])


def _circumstances(report: Report) -> Field:
    severity = report["severity"]
    title = "Circonstances retenues pour la gravité"
    if severity["cb_assumed"]:
        return Field("consequences.circumstances", title, hint="destinataires et intention : supposés inconnus")
    found = [at for at, reason in enumerate(severity["reasons"]) if reason["factor"] == "cb"]
    if not found:
        return Field("consequences.circumstances", title)
    said = " ".join(_said(severity["reasons"][at]) for at in found)
    return Field(
        "consequences.circumstances",
        title,
        f"{said} (déclaré par l'opérateur de l'analyse)",
        tuple(f"/severity/reasons/{at}" for at in found),
    )


def _risks(report: Report) -> list[Field]:
    found = report["persons"]
    fields = []
    for ident, categories, wording in RISKS:
        held = [name for name in categories if found["by_category"].get(name, {}).get("high")]
        if len(held) < (2 if ident == "identity" else 1):
            continue
        pointers = [
            pointer
            for name in held
            for pointer in (f"/persons/by_category/{name}", *lines_of_category(report, name)[:1])
        ]
        fields.append(Field(f"consequences.{ident}", "Conséquence possible", wording, tuple(pointers)))
    themes = sensitive_themes(report)
    if themes:
        names = ", ".join(label("theme", theme, "fr") for theme in themes)
        fields.append(
            Field(
                "consequences.privacy",
                "Conséquence possible",
                f"révélation de l'état de santé, discrimination, chantage, atteinte à la réputation ({names})",
                tuple(f"/persons/by_theme/{theme}" for theme in themes),
            )
        )
    return [*fields, Field("consequences.actual", "Préjudices déjà constatés")]


def sensitive_themes(report: Report) -> list[str]:
    """Themes whose disclosure harms most, with anybody affirmed or tested."""
    return [
        theme
        for theme, statuses in report["persons"]["by_theme"].items()
        if theme in _SENSITIVE and any(statuses.get(status, {}).get("high") for status in ("affirmed", "tested"))
    ]


def measures(report: Report) -> Section:
    """What was done and is to be done: the controller's to say, but for what the findings make urgent."""
    return Section(
        "7. Les mesures",
        (
            Field("measures.before", "Mesures de sécurité en place avant la violation"),
            _first(report),
            Field("measures.taken", "Mesures prises pour remédier à la violation", hint="art. 33, 3, d"),
            Field("measures.planned", "Mesures envisagées pour en atténuer les conséquences", hint="art. 33, 3, d"),
            Field("measures.removal", "Démarches de retrait des données publiées", hint="hébergeurs, plateformes"),
        ),
    )


def _first(report: Report) -> Field:
    title, ident = "Mesure que les constats rendent urgente", "measures.urgent"
    count = report["persons"]["with_credentials"]
    if not count:
        return Field(ident, title)
    value = (
        "réinitialiser les mots de passe du portail et fermer les sessions ouvertes : les identifiants de "
        f"{people(count)} figurent dans les données"
    )
    return Field(ident, title, value, ("/persons/with_credentials", *lines_of_category(report, "credentials")))


def authorities() -> Section:
    """Who else is told; a leak says nothing of it."""
    return Section(
        "8. Les autres autorités",
        (
            Field("authorities.health", "Agence régionale de santé", hint="signalement des laboratoires"),
            Field(
                "authorities.cert", "CERT Santé, ANSSI", hint="incident de sécurité d'un système d'information de santé"
            ),
            Field("authorities.complaint", "Dépôt de plainte", hint="service, date, numéro de procédure"),
            Field("authorities.lead", "Autorités de contrôle d'autres États membres"),
            Field("authorities.register", "Inscription au registre des violations", hint="art. 33, 5"),
        ),
    )
