"""Owns terms of payment: when an invoice is due that says so in words (`14 days net`, `30 jours fin de mois`, `zahlbar sofort`)."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from extractor.invoice.characters import plain

MAX_LENGTH = 300
"""Of longer texts only the beginning is read."""
LONGEST = 366
"""More days than these are no term of payment."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When to pay. days: after the date of issue. month_end: `after` where the last day of the month that the days lead to is
    meant (30 days, then end of month), `before` where the days count from the end of the month of issue."""

    days: int
    month_end: str | None = None

    def due(self, issued: datetime.date) -> datetime.date:
        """The date by which to pay.

        >>> Terms(30).due(datetime.date(2025, 1, 15)), Terms(30, "after").due(datetime.date(2025, 1, 15))
        (datetime.date(2025, 2, 14), datetime.date(2025, 2, 28))
        """
        start = _month_end(issued) if self.month_end == "before" else issued
        due = start + datetime.timedelta(days=self.days)
        return _month_end(due) if self.month_end == "after" else due


def _month_end(date: datetime.date) -> datetime.date:
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])


_SENTENCES = re.compile(r"[.;]\s+(?=[A-ZÀ-Þ])|\n")
_DAY = r"(?:days?|tagen?|tage|jours?|d[ií]as?|giorni|gg|dagen|dag|dni)\b\.?"
_WORKING = re.compile(
    rf"\d\s*(?:working|business|banking)\s+{_DAY}|\d\s*(?:werktag|arbeitstag|bankarbeitstag|werkdag)\w*"
    rf"|{_DAY}\s*(?:ouvr|h[áa]bil|lavorativ|[úu]te?is|robocz)\w*",
    re.IGNORECASE,
)
_COUNT = rf"(?P<days>\d{{1,3}})\s*(?:\(\w+\)\s*)?(?:calendar\s+|kalender|net\s+|netto\s+|natürliche\s+)?{_DAY}"
_DAYS = re.compile(_COUNT, re.IGNORECASE)
_NET = re.compile(r"\b(?:net(?:to)?|n)\s*[/:-]?\s*(?P<days>\d{1,3})\b(?!\s*(?:%|[.,/]\d))", re.IGNORECASE)
_WEEKS = re.compile(r"(?P<weeks>\d{1,2}|one|two|einer|zwei)\s*(?:weeks?|wochen?|semaines?|semanas?|settimane|weken|week|tygodni\w*)\b", re.IGNORECASE)
_WEEK_WORDS = {"one": 1, "einer": 1, "two": 2, "zwei": 2}
_PERCENT = r"\d{1,2}(?:[.,]\d+)?\s*%"
_DISCOUNTS = (
    re.compile(rf"\d{{1,3}}\s*{_DAY}(?!\s*net)[^%;.,\n\d]{{0,40}}{_PERCENT}", re.IGNORECASE),  # 10 Tage 2 % Skonto
    re.compile(rf"{_PERCENT}[^%;\n]{{0,40}}?\d{{1,3}}\s*{_DAY}", re.IGNORECASE),  # 2 % Skonto innerhalb von 10 Tagen
    re.compile(r"\b\d{1,2}(?:[.,]\d)?\s*%?\s*/\s*\d{1,2}\b", re.IGNORECASE),  # 2/10 net 30
)
_SEVERAL = re.compile(r"\b\d{2,3}\s*[/-]\s*\d{2,3}\s*(?:[/-]\s*\d{2,3}\s*)?(?=[^\W\d_])|\b(?:following|next)\s+month")
"""Payment in parts (30/60/90 days), and months that are not those of the issue."""
_LATE = re.compile(
    r"\b(?:late|overdue|interest|verzug\w*|mahn\w*|retards?|p[ée]nalit\w*|mora|intereses|interessi|rente|juros|odsetki)\b[^.;\n]*", re.IGNORECASE
)
_MONTH_END = (
    r"(?:end of (?:the )?month|e\.?o\.?m\b\.?|month[- ]end|monatsende|ende des monats|fin de mois|fin du mois|fin de mes|fine mese|f\.m\."
    r"|d\.?f\.?f\.?m\.?|einde (?:van de )?maand|fim d[eo] m[êe]s|ko[ńn]ca miesi[ąa]ca)"
)
_AFTER_MONTH_END = re.compile(rf"(?:from|after|ab|nach|d[èe]s|apr[èe]s|desde|dal|dalla|na|ap[óo]s|od)\s+(?:the\s+|la\s+|o\s+)?{_MONTH_END}", re.IGNORECASE)
_ANY_MONTH_END = re.compile(_MONTH_END, re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:(?:up)?on receipt|immediate(?:ly)?(?: payment)?|at once|cash on delivery|due now|sofort|umgehend|bei erhalt|nach erhalt|prompt"
    r"|[àa] r[ée]ception|(?:au )?comptant|imm[ée]diat\w*|(?:al )?contado|a la recepci[óo]n|inmediat\w*|alla ricezione|ricevimento fattura"
    r"|rimessa diretta|bij ontvangst|per direct|direct te betalen|contant|[àa] vista|pronto pagamento|no recebimento|imediat\w*"
    r"|natychmiast\w*|przy odbiorze|got[óo]wka)(?!\w)",
    re.IGNORECASE,
)


def read_terms(text: str) -> Terms | None:
    """The terms that a text states in English, German, French, Spanish, Italian, Dutch, Portuguese or Polish.

    Cash discounts (`2 % within 10 days`) are passed over; of several sentences the first that states terms counts. None where
    the text states none, states several that differ, or counts in working days, which depend on the place.

    >>> read_terms("14 days net"), read_terms("2 % Skonto bei Zahlung in 10 Tagen, 30 Tage netto")
    (Terms(days=14, month_end=None), Terms(days=30, month_end=None))
    """
    return next((terms for sentence in _SENTENCES.split(plain(text)[:MAX_LENGTH]) if (terms := _read_sentence(sentence))), None)


def _read_sentence(line: str) -> Terms | None:
    if _WORKING.search(line) or _SEVERAL.search(line.casefold()):
        return None
    for pattern in (*_DISCOUNTS, _LATE):
        line = pattern.sub(lambda match: " " * len(match.group()), line)
    found = _net_days(line)
    if found is None:
        return _without_days(line)
    days, position = found
    return Terms(days, _month_end_at(line, position)) if days <= LONGEST else None


def _net_days(line: str) -> tuple[int, int] | None:
    """The number of days that are meant, and where it stands."""
    net = [(int(match["days"]), match.start()) for match in _NET.finditer(line)]
    counted = [(int(match["days"]), match.start()) for match in _DAYS.finditer(line)]
    weeks = [(7 * _WEEK_WORDS.get(match["weeks"].casefold(), 0) or 7 * _number(match["weeks"]), match.start()) for match in _WEEKS.finditer(line)]
    found = net or counted or weeks
    return found[0] if len({days for days, _ in found}) == 1 else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else 0


def _month_end_at(line: str, days_at: int) -> str | None:
    if _AFTER_MONTH_END.search(line):
        return "before"
    end = _ANY_MONTH_END.search(line)
    if end is None:
        return None
    return "after" if end.start() > days_at else "before"


def _without_days(line: str) -> Terms | None:
    if _DAYS.search(line) or _NET.search(line):
        return None
    if _AT_ONCE.search(line):
        return Terms(0)
    return Terms(0, "after") if _ANY_MONTH_END.search(line) else None
