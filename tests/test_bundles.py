"""Small sources that share a batch: nothing may come out otherwise than if each had been scanned alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from leakscan import bundles as module
from leakscan import scan as pipeline
from leakscan.bundles import bundles
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import Unread

SAMPLES = Path(__file__).parent.parent / "samples"
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"))
KEY = Fingerprinter(b"k" * 32)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Letters, tables, a program, an empty file and a broken link, two folders deep."""
    for place, letter in enumerate(sorted((SAMPLES / "letters").glob("*.txt"))):
        folder = tmp_path / f"folder{place % 3}"
        folder.mkdir(exist_ok=True)
        shutil.copy(letter, folder)
        shutil.copy(letter, folder / f"copy of {letter.name}")
    (tmp_path / "folder0" / "m.csv").write_text("NOM;PRENOM;DDN\nDURAND;JEAN;01/02/1960\nPETIT;ANNE;03/04/1971\n")
    (tmp_path / "folder1" / "empty.txt").write_bytes(b"")
    (tmp_path / "folder1" / "program").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200))
    (tmp_path / "folder2" / "nul.txt").write_bytes("Le patient né le 03/04/1971 \0 va bien.\nVIH positif.\n".encode())
    (tmp_path / "folder2" / "old.txt").write_bytes("Le patient né le 03/04/1971 est séropositif.\n".encode("cp1252"))
    (tmp_path / "folder2" / "link").symlink_to(tmp_path / "nowhere")
    return tmp_path


def said(target: Path) -> dict[str, Any]:
    report = build_report(scan([str(target)], OPTIONS, prints=KEY), OPTIONS)
    report["scan"]["run"] = None
    return report


def one_by_one(monkeypatch: pytest.MonkeyPatch, target: Path) -> dict[str, Any]:
    with monkeypatch.context() as patch:
        patch.setattr(module, "BUNDLE_FILES", 1)
        return said(target)


def test_documents_together_say_what_they_say_alone(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, together = one_by_one(monkeypatch, share), said(share)
    assert len(together["inputs"]) == 30
    assert {given["status"] for given in together["inputs"]} == {"scanned", "skipped"}
    assert together == alone


def test_worker_processes_say_the_same(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = one_by_one(monkeypatch, share)
    monkeypatch.setattr(module, "BUNDLE_FILES", 4)
    monkeypatch.setattr(pipeline, "MANY_BUNDLES", 1)
    assert said(share) == alone


def test_a_file_that_vanishes_is_listed(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = share / "folder0" / "m.csv"
    plain = pipeline.bundles
    monkeypatch.setattr(pipeline, "bundles", lambda found: (gone.unlink(), plain(found))[1])
    (given,) = (given for given in said(share)["inputs"] if given["path"] == str(gone))
    assert (given["status"], given["reason"]) == ("skipped", "no such file or folder")


def _source(name: str, size: int | None) -> Source:
    return Source(name, lambda: pytest.fail("not to be opened"), size=size)


def test_bundles_keep_the_order_and_stop_at_what_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUNDLE_FILES", 2)
    sizes = {"a": 1, "b": 2, "c": 3, "big": module.BUNDLED_BYTES + 1, "d": 4, "unknown": None, "e": 5, "f": 6}
    found: list[Source | Unread] = [_source(name, size) for name, size in sizes.items()]
    found.insert(1, Unread("x", "no"))
    names = [[one.path for one in group] if isinstance(group, tuple) else group.path for group in bundles(found)]
    assert names == ["a", "x", ["b", "c"], "big", "d", "unknown", ["e", "f"]]
