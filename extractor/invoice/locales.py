"""Owns what a locale says about printed numbers and dates. The data is CLDR's, read through Babel when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError
from extractor.invoice.characters import folded, plain

if TYPE_CHECKING:
    from babel import Locale

MONTH_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "da", "sv")
"""Languages whose month names are known everywhere; those of a text's own locales are added to them."""

COUNTRY_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
"""Languages in which addresses name their country."""

_MORE_MONTHS = {
    "de": {"mrz": 3, "maerz": 3, "jaenner": 1, "jänner": 1, "jän": 1, "feber": 2, "dezbr": 12},
    "en": {"sept": 9, "janu": 1},
    "fr": {"juill": 7, "aout": 8, "fev": 2, "decem": 12},
    "es": {"setiembre": 9, "dbre": 12, "sbre": 9, "obre": 10, "nbre": 11},
    "nl": {"mrt": 3},
    "da": {"maj": 5},
}
"""Names that are printed but that CLDR does not list."""


@lru_cache(maxsize=512)
def locale_of(name: str) -> Locale:
    """The CLDR locale that `name` means: `de`, `de-AT`, `de_AT`. Raises ExtractorError where there is none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.strip().replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError) as error:
        raise ExtractorError(f"unknown locale {name!r}; use a language or a language and a country, such as 'de' or 'en-GB'") from error


def is_known_locale(name: str) -> bool:
    """Whether CLDR knows the locale."""
    try:
        locale_of(name)
    except ExtractorError:
        return False
    return True


def as_names(locales: str | Iterable[str]) -> tuple[str, ...]:
    """Locale names as a tuple; a single name may come as a string."""
    return (locales,) if isinstance(locales, str) else tuple(locales)


@lru_cache(maxsize=512)
def decimal_mark(name: str) -> str:
    """The decimal mark of amounts in a locale, `.` or `,` (CLDR `currencyDecimal`, else `decimal`).

    >>> decimal_mark("de-AT"), decimal_mark("fr-CH")
    (',', '.')
    """
    symbols = locale_of(name).number_symbols["latn"]
    mark: str = symbols.get("currencyDecimal", symbols["decimal"])
    return "," if mark == "\u066b" else mark


@lru_cache(maxsize=512)
def groups_with_spaces(name: str) -> bool:
    """Whether a locale separates thousands with a space."""
    symbols = locale_of(name).number_symbols["latn"]
    return plain(symbols.get("currencyGroup", symbols["group"])) == " "


@lru_cache(maxsize=512)
def date_order(name: str) -> str | None:
    """The order of day, month and year in numeric dates: `DMY`, `MDY` or `YMD` (CLDR's short date pattern).

    None for plain `en`: English without a country says nothing about the order.

    >>> date_order("en-US"), date_order("en-GB"), date_order("sv"), date_order("en")
    ('MDY', 'DMY', 'YMD', None)
    """
    locale = locale_of(name)
    if locale.language == "en" and not locale.territory:
        return None
    pattern = locale.date_formats["short"].pattern.upper()
    order = "".join(sorted("DMY", key=pattern.index))
    return order if order in ("DMY", "MDY", "YMD") else "DMY"


@lru_cache(maxsize=512)
def currency_of_locale(name: str) -> str | None:
    """The ISO 4217 code in use in the country that a locale names or implies (CLDR likely subtags).

    >>> currency_of_locale("en-CA"), currency_of_locale("da")
    ('CAD', 'DKK')
    """
    from babel.core import get_global
    from babel.numbers import get_territory_currencies

    locale = locale_of(name)
    likely = str(get_global("likely_subtags").get(str(locale), "")).split("_")
    territory = locale.territory or next((part for part in likely[1:] if len(part) == 2), None)
    codes = get_territory_currencies(territory) if territory else []
    return str(codes[0]) if codes else None


@lru_cache(maxsize=1)
def country_names() -> frozenset[str]:
    """The names of countries in the languages that invoices are read in, casefolded.

    >>> {"australia", "deutschland", "royaume-uni"} <= country_names()
    True
    """
    return frozenset(country_codes())


@lru_cache(maxsize=1)
def country_codes() -> Mapping[str, str]:
    """ISO 3166 codes by the names that `country_names` has.

    >>> country_codes()["royaume-uni"]
    'GB'
    """
    names = (locale_of(language).territories.items() for language in COUNTRY_LANGUAGES)
    return MappingProxyType({name.casefold(): code for territories in names for code, name in territories if code.isalpha()})


@lru_cache(maxsize=1)
def recent_currencies() -> frozenset[str]:
    """The ISO 4217 codes that have been legal tender somewhere since 2010 (CLDR territory currencies): old invoices are read, too."""
    from babel.core import get_global

    territories: Mapping[str, Iterable[tuple[str, object, tuple[int, int, int] | None, bool]]] = get_global("territory_currencies")
    return frozenset(code for rows in territories.values() for code, _, end, tender in rows if tender and (end is None or end[0] >= 2010))


@lru_cache(maxsize=256)
def month_names(locales: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """Month numbers by folded name or abbreviation, over `locales` and `MONTH_LANGUAGES`; more than one where languages differ.

    The first locale that knows a name comes first (`lis` and the like differ between languages).
    """
    names: dict[str, tuple[int, ...]] = {}
    for language in dict.fromkeys([*(locale_of(name).language for name in locales), *MONTH_LANGUAGES]):
        for name, month in _months_of(language).items():
            known = names.get(name, ())
            names[name] = known if month in known else (*known, month)
    return MappingProxyType(names)


@lru_cache(maxsize=256)
def weekday_names(locales: tuple[str, ...]) -> frozenset[str]:
    """Folded names and abbreviations of weekdays, over `locales` and `MONTH_LANGUAGES`."""
    languages = dict.fromkeys([*(locale_of(name).language for name in locales), *MONTH_LANGUAGES])
    return frozenset(name for language in languages for name in _weekdays_of(language))


@lru_cache(maxsize=64)
def _months_of(language: str) -> dict[str, int]:
    tables = locale_of(language).months
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in tables[context][width].items():
                found.setdefault(_key(name), month)
    found |= _unique_prefixes(found) | {folded(name): month for name, month in _MORE_MONTHS.get(language, {}).items()}
    return {name: month for name, month in found.items() if len(name) > 1 and not name.isdigit()}


def _unique_prefixes(names: dict[str, int]) -> dict[str, int]:
    """Abbreviations to three and four letters that only one month of the language has."""
    prefixes: dict[str, set[int]] = {}
    for name, month in names.items():
        for length in (3, 4):
            prefixes.setdefault(name[:length], set()).add(month)
    return {prefix: months.pop() for prefix, months in prefixes.items() if len(months) == 1 and len(prefix) > 2 and prefix not in names}


@lru_cache(maxsize=64)
def _weekdays_of(language: str) -> frozenset[str]:
    tables = locale_of(language).days
    names = [_key(name) for context in ("format", "stand-alone") for width in ("wide", "abbreviated") for name in tables[context][width].values()]
    return frozenset(part for name in names for part in (name, *name.replace("-", " ").split()))


def _key(name: str) -> str:
    return folded(plain(name)).strip(" .")
