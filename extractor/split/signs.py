"""Owns what one page says for itself: where it stands in a document, whose it is, and what it would be as an invoice of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

import regex

from extractor.layout import Line, PageLayout
from extractor.resolve import FieldValue, Resolution
from extractor.resolve.evidence import Origin
from extractor.split.numbering import PageNumber, page_numbers
from extractor.split.words import COMES_FROM, GOES_ON, INVOICE_TITLES, OTHER_TITLES, heading, leading, saying

MIN_LETTERS = 12
"""A page with fewer letters and digits shows nothing: specks that were taken for print, the number of a blank page."""
SURE = 0.6
"""A value that is less sure than this tells nothing of the page."""
HEAD, TITLE_ZONE = 0.2, 0.45
"""The parts of a page's height where its letterhead, and where its title stands."""
LARGE = 1.15
"""A title with a number that is printed this many times higher than the lines is no reference to another paper."""
TELLING_ID = 4
"""A number of fewer characters may stand on any page by chance."""
SELLER_IDS = ("seller_vat_id", "seller_tax_id", "iban")
MM_PER_INCH = 25.4

_goes_on, _comes_from = saying(GOES_ON), saying(COMES_FROM)
_INVOICE, _OTHER = heading(INVOICE_TITLES), heading(OTHER_TITLES)
_STARTS_OTHER = leading(OTHER_TITLES)
_YEAR = regex.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page of a file, read as if it were an invoice of its own. vendor: id of the vendor's rule file that fits it alone."""

    layout: PageLayout
    resolution: Resolution
    vendor: str | None = None


@dataclass(frozen=True)
class PageSigns:
    """What a page says for itself."""

    reading: PageReading

    @property
    def page(self) -> int:
        """Its number in the file."""
        return self.reading.layout.number

    @cached_property
    def is_blank(self) -> bool:
        """Whether it shows no print, or no more than specks and a number."""
        return sum(map(len, regex.findall(r"[\p{L}\p{N}]+", self.reading.layout.text))) < MIN_LETTERS

    @cached_property
    def places(self) -> tuple[PageNumber, ...]:
        """What it says of its place in a document, the clearest first."""
        return page_numbers(self.reading.layout)

    @cached_property
    def number(self) -> str | None:
        """The number of the invoice, as letters and digits; None where it is but a year, which follows many words that a number follows."""
        value = self._value("number")
        return None if value is None or _YEAR.fullmatch(str(value.value)) else plain(value.value)

    @cached_property
    def printed_number(self) -> str:
        """The same as it is printed."""
        value = self._value("number")
        return "" if value is None else str(value.value)

    @cached_property
    def date(self) -> datetime.date | None:
        value = self._value("date")
        return None if value is None else value.value

    @cached_property
    def total(self) -> Decimal | None:
        """What the invoice comes to; a page without such a sum does not end one."""
        found = (self._value(name) for name in ("total", "amount_due"))
        return next((value.value for value in found if value is not None and value.value is not None), None)

    @cached_property
    def seller_ids(self) -> frozenset[str]:
        """Identifiers of the seller."""
        return frozenset(plain(value.value) for name in SELLER_IDS if (value := self._value(name)) is not None)

    @cached_property
    def references(self) -> frozenset[str]:
        """Numbers of other invoices that it refers to."""
        value = self.reading.resolution.fields.get("preceding_invoice")
        return frozenset() if value is None or value.value is None else frozenset({plain(value.value)})

    @cached_property
    def size(self) -> tuple[float, float]:
        """Its shorter and its longer side in millimetres."""
        layout = self.reading.layout
        short, long = sorted((layout.width, layout.height))
        return short / layout.dpi * MM_PER_INCH, long / layout.dpi * MM_PER_INCH

    @cached_property
    def has_title(self) -> bool:
        """Whether it is titled as an invoice or a credit note is."""
        return any(_INVOICE.match(text) for _, text in self._pieces(TITLE_ZONE))

    @cached_property
    def other_title(self) -> str:
        """The title of another kind of paper (a delivery note, terms and conditions); empty where it has none or is titled as an invoice, too."""
        if self.has_title:
            return ""
        found = (text for line, text in self._pieces(TITLE_ZONE) if self._titles_other(line, text))
        return next(found, "").strip()

    @cached_property
    def goes_on(self) -> str:
        """What it says at its foot of going on; empty where it does not."""
        half = self.reading.layout.height / 2
        return next((text for line, text in self._pieces() if line.box.center_y > half and _goes_on(text)), "").strip()

    @cached_property
    def comes_from(self) -> str:
        """What it says at its head of going on from another page; empty where it does not."""
        half = self.reading.layout.height / 2
        return next((text for line, text in self._pieces() if line.box.center_y < half and _comes_from(text)), "").strip()

    @cached_property
    def letterhead(self) -> frozenset[str]:
        """The words at its top."""
        return frozenset(word for _, text in self._pieces(HEAD) for word in regex.findall(r"\p{L}{3,}", text.casefold()))

    @cached_property
    def words(self) -> frozenset[str]:
        """Everything that is printed on it, cut at white space."""
        return frozenset(self.reading.layout.text.casefold().split())

    @cached_property
    def has_sender(self) -> bool:
        """Whether it shows whose it is, by an identifier or an address."""
        return bool(self.seller_ids) or self.reading.vendor is not None or self._value("seller_address") is not None

    @cached_property
    def has_parties(self) -> bool:
        """Whether it shows whose it is and for whom."""
        return self.has_sender and (self._value("buyer_name") or self._value("buyer_address")) is not None

    @cached_property
    def opens(self) -> bool:
        """Whether an invoice could begin here: it has a number or a date, and something else that first pages show."""
        if self.other_title or (self.number is None and self.date is None):
            return False
        known = (self.number is not None) + (self.date is not None) + self.has_title + self.has_parties
        return known >= 2 or self.total is not None

    def mentions(self, number: str) -> bool:
        """Whether a number (as letters and digits) is printed on it, and not as a part of another one."""
        return len(number) >= TELLING_ID and number in self._plain_text and _whole(number).search(self.reading.layout.text) is not None

    @cached_property
    def _plain_text(self) -> str:
        return plain(self.reading.layout.text)

    def _titles_other(self, line: Line, text: str) -> bool:
        if not (_OTHER.match(text) or (_STARTS_OTHER.match(text) and ":" not in text)):
            return False
        return not any(c.isdigit() or c == ":" for c in text) or line.height >= LARGE * self.reading.layout.line_height

    def _value(self, name: str) -> FieldValue | None:
        """The value of a field, where it was read and is sure enough to tell of the page."""
        value = self.reading.resolution.fields.get(name)
        return value if value is not None and value.value is not None and value.origin is not Origin.CONSTANT and value.confidence >= SURE else None

    def _pieces(self, above: float = 1.0) -> Iterator[tuple[Line, str]]:
        """The pieces of print above a part of the page's height."""
        layout = self.reading.layout
        for line in layout.lines:
            if line.box.center_y <= above * layout.height:
                yield from ((line, line.text[span.start : span.end]) for span in line.segment_spans)


@lru_cache(maxsize=1000)
def _whole(number: str) -> regex.Pattern[str]:
    between = r"[^\p{L}\p{N}\n]{0,2}"
    return regex.compile(rf"(?i)(?<![\p{{L}}\p{{N}}][-/._]?){between.join(map(regex.escape, number))}(?![-/._]?[\p{{L}}\p{{N}}])")


def plain(text: object) -> str:
    """A text as letters and digits, so that `RE-2025/17` and `RE 2025 17` are the same.

    >>> plain("RE-2025/17")
    'RE202517'
    """
    return "".join(c for c in str(text) if c.isalnum()).upper()
