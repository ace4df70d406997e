"""Checks development.tsv and administrative.tsv: headers, labels, duplicates, families and splits; prints the counts."""
import collections
import os
import re
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
THEMES = ("hiv cancer pregnancy genetic treatment sti_hepatitis mental_health addiction "
          "other_condition other_special blood_group").split()
STATUSES = "affirmed tested negated other_person".split()


def rows(name, columns):
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as handle:
        lines = handle.read().split("\n")
    assert lines[-1] == "", name + ": no final newline"
    assert lines[0].split("\t") == columns, name + ": header"
    out = []
    for number, line in enumerate(lines[1:-1], 2):
        cells = line.split("\t")
        assert len(cells) == len(columns), (name, number, line)
        assert all(cell == cell.strip() for cell in cells), (name, number, line)
        out.append(cells)
    return out


def skeleton(text):
    """The text without case, accents, digits and punctuation."""
    text = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"[^a-z+\-?]", "", "".join(c for c in text if not unicodedata.combining(c)))


def main():
    errors = []
    notes = rows("development.tsv", "family split author text labels".split())
    split_of, sizes = {}, collections.Counter()
    seen, bones = set(), {}
    counts = collections.Counter()
    for family, split, author, text, labels in notes:
        if split not in ("dev", "test"):
            errors.append(("split", family, split))
        if split_of.setdefault(family, split) != split:
            errors.append(("family in two splits", family))
        if not re.fullmatch("a[1-8]", author):
            errors.append(("author", author))
        if not text or text in seen:
            errors.append(("empty or repeated", text))
        seen.add(text)
        bone = skeleton(text)
        if len(bone) > 3 and bone in bones:
            errors.append(("same but for digits, case or accents", text, bones[bone]))
        bones[bone] = text
        sizes[family] += 1
        parts = labels.split(";") if labels else []
        if len(set(parts)) != len(parts):
            errors.append(("label twice", text, labels))
        for part in parts:
            theme, _, status = part.partition(":")
            if theme not in THEMES or status not in STATUSES:
                errors.append(("label", text, part))
            counts[part] += 1
    for family, size in sizes.items():
        if not 6 <= size <= 14:
            errors.append(("family size", family, size))
    admin = rows("administrative.tsv", ["family", "text"])
    if len({text for _, text in admin}) != len(admin):
        errors.append(("administrative: repeated texts",))
    overlap = {text for _, text in admin} & seen
    if overlap:
        errors.append(("in both files", sorted(overlap)))

    empty = sum(1 for note in notes if not note[4])
    print(len(notes), "notes,", len(sizes), "families,", empty, "without a label,",
          sum(1 for note in notes if note[1] == "dev"), "dev,", sum(1 for s in split_of.values() if s == "dev"), "dev families")
    print(len(admin), "administrative notes,", len({family for family, _ in admin}), "templates")
    print("| theme | " + " | ".join(STATUSES) + " |")
    print("|---" * 5 + "|")
    for theme in THEMES:
        print("| " + " | ".join([theme] + [str(counts[theme + ":" + s]) for s in STATUSES]) + " |")
    for error in errors:
        print("ERROR", error)
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
