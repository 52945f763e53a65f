"""Owns the way of a document through the house: load, recognize, lay out, identify, match, resolve, reconcile, validate.

Read `Extractor.extract` and `Extractor.interpret`: one line a stage. `Extractor.extract_all` divides a file of several invoices first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from extractor.document.load import load_document
from extractor.document.model import Document, Limits
from extractor.document.sniff import XML
from extractor.errors import AmbiguousVendor, UnsupportedDocument
from extractor.issues import Issue, Level
from extractor.layout import Layout, PageLayout, lay_out
from extractor.layout.printed import Printed
from extractor.needed import AMOUNTS, Interpreted, NeededReading, Places, Regions, only
from extractor.ocr import Language, OcrCache, OcrEngine, OcrResult
from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult, RuleSource
from extractor.resolve import EInvoice, Findings, Resolution, Thresholds, reconcile, resolve
from extractor.resolve.thresholds import MIN_CONFIDENCE
from extractor.rules import (
    GeneralRules,
    Matcher,
    RuleBook,
    RuleSet,
    RuleStore,
    amounts_in_figures,
    dates_in_figures,
    read_blocks,
    read_table,
    tax_rows,
    with_tax_tables,
)
from extractor.rules.labels import LabelHit
from extractor.rules.lines import TableRow
from extractor.split import PageReading, Part, Split, divide, einvoices_apart, separator_sheets
from extractor.validate import InvoiceSchema, SchemaSource, missing_required, status_of, validate
from extractor.witnesses import Witness, WitnessKind
from extractor.witnesses.codes import payment_codes
from extractor.witnesses.einvoice import einvoices

if TYPE_CHECKING:
    from extractor.document.load import Source


ITEM_COLUMNS = frozenset({"description", "code"})
"""Columns of which a table of line items shows at least one."""
NO_RULES = RuleSet("none")
"""What applies where no file does."""
HEADER_LINES = 2
"""A header stands at most so many lines above its first row."""


class Extractor:
    """Extracts invoices; made once and used for many documents, because OCR models and rule files stay loaded.

    engine, mode, engine_options: see `extractor.ocr.OcrEngine`. language: one or several that documents are in.
    rules: rule files and folders beside the shipped ones; shipped_rules=False leaves those out.
    schema: a JSON Schema (mapping or path) in place of the shipped `invoice-v1`. min_confidence: 0 to 1, below which a value is
    doubtful; or by field, `*` for those not named (see `extractor.resolve.Thresholds`).
    regions: `all`, or `needed`: of scans of a known vendor only that print is read which the fields come from that its file asks
    for (see docs/results.md). einvoice: `prefer` (what a document's e-invoice states leads, and the page is compared with it), `check`
    (the page leads) or `ignore`; see docs/witnesses.md. barcodes: whether codes on the pages are looked for (see docs/codes.md).
    cache: where OCR results are kept; None for no cache. rule_cache: whether compiled rule files are kept in the user's cache
    folder. rule_progress: called with rule files read and rule files in all, while those are read that are not in that cache.
    Raises RuleFileError, SchemaError, EngineNotFound, UnsupportedLanguage, ValueError. A context manager.
    """

    def __init__(
        self,
        *,
        rules: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
        shipped_rules: bool = True,
        engine: str = "auto",
        language: Language | str | Iterable[Language | str] = Language.ENGLISH,
        mode: str | None = None,
        schema: SchemaSource | None = None,
        min_confidence: float | Mapping[str, float] = MIN_CONFIDENCE,
        limits: Limits | None = None,
        cache: OcrCache | None = None,
        rule_cache: bool = True,
        rule_progress: Callable[[int, int], None] | None = None,
        regions: Regions | str = Regions.ALL,
        einvoice: EInvoice | str = EInvoice.PREFER,
        barcodes: bool = True,
        **engine_options: Any,
    ) -> None:
        self.thresholds = Thresholds.of(min_confidence)
        self.regions = Regions(regions)
        paths = [rules] if isinstance(rules, str | PathLike) else rules
        self.book = RuleBook.load(paths, shipped=shipped_rules, store=RuleStore() if rule_cache else None, progress=rule_progress)
        self.schema = InvoiceSchema(schema)
        self.limits = limits or Limits()
        self._engine = OcrEngine(engine, language, mode=mode, limits=self.limits, cache=cache, barcodes=barcodes, **engine_options)
        self._places = Places() if self.regions is Regions.NEEDED else None
        self.einvoice = EInvoice(einvoice)
        self._matchers: dict[str, Matcher] = {}
        self._general: tuple[RuleBook, GeneralRules] | None = None

    def extract(self, source: Source, *, password: str | None = None, progress: Callable[[int, int], None] | None = None) -> ExtractionResult:
        """Reads a document and extracts its invoice.

        source: path, URL, bytes, binary file object or PIL image. password: for encrypted PDFs. progress: called with pages
        done and pages in all. Raises DocumentError, OcrError, AmbiguousVendor; a doubtful or wrong invoice is a result.
        """
        with load_document(source, password=password, limits=self.limits) as document:
            einvoices = self._einvoices(document)
            if self._places is not None and not einvoices:
                return self._extract_needed(document, self._places, progress)
            ocr = self.recognize(document, progress=progress)
        return self.interpret(ocr, einvoices, source=document.name, sha256=document.sha256)

    def _einvoices(self, document: Document) -> tuple[Witness, ...]:
        """The e-invoices that a document is or carries. Raises DocumentError for XML that is none, or that is not to be read."""
        if self.einvoice is not EInvoice.IGNORE:
            return einvoices(document)
        if document.media_type == XML:
            raise UnsupportedDocument(f"{document.name}: an e-invoice in XML has no page to read, and e-invoices are to be ignored")
        return ()

    def _extract_needed(self, document: Document, places: Places, progress: Callable[[int, int], None] | None) -> ExtractionResult:
        """The result from the print that is needed; from all of it where the engine reads whole pages only."""
        parts = self._engine.in_parts(document, progress=progress)
        if parts is None:
            told = f"the OCR engine {self._engine.name!r} reads whole pages only: everything was read"
            ocr = self.recognize(document, progress=progress)
            return self.interpret(replace(ocr, warnings=(*ocr.warnings, told)), source=document.name, sha256=document.sha256)

        def interpret(ocr: OcrResult, asked: AbstractSet[str] | None) -> Interpreted:
            return self._interpret(ocr, (), document.name, document.sha256, asked)

        return NeededReading(parts, places, self._vendor, interpret).read()

    def _vendor(self, ocr: OcrResult) -> RuleSet | None:
        """The vendor whose clues stand in what was read so far; None where it is not clear."""
        try:
            found = self.book.identify(lay_out(ocr))
        except AmbiguousVendor:  # what is read next may tell
            return None
        return found.rule_set if found is not None else None

    def recognize(self, document: Document, *, progress: Callable[[int, int], None] | None = None) -> OcrResult:
        """Reads the regions of a document that is open. progress: as in `extract`. Raises DocumentError, OcrError."""
        return self._engine.process(document, progress=progress)

    def extract_all(
        self, source: Source, *, split: Split | str = Split.AUTO, password: str | None = None, progress: Callable[[int, int], None] | None = None
    ) -> list[ExtractionResult]:
        """Reads a file and extracts every invoice in it, in the order of its pages.

        split: `auto` looks for where invoices begin, `none` takes the file as one, as `extract` does. Each result knows its pages
        (`result.pages`); where the file is one invoice, the result is that of `extract`. The rest is as in `extract`; but of several
        invoices one that two rule files fit equally well is read by general rules, and has the error `ambiguous-vendor`. All print is
        read, whatever `regions` says.
        Raises ValueError for an unknown `split`, too.
        """
        if Split(split) is Split.NONE:
            return [self.extract(source, password=password, progress=progress)]
        with load_document(source, password=password, limits=self.limits) as document:
            ocr = self.recognize(document, progress=progress)
            stated = self._einvoices(document)
        return self.interpret_all(ocr, stated, source=document.name, sha256=document.sha256)

    def interpret_all(self, ocr: OcrResult, einvoices: Sequence[Witness] = (), *, source: str = "", sha256: str = "") -> list[ExtractionResult]:
        """Extracts every invoice from regions that were read before.

        einvoices: of the file; each is that of the invoice on whose pages its number is printed. source, sha256: what to name as the file.
        """
        layout = lay_out(ocr)
        if len(layout.pages) < 2:
            return [self.interpret(ocr, einvoices, source=source, sha256=sha256)]
        division = divide([self._read_alone(page) for page in layout.pages], separator_sheets(layout, ocr))
        pages = [ocr.of_pages(part.pages) for part in division.parts]
        own = einvoices_apart(pages, einvoices)
        interpret = self.interpret if len(pages) == 1 else self._interpret_one_of_several
        invoices = [interpret(*read, source=source, sha256=sha256) for read in zip(pages, own, strict=True)]
        whole = len(pages[0].pages) == len(ocr.pages)
        return [_as_part(invoice, None if whole else part, division.issues(part)) for invoice, part in zip(invoices, division.parts, strict=True)]

    def interpret(self, ocr: OcrResult, einvoices: Sequence[Witness] = (), *, source: str = "", sha256: str = "") -> ExtractionResult:
        """Extracts the invoice from regions that were read before.

        einvoices: what the document states beside its print. source, sha256: what to name as the document.
        """
        return self._interpret(ocr, einvoices, source, sha256).result

    def _interpret_one_of_several(self, ocr: OcrResult, einvoices: Sequence[Witness], *, source: str, sha256: str) -> ExtractionResult:
        """As `interpret`; an invoice that two rule files fit equally well costs the others of its file nothing."""
        try:
            return self.interpret(ocr, einvoices, source=source, sha256=sha256)
        except AmbiguousVendor as error:
            result = self._interpret(ocr, einvoices, source, sha256, rules=self._identify_language(lay_out(ocr))).result
            issues = (Issue("ambiguous-vendor", Level.ERROR, str(error)), *result.issues)
            return replace(result, issues=issues, status=status_of(issues))

    def _interpret(
        self,
        ocr: OcrResult,
        einvoices: Sequence[Witness],
        source: str,
        sha256: str,
        asked: AbstractSet[str] | None = None,
        rules: AppliedRules | None = None,
    ) -> Interpreted:
        """Interprets regions. asked: the only fields and tables that the result shall have, because not all print was read. rules: those
        that apply, where they are known."""
        witnesses = (*einvoices, *payment_codes(ocr))
        layout = lay_out(ocr)
        rules = rules or (self.identify(layout) if layout.pages else self._identify_stated(witnesses))
        read, found = self._resolve(layout, rules, asked)
        rule_set = rules.matcher.rule_set
        resolution = reconcile(read, witnesses, Printed(layout, rule_set.locales), self.einvoice)
        checked = resolution if asked is None else only(resolution, asked | AMOUNTS)
        missing = missing_required(checked.invoice, rule_set.required)
        told = (*_reading_issues(ocr, layout, witnesses), *(issue for witness in witnesses for issue in witness.issues))
        wrong = validate(checked, self.schema, rule_set.vendor, self.thresholds, other_ibans=rule_set.other_ibans)
        issues = (*told, *found, *missing, *wrong)
        given = resolution if asked is None else only(resolution, asked)
        result = ExtractionResult(source, sha256, status_of(issues), given.invoice, given.fields, issues, rules.source, ocr, witnesses=witnesses)
        return Interpreted(result, tuple(rules.hits))

    def _resolve(self, layout: Layout, rules: AppliedRules, asked: AbstractSet[str] | None = None) -> tuple[Resolution, tuple[Issue, ...]]:
        """What the rules find on some pages, resolved, and what matching has to say. asked: see `_interpret`."""
        rule_set = rules.matcher.rule_set
        rows = item_rows(rule_set, layout, rules.hits) if asked is None or "lines" in asked else []
        taken = {line for row in rows for line in row.lines}
        matches = rules.matcher.match(layout, rules.hits, taken)
        tables = with_tax_tables(read_blocks(rule_set, layout), rule_set.tax_tables, layout, rules.hits)
        figures = dates_in_figures(layout), amounts_in_figures(layout, taken)
        findings = Findings(matches.candidates, rows, tax_rows(layout, taken), *figures, tables)
        return resolve(findings, rule_set, thresholds=self.thresholds), (*matches.issues, *tables.issues)

    def _read_alone(self, page: PageLayout) -> PageReading:
        """What a page would be as an invoice of its own."""
        layout = Layout((page,))
        try:
            rules = self.identify(layout)
        except AmbiguousVendor:
            # a single page need not show which vendor it is of; the whole invoice must
            rules = self._identify_language(layout)
        return PageReading(page, self._resolve(layout, rules)[0], rules.source.id if rules.source.vendor else None)

    def identify(self, layout: Layout) -> AppliedRules:
        """The rules for a document: the vendor's, else the general ones whose labels it shows, else none."""
        vendor = self.book.identify(layout)
        if vendor is not None:
            matcher = self._matcher(vendor.rule_set)
            return AppliedRules(matcher, RuleSource(vendor.rule_set.id, True, vendor.clues, vendor.rule_set.ibans), matcher.hits(layout))
        return self._identify_language(layout)

    def _identify_language(self, layout: Layout) -> AppliedRules:
        """The general rules whose labels a document shows, else none."""
        general = self._general_rules().fitting(layout)
        if general is not None:
            identification, matcher, hits = general
            return AppliedRules(matcher, RuleSource(identification.rule_set.id, False, identification.clues), hits)
        return self._no_rules()

    def _identify_stated(self, witnesses: Sequence[Witness]) -> AppliedRules:
        """The vendor of a document without pages, by what its e-invoice states: its rules have nothing to read, but know the vendor's account."""
        stated = "\n".join(statement.text for witness in witnesses for statement in witness.stated.values())
        return replace(self.identify(lay_out(typed_pages(stated))), hits=())

    def _no_rules(self) -> AppliedRules:
        return AppliedRules(self._matcher(NO_RULES), RuleSource(NO_RULES.id, False), [])

    def _general_rules(self) -> GeneralRules:
        """The general rule sets of the book, made ready once; another book that has the same ones gets what is ready."""
        if self._general is None or self._general[0] is not self.book:
            known = self._general[1] if self._general is not None and self._general[1].is_of(self.book.general) else None
            self._general = (self.book, known or GeneralRules(self.book.general))
        return self._general[1]

    def _matcher(self, rule_set: RuleSet) -> Matcher:
        known = self._matchers.get(rule_set.id)
        if known is None or known.rule_set is not rule_set:
            known = self._matchers[rule_set.id] = Matcher(rule_set)
        return known

    @property
    def engine_version(self) -> str:
        """The OCR engine and everything of it that decides what is read; see `OcrEngine.version`."""
        return self._engine.version

    def close(self) -> None:
        """Frees the OCR models; the next document loads them again."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class AppliedRules:
    """The rules that apply to a document, why, and their labels that stand on it."""

    matcher: Matcher
    source: RuleSource
    hits: Sequence[LabelHit]


def extract_invoice(source: Source, *, password: str | None = None, **options: Any) -> ExtractionResult:
    """Extracts the invoice of one document. options: those of `Extractor`, which is the better choice for many documents.

    source: path, URL, bytes, binary file object or PIL image. Raises what `Extractor` and `Extractor.extract` raise.
    """
    with Extractor(**options) as extractor:
        return extractor.extract(source, password=password)


def item_rows(rule_set: RuleSet, layout: Layout, hits: Sequence[LabelHit]) -> list[TableRow]:
    """The rows of the table that finds most; tables of the file itself come before inherited ones. Totals are no items."""
    tables = [(not table.inherited, read_table(table, layout, hits)) for table in rule_set.tables]
    items = (table for table in tables if table[1] and not _are_totals(table[1], hits))
    return max(items, key=lambda table: (table[0], len(table[1])), default=(False, []))[1]


def _are_totals(rows: Sequence[TableRow], hits: Sequence[LabelHit]) -> bool:
    """Whether rows show nothing but rates and amounts, under a header that names the net amount."""
    if any(row.cells.keys() & ITEM_COLUMNS for row in rows):
        return False
    page, first = rows[0].lines[0]
    return any("net" in hit.owners and hit.page.number == page and 0 < first - hit.line.index <= HEADER_LINES for hit in hits)


def _as_part(invoice: ExtractionResult, part: Part | None, doubts: Sequence[Issue]) -> ExtractionResult:
    """One of the invoices of a file. part: where the file holds more than it. doubts: about where it begins."""
    issues = (*doubts, *invoice.issues)
    return replace(invoice, issues=issues, status=status_of(issues), part=part)


def _reading_issues(ocr: OcrResult, layout: Layout, witnesses: Sequence[Witness]) -> list[Issue]:
    """What recognition has to say: nothing to read, texts cut short, warnings."""
    issues = [Issue("ocr-warning", Level.INFO, warning) for warning in ocr.warnings]
    if ocr.truncated:
        issues.append(Issue("ocr-truncated", Level.WARNING, f"the OCR engine {ocr.engine!r} cut texts short (evaluation mode?); values may be missing"))
    if not any(page.lines for page in layout.pages) and not any(witness.kind is WitnessKind.EINVOICE for witness in witnesses):
        issues.append(Issue("no-text", Level.ERROR, "no text was found on any page"))
    return issues
