"""Owns `Payload`: what the text of a code states, and by which rules of its own it is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from extractor.invoice.identifiers import normalize_iban
from extractor.issues import Issue, Level
from extractor.witnesses.model import Statement, WitnessKind


@dataclass(slots=True)
class Payload:
    """The content of one code, filled by its parser.

    kind, profile, stated, remittance: as in `Witness`. issues: rules of its own that it breaks; whatever they are, its values must not lead.
    """

    kind: WitnessKind
    profile: str
    stated: dict[str, Statement] = field(default_factory=dict)
    remittance: str = ""
    issues: list[Issue] = field(default_factory=list)

    def state(self, name: str, value: Any, text: str, where: str) -> None:
        """Takes down a value; nothing where there is none."""
        if value is not None and value != "":
            self.stated[name] = Statement(value, text, where)

    def doubt(self, issue: str, message: str, name: str | None = None) -> None:
        """Takes down that a rule is broken. issue: an id of `RESULT_ISSUES`; name: the field that it is about."""
        self.issues.append(Issue(issue, Level.WARNING, message, field=name))

    def state_iban(self, text: str, where: str) -> None:
        """An account to pay to; a wrong one is stated as it stands."""
        valid = normalize_iban(text)
        if valid is None:
            self.doubt("code-iban", f"{where} {shown(text)} is no valid IBAN", "iban")
        self.state("iban", valid or text.replace(" ", "").upper()[:34], text, where)

    def check_length(self, text: str, longest: int, where: str) -> None:
        """That an element is not longer than its standard allows."""
        if len(text) > longest:
            self.doubt("code-form", f"{where} has {len(text)} characters, {longest} are allowed")


def shown(text: str) -> str:
    """A text for a message, cut to what fits there."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a creditor reference by ISO 11649 (`RF18539007547034`) whose check digits hold."""
    from stdnum import iso11649

    return bool(iso11649.is_valid(text))


def calendar_date(year: int, month: int, day: int) -> date | None:
    """The date, None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def money(text: str) -> Decimal | None:
    """An amount of at most 18 digits with a point, without a sign; None where the text is none.

    >>> money("1949.75"), money("1e9"), money("12,50")
    (Decimal('1949.75'), None, None)
    """
    whole, point, cents = text.partition(".")
    digits = whole + cents
    plain = bool(whole) and bool(cents) == bool(point) and digits.isascii() and digits.isdigit() and len(digits) <= 18
    return Decimal(text) if plain else None
