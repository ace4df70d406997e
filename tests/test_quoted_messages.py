r"""Messages of HL7 v2 and HPRIM Santé in code: in quotes with `\r` or `<br/>` at line ends, indented, in comments."""

from __future__ import annotations

import time

import pytest
from documents import report_here

from leakscan.readers import choose
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

HPRIM = [
    "H|~^\\&|0881.HPR||771~LABO DES QUAIS||ORU|||032~CABINET||P|H2.2~C|202302140915",
    "P|1|4471|88|88|TANGUY~ROZENN||19640521|F||4 RUE DU PORT~~AURAY~~56400",
    "OBX|1|NM|VIH~Sérologie VIH~L||négatif||||||F",
    "P|2|4472|89|89|LE BIHAN~YANN||19820914|M",
    "OBX|1|ST|DIAG~Diagnostic~L||Cancer de la prostate||||||F",
    "L|1",
]
HL7 = [
    "MSH|^~\\&|LABX|QUAI|DPI|HOP|20230214||ORU^R01|771|P|2.5",
    "PID|||90021^^^HOP^PI||TANGUY^ROZENN||19640521|F|||4 rue du Port^^AURAY^^56400",
    "OBR|1||45|SERO^Sérologie VIH",
    "OBX|1|ST|VIH^Sérologie VIH||positive||||||F",
]


def doubled(lines: list[str]) -> list[str]:
    return [line.replace("\\", "\\\\") for line in lines]


WRITTEN = {
    "PHP with breaks": ("<?php\n$t = '" + "<br/>\n".join(HPRIM) + "<br/>\n';\necho $t;\n?>", 2),
    "escaped ends": ('E = "' + "\\r\\n".join(doubled(HPRIM)) + '"\n', 2),
    "escaped ends of HL7": ("const m = '" + "\\r".join(doubled(HL7)) + "\\r';\nmodule.exports = { m };\n", 1),
    "indented in quotes": ("class T:\n    M = '''\n        " + "\n        ".join(HL7) + "\n    '''\n", 1),
    "a quote per segment": ("m = (" + "\n     ".join(f'"{line}\\r"' for line in doubled(HL7)) + ")\n", 1),
    "joined by plus": ("String m = " + "\n    + ".join(f'"{line}\\r"' for line in doubled(HL7)) + ";\n", 1),
    "a list of segments": ("m = [" + ", ".join(f"'{line}'" for line in doubled(HL7)) + "].join('\\r')\n", 1),
    "a comment": ("/**\n" + "".join(f" * {line}\n" for line in HL7) + " */\nint main() {}\n", 1),
    "indented": ("voici le message\n\n" + "".join(f"    {line}\n" for line in HL7) + "\nfin\n", 1),
    "a log": ("10:02:01 INFO recu: " + "\\r".join(HL7) + "\n10:02:02 INFO ok\n", 1),
    "two in one file": (f"a = '{chr(92) + 'r'}'\nb = '" + "\\r".join(HL7) + "'\nc = '" + "\\n".join(HPRIM) + "'\n", 3),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_messages_in_code_are_read_as_messages(case: str) -> None:
    text, people = WRITTEN[case]
    persons = report_here(text.encode())["persons"]
    assert persons["by_category"]["birth_date"]["likely"] == min(people, 2)
    assert persons["low"] <= min(people, 2) <= persons["likely"] <= people
    themes = persons["by_theme"]
    said = "affirmed" if "VIH^" in text else "negated"
    assert themes["hiv"][said]["likely"] >= 1


def test_what_stands_around_messages_is_read() -> None:
    begun = "$patient = ['nom' => 'VASSEUR', 'prenom' => 'Odile', 'ddn' => '1961-02-17', 'motif' => 'Asthme'];\n"
    text = "<?php\n" + begun + begun.replace("VASSEUR", "LEGRIS").replace("Odile", "Yann").replace("61", "71")
    report = report_here((text + "$t = '" + "<br/>\n".join(HPRIM) + "';").encode())
    assert report["persons"]["likely"] == 4


NONE = {
    "a header alone": "H = 'MSH|^~\\&|LABX|QUAI'\nseparators = '|^~\\&'\n",
    "an explanation": "Le segment `H|~^\\&|` commence un message, `P|` un patient.\n",
    "an answer": "a = 'MSH|^~\\&|A|B|C|D|2023||ACK|1|P|2.5\\rMSA|AA|1'\n",
    "pipes": "a|^~b\nc|^~d\n",
    "JSON": '{"m": "' + "\\r".join(doubled(HL7)) + '"}',
    "a table": "nom|prenom|note\nVASSEUR|Odile|^~\n",
}


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_message_in_code(case: str) -> None:
    reader = choose(Head(NONE[case].encode(), ReadOptions()))
    assert isinstance(reader, str) or reader.format != "quoted_messages"


@pytest.mark.parametrize("lines", [HL7, HPRIM], ids=["hl7v2", "hprim_sante"])
def test_a_message_as_it_is_sent_has_its_own_reader(lines: list[str]) -> None:
    reader = choose(Head("\r".join(lines).encode(), ReadOptions()))
    assert not isinstance(reader, str)
    assert reader.format in ("hl7v2", "hprim_sante")


HOSTILE = (
    "'MSH|^~\\&|a ", '"H|~^\\&|', "MSH|^~\\&|a\n", '"MSH|^~\\&|"' + " " * 300, "'''MSH|^~\\&|'", "\\u0041MSH|^~\\&|",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_code_ends(piece: str) -> None:
    begun = time.monotonic()
    choose(Head(b"x = " + piece.encode() * (1_000_000 // len(piece)), ReadOptions()))
    assert time.monotonic() - begun < 15
