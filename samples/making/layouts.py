"""The layouts: which fields a file has, in which order, under which headers, and how it writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from making import words


@dataclass(frozen=True, slots=True)
class Field:
    """What a field is: its role, the data category it belongs to, and other roles that are as fair an answer."""

    role: str | None = None
    category: str | None = None
    accept: tuple[str | None, ...] = ()


FIELDS: dict[str, Field] = {
    "nir": Field("nir", "nir"),
    "nir13": Field("nir", "nir"),
    "nir_key": Field("nir_key"),
    "ins": Field("ins", "nir"),
    "last_name": Field("last_name", "name"),
    "maiden_name": Field("maiden_name", "name"),
    "first_name": Field("first_name", "name"),
    "full_name": Field("full_name", "name"),
    "title": Field("title"),
    "sex": Field("sex"),
    "birth_date": Field("birth_date", "birth_date"),
    "birth_place": Field("birth_place"),
    "address": Field("address", "address"),
    "address2": Field("address", "address"),
    "postcode": Field("postcode", "address"),
    "city": Field("city", "address"),
    "phone_home": Field("phone", "phone"),
    "phone_mobile": Field("phone", "phone"),
    "phone_work": Field("phone", "phone"),
    "email": Field("email", "email"),
    "mutuelle": Field("mutuelle", "mutuelle"),
    "mutuelle_number": Field("mutuelle", "mutuelle", ("record_number",)),
    "blood_group": Field("blood_group", "blood_group"),
    "iban": Field("iban"),
    "patient_number": Field("record_number"),
    "request_number": Field("record_number"),
    "login": Field("login", "credentials"),
    "password": Field("password", "credentials"),
    "prescriber": Field("prescriber", "prescriber"),
    "rpps": Field("rpps", "prescriber"),
    "adeli": Field("adeli", "prescriber"),
    "presc_postcode": Field("postcode", None, (None, "prescriber")),
    "presc_city": Field("city", None, (None, "prescriber")),
    "finess": Field("finess"),
    "lab_code": Field("laboratory"),
    "lab_name": Field("laboratory"),
    "exam_date": Field("exam_date", "exam_date"),
    "exam_time": Field(),
    "presc_date": Field("date"),
    "edit_date": Field("date"),
    "invoice_date": Field("date"),
    "created_date": Field("date"),
    "acts": Field("act"),
    "act_label": Field("act"),
    "result": Field("result"),
    "unit": Field(None, None, ("result",)),
    "diagnosis": Field("diagnosis"),
    "drug": Field("drug"),
    "cip13": Field("drug"),
    "comment": Field("comment"),
    "comment2": Field("comment"),
    "benef_quality": Field(),
    "birth_rank": Field(),
    "regime": Field(),
    "caisse": Field(),
    "centre": Field(),
    "amount": Field(),
    "part_amo": Field(),
    "part_amc": Field(),
    "ref15": Field(None, None, ("record_number",)),
    "ean": Field(),
    "epoch_ms": Field(None, None, ("date",)),
    "siret": Field(),
    "fraction": Field(),
    "urgent": Field(),
    "fasting": Field(),
    "send_mode": Field(),
    "tubes": Field(),
    "language": Field(),
    "version": Field(),
    "empty": Field(),
    "status": Field(),
    "operator": Field(),
}
"""Every field a row can have."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written; `columns` are (header, field) pairs in file order."""

    name: str
    suffix: str
    encoding: str
    delimiter: str
    newline: str
    header: bool
    columns: tuple[tuple[str, str], ...]
    first_exam: date
    last_exam: date
    birth_format: str = "dmy/"
    exam_format: str = "dmy/"
    date_format: str = "dmy/"
    sexes: tuple[str, str] = ("M", "F")
    stored_as: str = "clear"
    acts_joint: str = "+"
    damaged_share: float = 0.0
    excel_share: float = 0.0
    multiline_comments: bool = False
    byte_order_mark: bool = False
    grouped_by_laboratory: bool = False


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs from `HEADER=field` words; without `=` the header is the field's name."""
    return tuple((word.split("=")[0].replace("_~", " "), word.split("=")[-1]) for word in text.split())


LAB60_CP1252 = Layout(
    name="lab60_cp1252",
    suffix=".csv",
    encoding="cp1252",
    delimiter=";",
    newline="\r\n",
    header=True,
    columns=_columns(
        "N_DOSSIER=request_number N_PATIENT=patient_number CIVILITE=title NOM=last_name NOM_JF=maiden_name "
        "PRENOM=first_name DDN=birth_date SEXE=sex LIEU_NAISS=birth_place N_SECU=nir QUALITE=benef_quality "
        "RANG_GEM=birth_rank REGIME=regime CAISSE=caisse CENTRE=centre ADR1=address ADR2=address2 CP=postcode "
        "VILLE=city TEL_DOM=phone_home TEL_PORT=phone_mobile TEL_PRO=phone_work MAIL=email MUTUELLE=mutuelle "
        "N_ADHERENT=mutuelle_number GRP_SANG=blood_group IBAN=iban LOGIN_WEB=login MDP_WEB=password "
        "CODE_LABO=lab_code LIB_LABO=lab_name FINESS=finess DT_PRELEV=exam_date HR_PRELEV=exam_time "
        "DT_ORDO=presc_date DT_EDITION=edit_date DT_FACTURE=invoice_date NOM_PRESC=prescriber RPPS_PRESC=rpps "
        "ADELI_PRESC=adeli CP_PRESC=presc_postcode VILLE_PRESC=presc_city ACTES=acts TRAITEMENT=drug CIP=cip13 "
        "COMMENT_DOSSIER=comment COMMENT_PATIENT=comment2 URGENT=urgent AJEUN=fasting MODE_ENVOI=send_mode "
        "MONTANT=amount PART_AMO=part_amo PART_AMC=part_amc REF_TELETRANS=ref15 EAN_REACTIF=ean TS_MAJ=epoch_ms "
        "SIRET_PAYEUR=siret COEF_DILUTION=fraction OPERATEUR=operator STATUT=status"
    ),
    first_exam=date(2015, 1, 5),
    last_exam=date(2020, 10, 25),
    damaged_share=0.002,
)

LAB60_NOHEADER = Layout(
    name="lab60_noheader",
    suffix=".txt",
    encoding="cp1252",
    delimiter=";",
    newline="\r\n",
    header=False,
    columns=_columns(
        "lab_code finess version created_date request_number status operator epoch_ms exam_date edit_date fasting "
        "urgent acts tubes ref15 comment prescriber adeli presc_date presc_postcode patient_number login password "
        "sex first_name last_name maiden_name birth_rank birth_date benef_quality nir regime caisse centre mutuelle "
        "mutuelle_number amount part_amo part_amc invoice_date siret empty email phone_mobile phone_home address2 "
        "address city postcode language send_mode ean fraction blood_group drug cip13 comment2 birth_place lab_name "
        "empty"
    ),
    first_exam=date(2015, 2, 2),
    last_exam=date(2020, 9, 30),
    birth_format="ymd",
    exam_format="ymd",
    date_format="ymd",
    sexes=("1", "2"),
    stored_as="md5",
    acts_joint=",",
    damaged_share=0.001,
    excel_share=0.002,
    grouped_by_laboratory=True,
)

INTL_UTF8 = Layout(
    name="intl_utf8",
    suffix=".csv",
    encoding="utf-8",
    delimiter=",",
    newline="\n",
    header=True,
    columns=_columns(
        "request_id=request_number created_at=created_date patient_id=patient_number last_name=last_name "
        "birth_name=maiden_name first_name=first_name gender=sex date_naissance=birth_date nir=nir13 cle_nir=nir_key "
        "qualite=benef_quality address_line=address zip=postcode ville=city mobile_phone=phone_mobile "
        "home_phone=phone_home email=email mutuelle=mutuelle blood_group=blood_group username=login "
        "password_hash=password lab_code=lab_code sample_date=exam_date report_date=edit_date "
        "prescriber=prescriber rpps=rpps test_code=acts test_name=act_label result_value=result unit=unit "
        "icd10=diagnosis current_medication=drug notes=comment updated_ts=epoch_ms reagent_ean=ean ratio_qc=fraction"
    ),
    first_exam=date(2016, 3, 1),
    last_exam=date(2020, 8, 31),
    birth_format="iso",
    exam_format="iso_time",
    date_format="iso",
    sexes=("male", "female"),
    stored_as="bcrypt",
)

TAB_UTF16 = Layout(
    name="tab_utf16",
    suffix=".tsv",
    encoding="utf-16-le",
    delimiter="\t",
    newline="\r\n",
    header=True,
    columns=_columns(
        "Nom=last_name Prénom=first_name Nom_~de_~naissance=maiden_name Né(e)_~le=birth_date Sexe=sex "
        "N°_~Sécurité_~sociale=nir Adresse=address Code_~postal=postcode Ville=city Téléphone=phone_mobile "
        "Courriel=email Médecin_~prescripteur=prescriber Prélevé_~le=exam_date Édité_~le=edit_date "
        "Site=lab_name N°_~demande=request_number Groupe_~sanguin=blood_group Mutuelle=mutuelle "
        "Renseignements_~cliniques=comment Remarques=comment2 Traitement=drug Code_~barre_~réactif=ean "
        "Montant_~TTC=amount"
    ),
    first_exam=date(2017, 1, 2),
    last_exam=date(2022, 6, 30),
    exam_format="dmy/hm",
    sexes=("Masculin", "Féminin"),
    multiline_comments=True,
    byte_order_mark=True,
)

PIPE_LATIN9 = Layout(
    name="pipe_latin9",
    suffix=".txt",
    encoding="iso8859-15",
    delimiter="|",
    newline="\r\n",
    header=True,
    columns=_columns(
        "SIT=lab_code DOS=request_number DPRLV=exam_date DEDIT=edit_date PAT=full_name DNAI=birth_date SX=sex "
        "NSS=nir INSI=ins NADR=address CPO=postcode LOC=city TEL1=phone_home TEL2=phone_mobile MEL=email "
        "MUT=mutuelle ABO=blood_group PRSC=prescriber NRPPS=rpps COT=acts RENS=comment TTT=drug IDWEB=login "
        "PWEB=password LOTFSE=ref15 SRT=siret COEF=fraction ST=status"
    ),
    first_exam=date(2021, 2, 1),
    last_exam=date(2024, 5, 31),
    birth_format="ddmmyyyy",
    exam_format="dmy.",
    date_format="dmy.",
    sexes=("H", "F"),
    stored_as="sha256",
    acts_joint=" ",
    damaged_share=0.002,
)

LAYOUTS: dict[str, Layout] = {
    layout.name: layout for layout in (LAB60_CP1252, LAB60_NOHEADER, INTL_UTF8, TAB_UTF16, PIPE_LATIN9)
}
"""The fixed table layouts."""

_ALWAYS = ("last_name", "first_name", "birth_date", "sex", "exam_date", "prescriber", "comment", "lab_code")
_OPTIONAL = (
    *("maiden_name", "title", "birth_place", "address", "address2", "postcode", "city", "phone_home", "phone_mobile"),
    *("email", "mutuelle", "mutuelle_number", "blood_group", "iban", "patient_number", "request_number", "login"),
    *("password", "rpps", "adeli", "finess", "lab_name", "presc_date", "edit_date", "invoice_date", "created_date"),
    *("acts", "act_label", "diagnosis", "drug", "comment2", "benef_quality", "birth_rank", "regime", "caisse"),
    *("amount", "ref15", "ean", "epoch_ms", "siret", "fraction", "urgent", "fasting", "status", "operator"),
)
_COMPANIONS = {"drug": "cip13", "act_label": "result"}
_SWAPS = (("email", "phone_mobile"), ("postcode", "city"), ("last_name", "first_name"), ("edit_date", "birth_date"))


def _restyle(rng: Random, style: int, header: str) -> str:
    if style == 0:
        return words.plain(header).upper().replace(" ", "_")
    if style == 1:
        return words.plain(header).lower().replace(" ", "_")
    if style == 2:
        letters = [letter for letter in words.plain(header).upper() if letter.isalnum()]
        kept = [letters[0], *[letter for letter in letters[1:] if letter not in "AEIOUY"]]
        return "".join(kept)[: rng.randrange(3, 7)]
    return header


def varied(number: int) -> Layout:
    """A layout never seen before, the same one for a number.

    Columns are shuffled; headers renamed, abbreviated, swapped, numbered or missing; delimiter, encoding, date format
    and sex code are any.
    """
    rng = Random(f"varied layout {number}")
    names = {key: value.split("|") for key, value in words.cells("headers.tsv")}
    fields = [field for field in _ALWAYS if field not in {"last_name", "first_name"}]
    fields += ["full_name"] if number % 6 == 4 else ["last_name", "first_name"]
    fields += ["nir13", "nir_key"] if number % 4 == 1 else ["nir"]
    if number % 8 == 3:
        fields.append("ins")
    fields += rng.sample(_OPTIONAL, rng.randrange(10, len(_OPTIONAL)))
    if "full_name" in fields and "maiden_name" in fields:
        fields.remove("maiden_name")
    fields += [companion for field, companion in _COMPANIONS.items() if field in fields]
    rng.shuffle(fields)
    if "nir_key" in fields:
        fields.remove("nir_key")
        fields.insert(fields.index("nir13") + 1, "nir_key")
    style = rng.randrange(5)
    headers = {field: _restyle(rng, style, rng.choice(names[field])) for field in fields}
    if number % 10 == 7:
        for one, other in _SWAPS:
            if one in headers and other in headers:
                headers[one], headers[other] = headers[other], headers[one]
    if number % 10 == 5:
        headers = {field: f"CHAMP{place:02d}" for place, field in enumerate(fields, 1)}
    columns = []
    for field in fields:
        used = {header for header, _ in columns}
        columns.append((headers[field] + (str(len(columns)) if headers[field] in used else ""), field))
    encoding = rng.choice(("utf-8", "cp1252", "iso8859-15", "utf-16-le"))
    first = date(rng.randrange(2012, 2022), rng.randrange(1, 13), rng.randrange(1, 28))
    return Layout(
        name=f"varied_{number:02d}",
        suffix=rng.choice((".csv", ".txt")),
        encoding=encoding,
        delimiter=rng.choice((";", ",", "\t", "|")),
        newline=rng.choice(("\n", "\r\n")),
        header=number % 4 != 2,
        columns=tuple(columns),
        first_exam=first,
        last_exam=first.replace(year=first.year + rng.randrange(2, 4)),
        birth_format=rng.choice(("dmy/", "dmy-", "dmy.", "ymd", "iso", "ddmmyyyy")),
        exam_format=rng.choice(("dmy/", "dmy/hm", "ymd", "iso", "iso_time")),
        date_format=rng.choice(("dmy/", "ymd", "iso")),
        sexes=rng.choice((("M", "F"), ("H", "F"), ("1", "2"), ("Homme", "Femme"), ("male", "female"))),
        stored_as=rng.choice(("clear", "md5", "sha1", "sha256", "bcrypt")),
        acts_joint=rng.choice(("+", " ", "/")),
        damaged_share=rng.choice((0.0, 0.002)),
        byte_order_mark=encoding == "utf-16-le" or (encoding == "utf-8" and rng.random() < 0.5),
        grouped_by_laboratory=rng.random() < 0.5,
    )
