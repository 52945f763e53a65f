"""Owns cases: the examples of rule files and documents beside their goldens, and what comes out when one is run.

A golden is `x.expected.json` beside a document `x.*`: a JSON object of fields, those that matter; null where one must be missing.
`status` and `issues` (ids of all warnings and errors) may stand beside the fields.
What an engine read of `x.*` may lie beside it as `x.ocr.json` (`OcrResult.to_json()`); then no engine is asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from extractor.authoring.usage import Usage, usage_of
from extractor.errors import CorruptDocument, ExtractorError
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.issues import Level, Place
from extractor.ocr import OcrResult
from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.rules import RuleSet
from extractor.rules.expected import ISSUES, STATUS
from extractor.rules.model import Example

EXPECTED, RECORDED = ".expected.json", ".ocr.json"
DOCUMENTS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".txt"})
ROWS = {"lines": LINE_FIELDS, "taxes": TAX_FIELDS}
OUTCOME = (STATUS, ISSUES)
"""What is checked of a result beside its fields."""
RULES = "rules"
"""The name under which a check says which rule file applied."""


class State(StrEnum):
    """What became of one expected field.

    missing: a value was expected, none was found. unexpected: none was expected, one was found.
    """

    MATCH = "match"
    DIFFER = "differ"
    MISSING = "missing"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One expected field. field: `total`, `lines[0].amount`, `status`, `issues`, or `rules`: the id of the file that applied."""

    field: str
    state: State
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Case:
    """A sample with what must come out of it.

    name: for people and for filters. expect: None where `golden` says it, a file that need not exist yet.
    rule_id: the file that must apply, or must not where `applies` is False; None where any may.
    """

    name: str
    expect: Mapping[str, Any] | None = None
    document: Path | None = None
    text: str | None = None
    rule_id: str | None = None
    applies: bool = True
    golden: Path | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case. found: the invoice's fields, status and issues. error: why nothing could be read or compared. seconds: how long it took.

    usage: what the applied rules found there, where that was asked for.
    """

    case: Case
    checks: tuple[FieldCheck, ...] = ()
    found: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    seconds: float = 0.0
    usage: Usage | None = None

    @property
    def passed(self) -> bool:
        """Whether there was an expectation and all of it came out."""
        return self.error is None and not self.differences

    @property
    def was_read(self) -> bool:
        """Whether the document gave an invoice, be it right or wrong."""
        return "lines" in self.found

    @property
    def differences(self) -> tuple[FieldCheck, ...]:
        return tuple(check for check in self.checks if check.state is not State.MATCH)


def load_cases(rule_sets: Sequence[RuleSet], paths: Sequence[Path]) -> list[Case]:
    """The examples of rule sets, then the documents among `paths` and in their folders.

    Of folders those documents are taken that have a golden. A document that is named itself needs none yet.
    """
    documents = dict.fromkeys(document.resolve() for path in paths for document in _documents(path))
    return [*(case for rule_set in rule_sets for case in example_cases(rule_set)), *map(_golden_case, documents)]


def example_cases(rule_set: RuleSet) -> Iterator[Case]:
    """The examples that a rule file carries."""
    for number, example in enumerate(rule_set.examples, 1):
        place = example.place or Place(rule_set.id, 1, 1)
        document = (Path(place.file).parent / example.document).resolve() if example.document is not None else None
        name = f"{rule_set.id}#{number} {document.parent.name}/{document.name}" if document else f"{rule_set.id}#{number} text"
        yield Case(name, _expected(example), document, example.text, rule_set.id, example.applies, place=place)


def _expected(example: Example) -> dict[str, Any]:
    told = {STATUS: example.status, ISSUES: example.issues}
    return {**example.expect, **{name: value for name, value in told.items() if value is not None}}


def _documents(path: Path) -> Iterator[Path]:
    if path.is_dir():
        goldens = sorted(path.rglob("*" + EXPECTED))
        yield from (_document_of(golden) for golden in goldens)
    elif path.name.endswith(EXPECTED):
        yield _document_of(path)
    elif path.suffix.lower() in DOCUMENTS or path.name.endswith(RECORDED):
        yield path


def _document_of(golden: Path) -> Path:
    """The document that a golden belongs to; where none lies there, its recording, which may be missing as well."""
    stem = golden.name.removesuffix(EXPECTED)
    beside = sorted(path for path in golden.parent.iterdir() if path.stem == stem and path.suffix.lower() in DOCUMENTS)
    return beside[0] if beside else golden.with_name(stem + RECORDED)


def _golden_case(document: Path) -> Case:
    stem = document.name.removesuffix(RECORDED) if document.name.endswith(RECORDED) else document.stem
    return Case(f"{document.parent.name}/{document.name}", document=document, golden=document.with_name(stem + EXPECTED))


def run_case(extractor: Extractor, case: Case, *, password: str | None = None, usage: bool = False) -> CaseResult:
    """Runs a case and compares. What cannot be read, on either side, is an error in the result. usage: tell which rules were used."""
    started, found = time.perf_counter(), dict[str, Any]()
    try:
        result = _interpreted(extractor, case, password)
        found = {**result.invoice.to_dict(), **_outcome(result)}
        expect = read_golden(case.golden) if case.golden else case.expect or {}
        checks = (*_rule_checks(case, result), *compare(expect, found))
        used = usage_of(extractor, result.ocr, result.fields) if usage else None
        return CaseResult(case, checks, found, None, time.perf_counter() - started, used)
    except FileNotFoundError as error:
        return CaseResult(case, found=found, error=f"no expectation: {error}", seconds=time.perf_counter() - started)
    except ExtractorError as error:
        return CaseResult(case, error=f"{type(error).__name__}: {error}", seconds=time.perf_counter() - started)


def _outcome(result: ExtractionResult) -> dict[str, Any]:
    """The status of a result, and the ids of what asks for a person."""
    asking = {issue.id for issue in result.issues if issue.level is not Level.INFO}
    return {STATUS: str(result.status), ISSUES: sorted(asking)}


def _interpreted(extractor: Extractor, case: Case, password: str | None) -> ExtractionResult:
    if case.text is not None:
        return extractor.interpret(typed_pages(case.text))
    if case.document is None:
        raise CorruptDocument("the case names no document")
    document, recording = case.document, case.document.with_suffix(RECORDED)
    if document.suffix == ".txt":
        return extractor.interpret(typed_pages(_text(document)), source=str(document))
    if document.suffix == ".json" or recording.is_file():
        return extractor.interpret(OcrResult.from_json(_text(document if document.suffix == ".json" else recording)), source=str(document))
    return extractor.extract(document, password=password)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptDocument(f"{path}: cannot be read: {error}") from error


def read_golden(path: Path) -> Mapping[str, Any]:
    """The fields that a golden states. Raises CorruptDocument where it is no such file, FileNotFoundError where there is none."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist; `--update` writes it")
    try:
        golden = json.loads(_text(path), parse_float=str, parse_int=str)
    except ValueError as error:
        raise CorruptDocument(f"{path}: is no JSON: {error}") from error
    if not isinstance(golden, dict):
        raise CorruptDocument(f"{path}: is no JSON object of fields")
    known = (*FIELDS, *ROWS, *OUTCOME, "extra")
    unknown = [name for name in golden if name not in known and not name.startswith("extra.")]
    if unknown:
        raise CorruptDocument(f"{path}: unknown field '{unknown[0]}'")
    return golden


def compare(expect: Mapping[str, Any], found: Mapping[str, Any]) -> list[FieldCheck]:
    """One check a field that is expected; of rows one a column that is expected, and one a row too many or too few.

    >>> [str(check.state) for check in compare({"number": "7", "total": None}, {"total": "9.50"})]
    ['missing', 'unexpected']
    """
    wanted, extra = {name: value for name, value in expect.items() if name != "extra"}, expect.get("extra") or {}
    wanted |= {f"extra.{name}": value for name, value in extra.items()}
    checks: list[FieldCheck] = []
    for name, value in wanted.items():
        other = (found.get("extra") or {}).get(name.removeprefix("extra.")) if name.startswith("extra.") else found.get(name)
        if name == ISSUES:
            checks.append(_check(name, sorted(value or ()), other))
        else:
            checks += _row_checks(name, value, other or []) if isinstance(value, list | tuple) else [_check(name, value, other)]
    return checks


def _row_checks(name: str, expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> Iterator[FieldCheck]:
    for index, row in enumerate(expected):
        if index >= len(found):
            yield FieldCheck(f"{name}[{index}]", State.MISSING, dict(row), None)
            continue
        yield from (_check(f"{name}[{index}].{column}", value, found[index].get(column)) for column, value in row.items())
    for index in range(len(expected), len(found)):
        yield FieldCheck(f"{name}[{index}]", State.UNEXPECTED, None, dict(found[index]))


def _check(name: str, expected: Any, found: Any) -> FieldCheck:
    expected, found = expected or None, found or None
    if expected == found:
        return FieldCheck(name, State.MATCH, expected, found)
    state = State.UNEXPECTED if expected is None else State.MISSING if found is None else State.DIFFER
    return FieldCheck(name, state, expected, found)


def _rule_checks(case: Case, result: ExtractionResult) -> Iterator[FieldCheck]:
    if case.rule_id is None:
        return
    held = (result.rules.id == case.rule_id) is case.applies
    yield FieldCheck(RULES, State.MATCH if held else State.DIFFER, case.rule_id if case.applies else f"not {case.rule_id}", result.rules.id)
