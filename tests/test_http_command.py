"""`leakscan serve http`: what it refuses to begin with, and one server with the policy that ships."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from leakscan.cli.app import run
from leakscan.gate.http.openapi import STATUSES

ROOT = Path(__file__).parents[1]
TOKEN = "jeton-invente-0123456789"


def token_file(folder: Path, text: str, mode: int = 0o600) -> str:
    path = folder / "tokens"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "nowhere"], "--listen 'nowhere' is not HOST:PORT"),
        (["--listen", "0.0.0.0:0"], "give --token-file FILE"),
        (["--listen", "[::]:0"], "give --token-file FILE"),
        (["--listen", "gate.example.com:80"], "give --token-file FILE"),
        (["--token-file", "/missing"], "cannot be read"),
        (["--tls-cert", "cert.pem"], "TLS needs both"),
        (["--service", "/metrics={policy}"], "is a path of the server itself"),
        (["--listen", "192.0.2.1:80", "--token-file", "{tokens}"], "cannot listen"),
    ],
)
def test_what_it_does_not_begin_with(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"policy": str(ROOT / "models" / "policy.toml"), "tokens": token_file(tmp_path, TOKEN)}
    assert run(["serve", "http", *(one.format(**places) for one in arguments)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (TOKEN, 0o640, "read by others"), ("", 0o600, "no sound tokens"), ("short", 0o600, "no sound tokens"),
        (f"{TOKEN}\nwith spaces in it, so no token", 0o600, "no sound tokens"),
        ((TOKEN + "\n") * 101, 0o600, "no sound"),
    ],
)  # fmt: skip
def test_token_files_that_are_not_sound(
    text: str, mode: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "http", "--token-file", token_file(tmp_path, text, mode)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert not text or text.split(maxsplit=1)[0] not in error


def test_a_server_with_the_policy_that_ships_decides_and_ends_on_sigterm(tmp_path: Path) -> None:
    patients = b"nom;prenom;date_naissance;nir;resultat\n" + b"".join(
        b"DURAND;Paul;0%d/03/1962;16203751150%02d;VIH positif\n" % (day, day) for day in range(1, 9)
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "leakscan", "serve", "http", "--listen", "127.0.0.1:0",
         "--token-file", token_file(tmp_path, f"{TOKEN}\n")],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stderr is not None
    with process, process.stderr as said:
        port = int(said.readline().split(" on port ")[1].split(",")[0])
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, headers=bearer) as client:
            clean = "Ordre du jour : budget de l'atelier et calendrier des travaux.\n" * 20
            assert client.put("/outbound", content=clean).status_code == 200
            answer = client.put("/outbound", content=patients, params={"path": "DURAND.csv", "user": "DURAND"})
            assert (answer.status_code, answer.json()["action"]) == (403, "block")
            assert answer.json()["counts"]["persons_likely"] == 8
            assert "DURAND" not in answer.text
        assert httpx.put(f"http://127.0.0.1:{port}/outbound", content=clean).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        rest = said.read()
        assert "DURAND" not in rest
        assert TOKEN not in rest


def test_every_option_and_status_is_documented() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "leakscan", "serve", "http", "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"COLUMNS": "200", "PATH": ""},
    ).stdout  # fmt: skip
    options = set(re.findall(r"^\s+(--[a-z-]+)", said, re.MULTILINE)) - {"--help"}
    page = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    assert len(options) > 10
    assert [name for name in sorted(options) if not re.search(rf"^\| .*`{name} ", page, re.MULTILINE)] == []
    assert [
        status for status in STATUSES if not re.search(rf"^\| {status} \| {STATUSES[status][:5]}", page, re.MULTILINE)
    ] == []
