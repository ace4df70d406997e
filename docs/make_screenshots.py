"""Make the pictures of README.md from real runs on samples/: `python docs/make_screenshots.py`.

docs/images/terminal.svg is the first screen of a scan, written by rich; docs/images/page-*.png are the HTML page as
Chromium shows it, which must be installed (`apt-get install chromium`) and opens no connection. `--all DIR` makes the
page in both languages, light and dark, on a desktop and on a phone, to be looked at after a change.
"""  # noqa: INP001 - a command, no package

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from io import StringIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from leakscan.options import ScanOptions
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.report import build_report
from leakscan.scan import scan

if TYPE_CHECKING:
    from leakscan.renderers import Report

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
SAMPLE = "samples/lab60_cp1252.csv"
COMMAND = f"leakscan scan {SAMPLE} --as-of 2026-01-01"
DESKTOP, PHONE = (1280, 1000), (390, 1000)
COLOURS = 128
_END_OF_FIRST_SCREEN = "PERSONAL DATA"
_CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def sample_report() -> Report:
    """The report of the sample."""
    options = ScanOptions(as_of=date(2026, 1, 1))
    report = build_report(scan([str(ROOT / SAMPLE)], options), options)
    return {
        **report,
        "inputs": [{**report["inputs"][0], "path": SAMPLE}],
        "evidence": [{**line, "path": SAMPLE} for line in report["evidence"]],
        "warnings": [{**line, "path": SAMPLE} for line in report["warnings"]],
    }


def terminal_svg(report: Report) -> str:
    """The first screen as a picture: text of any monospaced font at hand, since nothing may be fetched."""
    from rich.console import Console
    from rich.terminal_theme import MONOKAI
    from rich.text import Text

    said = RENDERERS["terminal"].render(report, RenderOptions(color=True))
    first = "".join(_until(said.splitlines(keepends=True)))
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(first.rstrip()))
    svg = console.export_svg(title=COMMAND, theme=MONOKAI, unique_id="terminal")
    return re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.DOTALL).replace("Fira Code", "ui-monospace")


def _until(lines: list[str]) -> list[str]:
    end = next(at for at, line in enumerate(lines) if _END_OF_FIRST_SCREEN in line)
    return lines[:end]


def picture(page: Path, image: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    """The top of a page as PNG, in few colours."""
    from PIL import Image

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is missing: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        scheme = ["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]
        frame = page
        width = max(size[0], 500)  # Chromium has no narrower window: a narrower page is shown in a frame
        if width != size[0]:
            frame = Path(profile) / "frame.html"
            frame.write_text(
                f'<style>body{{margin:0}}iframe{{border:0;width:{size[0]}px;height:{size[1]}px}}</style>'
                f'<iframe src="{page.as_uri()}"></iframe>', encoding="utf-8",
            )  # fmt: skip
        subprocess.run(  # noqa: S603 - a program of this machine on a page of our own
            [
                chromium, *_CHROMIUM, *scheme, f"--user-data-dir={profile}", f"--window-size={width},{size[1]}",
                f"--screenshot={image}", frame.as_uri(),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    shown = Image.open(image).convert("RGB").crop((0, 0, *size))
    shown.quantize(COLOURS).save(image, optimize=True)


def main() -> None:
    """Write the pictures of the README, or all variants into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", metavar="DIR", type=Path)
    folder = parser.parse_args().all
    report = sample_report()
    with tempfile.TemporaryDirectory() as made:
        pages = {lang: Path(made) / f"{lang}.html" for lang in ("en", "fr")}
        for lang, page in pages.items():
            page.write_text(RENDERERS["html"].render(report, RenderOptions(lang)), encoding="utf-8")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for (lang, page), dark, size in product(pages.items(), (False, True), (DESKTOP, PHONE)):
                name = f"{lang}-{'dark' if dark else 'light'}-{size[0]}.png"
                picture(page, folder / name, (size[0], 3 * size[1]), dark=dark)
            return
        IMAGES.mkdir(exist_ok=True)
        (IMAGES / "terminal.svg").write_text(terminal_svg(report), encoding="utf-8")
        picture(pages["en"], IMAGES / "page-light.png", DESKTOP)
        picture(pages["fr"], IMAGES / "page-dark-fr.png", PHONE, dark=True)


if __name__ == "__main__":
    main()
