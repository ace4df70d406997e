"""A complementary notification: what a later report says otherwise than an earlier one (art. 33, 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.i18n import counted, label
from leakscan.renderers.drafts.consequences import GRAVITY
from leakscan.renderers.drafts.fields import Field, Section
from leakscan.renderers.drafts.french import NONE, NOT_TOLD, day, difference, figure, interval, people, signed
from leakscan.renderers.drafts.incident import MOST_FILES

if TYPE_CHECKING:
    from leakscan.renderers.renderer import Report

NOBODY = {"low": 0, "likely": 0, "high": 0}
"""Bounds of what a report does not name."""

_NOT_NEW_PEOPLE = (
    "Chaque ligne compare le rapport de la notification précédente à celui-ci. Un écart entre deux nombres de "
    "personnes n'est pas un nombre de personnes nouvelles : une personne peut avoir été autrement comptée."
)
_STATUSES = (("affirmed", "affirmé"), ("tested", "recherché"), ("negated", "écarté"))


def differences(report: Report, since: Report) -> Section:
    """Every figure of the form that may have changed: then, now, and by how much."""
    fields = [
        _rules(report, since),
        _days(report, since),
        *_files(report, since),
        _counted("records", "Enregistrements", report, since),
        _persons(report, since),
        *_categories(report, since),
        *_themes(report, since),
        _flag("minors", "Mineurs", report, since),
        _flag("with_credentials", "Personnes avec identifiants", report, since),
        _gravity(report, since),
    ]
    return Section("10. Ce qui change depuis la notification précédente", tuple(fields), (_NOT_NEW_PEOPLE,))


def _both(pointer: str) -> tuple[str, str]:
    return f"since:{pointer}", pointer


def _change(then: str, now: str, by: str) -> str:
    if then != now or by not in {NONE, NOT_TOLD}:
        return f"était : {then} - est : {now} - écart : {by}"
    return f"inchangé : {now}" if by == NONE else f"{now} dans les deux rapports"


def _rules(report: Report, since: Report) -> Field:
    same = report["tool"]["rules_sha256"] == since["tool"]["rules_sha256"]
    value = (
        "identiques dans les deux rapports"
        if same
        else "différentes : une partie des écarts peut venir des règles, et non des données"
    )
    return Field("since.rules", "Règles d'analyse", value, _both("/tool/rules_sha256"))


def _days(report: Report, since: Report) -> Field:
    days = [day(given["scan"]["as_of"]) for given in (since, report)]
    value = f"le {days[1]} dans les deux rapports" if days[0] == days[1] else f"était : {days[0]} - est : {days[1]}"
    return Field("since.as_of", "Jour auquel la minorité est appréciée", value, _both("/scan/as_of"))


def _files(report: Report, since: Report) -> list[Field]:
    """By SHA-256: a file that was renamed is the same, one that was changed is another."""
    then, now = ({given["sha256"] for given in one["inputs"] if given["sha256"]} for one in (since, report))
    unknown = sum(given["sha256"] is None for one in (since, report) for given in one["inputs"])
    new, gone = len(now - then), len(then - now)
    value = f"communs : {figure(len(then & now))} ; nouveaux : {figure(new)} ; absents : {figure(gone)}"
    if unknown:
        value += f" ; sans empreinte, donc non comparés : {figure(unknown)}"
    fields = [Field("since.files", "Contenus examinés, par empreinte SHA-256", value, _both("/inputs"))]
    added = [at for at, given in enumerate(report["inputs"]) if given["sha256"] and given["sha256"] not in then]
    if added:
        fields.append(
            Field(
                "since.new",
                "Fichiers nouveaux",
                counted(len(added), "input", "fr")
                + (f", dont les {MOST_FILES} premiers sont cités" if len(added) > MOST_FILES else ""),
                tuple(f"/inputs/{at}" for at in added[:MOST_FILES]),
            )
        )
    return fields


def _counted(name: str, title: str, report: Report, since: Report) -> Field:
    then, now = since[name], report[name]
    change = NONE if then == now else f"{signed(now - then)}"
    return Field(f"since.{name}", title, _change(figure(then), figure(now), change), _both(f"/{name}"))


def _persons(report: Report, since: Report) -> Field:
    then, now = since["persons"], report["persons"]
    value = _change(interval(then), interval(now), difference(then["likely"], now["likely"]))
    return Field("since.persons", "Personnes concernées", value, _both("/persons"))


def _categories(report: Report, since: Report) -> list[Field]:
    then, now = (one["persons"]["by_category"] for one in (since, report))
    return [
        Field(
            f"since.category.{name}",
            f"Personnes, par donnée : {label('category', name, 'fr')}",
            _change(
                interval(then.get(name, NOBODY)),
                interval(now.get(name, NOBODY)),
                difference(then.get(name, NOBODY)["likely"], now.get(name, NOBODY)["likely"]),
            ),
            tuple(
                f"{prefix}/persons/by_category{f'/{name}' if name in one else ''}"
                for prefix, one in (("since:", then), ("", now))
            ),
        )
        for name in dict.fromkeys((*now, *then))
        if then.get(name, NOBODY)["high"] or now.get(name, NOBODY)["high"]
    ]


def _themes(report: Report, since: Report) -> list[Field]:
    then, now = (one["persons"]["by_theme"] for one in (since, report))
    fields = []
    for theme in dict.fromkeys((*now, *then)):
        for status, word in _STATUSES:
            bounds = [one.get(theme, {}).get(status, NOBODY) for one in (then, now)]
            if not any(one["high"] for one in bounds):
                continue
            change = difference(bounds[0]["likely"], bounds[1]["likely"])
            pointers = tuple(
                f"{prefix}/persons/by_theme{f'/{theme}' if theme in one else ''}"
                for prefix, one in (("since:", then), ("", now))
            )
            title = f"Personnes, par thème : {label('theme', theme, 'fr')}, {word}"
            value = _change(interval(bounds[0]), interval(bounds[1]), change)
            fields.append(Field(f"since.theme.{theme}.{status}", title, value, pointers))
    return fields


def _flag(name: str, title: str, report: Report, since: Report) -> Field:
    then, now = since["persons"][name], report["persons"][name]
    value = _change(people(then), people(now), difference(then, now))
    return Field(f"since.{name}", title, value, _both(f"/persons/{name}"))


def _gravity(report: Report, since: Report) -> Field:
    then, now = (GRAVITY[one["severity"]["band"]] for one in (since, report))
    value = f"inchangée : {now}" if then == now else f"était : {then} - est : {now}"
    return Field("since.gravity", "Gravité proposée", value, _both("/severity/band"))
