"""The command line: `extractor extract`, `extractor ocr`, `extractor engines`, `extractor rules check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from extractor._version import __version__

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and ends the process with its exit code. arguments: those of the process where None."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--version"], ["-V"]):
        # asked by scripts again and again, and known without loading what reads commands; that tells of a broken pipe
        with suppress(OSError):
            print(f"extractor, version {__version__}", flush=True)
            sys.exit(0)
    from extractor.cli.app import run

    run(given)
