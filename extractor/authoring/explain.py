"""Owns `explain`: why a document gave the values that it gave, and what each rule missed by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from extractor.authoring.explanation import Area, Explanation, FieldReport, Found, PageReport, RuleReport, VendorReport
from extractor.authoring.misses import nearest_miss
from extractor.authoring.nearest import NearestTexts
from extractor.authoring.place_changes import length_text
from extractor.authoring.trial import Trial, rank_of, same_value
from extractor.authoring.vendors import vendor_reports
from extractor.authoring.zones import areas_of
from extractor.document.load import load_document
from extractor.errors import AmbiguousVendor
from extractor.invoice.fields import plain
from extractor.layout import Layout, lay_out
from extractor.ocr import OcrResult
from extractor.output import ExtractionResult
from extractor.pipeline import AppliedRules, Extractor, item_rows
from extractor.resolve import FieldValue
from extractor.resolve.choice import missing
from extractor.resolve.options import readings
from extractor.rules.candidate import Candidate
from extractor.rules.model import Rule

if TYPE_CHECKING:
    from extractor.document.load import Source

FOUND_SHOWN = 6
"""How many of the values that a rule found are told."""

LABELS_SHOWN = 6
"""How many labels of a rule are told."""


def explain(
    extractor: Extractor, source: Source | OcrResult, *, fields: Iterable[str] = (), expected: Mapping[str, str] | None = None, password: str | None = None
) -> Explanation:
    """Explains a document: the vendor, and for each field what each rule found or missed.

    source: what `Extractor.extract` takes, or regions that were read before. fields: those to explain; all that have rules where
    none are named. expected: field -> the right value in its JSON form; what is missed is then that value and no other.
    Raises DocumentError, OcrError; two vendors that fit equally well are part of the explanation.
    """
    expected = expected or {}
    ocr, name = _read(extractor, source, password)
    layout = lay_out(ocr)
    texts = NearestTexts(layout)
    pages = tuple(PageReport(page.number, page.width, page.height) for page in ocr.pages)
    try:
        applied = extractor.identify(layout)
    except AmbiguousVendor as error:
        return Explanation(name, "invalid", None, False, str(error), vendor_reports(layout, texts, extractor.book.identities, None), {}, pages)
    result = extractor.interpret(ocr, source=name)
    vendors = vendor_reports(layout, texts, extractor.book.identities, applied.source.id if applied.source.vendor else None)
    names = [*dict.fromkeys([*fields, *expected])] or list(applied.matcher.rule_set.rules)
    told = _Telling(layout, texts, applied, result)
    reports = {field: told.field(field, expected.get(field), thorough=bool(fields or expected)) for field in names}
    return Explanation(name, str(result.status), applied.source.id, applied.source.vendor, _verdict(applied, vendors), vendors, reports, pages)


def _read(extractor: Extractor, source: Source | OcrResult, password: str | None) -> tuple[OcrResult, str]:
    if isinstance(source, OcrResult):
        return source, ""
    with load_document(source, password=password, limits=extractor.limits) as document:
        return extractor.recognize(document), document.name


def _verdict(applied: AppliedRules, vendors: tuple[VendorReport, ...]) -> str:
    if applied.source.vendor:
        return f"{applied.source.id} was identified by {', '.join(applied.source.clues)}"
    why = f"; nearest is {vendors[0].id}: {vendors[0].verdict}" if vendors else ""
    return f"vendor not identified{why}; applied were {applied.source.id if applied.source.id != 'none' else 'no rules'}"


class _Telling:
    """What is known of a document once it was extracted."""

    def __init__(self, layout: Layout, texts: NearestTexts, applied: AppliedRules, result: ExtractionResult) -> None:
        self.layout = layout
        self.texts = texts
        self.rule_set = applied.matcher.rule_set
        self.hits = tuple(applied.hits)
        rows = item_rows(self.rule_set, layout, self.hits)
        self.taken = frozenset(line for row in rows for line in row.lines)
        self.candidates = applied.matcher.match(layout, self.hits, self.taken).candidates
        self.values = result.fields

    def field(self, name: str, expected: str | None, *, thorough: bool) -> FieldReport:
        value = self.values.get(name) or missing(name)
        right = None if expected is None else value.value is not None and same_value(value.value, expected)
        thorough = thorough and not right and (right is False or value.value is None)
        rules = tuple(self._rule(rule, value, expected, thorough) for rule in self.rule_set.rules.get(name, ()))
        return FieldReport(
            name=name,
            value=plain(value.value),
            status=str(value.status),
            origin=str(value.origin),
            rule=value.rule_id,
            page=value.page,
            bounds=value.bounds,
            label_bounds=value.label_bounds,
            confidence=value.confidence,
            support=value.support,
            expected=expected,
            as_expected=right,
            rules=rules,
        )

    def _rule(self, rule: Rule, value: FieldValue, expected: str | None, thorough: bool) -> RuleReport:
        trial = Trial(self.layout, self.rule_set, rule, self.hits, self.taken, self.texts, expected)
        mine = sorted((c for c in self.candidates if c.rule_id == rule.id and c.field == rule.field), key=lambda c: -(rank_of(c, self.rule_set.locales) or 0))
        own = trial.own_hits()
        areas: list[Area] = []
        for page in self.layout.pages:
            areas.extend(areas_of(rule, page, [hit for hit in own if hit.page is page]))
        return RuleReport(
            id=rule.id,
            place=str(rule.place) if rule.place else None,
            inherited=rule.inherited,
            asks=asks(rule),
            labels=tuple((hit.page.number, hit.page.bounds(hit.line.box_of(hit.span.start, hit.span.end)), hit.label) for hit in own),
            areas=tuple(areas),
            found=tuple(self._found(candidate, value) for candidate in mine[:FOUND_SHOWN]),
            miss=nearest_miss(trial) if thorough or not rule.inherited else None,
        )

    def _found(self, candidate: Candidate, value: FieldValue) -> Found:
        locales = self.rule_set.locales
        read = [reading.value for reading in readings(candidate, locales)]
        rank = rank_of(candidate, locales)
        wins = value.value in read and (candidate.rule_id, candidate.page, candidate.bounds) == (value.rule_id, value.page, value.bounds)
        return Found(
            text=candidate.text,
            value=plain(read[0]) if read else None,
            page=candidate.page,
            bounds=candidate.bounds,
            label=candidate.label,
            label_bounds=candidate.label_bounds,
            fit=candidate.fit,
            ocr=candidate.ocr,
            rank=rank,
            wins=wins,
            reason="is the value of the field" if wins else self._why_lost(candidate, value, rank, agrees=value.value in read),
        )

    def _why_lost(self, candidate: Candidate, value: FieldValue, rank: float | None, *, agrees: bool) -> str:
        if rank is None:
            return f"cannot be read as {candidate.kind} by {', '.join(self.rule_set.locales) or 'any locale'}"
        if agrees:
            return "the same value; another place or rule fits better"
        if value.value is None:
            return f"was not chosen, score {rank:.2f}: other values of the document speak against it"
        winner = max((rank_of(c, self.rule_set.locales) or 0.0 for c in self.candidates if _is_source(c, value)), default=None)
        scores = f"score {rank:.2f}" + (f" against {winner:.2f}" if winner is not None else "")
        if value.rule_id is None:
            return f"lost to {plain(value.value)}, {value.origin}: {scores}"
        reason = "support by the other values" if value.support and (winner is None or rank >= winner) else "the better score wins"
        inherited = "; an inherited rule counts less than the file's own" if candidate.inherited else ""
        return f"lost to rule {value.rule_id} with '{value.text}': {scores}, {reason}{_support(value)}{inherited}"


def _support(value: FieldValue) -> str:
    return f" (support {value.support:.2f})" if value.support is not None else ""


def _is_source(candidate: Candidate, value: FieldValue) -> bool:
    return (candidate.field, candidate.rule_id, candidate.page, candidate.bounds) == (value.name, value.rule_id, value.page, value.bounds)


def _labels(rule: Rule) -> str:
    more = len(rule.labels) - LABELS_SHOWN
    return " / ".join(f"'{label}'" for label in rule.labels[:LABELS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _regexes(rule: Rule) -> str:
    return " or ".join(f"'{text}'" for text in rule.regex)


def asks(rule: Rule) -> str:
    """What a rule looks for, in words.

    >>> asks(Rule("r", "number", "identifier", labels=("Invoice No",), pattern="[0-9]+"))
    "identifier right_of or below 'Invoice No', pattern '[0-9]+'"
    """
    if (rule.labels or rule.of) and rule.value is None:
        lead = f"{rule.kind} {' or '.join(rule.find)} " + (f"the value of {rule.of}" if rule.of else _labels(rule))
    elif rule.value is not None:
        beside = _labels(rule) or (f"regex {_regexes(rule)}" if rule.regex else "a code" if rule.barcode else "every document")
        lead = f"constant '{rule.value}' where there is {beside}"
    elif rule.regex:
        lead = f"{rule.kind} by regex {_regexes(rule)}"
    elif rule.barcode is not None:
        lead = f"{rule.kind} in a {' or '.join(rule.barcode.symbologies) or 'barcode'}" + (f" by regex '{rule.barcode.regex}'" if rule.barcode.regex else "")
    else:
        lead = f"{rule.kind} in the block of the {rule.block}" if rule.block else f"{rule.kind} in a zone"
    if rule.sum:
        return f"the sum of {' and '.join(rule.sum)}, where no rule finds the {rule.kind}"
    more = [f"under {' or '.join(map(repr, rule.under))}"] if rule.under else []
    more += [f"pattern '{rule.pattern}'"] if rule.pattern else []
    more += [f"page {rule.page}"] if rule.page != "any" else []
    more += [f"max_gap {length_text(rule.max_gap)}"] if rule.max_gap else []
    more += [f"between '{rule.between[0]}' and '{rule.between[1]}'"] if rule.between else []
    more += [f"group {rule.group}"] if rule.group else []
    if rule.zone:
        sides = ((side, getattr(rule.zone, side)) for side in ("left", "top", "right", "bottom"))
        more.append("zone " + ", ".join(f"{side} {length_text(length)}" for side, length in sides if length))
    return ", ".join([lead, *more])
