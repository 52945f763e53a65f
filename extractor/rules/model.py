"""Owns the compiled form of rule files: `RuleSet` and its parts. Reading YAML and matching pages live beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.invoice.writing import Writing
from extractor.issues import Place

RELATIONS = ("right_of", "below", "same_line", "within", "left_of", "above", "near", "same_column", "between")
"""Where a value may stand as seen from its label, the values of `find`."""

PARTIES = ("seller", "buyer")
"""Whose block a rule may look at, the values of `block`."""

MM_PER_INCH = 25.4
PT_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Length:
    """A distance that means the same at every resolution. unit: `mm`, `pt` or `fraction` (of the page's side).

    >>> Length(25.4, "mm").pixels(dpi=200, extent=1000), Length(0.5, "fraction").pixels(dpi=200, extent=1000)
    (200.0, 500.0)
    """

    value: float
    unit: str

    def pixels(self, dpi: float, extent: float) -> float:
        """The distance in pixels of a page; extent: the page's side in pixels that a fraction refers to."""
        if self.unit == "fraction":
            return self.value * extent
        return self.value * dpi / (MM_PER_INCH if self.unit == "mm" else PT_PER_INCH)


@dataclass(frozen=True, slots=True)
class Label:
    """A label as a rule file writes it. weight: how far to trust what it leads to, 0 to 1."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the page by the distance of its edges from the page's top left; None: the page's own edge.

    below, above, right_of, left_of: labels that bound it; they become lengths on each page (see `conditions`).
    """

    left: Length | None = None
    top: Length | None = None
    right: Length | None = None
    bottom: Length | None = None
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    right_of: tuple[str, ...] = ()
    left_of: tuple[str, ...] = ()


NORMALIZERS = ("no_spaces", "no_accents", "lowercase")
"""What `normalize` can do to the layout view, in the order in which it is done."""
GROUPS = ("first", "last", "sum", "min", "max", "join", "list")
"""How several matches of a regex become one value, the values of `group`."""
VIEWS = ("lines", "layout")
DEFAULT_PRIORITY = 5


@dataclass(frozen=True, slots=True)
class TextView:
    """The layout view of the text as a file prepares it. normalize: see `NORMALIZERS`; replace: (regex, replacement) in order."""

    normalize: tuple[str, ...] = ()
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that tells a vendor. kind: `text` (tolerant of OCR errors), `regex`, `vat_id` or `iban`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CodePattern:
    """Which codes hold a value. regex: searched in what a code holds, empty for all of it. symbologies: of which kinds, any where empty."""

    regex: str = ""
    symbologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to find one field. `labels`, `of`, `regex`, `barcode` or `block` leads; without them `value`, `sum`, or `zone` alone.

    id: unique in the rule set, for evidence. kind: see `extractor.invoice.fields`.
    labels: texts, matched tolerant of OCR errors; label_weights: how far to trust each of them, all alike where empty.
    of: the field whose value is the label. under: headings, beneath one of which the label counts.
    find: relations in order of preference. max_gap: label to value.
    end: labels beyond which no value is looked for. strict: whether limits of distance and zone are hard.
    pattern: what the value's text looks like; never a part of a longer word or number. unlike: what it must not look like.
    unless: texts and regexes; on a page with one of them the rule does not apply. kinds: kinds of document that it is for.
    sum: fields, and columns of tables (`lines.amount`), that add up to the value where no rule finds it.
    regex: searched in the page's text, or in the layout view; group `value`, or the whole match.
    barcode: codes on the page that hold the value.
    view: the layout view, None for the text of each page line by line. group: see `GROUPS`; None: each match is a candidate.
    between: two regexes; the text between them is searched line by line. writing: how its numbers and dates are written.
    block: one of `PARTIES`: the value is the name or the address in that party's block, or stands elsewhere in the block.
    value: a constant; beside labels or regex it holds where they are found, alone whenever the rule set applies.
    page: `any`, `first`, `last`, a number from 1, or a range of numbers (`2..`, `..3`, `2..4`). zone: part of the page that the value must stand in.
    print_size: how large the print of a zone must be, as a multiple of the page's usual print.
    lines: how many lines a text value may take. skip: how many to leave out before those. join: what goes between them.
    until: regex that ends a value of several lines before the line with which it first matches.
    replace: (regex, replacement) in order.
    weight: how far to trust the rule, 0 to 1. inherited: comes from a file that this one extends.
    """

    id: str
    field: str
    kind: str
    labels: tuple[str, ...] = ()
    label_weights: tuple[float, ...] = ()
    of: str | None = None
    under: tuple[str, ...] = ()
    find: tuple[str, ...] = ("right_of", "below")
    max_gap: Length | None = None
    end: tuple[str, ...] = ()
    strict: bool = False
    pattern: str | None = None
    unlike: str | None = None
    unless: tuple[Clue, ...] = ()
    kinds: tuple[str, ...] = ()
    sum: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()
    barcode: CodePattern | None = None
    view: TextView | None = None
    group: str | None = None
    between: tuple[str, str] | None = None
    writing: Writing | None = None
    block: str | None = None
    zone: Zone | None = None
    print_size: float | None = None
    page: str | int = "any"
    value: str | None = None
    lines: int = 1
    skip: int = 0
    until: str | None = None
    join: str = "\n"
    replace: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0
    inherited: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LineTable:
    """How the lines of an invoice, or its taxes by rate, are printed.

    columns: column (see `LINE_FIELDS`, `TAX_FIELDS`) -> header labels. row: the column whose value starts a row.
    end: labels that end the table. page: as in `Rule`.
    """

    columns: Mapping[str, tuple[str, ...]]
    row: str = "amount"
    end: tuple[str, ...] = ()
    page: str | int = "any"
    inherited: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that stand one below the other between two texts, read by regexes line by line; their named groups are the columns.

    name: `lines`, `taxes`, or a table of the file's own. start, end: regexes, None for the document's beginning and end.
    end_at: whether the `first` or the `last` match of `end` closes the block. line: lines that are rows, or go on with one.
    first_line, last_line: lines that open and close a row, where it takes several. skip_line: lines to leave out.
    kinds: column -> kind of value. replace: column -> (regex, replacement) in order. view, zone, writing: as in `Rule`.
    """

    name: str
    line: tuple[str, ...]
    start: str | None = None
    end: str | None = None
    end_at: str = "first"
    first_line: tuple[str, ...] = ()
    last_line: tuple[str, ...] = ()
    skip_line: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    replace: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    view: TextView = TextView()
    zone: Zone | None = None
    writing: Writing | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    """When a rule set applies: all of `all`, at least one of `any` (where given), none of `none`."""

    all: tuple[Clue, ...] = ()
    any: tuple[Clue, ...] = ()
    none: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A sample with what must come out; None in `expect` means that the field must be missing.

    document: path relative to the rule file, or text: the page as plain text. applies: whether the file must apply to it.
    status, issues: of the result, see `extractor.rules.expected.Expected`.
    """

    expect: Mapping[str, Any]
    document: str | None = None
    text: str | None = None
    applies: bool = True
    status: str | None = None
    issues: tuple[str, ...] | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule file with what it extends, ready to match.

    id: unique, by convention the path below the rules folder without suffix (`vendors/acme-supplies`).
    identify: None for a general file, which is taken when no vendor is identified and its labels stand on the page.
    vendor: constants of the vendor in field names (`seller_name`, `seller_vat_id`, ...).
    other_ibans: accounts of the vendor beside the one in `vendor`.
    kind: the document kind that the file is for, None for any. locales: preferred first, BCP 47 (`en-GB`).
    extra: names and kinds of declared fields; their rules are in `rules` under `extra.NAME`.
    decoys: labels that belong to no field; text that they cover is never taken for a shorter label.
    tax_tables: tables of the taxes by rate. blocks: tables that are read by regexes. required: fields and tables that no document of the vendor lacks.
    priority: of several files that fit a document the highest is taken. on_layout: whether regexes of `identify` see the layout view.
    digest: SHA-256 in hex of the text of the file and of all that it extends: what tells one version of the rules from another.
    """

    id: str
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    tables: tuple[LineTable, ...] = ()
    tax_tables: tuple[LineTable, ...] = ()
    identify: Identify | None = None
    vendor: Mapping[str, str] = field(default_factory=dict)
    other_ibans: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    currency: str | None = None
    kind: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    decoys: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    required: tuple[str, ...] = ()
    priority: int = DEFAULT_PRIORITY
    on_layout: bool = False
    examples: tuple[Example, ...] = ()
    place: Place | None = None
    digest: str = ""

    @property
    def ibans(self) -> tuple[str, ...]:
        """All accounts that the file states of the vendor, as they are written there."""
        return tuple(iban for iban in (self.vendor.get("iban"), *self.other_ibans) if iban is not None)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file as compiled by itself. id_place: where its id is stated; extends: the ids that it names, each with its place."""

    rule_set: RuleSet
    id_place: Place
    extends: tuple[tuple[str, Place], ...] = ()
