"""Header words of the unseen layouts: per kind of column, what real exports call it.

Registers, in order: full French, abbreviated French, English, German-like vendor codes, misspelt. Alternatives are
divided by `|`, words of one header by spaces, which a style (`unseen_styles`) then joins its own way.
"""

from __future__ import annotations

REGISTERS: tuple[str, ...] = ("fr", "abbr", "en", "de", "misspelt")

_TABLE = """
[nir]
fr numéro de sécurité sociale|n° sécurité sociale|numéro sécu|NIR|no sécu assuré|numéro d'immatriculation|n° SS
fr immatriculation assuré|numéro INSEE|N° assuré social
abbr NUM SECU|N SECU|NOSS|NUMSS|NO SS|NSS|NIRASS|NUM NIR|NUMSECU|N INSEE|NO INSEE|IMMAT|NOASSURE|NO SECSOC
en ssn|social security number|national id nir|insured ssn
de SVNR|SOZVERSNR|VERSICHERTENNR
misspelt numero securité social|no securite soc|num secuu
[nir_key]
fr clé|clé NIR|clé sécurité sociale|clé SS|clé de contrôle NIR
abbr CLE|CLESS|CLE NIR|CLE SECU|CLENIR|K SS
en nir key|ssn key|key nir
de SVNR PZ
misspelt cle secuu|clee nir
[ins]
fr INS|matricule INS|numéro INS|identifiant national de santé|INS NIR
abbr MAT INS|NUM INS|INSNIR|INS MAT
en national health id ins|ins number|ins value
de INS NR
misspelt matricul INS
[last_name]
fr nom|nom patient|nom d'usage|nom du patient|nom de famille|nom usuel|nom utilisé
abbr NOM|NOMPAT|NOM PAT|NOMUS|NOM USUEL|NOMFAM|NMPAT|NOM P
en last name|surname|family name|patient last name|lname
de PATNAME|NACHNAME|FAMNAME
misspelt nom paitent|nom d usag|nomm
[maiden_name]
fr nom de jeune fille|nom de naissance|nom naissance|nom patronymique|née
abbr NJF|NOMJF|NOM JF|NOMNAIS|NOM NAISS|PATRO|NOMPATRO|NOM JFILLE
en maiden name|birth name|birth last name
de GEBURTSNAME|GEBNAME
misspelt nom de jeunne fille|nom de naisance
[first_name]
fr prénom|prénom patient|prénom usuel|prénom du patient|premier prénom
abbr PRENOM|PREN|PRNM|PRE PAT|PRENPAT|PRENOM PAT|PNOM|PRN
en first name|given name|forename|fname|patient first name
de VORNAME|PATVORN|VNAME
misspelt prenon|pernom|prénomm
[full_name]
fr nom prénom|nom et prénom|patient|nom complet|identité patient|nom prénom patient|bénéficiaire
abbr NOMPRE|NOM PRENOM|NP PAT|NOMPRENOM|IDENT PAT|LIB PAT
en full name|patient name|patient full name
de PATIENT NAME VOLL
misspelt nom prenon|nom et pernom
[title]
fr civilité|titre civilité|civilité patient
abbr CIV|CIVIL|CIVPAT|CIVIL PAT
en title|salutation|patient title
de ANREDE
misspelt civlité|civilitée
[sex]
fr sexe|sexe patient|genre|sexe du patient
abbr SX|SEXPAT|SEXE P|SEX PAT
en sex|gender|patient sex
de GESCHL|GESCHLECHT
misspelt sexee|sexe pateint
[birth_date]
fr date de naissance|date naissance|naissance|né(e) le|date de naissance patient|né le|date de naiss.
abbr DTNAIS|DDN|DATNAI|DT NAISS|DNAIS|DATENAIS|DATE NAISS|D NAISS|DTNAISSANCE|NAISS|DATNAIS|DTN
en birth date|date of birth|DOB|birthdate|patient dob|birthday|dateofbirth
de GEBDAT|GEBURTSDATUM|GEB DATUM
misspelt date de naisance|date naissnce|dat naisssance
[birth_place]
fr lieu de naissance|ville de naissance|commune de naissance|né(e) à|lieu naissance
abbr LIEUNAIS|LNAISS|LIEU NAISS|VILNAIS|COMNAIS
en birth place|place of birth|birth city
de GEBORT|GEBURTSORT
misspelt lieu de naisance
[address]
fr adresse|adresse patient|adresse 1|voie|rue|n° et voie|adresse postale|adresse ligne 1
abbr ADR|ADR1|ADRES|ADRPAT|ADR 1|LIGADR1|AD1|ADRES1
en address|street|address line 1|street address|addr1
de STRASSE|STR|ANSCHRIFT
misspelt adrese|adressse 1
[address2]
fr complément adresse|adresse 2|complément d'adresse|adresse suite
abbr ADR2|CPLADR|COMPADR|ADRCPL|AD2
en address line 2|addr2|address complement
de STRASSE2|ADRZUS
misspelt complement adrese
[postcode]
fr code postal|CP|code postal patient|CP patient
abbr CP|CODPOS|CODPOST|CPOST|CDPOST|CPPAT|COD POSTAL
en zip|zip code|postal code|postcode|zipcode
de PLZ|POSTLEITZ
misspelt code postale|code potsal
[city]
fr ville|commune|localité|ville patient|ville de résidence|bureau distributeur
abbr VIL|VILPAT|COMM|LOCAL|VILLE P|LOCALITE
en city|town|patient city
de ORT|WOHNORT|STADT
misspelt vile|villle|comune
[phone]
fr téléphone|tél. domicile|téléphone patient|téléphone fixe|tél|n° de téléphone|numéro téléphone
abbr TEL|TEL1|TELDOM|TELPAT|NUMTEL|TELFIX|TELEPH|NO TEL|TPH
en phone|phone number|home phone|telephone|patient phone
de TELNR|TELEFON|FESTNETZ
misspelt telephonne|téléfone
[mobile]
fr portable|téléphone portable|mobile|tél. mobile|n° portable|GSM
abbr PORT|TELPORT|TEL2|TELMOB|MOB|GSM|NUMPORT|TEL PORT
en mobile|cell phone|mobile phone|mobile number
de HANDY|MOBILNR
misspelt portabe|telephone protable
[email]
fr e-mail|mail|courriel|adresse mail|adresse e-mail|email patient|mél
abbr MAIL|EMAIL|ADRMAIL|MEL|MAILPAT|E MAIL
en email|email address|mail address|patient email
de EMAILADR|E POST
misspelt emial|adresse mial
[mutuelle]
fr mutuelle|nom mutuelle|complémentaire|organisme complémentaire|libellé mutuelle|mutuelle patient|AMC nom
abbr MUT|MUTU|LIBMUT|NOMMUT|AMC|LIB AMC|MUTPAT|ORGCOMP
en mutual insurance|complementary insurer|mutuelle name
de ZUSATZVERS
misspelt mutuele|mutelle
[mutuelle_no]
fr numéro mutuelle|n° mutuelle|code mutuelle|n° AMC|numéro AMC
abbr NUMMUT|CODMUT|NOMUT|NUM AMC|CDMUT|AMC NUM
en mutuelle number|amc number|complementary insurer number
de ZUSATZVERSNR
misspelt numero mutuele
[blood_group]
fr groupe sanguin|groupe|groupe ABO Rh|GS|groupe rhésus|groupage
abbr GRSANG|GRS|GRPSANG|GSANG|GROUPE ABO|ABORH|GR SG
en blood group|blood type|bloodtype|abo rh
de BLUTGR|BLUTGRUPPE
misspelt groupe sangin|goupe sanguin
[iban]
fr IBAN|IBAN patient|n° IBAN|compte IBAN|coordonnées bancaires
abbr IBAN|NUMIBAN|IBANPAT|RIB IBAN
en iban|bank account iban
de IBANNR
misspelt ibann
[patient_no]
fr numéro patient|n° patient|identifiant patient|code patient|IPP|n° dossier patient
abbr NOPAT|IDPAT|NUMPAT|CODPAT|IPP|PATID|NO PAT|NIP
en patient id|patient number|mrn|patient ref
de PATNR|PATIENTENNR
misspelt numero pateint|n patinet
[request_no]
fr numéro de dossier|n° dossier|n° demande|numéro de demande|numéro dossier|n° d'examen|référence dossier
abbr NODOS|NUMDOS|NODEM|NUMDEM|DOSSIER|NO DOS|NDOS|NUM DOSSIER
en request id|request number|order number|accession number|file number
de AUFTRNR|AUFTRAGSNR
misspelt numero dosier|n dosssier
[sample_no]
fr numéro d'échantillon|n° échantillon|n° prélèvement|numéro de tube|n° de tube
abbr NOECH|NUMECH|NOPREL|NUMTUBE|ECHANT
en sample id|sample number|specimen number
de PROBENNR
misspelt numero echantilon
[login]
fr identifiant web|login|identifiant serveur|identifiant internet|nom d'utilisateur|code accès internet
abbr LOGIN|LOGPAT|IDWEB|LOGWEB|USERWEB|IDINTERNET
en login|username|user name|web login|portal login
de BENUTZER|WEBLOGIN
misspelt logn|identifant web
[password]
fr mot de passe|mot de passe serveur|code secret|mot de passe internet|passe
abbr MDP|MOTPAS|MDPWEB|MDP PAT|PWD|PASSWD|PASSE
en password|passwd|pwd|web password|portal password|password hash
de KENNWORT|PASSWORT
misspelt mot de pase|pasword
[prescriber]
fr prescripteur|nom prescripteur|médecin prescripteur|médecin|nom du médecin|docteur|praticien
abbr PRESC|NOMPRESC|MEDPRES|LIBPRES|NOMMED|MED|PRESCR|DRPRESC|NOM PRESC|LIB MED
en prescriber|doctor|physician|doctor name|referring physician|prescriber name
de ARZT|EINSENDER|EINSARZT
misspelt prescipteur|medcin|médecin prescriteur
[rpps]
fr RPPS|n° RPPS|RPPS prescripteur|RPPS médecin|numéro RPPS
abbr RPPS|NORPPS|NUMRPPS|RPPSPRES|RPPS MED
en rpps|rpps number|doctor rpps
de ARZT RPPS
misspelt rrps|n rpp
[adeli]
fr ADELI|n° ADELI|numéro ADELI prescripteur|ADELI médecin
abbr ADELI|NOADELI|NUMADELI|ADELIPRES
en adeli|adeli number
de ARZT ADELI
misspelt adelli
[finess]
fr FINESS|n° FINESS|FINESS laboratoire|FINESS établissement
abbr FINESS|NOFINESS|FINESSLAB|NUMFINESS|FINES ET
en finess|finess number|lab finess
de FINESS NR
misspelt finesss|finnes
[laboratory]
fr laboratoire|nom du laboratoire|site|labo|nom laboratoire|laboratoire d'origine|code laboratoire|code labo
abbr LABO|LAB|CODLAB|LABORIG|CDLABO|NOMLAB|LIBLAB|LAB SITE
en laboratory|lab|lab name|lab code|performing lab
de LABOR|LABORCODE
misspelt laboratroire|laboratoir
[exam_date]
fr date de prélèvement|date prélèvement|date d'examen|date examen|date de l'examen|date de réalisation|date d'analyse
fr prélevé le|date du prélèvement|date acte
abbr DTPREL|DATPREL|DTEXAM|DATEXAM|DPREL|DATE EXAM|DTREAL|DATANA|DT PREL|DATE PRELEV|DTACTE
en exam date|sample date|collection date|date of exam|sampling date|study date|specimen date
de ENTNAHMEDAT|UNTERSDAT
misspelt date prelevment|date examan|date de prelevemnt
[edition_date]
fr date d'édition|date édition|édité le|date impression|date d'impression
abbr DTEDIT|DATEDIT|DTIMP|DEDIT|DATE EDIT
en print date|date printed|edition date
de DRUCKDAT
misspelt date edtion
[invoice_date]
fr date facture|date de facturation|facturé le
abbr DTFACT|DATFACT|DATE FACT|DTFAC
en invoice date|billing date
de RECHDAT
misspelt date facturre
[prescription_date]
fr date de prescription|date ordonnance|date prescription|date de l'ordonnance
abbr DTPRESC|DTORD|DATORD|DATPRESC
en prescription date|order date
de VERORDDAT
misspelt date prescripton
[created_at]
fr date de création|date création|créé le|date de saisie|date de dernière modification
abbr DTCRE|DATCREA|DTSAISIE|DTMAJ|DT CREAT
en created at|creation date|updated at|last modified|date created
de ANLAGEDAT|AENDDAT
misspelt date creaton
[admission]
fr date d'entrée|date entrée|date d'admission
abbr DTENT|DATENT|DTADM
en admission date|admit date
de AUFNDAT
misspelt date entré
[discharge]
fr date de sortie|date sortie
abbr DTSOR|DATSOR|DTSORTIE
en discharge date
de ENTLDAT
misspelt date sorti
[act]
fr acte|libellé acte|analyse|examen|libellé examen|nom examen|libellé analyse|examen demandé
abbr LIBACT|LIBEXA|ANALYSE|LIBANA|EXAM LIB|LIB ACTE
en test name|test|exam|procedure|test label|exam label
de UNTERSUCHUNG|ANALYT
misspelt libele acte|analise
[act_code]
fr code acte|code NABM|code analyse|NABM|code acte NABM
abbr CODACT|CDACTE|NABM|CODEXA|CODANA|CDNABM
en act code|test code|nabm code
de LEISTUNGSCODE|NABM KODE
misspelt code actte|code nambm
[result]
fr résultat|valeur|résultat analyse|résultat texte|valeur résultat
abbr RES|RESULT|VALRES|RESUL|RES VAL|VAL RES
en result|result value|test result
de ERGEBNIS|MESSWERT
misspelt resulat|résulat
[diagnosis]
fr diagnostic|code CIM10|diagnostic principal|CIM-10|code diagnostic|pathologie CIM
abbr DIAG|CIM10|CODCIM|DIAGPRINC|DP CIM
en diagnosis|diagnosis code|icd10|icd code
de DIAGNOSE|ICD
misspelt diagnotic|diagostic
[drug]
fr médicament|traitement|libellé médicament|médicaments|spécialité pharmaceutique|médicament prescrit
abbr MEDIC|LIBMEDIC|MEDICT|TTT|TRT|LIB MEDICAMENT
en drug|medication|drug name|medicine
de MEDIKAMENT|ARZNEI
misspelt medicamment
[cip]
fr code CIP|CIP13|code CIP13|CIP médicament
abbr CIP|CODCIP|CDCIP|CIP13
en cip code|drug cip13|drug code cip
de CIP NR
misspelt code cipp
[atc]
fr code ATC|ATC|classe ATC|ATC médicament
abbr ATC|CODATC|CLATC
en atc code|drug atc
de ATC KODE
misspelt code actc atc
[comment]
fr commentaire|commentaires|remarque|observations|note|renseignements cliniques|commentaire dossier|remarques patient
fr infos cliniques|texte libre
abbr COMM|COMMENT|OBS|REM|RENSCLIN|RC|REMARQ|COMMDOS|OBSERV|TXTLIBRE
en comment|comments|notes|remarks|clinical notes|free text
de BEMERKUNG|NOTIZ|KOMMENTAR
misspelt comentaire|commantaire|obsevation
"""


def _parse(table: str) -> dict[str, tuple[str, ...]]:
    """Read the table above: per kind one text of alternatives per register, empty where the table has none."""
    pools: dict[str, dict[str, list[str]]] = {}
    kind = ""
    for line in table.strip().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            pools[kind] = {register: [] for register in REGISTERS}
        else:
            register, _, text = line.partition(" ")
            pools[kind][register].append(text)
    return {kind: tuple("|".join(texts) for texts in pool.values()) for kind, pool in pools.items()}


POOLS: dict[str, tuple[str, ...]] = _parse(_TABLE)
"""Per kind of column, the alternatives of each register in the order of `REGISTERS`."""
