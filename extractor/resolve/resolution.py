"""Owns the order of resolving: currency, lines, amounts, dates, the rest; then what the chosen values imply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.invoice.arithmetic import tolerance
from extractor.invoice.fields import FIELDS, Invoice, TaxLine
from extractor.resolve.amounts import MAX_OPTIONS, Context, Solution, solve
from extractor.resolve.choice import best, derived, field_value, missing
from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.dates import choose_dates, one_field_a_print
from extractor.resolve.evidence import Alternative, FieldStatus, FieldValue, Origin
from extractor.resolve.lines import ResolvedLines, resolve_lines
from extractor.resolve.locale import CurrencyChoice, choose_currency, order_is_open, with_territory
from extractor.resolve.options import Option, Reading, options
from extractor.resolve.subtotals import without_subtotals
from extractor.resolve.taxes import tax_lines
from extractor.rules.candidate import Candidate
from extractor.rules.lines import TableRow
from extractor.rules.model import RuleSet

AMOUNTS = tuple(MAX_OPTIONS)
"""The header fields that are chosen together."""
EXTRA = "extra."


@dataclass(frozen=True, slots=True)
class Findings:
    """What matching found on the pages: candidates of header fields, rows of line items, lines that state a tax rate."""

    candidates: Sequence[Candidate]
    rows: Sequence[TableRow] = ()
    tax_rows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The invoice and the evidence of each field, by name; line items as `lines[0].amount`, declared ones as `extra.name`."""

    invoice: Invoice
    fields: dict[str, FieldValue]


def resolve(found: Findings, rule_set: RuleSet, *, min_confidence: float) -> Resolution:
    """Chooses the values of all fields.

    rule_set: its locales, currency and kind apply. min_confidence: 0 to 1, below which a value has the status `low_confidence`.
    """
    by_field = _by_field(found.candidates)
    choices = {name: options(by_field[name], rule_set.locales) for name in by_field}
    currency = choose_currency(rule_set.currency, choices.get("currency", []), (o for name in AMOUNTS for o in choices.get(name, ())))
    locales = with_territory(rule_set.locales, currency.code)
    if locales != rule_set.locales:
        choices = {name: options(by_field[name], locales) for name in by_field}
    lines = resolve_lines(found.rows, locales)
    chooser = _Chooser(choices, min_confidence)
    labelled = {candidate.context for candidate in by_field.get("tax", ())}
    taxes = _resolve_amounts(chooser, tax_lines(found.tax_rows, labelled, locales, tolerance(currency.code)), lines, currency.code)
    _resolve_dates(chooser, locales)
    chooser.keep_apart("number", "preceding_invoice")
    chooser.rest({"currency"})
    if currency.code is not None:
        chooser.fields["currency"] = _currency_value(currency.code, currency, chooser)
    chooser.constant("kind", rule_set.kind or "invoice")
    invoice = _invoice(chooser.fields, taxes, lines)
    return Resolution(invoice, _ordered(chooser.fields) | lines.fields)


def _by_field(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    grouped: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        grouped.setdefault(candidate.field, []).append(candidate)
    return grouped


class _Chooser:
    """Gathers the evidence of chosen values."""

    def __init__(self, found: Mapping[str, Sequence[Option]], min_confidence: float) -> None:
        self.found = dict(found)
        self.min_confidence = min_confidence
        self.fields: dict[str, FieldValue] = {}

    def take(self, name: str, option: Option | None, support: float | None = None) -> None:
        if option is not None:
            self.fields[name] = field_value(name, option, self.found.get(name, ()), support, self.min_confidence)

    def keep_apart(self, name: str, other: str) -> None:
        """Leaves out options of one field that repeat the best one of another: a credit note has a number of its own."""
        taken = best(self.found.get(other, ()))
        own = [option for option in self.found.get(name, ()) if taken is None or option.value != taken.value]
        if own:
            self.found[name] = own

    def rest(self, leave: set[str]) -> None:
        """Takes the best option of every field that has not been decided."""
        for name, found in self.found.items():
            if name not in self.fields and name not in leave and name not in AMOUNTS:
                self.take(name, best(found))

    def constant(self, name: str, value: str) -> None:
        """A value that holds where nothing else was found."""
        if name not in self.fields:
            self.fields[name] = FieldValue(name, value, FieldStatus.OK, confidence=1.0, origin=Origin.CONSTANT)

    def derive(self, name: str, value: Decimal, sources: Sequence[str]) -> None:
        """A value that the page does not show, where nothing that it shows would do."""
        if name not in self.fields:
            self.fields[name] = derived(name, value, [self.fields[source] for source in sources], self.found.get(name, ()))


def _resolve_amounts(chooser: _Chooser, taxes: list[TaxLine], lines: ResolvedLines, currency: str | None) -> list[TaxLine]:
    """Chooses all amounts; gives the taxes back where they add up to the tax that was chosen."""
    amounts = [line.amount for line in taxes if line.amount is not None]
    allowed = tolerance(currency, terms=max(1, len(amounts)))
    context = Context(lines.total, sum(amounts, Decimal(0)) if amounts else None, allowed, tolerance(currency, terms=max(1, len(lines.lines))))
    if chooser.found.get("net"):
        chooser.found["net"] = without_subtotals(chooser.found, allowed)
    solution = solve({name: chooser.found.get(name, ()) for name in AMOUNTS}, context)
    for name, option in solution.chosen.items():
        chooser.take(name, option, solution.support.get(name))
    _derive_from_rates(chooser, taxes, allowed)
    _derive_amounts(chooser, solution)
    tax = chooser.fields.get("tax")
    if tax is None or abs(sum(amounts, Decimal(0)) - tax.value) > allowed:
        return []
    net = chooser.fields.get("net")
    if len(taxes) == 1 and taxes[0].base is None and net is not None and _is_tax_of(taxes[0], net.value, allowed):
        taxes[0].base = net.value
    return taxes


def _is_tax_of(line: TaxLine, base: Decimal, allowed: Decimal) -> bool:
    return line.rate is not None and line.amount is not None and abs(base * line.rate / 100 - line.amount) <= allowed


def _derive_from_rates(chooser: _Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    """Net and tax of a document that prints them only by rate, as receipts do, where bases and taxes make up its total."""
    total = chooser.fields.get("total")
    if total is None or not taxes or "net" in chooser.fields or "tax" in chooser.fields or any(line.base is None for line in taxes):
        return
    net, tax = (sum((getattr(line, name) for line in taxes), Decimal(0)) for name in ("base", "amount"))
    if abs(net + tax - total.value) <= allowed:
        chooser.derive("net", net, ("total",))
        chooser.derive("tax", tax, ("total",))


def _derive_amounts(chooser: _Chooser, solution: Solution) -> None:
    """What other amounts imply of the total, the net amount or the tax, where the page does not show it."""
    values = {name: option.value for name, option in solution.chosen.items()}
    if "total" not in values and "amount_due" in values:
        values["total"] = values["amount_due"] + abs(values.get("prepaid", Decimal(0)))
        chooser.derive("total", values["total"], ("amount_due",))
    if "total" not in values and {"net", "tax"} <= values.keys():
        chooser.derive("total", values["net"] + values["tax"], ("net", "tax"))
    elif {"net", "total"} <= values.keys() and "tax" not in values and values["total"] != values["net"]:
        chooser.derive("tax", values["total"] - values["net"], ("total", "net"))
    elif {"tax", "total"} <= values.keys() and "net" not in values:
        chooser.derive("net", values["total"] - values["tax"], ("total", "tax"))


def _resolve_dates(chooser: _Chooser, locales: Sequence[str]) -> None:
    dates, borrowed = one_field_a_print({name: found for name, found in chooser.found.items() if name in FIELDS and FIELDS[name].kind == "date"})
    chooser.found.update(dates)
    chosen, support = choose_dates(dates)
    for name, option in chosen.items():
        chooser.take(name, option, support.get(name))
        if order_is_open(locales) and _same_print(option, dates[name]):
            chooser.fields[name] = replace(chooser.fields[name], status=FieldStatus.AMBIGUOUS)
        elif name in borrowed:
            chooser.fields[name] = replace(chooser.fields[name], status=FieldStatus.LOW_CONFIDENCE)


def _same_print(option: Option, found: Sequence[Option]) -> bool:
    """Whether the print of an option can also be read as another date."""
    return any(other.value != option.value and reading.candidate.text == option.best.candidate.text for other in found for reading in other.readings)


def _currency_value(code: str, choice: CurrencyChoice, chooser: _Chooser) -> FieldValue:
    if choice.shown is None:
        return FieldValue("currency", code, FieldStatus.OK, confidence=1.0, origin=Origin.CONSTANT)
    total = chooser.fields.get("total")
    with_total = (r for r in _readings(chooser, "total") if total is not None and r.candidate.bounds == total.bounds and code in (r.currency, *r.currencies))
    candidate = next(with_total, choice.shown).candidate
    parts = Parts(candidate.ocr, rule=1.0, rival=1.0 if choice.others else 0.0)
    confidence = confidence_of("currency", parts)
    doubtful = FieldStatus.LOW_CONFIDENCE if confidence < chooser.min_confidence else FieldStatus.OK
    return FieldValue(
        name="currency",
        value=code,
        status=FieldStatus.AMBIGUOUS if choice.others else doubtful,
        text=candidate.text,
        page=candidate.page,
        bounds=candidate.bounds,
        rule_id=candidate.rule_id,
        confidence=confidence,
        parts=parts,
        alternatives=tuple(Alternative(other, candidate.text, candidate.rule_id, 0.5, "the sign can mean it as well") for other in choice.others[:3]),
    )


def _readings(chooser: _Chooser, name: str) -> list[Reading]:
    return [reading for option in chooser.found.get(name, ()) for reading in option.readings]


def _ordered(fields: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """All header fields in the order of the table, missing ones included, then the declared ones."""
    header = {name: fields.get(name) or missing(name) for name in FIELDS}
    return header | {name: value for name, value in fields.items() if name not in FIELDS}


def _invoice(fields: Mapping[str, FieldValue], taxes: list[TaxLine], lines: ResolvedLines) -> Invoice:
    header = {name: value.value for name, value in fields.items() if name in FIELDS}
    extra = {name.removeprefix(EXTRA): value.value for name, value in fields.items() if name.startswith(EXTRA)}
    return Invoice(**header, taxes=taxes, lines=lines.lines, extra=extra)
