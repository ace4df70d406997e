"""Words that tell, around an ambiguous term, what is spoken of: those that the rules of several themes ask for."""

from __future__ import annotations

OTHER_VIRUS = r"\b([a-z]*(vhc|vhb|hcv|hbv)|hep[bc]?|hepatite|covid|sars|cmv|ebv|bk|adenovirus|hhv|zika)\b"
"""A virus that is not HIV."""
HEART = (
    r"\b(bnp|nt[ -]?pro\w*|probnp|fevg|fe|nyha|entresto|omi|omis|orthopnee|crepitants?|poussees?|homme"
    r"|diuretiques?|lasilix"
    r"|aldactone|spiro\w*|bisoprolol|epanchement|ischem\w*|valv\w*|acfa|fa|rythm\w*|vg|hvg|aigue sur|patient"
    r"|oap|cardia\w*|coeur|dyspne\w*|oedeme\w*|ic|icg|insuffisance|ins|hta|vd|od|lasix|furosemide"
    r"|troponine|ett|echo ?coeur|hypertroph\w*|ventricul\w*|decompens\w*|stenose|tronc|coro\w*|globale|pace|ivd)\b"
)
"""Failure of the heart: beside it `IVG` is a ventricle that fails, else an abortion."""
STOCK = (
    r"\b(reactifs?|kits?|lots?|stocks?|commande\w*|livraison|cassettes?|coffrets?|calibra\w*|cqi|eeq|cqe"
    r"|controle qualite"
    r"|fournisseur|automate|formation|reunion|procedure|affiche\w*|campagne|conference|perime\w*|flacons?|dlu)\b"
)
"""Supplies, machines and meetings: no patient."""
