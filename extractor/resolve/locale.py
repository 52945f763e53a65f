"""Owns what the amounts on the page say of currency and country, so that dates and figures are read as people there write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.invoice.identifiers import normalize_iban, normalize_vat_id
from extractor.invoice.locales import is_known_locale
from extractor.resolve.options import Option, Reading

EURO_ENGLISH = "IE"
"""Where English invoices in euro are written."""
EUROPEAN_ENGLISH = "en-150"
"""CLDR's English of Europe, for countries that have no English of their own; VAT identifiers and most IBANs are European."""


@dataclass(frozen=True, slots=True)
class CurrencyChoice:
    """The currency of a document, the print that shows it, and other codes that this print can mean as well."""

    code: str | None = None
    shown: Reading | None = None
    others: tuple[str, ...] = ()


def choose_currency(declared: str | None, own: Sequence[Option], amounts: Iterable[Option], *, local: bool = False) -> CurrencyChoice:
    """The currency of a document.

    declared: what the rule file states; it decides what a sign of several currencies means, and holds where none is
    printed. own: readings of the field `currency`. amounts: options of all amount fields. What stands with the amounts
    counts before what stands elsewhere, but a sign of several currencies (`$`) means the one that stands elsewhere. local: whether the
    document is paid where it is printed, as a receipt is: then a sign says nothing against the currency of the place.
    """
    printed = [reading for option in amounts for reading in option.readings if reading.currency]
    if declared is not None:
        shown = next((reading for reading in printed if declared in (reading.currency, *reading.currencies)), None)
        if shown is not None or not printed:
            return CurrencyChoice(declared, shown)
    if not printed:
        return CurrencyChoice(own[0].value, own[0].best) if own else CurrencyChoice()
    code = Counter(str(reading.currency) for reading in printed).most_common(1)[0][0]
    shown = max((reading for reading in printed if reading.currency == code), key=lambda reading: reading.rank)
    if len(shown.currencies) < 2 or shown.candidate.text.upper().find(code) >= 0:
        return CurrencyChoice(code, shown)
    meant = next((option.value for option in own if option.value in shown.currencies), None)
    if meant is not None:
        return CurrencyChoice(meant, shown)
    if own:  # everything else on the page speaks of another country than the sign
        return CurrencyChoice(own[0].value, own[0].best, () if local else (code,))
    return CurrencyChoice(code, shown, tuple(other for other in shown.currencies if other != code))


def country_of(options: Mapping[str, Sequence[Option]]) -> str | None:
    """The ISO 3166 code of the seller's country, as far as a valid VAT identifier or IBAN tells."""
    for name, normalize in (("seller_vat_id", normalize_vat_id), ("iban", normalize_iban)):
        code = next((valid[:2] for option in options.get(name, ()) if (valid := normalize(option.value))), None)
        if code is not None:
            return {"EL": "GR", "XI": "GB"}.get(code, code)
    return None


def with_territory(locales: Sequence[str], currency: str | None, country: str | None = None) -> tuple[str, ...]:
    """Locales in which English has a country: 03/04 is March in one and April in the other.

    ISO 4217 codes begin with the country's ISO 3166 code, except for currencies of several countries. Where English is
    no language of that country, the locale stays as it is. country: of the seller, where no currency is known.

    >>> with_territory(["en", "de"], "USD"), with_territory(["en"], "MYR"), with_territory(["en"], "BRL")
    (('en-US', 'de'), ('en-MY',), ('en',))
    >>> with_territory(["en"], None, "GB"), with_territory(["en"], None, "GR")
    (('en-GB',), ('en-150',))
    """
    if currency is None and country is None:
        return tuple(locales)
    territory = EURO_ENGLISH if currency == "EUR" else currency[:2] if currency else country
    other = "en" if currency else EUROPEAN_ENGLISH
    english = f"en-{territory}" if is_known_locale(f"en-{territory}") else other
    return tuple(english if locale == "en" else locale for locale in locales)


def order_is_open(locales: Sequence[str]) -> bool:
    """Whether the locales leave open if the day or the month comes first.

    >>> order_is_open(["en"]), order_is_open(["en-GB"]), order_is_open([])
    (True, False, True)
    """
    return not locales or locales[0] == "en"
