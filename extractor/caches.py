"""Owns where things are kept that can be made again: what engines read, and compiled rule files."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "EXTRACTOR_CACHE_DIR"
"""Environment variable that names another folder than the user's cache folder."""


def ocr_folder() -> Path:
    """`$EXTRACTOR_CACHE_DIR`, or `ocr` in the user's cache folder of this package."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else _users() / "ocr"


def rules_folder() -> Path:
    """`$EXTRACTOR_CACHE_DIR/rules`, or `rules` in the user's cache folder of this package."""
    named = os.environ.get(FOLDER_VARIABLE)
    return (Path(named) if named else _users()) / "rules"


def _users() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("invoice-extractor"))
