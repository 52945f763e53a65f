"""Owns the order of resolving: currency, lines, amounts, dates, the rest; then what the chosen values imply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractor.invoice.arithmetic import tolerance
from extractor.invoice.fields import FIELDS, Invoice, InvoiceLine, TaxLine
from extractor.invoice.terms import read_terms
from extractor.resolve.amounts import AMOUNTS
from extractor.resolve.choice import best, missing, of_reading
from extractor.resolve.chooser import Chooser
from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.dates import before_no_discount, choose_dates, first_on_the_page, in_order, one_field_a_print, order_of
from extractor.resolve.derive import derive_amount_due, resolve_amounts
from extractor.resolve.evidence import Alternative, FieldStatus, FieldValue, Origin
from extractor.resolve.lines import ResolvedLines, resolve_lines
from extractor.resolve.locale import CurrencyChoice, choose_currency, country_of, order_is_open, with_territory
from extractor.resolve.numbers import numbers_apart
from extractor.resolve.options import Option, Reading, options
from extractor.resolve.paid import take_payment
from extractor.resolve.parties import parties_apart
from extractor.resolve.plausible import screened
from extractor.resolve.signs import turned_lines, turned_taxes, with_signs
from extractor.resolve.sums import add_sums
from extractor.resolve.tables import resolve_tables
from extractor.resolve.taxes import tax_lines
from extractor.resolve.thresholds import Thresholds
from extractor.rules.blocks import Tables
from extractor.rules.candidate import Candidate
from extractor.rules.lines import TableRow
from extractor.rules.model import RuleSet

EXTRA = "extra."
LOCAL = frozenset({"amount", "date", "quantity", "percent"})
"""Kinds that are read as the locale says."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What matching found on the pages: candidates of header fields, rows of line items, lines that state a tax rate.

    dates: all dates in figures, whatever they are the dates of. amounts: all amounts outside the rows, gone through once at most. tables: what blocks read.
    """

    candidates: Sequence[Candidate]
    rows: Sequence[TableRow] = ()
    tax_rows: Sequence[str] = ()
    dates: Sequence[str] = ()
    amounts: Iterable[Candidate] = ()
    tables: Tables = field(default_factory=Tables)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The invoice and the evidence of each field, by name; line items as `lines[0].amount`, declared ones as `extra.name`."""

    invoice: Invoice
    fields: dict[str, FieldValue]


def resolve(found: Findings, rule_set: RuleSet, *, thresholds: Thresholds | None = None) -> Resolution:
    """Chooses the values of all fields.

    rule_set: its locales, currency and kind apply. thresholds: below which confidence a value has the status `low_confidence`; the default ones where None.
    """
    by_field = _by_field(found.candidates)
    choices = {name: options(by_field[name], rule_set.locales) for name in by_field}
    printed = (option for name in AMOUNTS for option in choices.get(name, ()))
    currency = choose_currency(rule_set.currency, choices.get("currency", []), printed, local=rule_set.kind == "receipt")
    locales = with_territory(rule_set.locales, currency.code, country_of(choices))
    if locales != rule_set.locales:
        choices |= {name: options(found, locales) for name, found in by_field.items() if found[0].kind in LOCAL}
    limits = thresholds or Thresholds()
    tables = resolve_tables(found.tables, locales, limits)
    lines = tables.lines or resolve_lines(found.rows, locales)
    chooser = Chooser(choices | screened(choices), limits)
    labelled = {candidate.context for candidate in by_field.get("tax", ())}
    rates = tax_lines(found.tax_rows, labelled, locales, tolerance(currency.code))
    taxes = resolve_amounts(chooser, rates, lines, currency.code, found.tax_rows)
    take_payment(chooser, found.amounts, taxes, lines, locales)
    _resolve_dates(chooser, locales, found.dates)
    _resolve_number(chooser)
    chooser.found.update(parties_apart(chooser.found))
    chooser.rest({"currency", *AMOUNTS})
    if currency.code is not None:
        chooser.fields["currency"] = _currency_value(currency.code, currency, chooser)
    chooser.constant("kind", rule_set.kind or "invoice")
    add_sums(chooser, rule_set, lines, tables.taxes or taxes)
    if chooser.value("kind") in ("invoice", "credit_note"):  # a receipt is paid
        derive_amount_due(chooser)
    resolution = _signed(chooser, tables.taxes or taxes, lines)
    resolution.invoice.extra |= tables.extra
    return Resolution(resolution.invoice, resolution.fields | dict(tables.fields))


def _signed(chooser: Chooser, taxes: list[TaxLine], lines: ResolvedLines) -> Resolution:
    fields, turned = with_signs(chooser.fields, chooser.value("kind"))
    items, evidence = turned_lines(lines.lines, lines.fields) if turned else (lines.lines, lines.fields)
    invoice = _invoice(fields, turned_taxes(taxes) if turned else taxes, items)
    return Resolution(invoice, _ordered(fields) | evidence)


def _by_field(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    grouped: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        grouped.setdefault(candidate.field, []).append(candidate)
    return grouped


def _resolve_number(chooser: Chooser) -> None:
    found, own = numbers_apart(chooser.found)
    chooser.found["number"] = found
    chooser.take("number", best(found))
    if found and not own:
        chooser.mark("number", FieldStatus.LOW_CONFIDENCE)


def _resolve_dates(chooser: Chooser, locales: Sequence[str], printed: Iterable[str]) -> None:
    own = {name: found for name, found in chooser.found.items() if name in FIELDS and FIELDS[name].kind == "date"}
    order = order_of([*printed, *(reading.candidate.text for found in own.values() for option in found for reading in option.readings)])
    if "date" in own:
        own["date"] = first_on_the_page(own["date"])
    own |= {name: before_no_discount(own[name]) for name in ("due_date",) if name in own}
    dates, borrowed = one_field_a_print({name: in_order(found, order) for name, found in own.items()})
    chooser.found.update(dates)
    terms = next(filter(None, (read_terms(option.value) for option in chooser.found.get("payment_terms", ()))), None)
    chosen, support = choose_dates(dates, terms)
    for name, option in chosen.items():
        chooser.take(name, option, support.get(name))
        if order is None and order_is_open(locales) and _same_print(option, dates[name]):
            chooser.mark(name, FieldStatus.AMBIGUOUS)
        elif name in borrowed:
            chooser.mark(name, FieldStatus.LOW_CONFIDENCE)
    if terms is not None and chooser.value("date") is not None:
        chooser.take("payment_terms", best(chooser.found["payment_terms"]))
        chooser.derive("due_date", terms.due(chooser.value("date")), ("date", "payment_terms"))


def _same_print(option: Option, found: Sequence[Option]) -> bool:
    """Whether the print of an option can also be read as another date."""
    return any(other.value != option.value and reading.candidate.text == option.best.candidate.text for other in found for reading in other.readings)


def _currency_value(code: str, choice: CurrencyChoice, chooser: Chooser) -> FieldValue:
    if choice.shown is None:
        return FieldValue("currency", code, FieldStatus.OK, confidence=1.0, origin=Origin.CONSTANT)
    total = chooser.fields.get("total")
    with_total = (r for r in _readings(chooser, "total") if total is not None and r.candidate.bounds == total.bounds and code in (r.currency, *r.currencies))
    candidate = next(with_total, choice.shown).candidate
    parts = Parts(candidate.ocr, rule=1.0, rival=1.0 if choice.others else 0.0)
    confidence = confidence_of("currency", parts)
    status = FieldStatus.AMBIGUOUS if choice.others else FieldStatus.LOW_CONFIDENCE if confidence < chooser.thresholds["currency"] else FieldStatus.OK
    others = tuple(Alternative(other, candidate.text, candidate.rule_id, 0.5, "the sign can mean it as well") for other in choice.others[:3])
    value = of_reading("currency", code, candidate, parts, confidence, status, alternatives=others)
    return replace(value, label=None, label_bounds=None)


def _readings(chooser: Chooser, name: str) -> list[Reading]:
    return [reading for option in chooser.found.get(name, ()) for reading in option.readings]


def _ordered(fields: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """All header fields in the order of the table, missing ones included, then the declared ones."""
    header = {name: fields.get(name) or missing(name) for name in FIELDS}
    return header | {name: value for name, value in fields.items() if name not in FIELDS}


def _invoice(fields: Mapping[str, FieldValue], taxes: list[TaxLine], lines: list[InvoiceLine]) -> Invoice:
    header = {name: value.value for name, value in fields.items() if name in FIELDS}
    extra = {name.removeprefix(EXTRA): value.value for name, value in fields.items() if name.startswith(EXTRA)}
    return Invoice(**header, taxes=taxes, lines=lines, extra=extra)
