"""Columns of the unseen layouts with no role, some under tempting headers, and some whose role is open to debate."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import unseen_places as places
from unseen_people import digits, ean_digit, luhn_digit

if TYPE_CHECKING:
    from collections.abc import Callable

    from unseen_rows import Context, Factory, Filler, Row


@dataclass(frozen=True)
class Decoy:
    """A column without a role (None) or beyond judgement (`*`); `headers` as in `unseen_headers.POOLS`."""

    headers: tuple[str, ...]
    fill: Factory
    role: str | None = None


def _each(*, told: bool, make: Callable[[Context], Filler]) -> Factory:
    return lambda ctx: (make(ctx), told)


def _choice(*values: str, told: bool = True) -> Factory:
    return _each(told=told, make=lambda ctx: lambda _row: ctx.rng.choice(values))


def _constant(*values: str) -> Factory:
    def factory(ctx: Context) -> tuple[Filler, bool]:
        value = ctx.rng.choice(values)
        return (lambda _row: value), True

    return factory


def _flag(ctx: Context) -> tuple[Filler, bool]:
    yes, no = ctx.rng.choice([("O", "N"), ("1", "0"), ("OUI", "NON"), ("true", "false"), ("X", ""), ("Y", "N")])
    share = ctx.rng.choice([0.05, 0.5, 0.9])
    return (lambda _row: yes if ctx.rng.random() < share else no), True


def _amount(ctx: Context) -> tuple[Filler, bool]:
    euro = ctx.rng.choice(["", "", " EUR"])
    return (
        lambda _row: (
            f"{ctx.rng.choice((0, 7.02, 13.5, 27, ctx.rng.uniform(2, 180))):.2f}".replace(".", ctx.decimal) + euro
        )
    ), True


def _decimal(ctx: Context) -> tuple[Filler, bool]:
    places_ = ctx.rng.choice([3, 6, 15])
    return (lambda _row: f"{ctx.rng.random() * ctx.rng.choice((1, 10)):.{places_}f}".replace(".", ctx.decimal)), True


def _ean(ctx: Context) -> tuple[Filler, bool]:
    stock = [body + ean_digit(body) for body in (f"3{digits(ctx.rng, 11)}" for _ in range(40))]
    return (lambda _row: ctx.rng.choice(stock)), True


def _epoch(ctx: Context) -> tuple[Filler, bool]:
    return (lambda row: str(int(row.exam.toordinal() - 719163) * 86_400_000 + ctx.rng.randrange(86_400_000))), True


def _siret(ctx: Context) -> tuple[Filler, bool]:
    def number() -> str:
        siren = digits(ctx.rng, 8)
        body = siren + luhn_digit(siren) + f"{ctx.rng.randrange(1, 60):04}"
        return body + luhn_digit(body)

    stock = [number() for _ in range(ctx.rng.choice([1, 12]))]
    return (lambda row: stock[row.lab.index % len(stock)]), True


def _uuid(ctx: Context) -> tuple[Filler, bool]:
    return (lambda _row: str(uuid.UUID(int=ctx.rng.getrandbits(128), version=4))), False


def _free_code(ctx: Context) -> tuple[Filler, bool]:
    stock = ["".join(ctx.rng.choices("ABCDEFGHKLMNPRSTUVXZ", k=2)) + digits(ctx.rng, 2) for _ in range(15)]
    return (lambda _row: ctx.rng.choice(stock)), False


def _pick(values: tuple[str, ...], *, told: bool) -> Factory:
    return _each(told=told, make=lambda ctx: lambda _row: ctx.rng.choice(values))


def _span(low: int, high: int, *, told: bool = True) -> Factory:
    return _each(told=told, make=lambda ctx: lambda _row: str(ctx.rng.randint(low, high)))


def _age(row: Row) -> str:
    return str(row.exam.year - row.person.born.year)


def _numbered(text: str) -> Factory:
    return _each(told=True, make=lambda ctx: lambda row: text.format(row.request % 9973, ctx.rng.randint(1, 9)))


DECOYS: dict[str, Decoy] = {
    "amount": Decoy(("montant|montant total|prix|montant TTC", "MNT|MTTC|MONT", "amount|total price"), _amount),
    "patient_share": Decoy(
        ("reste à charge|ticket modérateur|part patient", "RAC|TM|PARTPAT", "patient share"), _amount
    ),
    "insurer_share": Decoy(("part mutuelle|montant mutuelle", "PARTMUT|MNTMUT|MT AMC", "mutuelle amount"), _amount),
    "coefficient": Decoy(("coefficient|taux|facteur", "COEF|TX|FACT COR", "ratio|factor"), _decimal),
    "rate": Decoy(("taux de remboursement|quotité", "TXRBT|TAUXRB", "refund rate"), _choice("60", "70", "100", "80")),
    "urgent": Decoy(("urgent|urgence", "URG|IND URG", "urgent|is urgent"), _flag),
    "ald": Decoy(("exonération|ALD|exo", "EXO|ALD|TOPALD", "exempt"), _flag),
    "mail_sent": Decoy(("e-mail envoyé|mail envoyé", "MAILENV|TOP MAIL", "email sent|mail sent"), _flag),
    "phone_checked": Decoy(("tél vérifié|téléphone confirmé", "TELVERIF|TOP TEL", "phone verified"), _flag),
    "nir_checked": Decoy(("NIR vérifié|NIR certifié", "NIRVERIF|TOPNIR", "nir verified"), _flag),
    "login_active": Decoy(("login actif|compte actif", "LOGACT|CPTACT", "login enabled|account active"), _flag),
    "password_old": Decoy(("mot de passe expiré|mdp à changer", "MDPEXP", "password expired"), _flag),
    "archived": Decoy(("archivé|supprimé|actif", "ARCH|SUPPR|ACTIF", "deleted|archived|active"), _flag),
    "minor_flag": Decoy(("édition bloquée|confidentiel", "CONF|BLOQ", "confidential|locked"), _flag),
    "ean": Decoy(("code barre réactif|EAN|gencod", "EAN13|GENCOD|CBARRE", "ean13|reagent barcode"), _ean),
    "epoch": Decoy(("horodatage|horodatage système", "TSTAMP|HORO", "timestamp|ts ms|epoch"), _epoch),
    "siret": Decoy(("SIRET|n° SIRET", "SIRET|NUMSIRET", "siret"), _siret),
    "lot": Decoy(
        ("référence lot réactif|n° de lot|référence réactif", "REFLOT|NOLOT|LOTREAC", "lot ref|reagent lot"),
        _each(told=False, make=lambda ctx: lambda _row: digits(ctx.rng, 15)),
    ),
    "sample_ref": Decoy(
        ("référence échantillon|référence tube", "REFECH|REFTUB", "sample ref"),
        _each(told=False, make=lambda ctx: lambda row: f"{row.request:09}{digits(ctx.rng, 6)}"),
        "*",
    ),
    "lines": Decoy(("nb lignes|nombre de lignes|nb analyses", "NBLIG|NBLG|NBANA", "line count|nb rows"), _span(1, 14)),
    "tubes": Decoy(("nombre de tubes|nb tubes", "NBTUB|NBTUBES", "tube count"), _span(1, 6)),
    "exams": Decoy(("nb examens|nombre d'examens", "NBEXA|NBEX", "exam count"), _span(1, 30)),
    "rank": Decoy(("ordre|rang|n° d'ordre édition", "ORD|RANG|ORDRE", "sort order|position"), _span(1, 99)),
    "quantity": Decoy(("quantité|qté", "QTE|QT", "quantity|qty"), _span(1, 4)),
    "version": Decoy(
        ("version|version logiciel|n° version", "VERS|NUMVERS|VER", "version|schema version"), _numbered("4.{1}.2")
    ),
    "staff": Decoy(
        (
            "saisi par|utilisateur|opérateur|modifié par|créé par",
            "USRSAIS|OPER|USERMAJ|UTIL",
            "created by|entered by|operator",
        ),
        _pick(places.STAFF, told=False),
    ),
    "file": Decoy(
        ("nom fichier|fichier CR|nom du fichier", "NOMFIC|FICCR", "file name|report file"),
        _numbered("CR_{0:05}_{1}.pdf"),
    ),
    "machine": Decoy(
        ("nom automate|automate|nom machine|poste", "AUTOM|NOMPOSTE|POSTE", "device|analyzer name|host name"),
        _choice("COBAS8000", "ARCHI-2", "PC-LABO3", "XN1000", "VIDAS", told=False),
    ),
    "status": Decoy(
        ("état|statut|état dossier|statut édition", "ETAT|STAT|ETATDOS", "status|state"),
        _choice("VALIDE", "EDITE", "EN COURS", "ARCHIVE", "TRANSMIS"),
    ),
    "unit": Decoy(
        ("unité|unités", "UNIT|UN", "unit|units"), _choice("g/L", "mmol/L", "UI/L", "%", "mg/L", told=False), "*"
    ),
    "norm": Decoy(
        ("valeurs de référence|normes", "NORM|VALREF", "reference range"),
        _choice("4,0-5,7", "< 5", "12-16", told=False),
        "*",
    ),
    "material": Decoy(
        ("nature|nature prélèvement|matériel", "NATPREL|NAT|MATER", "specimen type|material"),
        _choice("SANG", "URINE", "SERUM", "PLASMA", told=False),
    ),
    "tariff": Decoy(("code tarif|code exonération|code convention", "CODTAR|CDCONV|CDEXO", "tariff code"), _free_code),
    "free_code": Decoy(
        ("code interne|code divers|code stat|libre 1", "CODX|CODSTAT|LIBR1|ZZ1", "internal code|misc code"), _free_code
    ),
    "address_kind": Decoy(
        ("type adresse|type d'adresse", "TYPADR", "address type"), _constant("DOM", "1", "PRINCIPALE")
    ),
    "date_form": Decoy(("format date|format de date", "FMTDAT", "date format"), _constant("JJ/MM/AAAA", "FR")),
    "currency": Decoy(("devise|monnaie", "DEV|DEVISE", "currency"), _constant("EUR", "E")),
    "constant": Decoy(
        ("société|flux|type flux|canal", "SOC|TYPFLX|CANAL", "channel|source system"),
        _constant("1", "EXP", "A", "WEB2"),
    ),
    "age": Decoy(("âge|âge patient", "AGE|AGEPAT", "age|patient age"), _each(told=True, make=lambda _ctx: _age)),
    "ip": Decoy(("adresse IP|IP poste", "IPADR|IPPOSTE", "ip address|client ip"), _numbered("10.0.{1}.{1}7")),
    "modality": Decoy(("modalité|salle", "MODAL|SALLE", "modality|room"), _choice("CT", "MR", "US", "RX", told=False)),
    "speciality": Decoy(
        ("spécialité|spécialité médecin", "SPEC|SPEMED|LIBSPE", "speciality|specialty"),
        _pick(places.SPECIALITIES, told=False),
    ),
    "row_id": Decoy(
        ("id|id ligne|n° ligne", "ID|IDLIG|NUMLIG", "id|row id|pk"),
        _each(told=False, make=lambda _ctx: lambda row: str(row.number + 1)),
        "*",
    ),
    "uuid": Decoy(("uuid|guid", "GUID|UUID", "uuid|guid"), _uuid, "*"),
    "time": Decoy(
        ("heure prélèvement|heure", "HPREL|HEURE", "sample time|time"),
        _each(told=False, make=lambda _ctx: lambda row: row.exam.strftime("%H:%M")),
        "*",
    ),
    "country": Decoy(("pays|pays de résidence", "PAYS|CDPAYS", "country"), _constant("FRANCE", "FR", "FRA"), "*"),
    "job": Decoy(("profession|CSP", "PROF|CSP", "job|occupation"), _pick(places.JOBS, told=False), "*"),
    "weight": Decoy(("poids|taille", "PDS|POIDS|TAILLE", "weight|height"), _span(40, 110, told=False), "*"),
    "fund": Decoy(
        ("caisse|code caisse|régime", "CAISSE|CDCAIS|REGIME|CPAM", "health fund"),
        _choice("01 751 0000", "01 131 0000", "02 441 0000", told=False),
        "*",
    ),
    "ward": Decoy(
        ("service|UF|unité fonctionnelle", "SERV|UF|CODUF", "ward|unit code"),
        _choice("1204", "2210", "CARD", "URG", told=False),
        "*",
    ),
    "doctor_city": Decoy(
        ("ville prescripteur|ville médecin", "VILPRES|VILMED", "doctor city"),
        _each(told=False, make=lambda _ctx: lambda row: places.CITIES[row.prescriber.index % len(places.CITIES)][1]),
        "*",
    ),
    "doctor_postcode": Decoy(
        ("CP prescripteur|code postal médecin", "CPPRES|CPMED", "doctor zip"),
        _each(told=False, make=lambda _ctx: lambda row: places.CITIES[row.prescriber.index % len(places.CITIES)][0]),
        "*",
    ),
    "doctor_first": Decoy(
        ("prénom prescripteur|prénom médecin", "PRENPRES|PRENMED", "doctor first name"),
        _each(told=False, make=lambda _ctx: lambda row: row.prescriber.first),
        "*",
    ),
    "empty_phone": Decoy(("tél|fax|téléphone travail", "TEL3|FAX|TELTRAV", "work phone|fax"), _constant(""), "*"),
    "empty": Decoy(
        ("divers|zone libre|libre 2|réserve", "LIB2|FILLER|RESERV", "unused|filler|reserved"), _constant(""), "*"
    ),
}
"""Kinds of column that must be given no role, and those that nobody is judged on."""
