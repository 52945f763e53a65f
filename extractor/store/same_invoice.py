"""Owns whether two documents are the same invoice: by its business key, or because their pages show the same figures.

A value that is read on both and differs always speaks for two invoices, however alike the pages look: so copies with another
number, and the same amount every month, are never taken for one. What is missing on one of the two, or differs as OCR confuses
characters, is made up for by the figures that the pages show. Those are compared, and not pixels: a new scan, with other skew,
noise and resolution, shows the same figures, and a picture of another invoice of the same seller looks the same.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from extractor.invoice.characters import as_digits, folded, plain
from extractor.invoice.fields import FIELDS, Invoice
from extractor.invoice.fields import plain as json_form
from extractor.output import ExtractionResult

SELLER = "seller"
"""In a key: the seller, by VAT identifier, else IBAN, else name."""
DEFAULT_KEY = (SELLER, "number", "date", "total")
SAME_KEY = "key"
"""`duplicate_by` of a document with the business key of an earlier one."""
SAME_PAGES = "pages"
"""`duplicate_by` of a document on which a part of the key is missing or misread, and whose pages show what those of an earlier one show."""

_FIGURE = re.compile(r"\d(?:[\d.,'/:-]*\d)?")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_LETTERS_BEFORE = re.compile(r"^[^\W\d_]+")
_MIN_DIGITS = 3
_ALIKE = 0.5
"""Least share of figures that two scans of one invoice have in common, where what is read of the key agrees. See benchmarks/duplicates.py."""
_THE_SAME = 0.8
"""The same where no number was read on either, so that two purchases on one day could be taken for one."""
_ENOUGH = 8
"""So many figures must be there for that."""
_SAME_NAME = 0.8


def key_names(names: Iterable[str]) -> tuple[str, ...]:
    """A business key from names of fields and `seller`. Raises ValueError, which names what is wrong.

    >>> key_names(["seller", "number"])
    ('seller', 'number')
    """
    key = tuple(dict.fromkeys(names))
    for name in key:
        if name != SELLER and name not in FIELDS:
            raise ValueError(f"a duplicate key is made of {SELLER} and header fields, and '{name}' is none")
    if not set(key) - {SELLER}:
        raise ValueError("a duplicate key needs a field beside the seller")
    return key


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a document. values: of the key's fields in normal form, None where there is none; number: as printed.

    is_credit: a credit note is no invoice, whatever else they share. figures: hashes of the figures on its pages.
    """

    is_credit: bool
    currency: str | None
    values: Mapping[str, str | None]
    number: str
    vat_id: str | None
    iban: str | None
    name: str
    figures: frozenset[int]


def traits_of(invoice: Invoice, figures: Iterable[int], key: Iterable[str]) -> Traits:
    """The traits of an invoice."""
    values = {name: _normal(getattr(invoice, name)) for name in key if name != SELLER}
    name = _NOT_ALPHANUMERIC.sub("", folded(plain(invoice.seller_name or "")))
    return Traits(invoice.kind == "credit_note", invoice.currency, values, invoice.number or "", invoice.seller_vat_id, invoice.iban, name, frozenset(figures))


def figures_of(result: ExtractionResult) -> list[int]:
    """Hashes of the figures on a document's pages, in order of their size: all digits of a figure together, from three on.

    They are kept instead of the text: a figure tells one invoice from another, and no content can be read off them.
    """
    found = {_digits(match.group()) for page in result.ocr.pages for region in page.regions for match in _FIGURE.finditer(plain(region.text))}
    return sorted({_hash(digits) for digits in found if len(digits) >= _MIN_DIGITS})


def parts(traits: Traits) -> Iterator[tuple[str, str]]:
    """What documents are looked up by, as (names, digest): the fields of the key, one left out where there are three or more."""
    names = sorted(traits.values)
    for chosen in combinations(names, len(names) - 1 if len(names) > 2 else len(names)):
        values = [traits.values[name] for name in chosen]
        if None not in values:
            text = "\n".join([str(traits.is_credit), *chosen, *map(str, values)])
            yield " ".join(chosen), hashlib.sha256(text.encode()).hexdigest()


def sameness(one: Traits, other: Traits) -> str | None:
    """`SAME_KEY` or `SAME_PAGES` where two documents are the same invoice, else None.

    >>> march = traits_of(Invoice(number="HL-7", seller_name="ACME Ltd", kind="invoice"), [], ["seller", "number"])
    >>> sameness(march, traits_of(Invoice(number="hl 7", seller_name="Acme Ltd.", kind="invoice"), [], ["seller", "number"]))
    'key'
    >>> sameness(march, traits_of(Invoice(number="HL-8", seller_name="ACME Ltd", kind="invoice"), [], ["seller", "number"]))
    """
    if one.is_credit != other.is_credit or (one.currency and other.currency and one.currency != other.currency):
        return None
    sellers = _same_seller(one, other)
    agreed = {name: _agree(name, one, other) for name in one.values}
    if sellers is False or False in agreed.values():
        return None
    if sellers and all(agreed.values()):
        return SAME_KEY
    open_ones = [name for name, agrees in agreed.items() if agrees is None]
    if len(open_ones) > 1 or len(open_ones) == len(agreed):
        return None
    return SAME_PAGES if _pages_agree(one, other, open_ones) else None


def likeness(one: Traits, other: Traits) -> float:
    """The share of figures that two documents have in common (Jaccard index), 0 to 1."""
    return len(one.figures & other.figures) / max(1, len(one.figures | other.figures))


def _normal(value: object) -> str | None:
    """A value in the form in which it is compared: no case, no spaces, no punctuation; amounts without zeros at the end."""
    if value is None:
        return None
    text = str(json_form(value))
    if not isinstance(value, str):
        return text.rstrip("0").rstrip(".") if "." in text else text
    return _NOT_ALPHANUMERIC.sub("", plain(text)).casefold() or None


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def _agree(name: str, one: Traits, other: Traits) -> bool | None:
    """Whether a value is the same on both; None where it is missing on one, or OCR may have read one for the other."""
    first, second = one.values[name], other.values[name]
    if first is None or second is None:
        return None
    if first == second:
        return True
    return None if name == "number" and _may_be_misread(one.number, other.number) else False


def _may_be_misread(one: str, other: str) -> bool:
    """Whether two numbers differ only in letters that OCR takes for digits, or in letters before the digits. Never in digits: those tell invoices apart.

    >>> _may_be_misread("l2345", "12345"), _may_be_misread("INV-12345", "12345"), _may_be_misread("12345", "12346")
    (True, True, False)
    """
    first, second = (_NOT_ALPHANUMERIC.sub("", plain(text)) for text in (one, other))
    if as_digits(first).casefold() == as_digits(second).casefold():
        return True
    first, second = (_LETTERS_BEFORE.sub("", text) for text in (first, second))
    return first == second and first.isdigit() and len(first) > _MIN_DIGITS


def _same_seller(one: Traits, other: Traits) -> bool | None:
    """Whether both are of one seller; None where nothing tells. Identifiers have check digits, so that two of them are two sellers."""
    if one.vat_id and other.vat_id:
        return one.vat_id == other.vat_id
    if one.iban and one.iban == other.iban:
        return True
    if not one.name or not other.name:
        return None
    alike = one.name in other.name or other.name in one.name or SequenceMatcher(None, one.name, other.name).ratio() >= _SAME_NAME
    return True if alike else None  # a name may be read from another line


def _pages_agree(one: Traits, other: Traits, open_ones: list[str]) -> bool:
    """Whether the figures of the pages make up for what is not known of the key."""
    share = likeness(one, other)
    if "number" not in open_ones:
        return share >= _ALIKE
    if one.number and other.number:
        return share >= _ALIKE
    if one.number or other.number:
        without = one if not one.number else other
        return share >= _ALIKE and _hash(_digits(one.number or other.number)) in without.figures
    return share >= _THE_SAME and len(one.figures | other.figures) >= _ENOUGH
