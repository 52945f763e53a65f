"""Owns what the amounts on the page say of currency and country, so that dates and figures are read as people there write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from extractor.resolve.options import Option, Reading

EURO_ENGLISH = "IE"
"""Where English invoices in euro are written."""


def read_currency(declared: str | None, own: Sequence[Option], amounts: Iterable[Option]) -> tuple[str | None, Reading | None]:
    """The currency of a document and the print that shows it.

    declared: what the rule file states; it decides what a sign of several currencies means, and holds where none is
    printed. own: readings of the field `currency`. amounts: options of all amount fields; a currency that stands with
    the amounts counts before one that stands elsewhere.
    """
    printed = [reading for option in amounts for reading in option.readings if reading.currency]
    if declared is not None:
        shown = next((reading for reading in printed if declared in (reading.currency, *reading.currencies)), None)
        if shown is not None or not printed:
            return declared, shown
    if printed:
        code = Counter(str(reading.currency) for reading in printed).most_common(1)[0][0]
        return code, max((reading for reading in printed if reading.currency == code), key=lambda reading: reading.rank)
    return (own[0].value, own[0].best) if own else (None, None)


def with_territory(locales: Sequence[str], currency: str | None) -> tuple[str, ...]:
    """Locales in which English has a country: 03/04 is March in one and April in the other.

    ISO 4217 codes begin with the country's ISO 3166 code, except for currencies of several countries.

    >>> with_territory(["en", "de"], "USD"), with_territory(["en"], "MYR"), with_territory(["en"], None)
    (('en-US', 'de'), ('en-MY',), ('en',))
    """
    if currency is None:
        return tuple(locales)
    territory = EURO_ENGLISH if currency == "EUR" else currency[:2]
    return tuple(f"en-{territory}" if locale == "en" else locale for locale in locales)


def order_is_open(locales: Sequence[str]) -> bool:
    """Whether the locales leave open if the day or the month comes first.

    >>> order_is_open(["en"]), order_is_open(["en-GB"]), order_is_open([])
    (True, False, True)
    """
    return not locales or locales[0] == "en"
