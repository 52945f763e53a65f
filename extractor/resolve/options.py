"""Owns the readings of candidates: what a printed text can mean as a value of its field, and how likely each meaning is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from extractor.invoice.amounts import read_amounts, read_percent, read_quantity
from extractor.invoice.dates import read_dates
from extractor.invoice.fields import DOCUMENT_KINDS
from extractor.invoice.identifiers import normalize_bic, normalize_iban, normalize_vat_id, repair_iban, repair_vat_id
from extractor.rules.candidate import Candidate

T = TypeVar("T")

INHERITED = 0.6
"""In choosing, a rule that a file inherits counts this much against the file's own. It does not lower the confidence."""
SECOND_READING = 0.75
"""What each less plausible reading of the same text counts against the one before it."""
REPAIRED = 0.8
"""What a reading that had to mend characters counts."""
SIGNLESS = frozenset({"discount", "prepaid"})
"""Amounts whose sign is a matter of layout: `-5.00`, `(5.00)` and `5.00` say the same. They are read without it."""
ANOTHER_PLACE = 0.15
"""How much of the gap to 1 each further place closes that prints the same value."""
INVALID_ID = 0.6
"""What an identifier counts that fails its checksum."""
INVALID_DOUBT = 0.4
"""What it counts beside others besides: a valid one is preferred, even where its label fits less well."""


@dataclass(slots=True)
class Reading:
    """One meaning of one candidate. fit: as the candidate's, less what the reading costs.

    currency: of an amount, as printed; currencies: all that its sign can mean (`$`), most plausible first.
    doubt: what it counts beside the other prints of the document, 1 for no doubt. It does not lower the confidence.
    """

    value: Any
    candidate: Candidate
    fit: float
    currency: str | None = None
    currencies: tuple[str, ...] = ()
    repaired: bool = False
    doubt: float = 1.0

    @property
    def rank(self) -> float:
        """What it counts in choosing: fit, OCR confidence, and whose rule it is."""
        ocr = 0.9 if self.candidate.ocr is None else self.candidate.ocr
        return self.fit * (0.4 + 0.6 * ocr) * (INHERITED if self.candidate.inherited else 1.0) * self.doubt


@dataclass(slots=True)
class Option:
    """One value that a field can have, with all readings that give it, best first.

    score: 0 to 1, the best reading's rank; further places that print the same value close a little of the gap to 1.
    """

    value: Any
    readings: list[Reading]
    score: float = field(init=False)

    def __post_init__(self) -> None:
        if len(self.readings) == 1:
            self.score = min(1.0, self.best.rank)
            return
        self.readings.sort(key=lambda reading: -reading.rank)
        places = len({(reading.candidate.page, reading.candidate.bounds) for reading in self.readings})
        self.score = min(1.0, 1 - (1 - self.best.rank) * (1 - ANOTHER_PLACE) ** min(places - 1, 3))

    @property
    def best(self) -> Reading:
        return self.readings[0]


def options(candidates: Iterable[Candidate], locales: Sequence[str]) -> list[Option]:
    """The values that candidates of one field can have, best first."""
    return regrouped(reading for candidate in candidates for reading in readings(candidate, locales))


def regrouped(found: Iterable[Reading]) -> list[Option]:
    """Readings of one field by their value, best first."""
    by_value: dict[Any, list[Reading]] = {}
    for reading in found:
        by_value.setdefault(reading.value, []).append(reading)
    return sorted((Option(value, readings) for value, readings in by_value.items()), key=lambda option: -option.score)


def readings(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    """What a candidate's text can mean, most plausible first; empty where it can be no value of its kind."""
    return _READERS[candidate.kind](candidate, locales)


def _amount(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    found = []
    for rank, amount in enumerate(_as_written(candidate, read_amounts, locales)):
        fit = candidate.fit * SECOND_READING**rank * (REPAIRED if amount.repaired else 1.0)
        value = abs(amount.value) if candidate.field in SIGNLESS else amount.value
        found.append(Reading(value, candidate, fit, amount.currency, amount.currencies, amount.repaired))
    return found


def _as_written(candidate: Candidate, read: Callable[..., Sequence[T]], locales: Sequence[str]) -> Sequence[T]:
    """What a number's text means; just one thing where the rule says how numbers are written."""
    if candidate.writing is None or candidate.writing.decimal is None:
        return read(candidate.text, locales=locales)
    return read(candidate.writing.number(candidate.text), locales=("en",))[:1]


def _date(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    written = candidate.writing.date(candidate.text) if candidate.writing else None
    if written is not None:
        return [Reading(written, candidate, candidate.fit)]
    dates = read_dates(candidate.text, locales=locales)
    return [Reading(date, candidate, candidate.fit * SECOND_READING**rank) for rank, date in enumerate(dates)]


def _number(read: Callable[..., Sequence[Any]]) -> Callable[[Candidate, Sequence[str]], list[Reading]]:
    def quantity(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
        values = _as_written(candidate, read, locales)
        return [Reading(value, candidate, candidate.fit * SECOND_READING**rank) for rank, value in enumerate(values)]

    return quantity


def _percents(text: str, locales: Sequence[str]) -> list[Any]:
    value = read_percent(text)
    return [] if value is None else [value]


def _text(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    text = candidate.text.strip()
    return [Reading(text, candidate, candidate.fit)] if text else []


def _identifier(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    text = " ".join(candidate.text.split()).strip(" :;,")
    return [Reading(text, candidate, candidate.fit)] if any(c.isalnum() for c in text) else []


def _iban(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    iban = normalize_iban(candidate.text)
    if iban is not None:
        return [Reading(iban, candidate, candidate.fit)]
    mended = repair_iban(candidate.text)
    if mended is not None:
        return [Reading(mended, candidate, candidate.fit * REPAIRED, repaired=True)]
    return [Reading("".join(candidate.text.split()), candidate, candidate.fit * INVALID_ID, doubt=INVALID_DOUBT)]


def _vat_id(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    valid = normalize_vat_id(candidate.text)
    mended = None if valid else repair_vat_id(candidate.text)
    if mended is not None:
        return [Reading(mended, candidate, candidate.fit * REPAIRED, repaired=True)]
    return _checked(normalize_vat_id)(candidate, locales)


def _checked(normalize: Callable[[str], str | None]) -> Callable[[Candidate, Sequence[str]], list[Reading]]:
    def identifier(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
        value = normalize(candidate.text)
        if value is not None:
            return [Reading(value, candidate, candidate.fit)]
        plain = "".join(c for c in candidate.text if c.isalnum()).upper()
        return [Reading(plain, candidate, candidate.fit * INVALID_ID, doubt=INVALID_DOUBT)] if plain else []

    return identifier


def _kind(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    value = candidate.text.strip().casefold().replace(" ", "_")
    return [Reading(value, candidate, candidate.fit)] if value in DOCUMENT_KINDS else []


def _currency(candidate: Candidate, locales: Sequence[str]) -> list[Reading]:
    from extractor.invoice.amounts import currency_of

    return [Reading(code, candidate, candidate.fit * SECOND_READING**rank) for rank, code in enumerate(currency_of(candidate.text))]


_READERS: dict[str, Callable[[Candidate, Sequence[str]], list[Reading]]] = {
    "amount": _amount,
    "date": _date,
    "quantity": _number(read_quantity),
    "percent": _number(_percents),
    "text": _text,
    "name": _text,
    "address": _text,
    "identifier": _identifier,
    "iban": _iban,
    "bic": _checked(normalize_bic),
    "vat_id": _vat_id,
    "kind": _kind,
    "currency": _currency,
}
