"""Owns finding OCR engines by name: entry points of the group `extractor.ocr_engines`, of this package and of others.

The names come from the metadata of what is installed; an engine's module is imported only when the engine is asked for.
"""

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from extractor.errors import EngineNotFound, EngineUnavailable, ExtractorError, OcrError
from extractor.ocr.engines.base import Engine

GROUP = "extractor.ocr_engines"
DEFAULT_ENGINE = "rapidocr"
AUTO = "auto"
"""In place of an engine's name: the default engine."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """One row of the list of engines. version: None where it cannot be told. missing: what to install; None where it can run."""

    name: str
    version: str | None
    missing: str | None


def known_engines() -> tuple[str, ...]:
    """The names of all engines that are registered, whether they can run or not, in alphabetical order."""
    return tuple(sorted(_entry_points()))


def engine_class(name: str) -> type[Engine]:
    """The class of an engine (`auto`: the default one). Raises EngineNotFound, EngineUnavailable where its module cannot be imported."""
    entries = _entry_points()
    name = DEFAULT_ENGINE if name == AUTO else name
    if name not in entries:
        raise EngineNotFound(_not_found(name, tuple(sorted(entries))))
    try:
        found = entries[name].load()
    except Exception as error:  # a third party's module may raise anything while it is imported
        raise EngineUnavailable(f"OCR engine {name!r} cannot be loaded from {entries[name].value!r}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Engine)):
        raise EngineUnavailable(f"OCR engine {name!r} ({entries[name].value}) is not a subclass of extractor.ocr.Engine")
    return found


def create_engine(name: str = AUTO, **options: Any) -> Engine:
    """An engine by name; options are the keyword arguments of its class.

    Constructing is cheap: that it lacks a package or model shows at the first `read` (or ask `missing()`).
    Raises EngineNotFound, EngineUnavailable, and OcrError for options that the engine does not take.
    """
    found = engine_class(name)
    try:
        inspect.signature(found).bind(**options)
    except TypeError as error:
        raise OcrError(f"OCR engine {found.name!r}: {error}; its options: {', '.join(inspect.signature(found).parameters) or 'none'}") from error
    try:
        return found(**options)
    except (TypeError, ValueError) as error:
        raise OcrError(f"OCR engine {found.name!r}: {error}") from error


def describe_engines() -> tuple[EngineInfo, ...]:
    """What is registered, with versions and what each lacks on this machine; an engine that cannot be loaded is a row as well."""
    return tuple(_describe(name) for name in known_engines())


def _describe(name: str) -> EngineInfo:
    try:
        found = engine_class(name)
        missing = found.missing()
        version = None if missing or _needs_options(found) else found().version or None
    except ExtractorError as error:
        return EngineInfo(name, None, str(error))
    except Exception as error:  # noqa: BLE001  one broken engine must not hide the others
        return EngineInfo(name, None, f"it fails when it is asked: {error}")
    return EngineInfo(name, version, missing)


def _needs_options(found: type[Engine]) -> bool:
    parameters = inspect.signature(found).parameters.values()
    return any(p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)


def _entry_points() -> dict[str, metadata.EntryPoint]:
    return {entry.name: entry for entry in metadata.entry_points(group=GROUP)}


def _not_found(name: str, known: tuple[str, ...]) -> str:
    if not known:
        return (
            f"no OCR engine is registered (entry points {GROUP!r}), so {name!r} cannot be found: the metadata of the installed "
            "package is missing or stale; install it again (in a checkout: pip install -e .)"
        )
    near = difflib.get_close_matches(name, known, 1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"no OCR engine is named {name!r}{hint}; known: {', '.join(known)}"
