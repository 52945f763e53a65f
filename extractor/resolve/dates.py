"""Owns the joint choice of dates: nobody has to pay before the invoice is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import product

from extractor.resolve.choice import TIE
from extractor.resolve.options import Option, Reading

MAX_OPTIONS = 6
USUAL_DAYS = 180
"""Due dates lie at most this long after the date of issue."""
AGREES, CONTRADICTS = 0.15, 0.5
CLAIM = 0.12
"""A print belongs to the field that it fits best, if it fits it by this much better than another."""


def choose_dates(options: Mapping[str, Sequence[Option]]) -> tuple[dict[str, Option], dict[str, float]]:
    """The options for `date`, `due_date` and all other dates that go together best, and the support of each.

    The earliest plausible order is issue, then due; delivery and billing periods only have to be near the date of issue.
    """
    names = [name for name, found in options.items() if found and name in ("date", "due_date")]
    chosen: dict[str, Option] = {}
    best = float("-inf")
    for combination in product(*(options[name][:MAX_OPTIONS] for name in names)):
        picked = dict(zip(names, combination, strict=True))
        score = sum(option.score for option in combination) + _order(picked)
        if score > best:
            best, chosen = score, picked
    support = {name: verdict for name, verdict in _support(chosen).items() if verdict < 0.5 or not _has_rival(name, chosen, options[name])}
    for name, found in options.items():
        if name not in chosen and found:
            chosen[name] = _nearest(found, chosen.get("date"))
    return chosen, support


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


def _has_rival(name: str, chosen: Mapping[str, Option], found: Sequence[Option]) -> bool:
    """Whether another date would do as well: then their order supports neither."""
    own = chosen[name]
    others = (option for option in found if option.value != own.value and option.score >= TIE * own.score)
    return any(_order({**chosen, name: option}) == _order(chosen) for option in others)


def _order(picked: Mapping[str, Option]) -> float:
    if len(picked) < 2:
        return 0.0
    days = _days(picked["date"].value, picked["due_date"].value)
    return AGREES if 0 <= days <= USUAL_DAYS else -CONTRADICTS


def _support(picked: Mapping[str, Option]) -> dict[str, float]:
    """A due date soon after the issue makes both likelier; one before it puts both in doubt."""
    if len(picked) < 2:
        return {}
    if picked["date"].best.candidate.bounds == picked["due_date"].best.candidate.bounds:
        return {}
    days = _days(picked["date"].value, picked["due_date"].value)
    verdict = 0.7 if 0 <= days <= USUAL_DAYS else 0.2
    return {"date": verdict, "due_date": verdict}


def _nearest(found: Sequence[Option], date: Option | None) -> Option:
    """The best option; of readings of the same print the one that is nearest to the date of issue."""
    first = found[0]
    if date is None:
        return first
    same = [option for option in found if option.best.candidate.bounds == first.best.candidate.bounds]
    return min(same, key=lambda option: abs(_days(date.value, option.value)))


def _days(start: datetime.date, end: datetime.date) -> int:
    return (end - start).days
