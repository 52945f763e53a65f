"""Owns the samples of a vendor: their pages, what the general rules find on them, and which values a draft must give back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from extractor.authoring.drafting.identity import VENDOR_KEYS
from extractor.authoring.drafting.printed import Printed, find_printed, nearest, read_wanted, stands_in_words
from extractor.invoice.fields import FIELDS
from extractor.invoice.stated import Value
from extractor.layout import Layout, lay_out
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.resolve import FieldStatus, Origin
from extractor.rules import RuleBook, RuleSet
from extractor.rules.general import join_rule_sets

ABROAD = "generic/en"
"""What vendors of every language write to customers abroad: the last fallback."""
CONSTANT_TEXTS = frozenset({"seller_name", "seller_address"})
"""Fields that a file states word by word."""
SETTINGS = frozenset({"currency", "kind"})
"""Fields that are settings of the whole file."""


@dataclass(frozen=True)
class Sample:
    """A document of the vendor. result: of the general rules."""

    path: Path
    result: ExtractionResult

    @cached_property
    def layout(self) -> Layout:
        """Its pages in canonical form."""
        return lay_out(self.result.ocr)

    @cached_property
    def text(self) -> str:
        """All of its print."""
        return "\n".join(page.text for page in self.layout.pages)

    def found(self) -> dict[str, tuple[Value, bool]]:
        """What the general rules read from its print, each with whether they are sure of it; constants of the vendor are left out."""
        fields = {name: self.result.fields[name] for name in FIELDS if name not in VENDOR_KEYS and name not in SETTINGS and name in self.result.fields}
        read = {name: field for name, field in fields.items() if field.value is not None and field.page and field.origin is Origin.READ}
        return {name: (field.value, field.status is FieldStatus.OK) for name, field in read.items()}


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """A value that the author states and that stands nowhere. nearest: printed values like it."""

    field: str
    text: str
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        near = f"; most like it: {', '.join(self.nearest)}" if self.nearest else ""
        return f"{self.field}: '{self.text}' does not stand on the page{near}"


def read_samples(
    paths: Sequence[Path], progress: Callable[[], None] | None = None, password: str | None = None, **options: Any
) -> tuple[list[Sample], RuleBook]:
    """Reads documents with the general rules alone, so that no vendor's file answers for a draft. Gives also all rule files.

    options: those of `Extractor`. progress: called after each document. Raises what `Extractor.extract` raises.
    """
    samples = []
    with Extractor(**options) as extractor:
        book = extractor.book
        extractor.book = RuleBook({rule_set.id: rule_set for rule_set in book.general})
        for path in paths:
            samples.append(Sample(path, extractor.extract(path, password=password)))
            if progress is not None:
                progress()
    return samples, book


def base_rules(sample: Sample, book: RuleBook, extends: Sequence[str]) -> tuple[tuple[str, ...], RuleSet]:
    """The ids to extend, given or those of the general files that fit the sample and English, and their rules as one set. Raises ValueError."""
    ids = tuple(extends) or tuple(name for name in sample.result.rules.id.split("+") if name in book.rule_sets)
    if ids and not extends and ABROAD in book.rule_sets and all(book.rule_sets[name].kind is None for name in ids):
        ids = tuple(dict.fromkeys([*ids, *_at_home(sample, book), ABROAD]))
    for name in ids:
        if name not in book.rule_sets:
            raise ValueError(f"there is no rule file '{name}' to extend")
    return ids, join_rule_sets([book.rule_sets[name] for name in ids]) if ids else RuleSet("none")


def _at_home(sample: Sample, book: RuleBook) -> list[str]:
    """The general files in the first language of the seller's country, by its VAT id or account: who writes to a customer abroad writes to others in it."""
    invoice = sample.result.invoice
    country = (invoice.seller_vat_id or invoice.iban or "")[:2]
    general = [rule_set for rule_set in book.general if rule_set.kind is None and rule_set.locales]
    return [rule_set.id for rule_set in general if country and rule_set.locales[0].endswith(f"-{country}")]


def stated_values(given: Mapping[str, str]) -> dict[str, Value]:
    """What an author states, as values. Raises ValueError for fields and values that are none."""
    for name in given:
        if name not in FIELDS:
            raise ValueError(f"there is no field '{name}'; one of {', '.join(FIELDS)}")
    return {name: read_wanted(FIELDS[name].kind, text) for name, text in given.items()}


def missing_in_print(sample: Sample, wanted: Mapping[str, Value], locales: Sequence[str]) -> list[NotPrinted]:
    """The stated values that stand nowhere on the sample; of a text of several lines, each line counts. Settings need no print.

    The seller's name and address, which are not looked for by rules, may be written otherwise: in one line, with other commas.
    """
    missing = []
    for name, value in wanted.items():
        kind = FIELDS[name].kind
        parts = value.split("\n") if isinstance(value, str) else [value]
        if name in SETTINGS or (name in CONSTANT_TEXTS and stands_in_words(sample.layout, str(value))):
            continue
        if not all(find_printed(sample.layout, kind, part, locales) for part in parts):
            missing.append(NotPrinted(name, str(value), tuple(nearest(sample.layout, kind, value, locales))))
    return missing


def places(sample: Sample, name: str, value: Value, locales: Sequence[str]) -> list[Printed]:
    """Where a value stands; where the general rules read it comes first."""
    found = find_printed(sample.layout, FIELDS[name].kind, value, locales)
    evidence = sample.result.fields.get(name)
    if evidence is None or evidence.bounds is None or evidence.value != value:
        return found
    centre = evidence.bounds.center_y
    return sorted(found, key=lambda place: place.page.number != evidence.page or abs(place.page.bounds(place.line.box).center_y - centre) > place.line.height)
