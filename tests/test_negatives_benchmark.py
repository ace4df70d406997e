"""The benchmark of false alarms runs: it calls the pipeline from within, so the suite must notice when that changes."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import negatives

FOOD = "code;name;sugar\n3250391234567;Biscuit;0.275590551181102\n3250391234574;Farine;0.5\n"
PATIENT = "NIR;NOM;DDN\n184127645108946;DURAND;01/12/1984\n"


@pytest.mark.parametrize(("content", "code"), [(FOOD, 0), (PATIENT, 1)])
def test_a_false_alarm_is_told(
    content: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "table.csv").write_text(content, encoding="utf-8")
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(content.encode()))
    monkeypatch.setattr(sys, "argv", ["negatives.py", str(tmp_path)])
    assert negatives.main() == code
    assert capsys.readouterr().out.endswith(f": {2 * code} with a false alarm\n")
