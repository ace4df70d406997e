"""`leakscan serve icap`: what it refuses to begin with, and one server with the policy that ships."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from icap_client import Client, reqmod
from icap_squid import SQUID

from leakscan.cli.app import run
from leakscan.gate.policy import load_policy
from leakscan.gate.serving.deciding import ByPolicy, service_of

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "nowhere"], "--listen 'nowhere' is not HOST:PORT"),
        (["--listen", "127.0.0.1:99999"], "is not HOST:PORT"),
        (["--metrics", "1344"], "--metrics '1344' is not HOST:PORT"),
        (["--tls-cert", "cert.pem"], "TLS needs both"),
        (["--tls-cert", "/missing/cert.pem", "--tls-key", "/missing/key.pem"], "cannot be used"),
        (["--fail", "perhaps"], ""),
    ],
)
def test_what_it_does_not_begin_with(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "icap", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_bad_services_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("leakscan.gate.policy", reason="policies are not there yet")
    for given in ("partners", "/outbound=x.toml", "/a b=x.toml", f"/a={tmp_path / 'missing.toml'}"):
        assert run(["serve", "icap", "--service", given]) == 2
        assert capsys.readouterr().err.startswith("leakscan: ")


@pytest.mark.parametrize(("budget", "workers"), [("", 1), ("[budget]\nworkers = 3\n", 3)])
def test_a_worker_starts_no_others_unless_the_policy_says_so(tmp_path: Path, budget: str, workers: int) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(f'default = "allow"\n{budget}')
    made, read = service_of("/outbound", file), load_policy(file)
    assert made.decide == ByPolicy(replace(read, workers=workers))
    assert service_of("/other", file).tag == made.tag


def test_a_server_with_the_policy_that_ships_decides_and_ends_on_sigterm() -> None:
    pytest.importorskip("leakscan.gate.decide", reason="verdicts are not there yet")
    patients = b"nom;prenom;date_naissance;nir;resultat\n" + b"".join(
        b"DURAND;Paul;0%d/03/1962;16203751150%02d;VIH positif\n" % (day, day) for day in range(1, 9)
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "leakscan", "serve", "icap", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stderr is not None
    with process, process.stderr as said:
        port = int(said.readline().split(" on port ")[1].split(",")[0])
        with Client(port, seconds=120) as client:
            assert client.ask(reqmod(b"Ordre du jour : budget de l'atelier et calendrier des travaux.\n" * 20)).allowed
            answer = client.ask(reqmod(patients))
            assert answer.blocked
            assert b"DURAND" not in answer.body
            assert client.ask(b"OPTIONS icap://x/outbound ICAP/1.0\r\nHost: x\r\n\r\n").fields["istag"] != '"leakscan"'
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert "DURAND" not in said.read()


def test_every_option_is_documented() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "leakscan", "serve", "icap", "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"COLUMNS": "200", "PATH": ""},
    ).stdout  # fmt: skip
    options = set(re.findall(r"^\s+(--[a-z-]+)", said, re.MULTILINE)) - {"--help"}
    page = (ROOT / "docs" / "icap.md").read_text(encoding="utf-8")
    assert len(options) > 10
    assert [name for name in sorted(options) if not re.search(rf"^\| .*`{name} ", page, re.MULTILINE)] == []


def test_the_documented_squid_is_the_one_that_is_tested() -> None:
    page = (ROOT / "docs" / "icap.md").read_text(encoding="utf-8")
    documented = page.partition("<!-- squid -->\n```\n")[2].partition("```")[0].replace(":1344/", ":{icap}/")
    assert documented
    assert documented in SQUID
