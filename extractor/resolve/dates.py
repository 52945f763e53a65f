"""Owns the joint choice of dates: nobody has to pay before the invoice is written, and all figures are in one order."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from extractor.invoice.terms import Terms
from extractor.resolve.choice import TIE
from extractor.resolve.options import Option, Reading, regrouped

MAX_OPTIONS = 6
USUAL_DAYS = 180
"""Due dates lie at most this long after the date of issue."""
AGREES, CONTRADICTS = 0.15, 0.5
TERMS_AGREE = 0.2
"""What it adds if a due date is the one that the terms of payment imply."""
NEARLY = 3
"""By so many days a printed due date may differ from the terms: it is moved to a working day, or the day of issue counts."""
FURTHER_DOWN = 0.9
"""What a date of issue counts that a rule without a label has found further up already."""
CLAIM = 0.12
"""A print belongs to the field that it fits best, if it fits it by this much better than another."""


def choose_dates(options: Mapping[str, Sequence[Option]], terms: Terms | None = None) -> tuple[dict[str, Option], dict[str, float]]:
    """The options for `date`, `due_date` and all other dates that go together best, and the support of each.

    terms: of payment, as printed. The earliest plausible order is issue, then due; delivery and billing periods only have to be near the date of issue.
    """
    names = [name for name, found in options.items() if found and name in ("date", "due_date")]
    chosen: dict[str, Option] = {}
    best = float("-inf")
    for combination in product(*(options[name][:MAX_OPTIONS] for name in names)):
        picked = dict(zip(names, combination, strict=True))
        score = sum(option.score for option in combination) + _order(picked, terms)
        if score > best:
            best, chosen = score, picked
    support = {name: verdict for name, verdict in _support(chosen, terms).items() if verdict < 0.5 or not _has_rival(name, chosen, options[name], terms)}
    for name, found in options.items():
        if name not in chosen and found:
            chosen[name] = _nearest(found, chosen.get("date"))
    return chosen, support


_DISCOUNT_BEHIND = re.compile(
    r"\s*(?:[(:=]|\(?(?:mit|abzüglich|abzgl\.?|abz\.|unter abzug von|minus|with|less|avec|con|met)\s)\s*\d{1,2}(?:[.,]\d{1,2})?\s*%", re.IGNORECASE
)
_IN_FIGURES = re.compile(r"\D*(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?\d{2,4}\D*")


def order_of(texts: Iterable[str]) -> str | None:
    """Whether the day (`DMY`) or the month (`MDY`) comes first in the dates of a document; None where no date tells, or they differ.

    >>> order_of(["03/04/2025", "17/04/2025"]), order_of(["04/17/2025"]), order_of(["03/04/2025"]), order_of(["17/04/2025", "04/17/2025"])
    ('DMY', 'MDY', None, None)
    """
    orders = set()
    for match in filter(None, map(_IN_FIGURES.fullmatch, texts)):
        first, second = int(match[1]), int(match[3])
        if 12 < first <= 31 and second <= 12:
            orders.add("DMY")
        elif first <= 12 < second <= 31:
            orders.add("MDY")
    return orders.pop() if len(orders) == 1 else None


def in_order(options: Sequence[Option], order: str | None) -> list[Option]:
    """The options without readings that take day and month in another order than the document does."""
    return regrouped(reading for option in options for reading in option.readings if order is None or _is_in_order(reading, order))


def _is_in_order(reading: Reading, order: str) -> bool:
    match = _IN_FIGURES.fullmatch(reading.candidate.text)
    if reading.candidate.writing is not None and reading.candidate.writing.locales:
        return True  # the rule says how its dates are read
    if match is None or int(match[1]) > 12 or int(match[3]) > 12:
        return True
    return bool((reading.value.day if order == "DMY" else reading.value.month) == int(match[1]))


def before_no_discount(options: Sequence[Option]) -> list[Option]:
    """The options without dates of a cash discount: `payable until 14.05. with 2 %, until 30.05. net`."""
    return regrouped(reading for option in options for reading in option.readings if not _is_of_discount(reading))


def _is_of_discount(reading: Reading) -> bool:
    context, text = reading.candidate.context, reading.candidate.text
    at = context.find(text)
    return at >= 0 and _DISCOUNT_BEHIND.match(context, at + len(text)) is not None


def first_on_the_page(options: Sequence[Option]) -> list[Option]:
    """The options with doubts on what a rule without a label finds again further down: an invoice names its own date before those of others."""
    found = [reading for option in options for reading in option.readings]
    first: dict[str, tuple[float, float]] = {}
    for reading in found:
        rule = reading.candidate.rule_id
        first[rule] = min(first.get(rule, _position(reading)), _position(reading))
    return regrouped(
        replace(reading, doubt=FURTHER_DOWN) if reading.candidate.label is None and _position(reading) > first[reading.candidate.rule_id] else reading
        for reading in found
    )


def _position(reading: Reading) -> tuple[float, float]:
    bounds = reading.candidate.bounds
    return reading.candidate.page or 0, bounds.y if bounds else 0.0


def one_field_a_print(options: Mapping[str, Sequence[Option]]) -> tuple[dict[str, list[Option]], set[str]]:
    """The options without readings of a print that another field's rules fit clearly better: a delivery date is no date of issue.

    A field that has nothing else keeps them; the names of such fields come second, since these values are borrowed.
    """
    claims: dict[object, dict[str, float]] = {}
    for name, found in options.items():
        for reading in (reading for option in found for reading in option.readings):
            claim = claims.setdefault(_place(reading), {})
            claim[name] = max(claim.get(name, 0.0), reading.rank)
    kept: dict[str, list[Option]] = {}
    borrowed: set[str] = set()
    for name, found in options.items():
        fitting = ((o.value, [r for r in o.readings if claims[_place(r)][name] >= max(claims[_place(r)].values()) - CLAIM]) for o in found)
        kept[name] = sorted((Option(value, readings) for value, readings in fitting if readings), key=lambda option: -option.score)
        if found and not kept[name]:
            kept[name] = list(found)
            borrowed.add(name)
    return kept, borrowed


def _place(reading: Reading) -> object:
    return reading.candidate.page, reading.candidate.bounds


def _has_rival(name: str, chosen: Mapping[str, Option], found: Sequence[Option], terms: Terms | None) -> bool:
    """Whether another date would do as well: then their order supports neither."""
    own = chosen[name]
    others = (option for option in found if option.value != own.value and option.score >= TIE * own.score)
    return any(_order({**chosen, name: option}, terms) == _order(chosen, terms) for option in others)


def _order(picked: Mapping[str, Option], terms: Terms | None) -> float:
    if len(picked) < 2:
        return 0.0
    agreed = TERMS_AGREE if _follows(picked, terms) else 0.0
    return (AGREES if _is_usual(picked) else -CONTRADICTS) + agreed


def _is_usual(picked: Mapping[str, Option]) -> bool:
    return 0 <= _days(picked["date"].value, picked["due_date"].value) <= USUAL_DAYS


def _follows(picked: Mapping[str, Option], terms: Terms | None) -> bool:
    """Whether the due date is the one that the terms of payment imply."""
    return terms is not None and abs(_days(terms.due(picked["date"].value), picked["due_date"].value)) <= NEARLY


def _support(picked: Mapping[str, Option], terms: Terms | None) -> dict[str, float]:
    """A due date soon after the issue makes both likelier, the more so if the terms ask for it; one before it puts both in doubt."""
    if len(picked) < 2:
        return {}
    if picked["date"].best.candidate.bounds == picked["due_date"].best.candidate.bounds and not _follows(picked, terms):
        return {}
    if not _is_usual(picked):
        return {"date": 0.2, "due_date": 0.2}
    if terms is None:
        return {"date": 0.7, "due_date": 0.7}
    return {"date": 1.0, "due_date": 1.0} if _follows(picked, terms) else {"date": 0.5, "due_date": 0.5}


def _nearest(found: Sequence[Option], date: Option | None) -> Option:
    """The best option; of readings of the same print the one that is nearest to the date of issue."""
    first = found[0]
    if date is None:
        return first
    same = [option for option in found if option.best.candidate.bounds == first.best.candidate.bounds]
    return min(same, key=lambda option: abs(_days(date.value, option.value)))


def _days(start: datetime.date, end: datetime.date) -> int:
    return (end - start).days
