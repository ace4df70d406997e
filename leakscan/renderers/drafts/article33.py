"""The draft of a notification under art. 33, whole or one per controller: sections in the order of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakscan.renderers.drafts import incident
from leakscan.renderers.drafts.article34 import sheet
from leakscan.renderers.drafts.consequences import authorities, consequences, measures
from leakscan.renderers.drafts.controllers import CANNOT_SPLIT, controllers, union
from leakscan.renderers.drafts.differences import differences
from leakscan.renderers.drafts.fields import TO_COMPLETE, Controller, Draft
from leakscan.renderers.drafts.figures import data, persons

if TYPE_CHECKING:
    from leakscan.renderers.renderer import RenderOptions, Report

TITLE = "Projet de notification d'une violation de données à caractère personnel"

_STATUS = (
    "Projet établi d'après un rapport d'analyse automatisée, en vue de la notification prévue à l'article 33 du "
    "règlement (UE) 2016/679 (RGPD). Il ne vaut ni notification, ni qualification juridique : il appartient au "
    "responsable de traitement de le vérifier, de le compléter et de l'adresser à la CNIL."
)
_HOW_TO_READ = (
    "Toute réponse renvoie à ce qui l'établit : une pièce (P), un fichier (F), un comptage ou une autre donnée du "
    f"rapport. Ce que l'analyse des fichiers ne peut faire connaître porte la mention « {TO_COMPLETE} »."
)
_PREAMBLE = (_STATUS, _HOW_TO_READ)


def drafts(report: Report, options: RenderOptions) -> tuple[Draft, ...]:
    """The draft of the whole leak, then one per controller where `options.split_by` asks for them."""
    whole = _draft(report, options.since, None, options.split_by)
    parts = controllers(report, options.split_by)
    return whole, *(_draft(report, options.since, part, options.split_by) for part in parts)


def _draft(report: Report, since: Report | None, controller: Controller | None, split_by: str | None) -> Draft:
    sections = [
        incident.notification(since),
        incident.controller_section(controller),
        incident.breach(report),
        data(report, controller),
        persons(report, controller),
        consequences(report),
        measures(report),
        authorities(),
        sheet(report, controller),
    ]
    if since is not None:
        sections.append(differences(report, since))
    if split_by is not None and controller is None:
        sections.append(union(report, split_by))
    title = TITLE if controller is None else f"{TITLE} : {controller.name}"
    preamble = _PREAMBLE if controller is None else (*_PREAMBLE, CANNOT_SPLIT)
    return Draft(title, preamble, tuple(sections), controller)
