"""What others build on, pinned by name: changing a list here is changing a promise."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from importlib import metadata
from types import ModuleType

import click
import pytest

import extractor
import extractor.ocr
from extractor.cli.app import app

NAMES = [
    "ExtractionResult",
    "Extractor",
    "ExtractorError",
    "FieldStatus",
    "FieldValue",
    "Invoice",
    "InvoiceLine",
    "Issue",
    "Level",
    "Limits",
    "Outcome",
    "Status",
    "TaxLine",
    "__version__",
    "extract_invoice",
    "extract_many",
]

OCR_NAMES = [
    "TEXT_LAYER",
    "Barcode",
    "Engine",
    "EngineInfo",
    "Image",
    "Language",
    "Mode",
    "OcrCache",
    "OcrEngine",
    "OcrPage",
    "OcrRegion",
    "OcrResult",
    "Reading",
    "ReplayEngine",
    "create_engine",
    "describe_engines",
    "known_engines",
    "recognize",
    "recognize_barcodes",
]

ERRORS = [
    "AmbiguousVendor",
    "CorruptDocument",
    "DocumentError",
    "DocumentTimeout",
    "DocumentTooLarge",
    "EncryptedDocument",
    "EngineNotFound",
    "EngineUnavailable",
    "ExtractorError",
    "IdentificationError",
    "InvalidInvoice",
    "OcrError",
    "OutputError",
    "PolicyError",
    "RecognitionFailed",
    "ReviewConflict",
    "ReviewError",
    "RuleError",
    "RuleFileError",
    "RuleTimeout",
    "SchemaError",
    "StoreError",
    "UnsupportedDocument",
    "UnsupportedLanguage",
    "WorkerDied",
    "WorkerError",
    "WorkersUnavailable",
]

ENGINES = ["aspose", "rapidocr", "rapidocr-openvino", "replay", "tesseract"]

STORE_NAMES = [
    "ERROR",
    "SAME_BYTES",
    "DocumentStatus",
    "Entry",
    "Input",
    "Store",
    "Versions",
    "absolute_path",
    "document_id",
    "whole_file",
]

COMMANDS = {
    "batch": None,
    "cache": ["clear", "show"],
    "einvoice": None,
    "engines": None,
    "export": None,
    "extract": None,
    "ocr": None,
    "policy": ["check", "try"],
    "review": ["accept", "example", "list", "reject", "set", "show"],
    "rules": ["check", "explain", "import", "new", "prove", "test"],
    "status": None,
    "vendors": None,
}

BATCH_OPTIONS = [
    "barcodes",
    "cache",
    "checksum",
    "cluster",
    "duplicate_key",
    "einvoice",
    "engine",
    "jobs",
    "languages",
    "log_json",
    "log_level",
    "max_bytes",
    "max_pages",
    "max_pixels",
    "max_seconds",
    "metrics",
    "min_confidence",
    "mode",
    "password",
    "policy_file",
    "quiet",
    "regions",
    "reprocess",
    "rules",
    "schema",
    "settle",
    "sources",
    "split",
    "store",
    "threads",
    "watch",
]

EXTRACT_OPTIONS = [
    "accept_review",
    "barcodes",
    "cache",
    "cluster",
    "einvoice",
    "engine",
    "feed_path",
    "fields_csv",
    "files",
    "jobs",
    "json_path",
    "languages",
    "max_bytes",
    "max_pages",
    "max_pixels",
    "max_seconds",
    "min_confidence",
    "mode",
    "ocr_csv",
    "password",
    "quiet",
    "regions",
    "rejects",
    "rules",
    "schema",
    "split",
    "threads",
]


def modules() -> list[ModuleType]:
    names = [name for _, name, _ in pkgutil.walk_packages(extractor.__path__, "extractor.") if name != "extractor.__main__"]
    return [extractor, *map(importlib.import_module, names)]


MODULES = modules()


def test_the_package() -> None:
    assert extractor.__all__ == NAMES
    assert all(getattr(extractor, name) is not None for name in NAMES)
    assert set(dir(extractor)) >= set(NAMES)


def test_the_ocr_layer() -> None:
    assert extractor.ocr.__all__ == OCR_NAMES
    assert all(getattr(extractor.ocr, name) is not None for name in OCR_NAMES)
    assert set(dir(extractor.ocr)) >= set(OCR_NAMES)


@pytest.mark.parametrize("package", [extractor, extractor.ocr], ids=lambda package: package.__name__)
def test_a_name_that_is_not_there(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        package.nonsense  # noqa: B018


def test_the_errors() -> None:
    errors = importlib.import_module("extractor.errors")
    assert sorted(name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)) == ERRORS
    for name in ERRORS:
        assert name in (errors.__doc__ or ""), f"{name} is not in the tree that the module shows"


def test_the_engines() -> None:
    own = [entry for entry in metadata.entry_points(group="extractor.ocr_engines") if entry.value.startswith("extractor.")]
    assert sorted(entry.name for entry in own) == ENGINES
    for entry in own:
        assert entry.load().name == entry.name


def test_the_commands() -> None:
    context = click.Context(app)
    found = {name: app.get_command(context, name) for name in app.list_commands(context)}
    assert {name: command.list_commands(context) if isinstance(command, click.Group) else None for name, command in found.items()} == COMMANDS


def test_the_options_of_extract() -> None:
    extract = app.get_command(click.Context(app), "extract")
    assert extract is not None
    assert sorted(parameter.name or "" for parameter in extract.params) == EXTRACT_OPTIONS


def test_the_options_of_batch() -> None:
    batch = app.get_command(click.Context(app), "batch")
    assert batch is not None
    assert sorted(parameter.name or "" for parameter in batch.params) == BATCH_OPTIONS


def test_the_store() -> None:
    store = importlib.import_module("extractor.store")
    assert store.__all__ == STORE_NAMES
    exports = importlib.import_module("extractor.store.export")
    assert sorted(exports.FORMATS) == ["csv", "csv-lines", "jsonl", "parquet", "ubl"]


def test_the_command_itself() -> None:
    (entry,) = (entry for entry in metadata.entry_points(group="console_scripts") if entry.name == "extractor")
    assert entry.load() is importlib.import_module("extractor.cli").main


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_module_says_what_it_owns(module: ModuleType) -> None:
    if module.__name__ != "extractor._version":
        assert (module.__doc__ or "").strip()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_everything_public_is_explained(module: ModuleType) -> None:
    own = {name: value for name, value in vars(module).items() if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__}
    things = {name: value for name, value in own.items() if inspect.isclass(value) or inspect.isfunction(value)}
    assert [name for name, value in things.items() if not has_docstring(value)] == []


def has_docstring(thing: object) -> bool:
    # a dataclass without a docstring gets its signature as one
    text = (getattr(thing, "__doc__", None) or "").strip()
    return bool(text) and not text.startswith(f"{getattr(thing, '__name__', '')}(")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "__version__"])
def test_every_public_method_is_explained(name: str) -> None:
    thing = getattr(extractor, name)
    methods = {member: value for member, value in vars(thing).items() if inspect.isfunction(value)} if inspect.isclass(thing) else {}
    assert [member for member, value in methods.items() if not member.startswith("_") and not value.__doc__] == []
