"""Entry point of the `leakscan` program and of `python -m leakscan`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code; the version alone is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from leakscan.cli.version import version_line

        sys.stdout.write(version_line())
        return
    from leakscan.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
