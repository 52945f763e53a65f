"""Owns the error tree. Every error that a caller can meet derives from `ExtractorError`.

    ExtractorError                  .exit_code: what the command line ends with
    ├ DocumentError (4)             the file that came in
    │ ├ UnsupportedDocument         no format that can be read
    │ ├ CorruptDocument             a known format, but damaged or empty
    │ ├ DocumentTooLarge            over a limit on bytes, pixels, pages or seconds
    │ └ EncryptedDocument           needs a password, or the password is wrong
    ├ OcrError (4)                  the engine that reads pixels
    │ ├ EngineNotFound              no engine of that name; lists the known ones
    │ ├ EngineUnavailable           known, but cannot run here; says what to install
    │ ├ UnsupportedLanguage         the engine cannot read that language
    │ └ RecognitionFailed           the engine started and failed, or its output is no valid result
    ├ RuleError (5)
    │ ├ RuleFileError               .diagnostics: findings with file, line and column
    │ │ └ PolicyError               the same of a routing policy
    │ └ RuleTimeout                 a regex overran its time limit
    ├ IdentificationError (5)
    │ └ AmbiguousVendor             .rule_ids: the rule files that fit equally well
    ├ SchemaError (5)               a caller's JSON Schema is no valid schema
    ├ WorkerError (4)               the process that read a document
    │ ├ WorkerDied                  it ended, killed or crashed, before it had an answer
    │ └ DocumentTimeout             it overran the time that a document may take, and was ended
    ├ WorkersUnavailable (7)        no worker can be started or reached, or all of them were lost
    ├ OutputError (6)               a file to write is in use, damaged, or cannot be written
    │ └ StoreError (8)              the database that results go to: unknown, locked, full, gone, or of a newer version
    ├ ReviewError (9)               what a person wants to do with a document of a store cannot be done
    │ └ ReviewConflict              somebody else changed the document meanwhile
    └ InvalidInvoice (3)            .result: raised only by `ExtractionResult.raise_for_issues()`

An invoice that does not validate is data, not an exception.
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from extractor.issues import Issue


INTERNAL_ERROR = 70
"""Exit code of an error that is a fault of this program (EX_SOFTWARE of sysexits.h)."""


class ExtractorError(Exception):
    """Base of all errors of this package. Can be pickled, as what crosses processes must be."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[Any, ...]:
        # not by calling the class, as BaseException has it: some of these take something else than their message
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class DocumentError(ExtractorError):
    """The document cannot be read."""

    exit_code = 4


class UnsupportedDocument(DocumentError):
    """The content is of no format that can be read."""


class CorruptDocument(DocumentError):
    """The content claims a known format but is damaged, truncated or empty."""


class DocumentTooLarge(DocumentError):
    """The document is over a limit; the message names the limit and how to raise it."""


class EncryptedDocument(DocumentError):
    """The document needs a password, or the password given is wrong."""


class OcrError(ExtractorError):
    """Reading pixels failed."""

    exit_code = 4


class EngineNotFound(OcrError):
    """No OCR engine has this name; the message lists the known ones."""


class EngineUnavailable(OcrError):
    """The engine is known but cannot run on this machine; the message says what to install."""


class UnsupportedLanguage(OcrError):
    """The engine cannot read this language; the message lists the ones that it can."""


class RecognitionFailed(OcrError):
    """The engine started but failed, or its output is not a valid OCR result."""


class RuleError(ExtractorError):
    """A rule file cannot be used."""

    exit_code = 5


class RuleFileError(RuleError):
    """Rule files have errors. `diagnostics` holds every finding, each with file, line and column."""

    def __init__(self, diagnostics: Sequence[Issue]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(finding) for finding in self.diagnostics))


class PolicyError(RuleFileError):
    """A routing policy has errors; `diagnostics` as above."""


class RuleTimeout(RuleError):
    """A regex of a rule ran longer than its time limit."""


class IdentificationError(ExtractorError):
    """The vendor of a document cannot be told."""

    exit_code = 5


class AmbiguousVendor(IdentificationError):
    """Two or more rule files fit a document equally well. `rule_ids` names them."""

    def __init__(self, rule_ids: Sequence[str]) -> None:
        self.rule_ids = tuple(rule_ids)
        super().__init__(f"these rule files fit the document equally well: {', '.join(self.rule_ids)}; tell them apart in their `identify` sections")


class SchemaError(ExtractorError):
    """A JSON Schema given by the caller is not a valid schema."""

    exit_code = 5


class WorkerError(ExtractorError):
    """The process that read a document was lost, and what it was reading with it."""

    exit_code = 4


class WorkerDied(WorkerError):
    """The process ended before it had an answer; the message says how."""


class DocumentTimeout(WorkerError):
    """Reading took longer than a document may take; the process that was at it is ended."""


class WorkersUnavailable(ExtractorError):
    """No worker can be started or reached, or all of them were lost; the message says why."""

    exit_code = 7


class OutputError(ExtractorError):
    """A file that results go to is in use by another run, is something else, or cannot be written."""

    exit_code = 6


class StoreError(OutputError):
    """The store cannot be opened, read or written; the message says why and what to do. It never shows a password."""

    exit_code = 8


class ReviewError(ExtractorError):
    """What a person wants to do with a document of a store cannot be done; the message says why."""

    exit_code = 9


class ReviewConflict(ReviewError):
    """Somebody else, or a run, changed the document after it was read; nothing was written."""


class InvalidInvoice(ExtractorError):
    """The result has issues of level error. `result` holds it whole."""

    exit_code = 3

    def __init__(self, message: str, result: Any) -> None:
        self.result = result
        super().__init__(message)
