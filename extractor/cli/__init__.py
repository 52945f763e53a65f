"""The command line: `extractor extract`, `extractor ocr`, `extractor engines`, `extractor rules check`."""

from __future__ import annotations

from extractor.cli.app import main

__all__ = ["main"]
