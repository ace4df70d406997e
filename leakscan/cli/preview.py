"""What a first look says before a long scan, in two lines on standard error."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.options import ScanOptions

PREVIEW_BYTES = 64 << 20
"""Files from this size on take longer than a first look at them."""


def preview(targets: Sequence[str], options: ScanOptions) -> None:
    """Say at once what the large files among the targets seem to be; nothing where there is none or it fails.

    Whatever is wrong with the targets or the options, the scan that follows says it. Ctrl-C here ends everything.
    """
    large = [target for target in targets if _is_large(Path(target))]
    if not large:
        return
    from leakscan.errors import LeakscanError
    from leakscan.i18n import label, phrase
    from leakscan.renderers.first_screen import first_look
    from leakscan.report import build_report
    from leakscan.scan import scan

    looking = replace(options, triage=True)
    try:
        ledger = scan(large, looking)
        if ledger.interrupted:
            raise KeyboardInterrupt
        report = build_report(ledger, looking)
    except LeakscanError:
        return
    if not report["scan"]["sampled"]:
        return
    band = label("band", report["severity"]["band"], options.lang)
    first, *more = first_look(report, options.lang)
    lines = [phrase("preview.line", options.lang, band=band, look=first), f"          {'; '.join(more)}"]
    encoding = sys.stderr.encoding or "ascii"
    text = "\n".join(lines) + "\n"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding))
    sys.stderr.flush()


def _is_large(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size >= PREVIEW_BYTES
    except (OSError, ValueError):
        return False
