"""Owns the single values that rule files hold: texts, lengths, pages, regexes, identifiers, each with its JSON Schema.

A reader returns None where the node is wrong, after adding exactly one finding at the node's own line and column.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractor.invoice.identifiers import is_valid_iban, normalize_bic, normalize_vat_id
from extractor.invoice.writing import is_date_format
from extractor.issues import Level
from extractor.rules.model import Length
from extractor.rules.patterns import compiled
from extractor.rules.shapes import Found, Shape, read_text, report, wrong_type
from extractor.rules.source import Node, Scalar

MAX_PRINT_SIZE = 20

_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(mm|pt|%)?\s*")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


def read_string(node: Node, found: Found) -> str | None:
    """Text that may be empty (`join: ''`).

    >>> from extractor.rules.source import parse
    >>> read_string(parse("''").root, [])
    ''
    """
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    wrong_type(found, node, "text")
    return None


def read_label(node: Node, found: Found) -> str | None:
    """Text as it is printed beside a value; at least one letter, digit or sign, since `:` and `.` are not looked at.

    >>> from extractor.rules.source import parse
    >>> read_label(parse("'Invoice #'").root, []), read_label(parse("':'").root, found := []), found[0].id
    ('Invoice #', None, 'empty-label')
    """
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        wrong_type(found, node, "text")
        return None
    if not node.value.strip(" \t\n:."):
        report(found, node.place, "empty-label", "a label needs at least one letter, digit or sign besides ':' and '.'")
        return None
    return node.value


def read_regex(node: Node, found: Found) -> str | None:
    """A regular expression of the `regex` module.

    >>> from extractor.rules.source import parse
    >>> read_regex(parse("'[0-9]{5,}'").root, []), read_regex(parse("'(a'").root, found := []), found[0].message
    ('[0-9]{5,}', None, 'this regex is not valid: missing ) at position 2')
    """
    text = read_text(node, found)
    if text is None:
        return None
    import regex

    try:
        compiled(text)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        report(found, node.place, "bad-regex", f"this regex is not valid: {error}")
        return None
    return text


def read_search(node: Node, found: Found) -> str | None:
    """A regular expression whose group `value`, or else its whole match, is the value.

    >>> from extractor.rules.source import parse
    >>> read_search(parse("'No (?P<number>[0-9]+)'").root, found := []), found[0].id
    (None, 'no-value-group')
    """
    text = read_regex(node, found)
    if text is None:
        return None
    groups = compiled(text).groupindex
    if groups and "value" not in groups:
        names = ", ".join(sorted(groups))
        report(found, node.place, "no-value-group", f"this regex has named groups ({names}), but none is 'value': write (?P<value>...) around the value")
        return None
    return text


def read_length(node: Node, found: Found) -> Length | None:
    """A distance: `40mm`, `12pt`, `50%` or a fraction of the page's side from 0 to 1.

    >>> from extractor.rules.source import parse
    >>> [read_length(parse(text).root, []) for text in ("40mm", "50%", "0.25")]
    [Length(value=40.0, unit='mm'), Length(value=0.5, unit='fraction'), Length(value=0.25, unit='fraction')]
    >>> read_length(parse("40px").root, found := []), found[0].id
    (None, 'bad-length')
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or node.value is None:
        wrong_type(found, node, "a length such as 40mm, 12pt or 50%")
        return None
    match = _LENGTH.fullmatch(node.text)
    number, unit = (float(match[1]), match[2]) if match else (0.0, "")
    if unit == "%":
        number, unit = number / 100, None
    if match is None or (unit is None and number > 1):
        report(found, node.place, "bad-length", f"'{node.text}' is no length; write millimetres (40mm), points (12pt) or a part of the page (50% or 0.5)")
        return None
    return Length(number, unit or "fraction")


def read_page(node: Node, found: Found) -> str | int | None:
    """`any`, `first`, `last` or a page number from 1.

    >>> from extractor.rules.source import parse
    >>> read_page(parse("last").root, []), read_page(parse("2").root, []), read_page(parse("0").root, [])
    ('last', 2, None)
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or node.value is None:
        wrong_type(found, node, "a page")
        return None
    if node.value in PAGES or (isinstance(node.value, int) and node.value >= 1):
        return node.value if isinstance(node.value, int) else node.text
    report(found, node.place, "bad-page", f"'{node.text}' is no page; write any, first, last or a number from 1")
    return None


def read_print_size(node: Node, found: Found) -> float | None:
    """How many times as large as usual print is: a number from 1 to 20.

    >>> from extractor.rules.source import parse
    >>> read_print_size(parse("1.5").root, []), read_print_size(parse("0").root, found := []), found[0].id
    (1.5, None, 'bad-print-size')
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | Decimal):
        wrong_type(found, node, "a number from 1 to 20")
        return None
    if 1 <= node.value <= MAX_PRINT_SIZE:
        return float(node.value)
    report(found, node.place, "bad-print-size", f"print_size must be from 1 to {MAX_PRINT_SIZE}, not {node.text}")
    return None


def read_weight(node: Node, found: Found) -> float | None:
    """A number from 0 to 1.

    >>> from extractor.rules.source import parse
    >>> read_weight(parse("0.5").root, []), read_weight(parse("2").root, found := []), found[0].id
    (0.5, None, 'bad-weight')
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | Decimal):
        wrong_type(found, node, "a number from 0 to 1")
        return None
    if 0 <= node.value <= 1:
        return float(node.value)
    report(found, node.place, "bad-weight", f"weight must be from 0 to 1, not {node.text}")
    return None


def read_priority(node: Node, found: Found) -> int | None:
    """A whole number from 0 to 10.

    >>> from extractor.rules.source import parse
    >>> read_priority(parse("7").root, []), read_priority(parse("11").root, found := []), found[0].id
    (7, None, 'bad-priority')
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int):
        wrong_type(found, node, "a whole number from 0 to 10")
        return None
    if 0 <= node.value <= 10:
        return node.value
    report(found, node.place, "bad-priority", f"priority must be from 0 to 10, not {node.text}")
    return None


def read_date_format(node: Node, found: Found) -> str | None:
    """A format of dates as Python's `strptime` takes it.

    >>> from extractor.rules.source import parse
    >>> read_date_format(parse("'%d.%m.%Y'").root, []), read_date_format(parse("dd.mm.yyyy").root, found := []), found[0].id
    ('%d.%m.%Y', None, 'bad-date-format')
    """
    text = read_text(node, found)
    if text is None or is_date_format(text):
        return text
    report(found, node.place, "bad-date-format", f"'{text}' is no date format with year, month and day; write one such as %d.%m.%Y or %B %d, %Y")
    return None


def read_line_count(node: Node, found: Found) -> int | None:
    """How many lines a value may take, 1 to 20.

    >>> from extractor.rules.source import parse
    >>> read_line_count(parse("3").root, []), read_line_count(parse("99").root, found := []), found[0].id
    (3, None, 'bad-lines')
    """
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int):
        wrong_type(found, node, "a whole number from 1 to 20")
        return None
    if 1 <= node.value <= 20:
        return node.value
    report(found, node.place, "bad-lines", f"lines must be from 1 to 20, not {node.text}")
    return None


def read_locale(node: Node, found: Found) -> str | None:
    """A BCP 47 locale of language, script and region that CLDR knows: `en-GB`.

    >>> from extractor.rules.source import parse
    >>> read_locale(parse("en-GB").root, []), read_locale(parse("english").root, found := []), found[0].id
    ('en-GB', None, 'bad-locale')
    """
    text = read_text(node, found)
    if text is None:
        return None
    if _LOCALE.fullmatch(text):
        from babel.localedata import exists

        if exists(text.replace("-", "_")):
            return text
    report(found, node.place, "bad-locale", f"'{text}' is no known locale; write language and region, such as en-GB, de-AT or fr")
    return None


def read_currency(node: Node, found: Found) -> str | None:
    """A currency code of ISO 4217 in capitals.

    >>> from extractor.rules.source import parse
    >>> read_currency(parse("GBP").root, []), read_currency(parse("gbp").root, found := []), found[0].id
    ('GBP', None, 'bad-currency')
    """
    text = read_text(node, found)
    if text is None:
        return None
    from babel.core import get_global

    if text in get_global("all_currencies"):
        return text
    report(found, node.place, "bad-currency", f"'{text}' is no currency code of ISO 4217; write three capitals such as EUR, GBP or USD")
    return None


def read_vat_id(node: Node, found: Found) -> str | None:
    """A VAT identifier with country prefix. One that fails its country's check is kept, with a warning.

    >>> from extractor.rules.source import parse
    >>> read_vat_id(parse("ATU57194903").root, []), read_vat_id(parse("ATU57194904").root, found := []), str(found[0].level)
    ('ATU57194903', 'ATU57194904', 'warning')
    """
    text = read_text(node, found)
    if text is not None and normalize_vat_id(text) is None:
        report(found, node.place, "bad-id", f"'{text}' fails the check of VAT identifiers; compare it with the document", Level.WARNING)
    return text


def read_iban(node: Node, found: Found) -> str | None:
    """An IBAN. One that fails its check digits (ISO 13616) is kept, with a warning.

    >>> from extractor.rules.source import parse
    >>> read_iban(parse("GB82 WEST 1234 5698 7654 32").root, found := []), found
    ('GB82 WEST 1234 5698 7654 32', [])
    """
    text = read_text(node, found)
    if text is not None and not is_valid_iban(text):
        report(found, node.place, "bad-id", f"'{text}' fails the check of IBANs; compare it with the document", Level.WARNING)
    return text


def read_bic(node: Node, found: Found) -> str | None:
    """A BIC (ISO 9362). One of another form is kept, with a warning.

    >>> from extractor.rules.source import parse
    >>> read_bic(parse("DEUTDEFF").root, []), read_bic(parse("DEUT").root, found := []), found[0].id
    ('DEUTDEFF', 'DEUT', 'bad-id')
    """
    text = read_text(node, found)
    if text is not None and normalize_bic(text) is None:
        report(found, node.place, "bad-id", f"'{text}' is no BIC (8 or 11 letters and digits); compare it with the document", Level.WARNING)
    return text


PAGES = ("any", "first", "last")

TEXT: Shape[str] = Shape({"type": "string", "minLength": 1}, read_text)
STRING: Shape[str] = Shape({"type": "string"}, read_string)
LABEL: Shape[str] = Shape({"type": "string", "minLength": 1}, read_label)
REGEX: Shape[str] = Shape({"type": "string", "minLength": 1}, read_regex)
SEARCH: Shape[str] = Shape({"type": "string", "minLength": 1}, read_search)
LENGTH: Shape[Length] = Shape(
    {"anyOf": [{"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*(mm|pt|%)?\s*$"}, {"type": "number", "minimum": 0, "maximum": 1}]}, read_length
)
PAGE: Shape[str | int] = Shape({"anyOf": [{"enum": list(PAGES)}, {"type": "integer", "minimum": 1}]}, read_page)
WEIGHT: Shape[float] = Shape({"type": "number", "minimum": 0, "maximum": 1}, read_weight)
PRINT_SIZE: Shape[float] = Shape({"type": "number", "minimum": 1, "maximum": MAX_PRINT_SIZE}, read_print_size)
PRIORITY: Shape[int] = Shape({"type": "integer", "minimum": 0, "maximum": 10}, read_priority)
DATE_FORMAT: Shape[str] = Shape({"type": "string", "pattern": "%"}, read_date_format)
LINE_COUNT: Shape[int] = Shape({"type": "integer", "minimum": 1, "maximum": 20}, read_line_count)
LOCALE: Shape[str] = Shape({"type": "string", "pattern": f"^{_LOCALE.pattern}$"}, read_locale)
CURRENCY: Shape[str] = Shape({"type": "string", "pattern": "^[A-Z]{3}$"}, read_currency)
VAT_ID: Shape[str] = Shape({"type": "string", "minLength": 1}, read_vat_id)
IBAN: Shape[str] = Shape({"type": "string", "minLength": 1}, read_iban)
BIC: Shape[str] = Shape({"type": "string", "minLength": 1}, read_bic)
