"""Owns writing goldens: new ones with all that was found, known ones only in the fields that they state."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extractor.authoring.examples import OUTCOME, CaseResult, read_golden
from extractor.errors import OutputError


def is_new(result: CaseResult) -> bool:
    """Whether the document was read and has no golden yet."""
    return result.case.golden is not None and not result.case.golden.exists() and result.was_read


def is_changed(result: CaseResult) -> bool:
    """Whether a golden says something else than what was found."""
    return result.case.golden is not None and result.error is None and bool(result.differences)


def write_golden(result: CaseResult) -> Path:
    """Writes what was found; a golden that exists keeps its choice of fields. Raises OutputError."""
    path = result.case.golden
    if path is None:
        raise OutputError(f"{result.case.name}: an example is changed in its rule file, by hand")
    content = (
        _updated(read_golden(path), result.found) if path.exists() else {name: value for name, value in result.found.items() if value and name not in OUTCOME}
    )
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")
        Path(temporary).replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def _updated(golden: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    extra = found.get("extra") or {}
    changed = {name: extra.get(name.removeprefix("extra.")) if name.startswith("extra.") else found.get(name) for name in golden}
    if "extra" in golden:
        changed["extra"] = {name: extra.get(name) for name in golden["extra"]}
    return changed
