"""The guides work as they stand: their commands are run; no document names a command or option there is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import typer

from leakscan.cli.app import app
from leakscan.renderers import RENDERERS

ROOT = Path(__file__).parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")))
BLOCK = re.compile(r"<!-- run(?:: (\d+))? -->\n```sh\n(.*?)\n```", re.DOTALL)
FENCED = re.compile(r"^(?: *)```(?:sh|text|console|bash)?\n(.*?)\n *```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(leakscan [^`\n]+)`")


def blocks(guide: Path) -> list[tuple[int, str]]:
    """(exit code expected, commands) of each block that is meant to be run."""
    return [(int(code or 0), text) for code, text in BLOCK.findall(guide.read_text(encoding="utf-8"))]


def first_rows(source: str, target: str) -> None:
    """Copy a sample up to its 12,000th byte or so: the guides show no figures of their content."""
    data = Path(source).read_bytes()
    end = b"\n\0" if data.startswith(b"\xff\xfe") else b"\n"
    Path(target).write_bytes(data[: data.find(end, 12_000) + len(end)] if len(data) > 20_000 else data)


def place(folder: Path) -> dict[str, str]:
    """A folder like the repository, with a command `leakscan`, and the environment to run it in."""
    shutil.copytree(
        ROOT / "samples", folder / "samples",
        ignore=shutil.ignore_patterns("__pycache__", "words", "making"), copy_function=first_rows,
    )  # fmt: skip
    command = folder / "bin" / "leakscan"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leakscan "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    paths = (str(ROOT), kept.get("PYTHONPATH", ""))
    return {
        **kept, "PATH": f"{command.parent}:{kept['PATH']}", "PYTHONPATH": ":".join(path for path in paths if path),
        "LANG": "C.UTF-8",
    }  # fmt: skip


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_of_a_guide_works(guide: Path, tmp_path: Path) -> None:
    environment = place(tmp_path)
    asked = blocks(guide)
    assert len(asked) >= 3
    for code, text in asked:
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", text],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{text}\n{done.stderr}"
        assert "Traceback" not in done.stderr
    for name in re.findall(r"--(?:json|html|save|out|log) (\S+)", "\n".join(text for _, text in asked)):
        made = tmp_path / name
        assert made.exists() or list(made.parent.glob(f"{made.stem}-*")), name


def test_there_is_a_guide_for_each_of_the_three_users() -> None:
    assert [guide.stem for guide in GUIDES] == ["breach-size", "gate", "responder"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for guide in GUIDES:
        assert f"](docs/guides/{guide.name})" in readme
        told = re.sub(r"```.*?```", "", guide.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert len(told.split()) < 900, "ten minutes"


@cache
def commands() -> dict[str, set[str]]:
    """Every command by name, with its options; of one that has commands, all of theirs."""
    found: dict[str, set[str]] = {}
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        inner = [command, *getattr(command, "commands", {}).values()]
        found[name] = {
            option for one in inner for given in one.params for option in (*given.opts, *given.secondary_opts)
        }
    return found


def calls(text: str) -> list[str]:
    """Calls of leakscan in a document, each in one line without what follows it."""
    found = [line for block in FENCED.findall(text) for line in block.replace("\\\n", " ").split("\n")]
    found += INLINE.findall(text)
    pieces = [re.split(r"\s[|>#]|&&|;", line)[0] for line in found]
    return [piece[piece.index("leakscan ") :] for piece in pieces if re.search(r"(?:^|[\s/=\"])leakscan \S", piece)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_document_calls_what_there_is_not(document: Path) -> None:
    for call in calls(document.read_text(encoding="utf-8")):
        words = call.split()
        begins_a_file = words[1] == "ledger" and words[2:3] and words[2].isdigit()  # what a saved file begins with
        if not re.fullmatch(r"[a-z][a-z-]+", words[1]) or begins_a_file:
            continue
        assert words[1] in commands(), call
        options = {word.partition("=")[0] for word in words[2:] if re.match(r"--?[a-z]", word)}
        assert options <= {*commands()[words[1]], "--help"}, call


def test_every_format_is_in_the_documents() -> None:
    dossier, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/dossier.md", "README.md"))
    for name, renderer in RENDERERS.items():
        assert f"`{name}`" in readme + dossier, name
        for suffix in renderer.files:
            assert suffix in readme, f"{name}: {suffix}"


def test_the_picture_of_the_terminal_is_the_excerpt_and_fetches_nothing() -> None:
    svg = (ROOT / "docs" / "images" / "terminal.svg").read_text(encoding="utf-8")
    assert not re.search(r"url\((?!#)|@import|<image|<script|<foreignObject|xlink:href", svg)
    lines: dict[str, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r"<text ([^>]*)>(.*?)</text>", svg):
        found = re.search(r'x="([0-9.]+)" y="([0-9.]+)".*clip-path', attributes)
        if found:
            lines.setdefault(found[2], []).append((float(found[1]), text))
    shown = ["".join(text for _, text in sorted(line)) for line in lines.values()]
    plain = {" ".join(unescape(line).split()) for line in shown}
    excerpt = (ROOT / "README.md").read_text(encoding="utf-8").partition("<!-- excerpt -->\n```text\n")[2]
    told = [" ".join(line.split()) for line in excerpt.partition("```")[0].splitlines() if line.strip()]
    assert len(told) > 15
    assert [line for line in told if line.replace(" ", "") not in {one.replace(" ", "") for one in plain}] == []


def test_the_pictures_of_the_page_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 100_000
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert b"tEXt" not in picture.read_bytes(), "a picture tells of no machine"
        assert any(f"images/{picture.name}" in document.read_text(encoding="utf-8") for document in DOCUMENTS)
