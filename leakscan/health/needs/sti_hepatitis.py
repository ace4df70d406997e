"""Rules for ambiguous terms of the theme `sti_hepatitis`: hepatitis and infections that pass by sex."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "hepatitis": (),
    "fta": (Need(only=r"fta|bw|rpr", caps=True),),
    "notlungchlam": (Need(forbids=r"@[^\n.;,]{0,4}(pneumon\w*|psittaci|philae?)"),),
    "ct": (),
    "ist": (
        Need(
            only=r"ist|mst",
            forbids=r"@ *[-/] *\d|\b(institut|ecole|convention|technique|universit\w*|master|stage|licence|info"
            r"|informatique"
            r"|formation|english|he|she|it|time)\b",
        ),
    ),
    "genital": (
        Need(
            only=r"tricho|mycoplasmes?|mycoplasma.*|m hominis|ureaplasme|gardnerella|morpions",
            forbids=r"pneumon|pulmon|respir|cheveu|dermato|capill",
        ),
        Need(only=r"tricho", requires=r"\b(pv|vagin\w*|gono|chlam\w*|ist|mst|leuco\w*|recherche|pos|neg|uretr\w*)\b"),
        Need(
            only=r"gardnerella|phtiriase|ureaplasme",
            requires=r"\b(pv|vagin\w*|pubi\w*|ist|uretr\w*|genit\w*|sperm\w*|pcr)\b",
        ),
    ),
    "rvs": (
        Need(
            only=r"rvs12|svr12|rvs 12|rvs|svr|reponse virologique soutenue|aad|interferon riba",
            requires=r"\b(vhc|hcv|hep\w*|viro\w*|sofosbuvir|epclusa|maviret|cirrhose|f\d)\b",
        ),
    ),
}
