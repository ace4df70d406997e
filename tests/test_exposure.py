"""Who could read a file where it lies: its mode, and the folders above it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import exposure

SAMPLE = (Path(__file__).parent.parent / "samples" / "intl_utf8.csv").read_bytes()


@pytest.mark.parametrize(
    ("folder_mode", "mode", "open_to"),
    [
        (0o755, 0o644, "everyone"),
        (0o755, 0o640, "group"),
        (0o755, 0o600, "owner"),
        (0o750, 0o644, "group"),
        (0o700, 0o644, "owner"),
        (0o711, 0o604, "everyone"),
    ],
)
def test_a_file_is_as_open_as_its_folders(
    folder_mode: int, mode: int, open_to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposure._passable.cache_clear()
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "leak.csv").write_bytes(SAMPLE)
    (folder / "leak.csv").chmod(mode)
    folder.chmod(folder_mode)
    above = exposure._passable.__wrapped__
    monkeypatch.setattr(exposure, "_passable", lambda path, bits: path != folder or bool(folder.stat().st_mode & bits))
    found = exposure.local_exposure(folder / "leak.csv", (folder / "leak.csv").stat())
    assert found.open_to == open_to
    assert above(Path("/"), 0o001) is True


def test_a_folder_that_cannot_be_seen_opens_nothing(tmp_path: Path) -> None:
    assert not exposure._passable(tmp_path / "absent", 0o001)


def test_the_report_tells_owner_last_change_and_age(tmp_path: Path) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(SAMPLE)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    options = ScanOptions(as_of=date(2026, 9, 13), workers=1)
    found = build_report(scan([str(path)], options), options)["inputs"][0]["exposure"]
    assert (found["modified"], found["age_days"]) == ("2020-09-13", 2191)
    assert found["mode"].startswith("-rw")
    assert found["owner"]
