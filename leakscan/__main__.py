"""Entry point of the `leakscan` program and of `python -m leakscan`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its code; the version alone is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from leakscan.cli.version import version_line

        sys.stdout.write(version_line())
        return
    # no linear algebra here: the threads numpy starts for it cost 0.05 s of processor time
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # what imports make stays: a scan freezes it and collects garbage from there on
    from leakscan.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
