"""The sheet of art. 34: who must be informed, how they can be reached, and what makes it urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.i18n import label, percent
from leakscan.renderers.drafts.consequences import sensitive_themes
from leakscan.renderers.drafts.evidence import SMALL, lines_of_category, lines_of_theme
from leakscan.renderers.drafts.fields import Field, Section
from leakscan.renderers.drafts.french import interval, people
from leakscan.severity import at_least

if TYPE_CHECKING:
    from leakscan.renderers.renderer import Report

CHANNELS: tuple[tuple[str, str, str], ...] = (
    ("email", "courriel", "adresse électronique"),
    ("phone", "téléphone", "numéro de téléphone"),
    ("post", "courrier postal", "adresse postale"),
)
"""Channel of the report, what it is called, and what is shared when it is shared."""

HIGH_RISK = "high"
"""From this band on the sheet proposes to inform people: ENISA's `high` and CNIL's `importante`."""

PRECAUTIONS: dict[str, str] = {
    "hiv": "révélation propre à exposer à la discrimination et au chantage",
    "sti_hepatitis": "révélation au sein du foyer",
    "mental_health": "révélation à l'employeur ou aux proches",
    "addiction": "révélation à l'employeur ou aux proches",
    "pregnancy": "révélation à l'entourage ; pour une mineure, examiner le destinataire avant tout envoi au domicile",
    "genetic": "la donnée concerne aussi les parents par le sang, et ne peut être changée",
    "cancer": "révélation à l'employeur, à l'assureur ou aux proches",
    "other_special": "donnée de l'art. 9 ou 10 étrangère aux soins, ou situation de violence",
}
"""Why informing the people of a theme is urgent or delicate."""

_NEUTRAL = (
    "Ni l'enveloppe, ni l'objet, ni le corps du message ne doivent nommer un thème de santé : le message est le même "
    "pour toutes les personnes. Il énonce, en termes clairs et simples, la nature de la violation, le contact du "
    "délégué à la protection des données, les conséquences probables et les mesures prises ou conseillées "
    "(art. 34, 2)."
)


def sheet(report: Report) -> Section:
    """Everything that art. 34 asks and that a scan can say, without a list of anybody."""
    fields = [_required(report), _whom(report), _minors(report), _credentials(report)]
    fields += [_reachable(report, *channel) for channel in CHANNELS]
    fields += [_shared(report, *channel) for channel in CHANNELS]
    fields.append(_nowhere(report))
    fields += [_urgent(report, theme) for theme in sensitive_themes(report)]
    fields += [
        Field("art34.decision", "Décision d'informer les personnes", hint="art. 34, 1 ; exceptions : art. 34, 3"),
        Field("art34.date", "Date de l'information"),
        Field("art34.means", "Moyens et contenu du message", hint="joindre le texte"),
        Field(
            "art34.public",
            "Communication publique",
            hint="si l'information individuelle exige des efforts disproportionnés, art. 34, 3, c",
        ),
    ]
    return Section("9. Fiche d'information des personnes (art. 34)", tuple(fields), (_NEUTRAL,))


def _required(report: Report) -> Field:
    severity = report["severity"]
    title, ident = "Risque élevé pour les droits et libertés", "art34.risk"
    if severity["dpc"] is None:
        return Field(ident, title)
    high = at_least(severity["band"], HIGH_RISK)
    value = (
        "proposition : oui, l'information des personnes est à prévoir dans les meilleurs délais"
        if high
        else "proposition : la fiche de gravité ne suffit pas à le retenir ; à apprécier au vu des circonstances"
    )
    return Field(ident, title, value, ("/severity/band",), hint="il appartient au responsable de l'arrêter")


def _whom(report: Report) -> Field:
    title, ident = "Personnes à informer", "art34.persons"
    found = report["persons"]
    if not found["high"]:
        return Field(ident, title)
    return Field(ident, title, interval(found), ("/persons",))


def _minors(report: Report) -> Field:
    return Field(
        "art34.minors",
        "Mineurs, à joindre par les titulaires de l'autorité parentale",
        people(report["persons"]["minors"]),
        ("/persons/minors",),
        hint="sauf soins reçus à l'insu des parents (art. L. 1111-5 du code de la santé publique)",
    )


def _credentials(report: Report) -> Field:
    return Field(
        "art34.credentials",
        "Personnes à inviter d'abord à changer de mot de passe",
        people(report["persons"]["with_credentials"]),
        ("/persons/with_credentials", *lines_of_category(report, "credentials")),
    )


def _reachable(report: Report, channel: str, name: str, _: str) -> Field:
    found = report["persons"]
    count, likely = found["reachable"][channel], found["likely"]
    share = f" ({percent(min(count / likely, 1.0), 'fr')})" if likely and count >= SMALL else ""
    category = {"post": "address"}.get(channel, channel)
    return Field(
        f"art34.reachable.{channel}",
        f"Joignables par {name}",
        f"{people(count)}{share}",
        (f"/persons/reachable/{channel}", *lines_of_category(report, category)),
    )


def _shared(report: Report, channel: str, name: str, what: str) -> Field:
    ident, title = f"art34.shared.{channel}", f"Dont {name} partagé avec d'autres personnes"
    channels = report["persons"].get("breakdowns", {}).get("channels")
    if channels is None:
        return Field(ident, title, hint="ce rapport ne le dit pas")
    shared = channels[channel]["shared"]
    told = (
        f"non indiqué : moins de {SMALL} personnes, ou permettrait de le déduire" if shared is None else people(shared)
    )
    return Field(
        ident,
        title,
        told,
        (f"/persons/breakdowns/channels/{channel}",),
        hint=f"même {what} pour plusieurs patients : une autre personne du foyer peut lire le message",
    )


def _nowhere(report: Report) -> Field:
    """At most so many are reached by no channel: whoever the best channel reaches is reached."""
    found = report["persons"]
    if not found["likely"]:
        return Field("art34.unreachable", "Joignables par aucun de ces moyens")
    most = max(found["likely"] - max(found["reachable"].values()), 0)
    return Field(
        "art34.unreachable",
        "Joignables par aucun de ces moyens",
        f"au plus {people(most)}",
        ("/persons/likely", "/persons/reachable"),
        hint="le rapport ne croise pas les moyens de contact : à préciser par le responsable",
    )


def _urgent(report: Report, theme: str) -> Field:
    statuses = report["persons"]["by_theme"][theme]
    words = {"affirmed": "affirmé", "tested": "recherché"}
    parts = [
        f"{word} : {interval(statuses[name])}" for name, word in words.items() if statuses.get(name, {}).get("high")
    ]
    return Field(
        f"art34.theme.{theme}",
        f"Thème qui rend l'information urgente : {label('theme', theme, 'fr')}",
        f"{' ; '.join(parts)}. Motif : {PRECAUTIONS[theme]}",
        (f"/persons/by_theme/{theme}", *lines_of_theme(report, theme)),
    )
