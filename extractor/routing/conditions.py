"""Owns the conditions of a route: what each asks of a result, and what the result has instead.

`misses` gives the conditions that a result does not meet; it meets them all where there is none. Conditions are combined with
`and`, the items of a list with `or`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from extractor.invoice.fields import FIELDS, plain
from extractor.issues import Place
from extractor.resolve import FieldValue
from extractor.routing.decision import Routable
from extractor.routing.ranges import Range

NO_VENDOR = "none"
"""In place of a vendor's id: no vendor's rule file fitted."""
EXTRA = "extra."


@dataclass(frozen=True, slots=True)
class FieldTest:
    """What is asked of one field. values: globs, of which one fits; case does not count. within: of amounts and dates.

    missing: whether it has no value; None where that is not asked.
    """

    values: tuple[str, ...] = ()
    within: Range | None = None
    missing: bool | None = None
    confidence: Range | None = None
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountTest:
    """What is asked of the total. currencies: of which one is the invoice's; empty where that is not asked."""

    within: Range
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueTest:
    """That there is an issue of one of these ids, levels and fields; those that are empty are not asked."""

    ids: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a route asks for, by key of the policy, with the place of each."""

    place: Place
    tests: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Miss:
    """A condition that a result does not meet. found: what it has instead, in words."""

    place: Place
    condition: str
    found: str


def misses(conditions: Conditions, result: Routable) -> Iterator[Miss]:
    """The conditions that a result does not meet, in the order of the file."""
    for name, test in conditions.tests.items():
        found = OPERATORS[name](test, result)
        if found is not None:
            yield Miss(conditions.places[name], name, found)


def holds(conditions: Conditions, result: Routable) -> bool:
    """Whether a result meets all conditions."""
    return next(misses(conditions, result), None) is None


def _status(statuses: tuple[str, ...], result: Routable) -> str | None:
    return None if result.status in statuses else f"the status is {result.status}"


def _kind(kinds: tuple[str, ...], result: Routable) -> str | None:
    return None if result.invoice.kind in kinds else f"the kind is {result.invoice.kind or 'not known'}"


def _vendor(patterns: tuple[str, ...], result: Routable) -> str | None:
    if not result.rules.vendor:
        return None if NO_VENDOR in patterns else f"no vendor's rule file fitted; {result.rules.id} was applied"
    vendor = result.rules.id
    return None if any(fnmatchcase(vendor, pattern) for pattern in patterns if pattern != NO_VENDOR) else f"the vendor is {vendor}"


def _confidence(within: Range, result: Routable) -> str | None:
    found = [value for name, value in result.fields.items() if name in FIELDS and value.value is not None]
    if not found:
        return "no field was found"
    least = min(found, key=lambda value: value.confidence)
    return None if within.holds(_rounded(least)) else f"the least sure value is {least.name}, {_rounded(least)}"


def _rounded(value: FieldValue) -> Decimal:
    """A confidence as results show it, to three places, so that a limit means what people see."""
    return Decimal(f"{value.confidence:.3f}")


def _amount(test: AmountTest, result: Routable) -> str | None:
    total, currency = result.invoice.total, result.invoice.currency
    if total is None:
        return "there is no total"
    fits = test.within.holds(total) and (not test.currencies or currency in test.currencies)
    return None if fits else f"the total is {total:f} {currency or 'without a currency'}"


def _pages(within: Range, result: Routable) -> str | None:
    pages = len(result.pages)
    return None if within.holds(Decimal(pages)) else f"it has {pages} page{'' if pages == 1 else 's'}"


def _issues(test: IssueTest, result: Routable) -> str | None:
    found = [issue for issue in result.issues if not test.levels or issue.level in test.levels]
    found = [issue for issue in found if not test.fields or issue.field in test.fields]
    if any(not test.ids or issue.id in test.ids for issue in found):
        return None
    others = ", ".join(dict.fromkeys(issue.id for issue in result.issues))
    return f"there are other issues: {others}" if others else "there are no issues"


def _fields(tests: Mapping[str, FieldTest], result: Routable) -> str | None:
    return next((found for name, test in tests.items() if (found := _field(name, test, result)) is not None), None)


def _field(name: str, test: FieldTest, result: Routable) -> str | None:
    """What a field has instead of what is asked of it."""
    invoice, evidence = result.invoice, result.fields.get(name)
    value = invoice.extra.get(name.removeprefix(EXTRA)) if name.startswith(EXTRA) else getattr(invoice, name)
    if test.missing is not None and test.missing == (value is None):
        return None
    if value is None:
        return f"{name} is missing"
    text = str(plain(value))
    if test.missing is not None or (test.values and not _fits(text, test.values)) or (test.within and not test.within.holds(value)):
        return f"{name} is {text}"
    if test.statuses and (evidence is None or evidence.status not in test.statuses):
        return f"the status of {name} is {evidence.status if evidence else 'not known'}"
    if test.confidence and (evidence is None or not test.confidence.holds(_rounded(evidence))):
        return f"the confidence of {name} is {_rounded(evidence) if evidence else 'not known'}"
    return None


def _fits(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether a text is one of several, which may be globs.

    >>> _fits("AC-100", ("ac-*",)), _fits("AC-100", ("100",))
    (True, False)
    """
    return any(fnmatchcase(text.casefold(), pattern.casefold()) for pattern in patterns)


def _any(blocks: tuple[Conditions, ...], result: Routable) -> str | None:
    return None if any(holds(block, result) for block in blocks) else "it meets none of these"


def _not(blocks: tuple[Conditions, ...], result: Routable) -> str | None:
    met = next((block for block in blocks if holds(block, result)), None)
    return None if met is None else f"it meets what line {met.place.line} excludes"


OPERATORS: dict[str, Callable[[Any, Routable], str | None]] = {
    "status": _status,
    "kind": _kind,
    "vendor": _vendor,
    "amount": _amount,
    "confidence": _confidence,
    "fields": _fields,
    "issues": _issues,
    "pages": _pages,
    "any": _any,
    "not": _not,
}
"""Key of a condition -> what a result has instead, None where it meets the condition."""
