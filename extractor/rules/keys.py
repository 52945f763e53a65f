"""Owns the tables of keys of rule files: for each key its description and the shape of its value.

The reader, the JSON Schema and the documentation are made from these tables. A new operator of a rule is one reader in
`values`, one row in `RULE_KEYS`, and its use where pages are matched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from extractor.invoice.fields import DOCUMENT_KINDS, FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.invoice.writing import DECIMAL_MARKS
from extractor.ocr.barcodes import SYMBOLOGIES
from extractor.rules import source, values
from extractor.rules.expected import EXPECTED
from extractor.rules.model import GROUPS, NORMALIZERS, PARTIES, RELATIONS, VIEWS, Clue, CodePattern, Label
from extractor.rules.shapes import (
    Found,
    Key,
    Row,
    Shape,
    by_name,
    choice,
    define,
    described,
    mapping,
    name_of,
    named,
    one_or_many,
    read_text,
    report,
    suggestion,
    wrong_type,
)
from extractor.rules.source import Node, Scalar

FORMAT = 1
"""The version of the format, the value of the key `format`."""

VALUE_KINDS = tuple(sorted({field.kind for field in FIELDS.values()} | {field.kind for field in LINE_FIELDS.values()}))
"""What an extra field may be; see `extractor.invoice.fields`."""

ADDENDS = (
    *(name for name, field in FIELDS.items() if field.kind == "amount"),
    *(f"{table}.{name}" for table, columns in (("lines", LINE_FIELDS), ("taxes", TAX_FIELDS)) for name, field in columns.items() if field.kind == "amount"),
)
"""What `sum` can add up, beside amounts under `extra`."""

_EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")


def read_clue(node: Node, found: Found) -> Clue | None:
    """One thing that tells a vendor: text, or one of `CLUE_KEYS` with its value.

    >>> read_clue(source.parse("ACME Ltd").root, []), read_clue(source.parse("vat_id: GB980780684").root, [])
    (Clue(kind='text', text='ACME Ltd'), Clue(kind='vat_id', text='GB980780684'))
    """
    if not isinstance(node, source.Mapping):
        text = values.read_label(node, found)
        return None if text is None else Clue("text", text)
    row = _CLUE_ROW.read(node, found)
    if row is not None and len(row.entries) != 1 and len(node.entries) == len(row.entries):
        report(found, node.place, "one-clue", f"each item holds one clue; write them as items of their own (known: {', '.join(key.name for key in CLUE_KEYS)})")
        return None
    return next((Clue(kind, text) for kind, text in row.values.items()), None) if row else None


def read_rule_label(node: Node, found: Found) -> Label | None:
    """A label of a rule: text, or text with a weight.

    >>> read_rule_label(source.parse("Invoice No").root, []), read_rule_label(source.parse("{text: Our ref, weight: 0.5}").root, [])
    (Label(text='Invoice No', weight=1.0), Label(text='Our ref', weight=0.5))
    """
    if not isinstance(node, source.Mapping):
        text = values.read_label(node, found)
        return None if text is None else Label(text)
    row = _LABEL_ROW.read(node, found)
    return Label(**row.values) if row is not None and "text" in row.values else None


def read_unless(node: Node, found: Found) -> Clue | None:
    """What must not stand on the page: a label, or `regex`.

    >>> read_unless(source.parse("Pro forma").root, []), read_unless(source.parse("regex: 'page [2-9]'").root, [])
    (Clue(kind='text', text='Pro forma'), Clue(kind='regex', text='page [2-9]'))
    """
    if not isinstance(node, source.Mapping):
        text = values.read_label(node, found)
        return None if text is None else Clue("text", text)
    row = _UNLESS_ROW.read(node, found)
    return Clue("regex", row.get("regex")) if row is not None and "regex" in row.values else None


def read_barcode(node: Node, found: Found) -> CodePattern | None:
    r"""Which codes hold a value: a regex, or a mapping with the kinds of codes.

    >>> read_barcode(source.parse(r"'DN-(?P<value>\d+)'").root, [])
    CodePattern(regex='DN-(?P<value>\\d+)', symbologies=())
    >>> read_barcode(source.parse("symbology: [code128, ean13]").root, [])
    CodePattern(regex='', symbologies=('code128', 'ean13'))
    """
    if not isinstance(node, source.Mapping):
        text = values.read_search(node, found)
        return None if text is None else CodePattern(text)
    row = _BARCODE_ROW.read(node, found)
    return CodePattern(row.get("regex", ""), row.get("symbology", ())) if row is not None else None


def read_addend(node: Node, found: Found) -> str | None:
    """What a sum adds up: an amount of the invoice or of the file's own, or a column of amounts (`lines.amount`).

    >>> read_addend(source.parse("lines.amount").root, []), read_addend(source.parse("lines.amout").root, found := []), found[0].message
    ('lines.amount', None, "'lines.amout' cannot be added up; did you mean 'lines.amount'?")
    """
    text = read_text(node, found)
    if text is None or text in ADDENDS or text.startswith("extra."):
        return text
    report(found, node.place, "unknown-field", f"'{text}' cannot be added up{suggestion(text, ADDENDS)}")
    return None


def read_extra(node: Node, found: Found) -> dict[str, Row] | None:
    """Declared fields: name -> type with one rule beside it, or with `rules`.

    >>> rows = read_extra(source.parse("meter_id: {type: text, label: Meter}").root, [])
    >>> rows["meter_id"].values
    {'type': 'text', 'label': (Label(text='Meter', weight=1.0),)}
    """
    if not isinstance(node, source.Mapping):
        wrong_type(found, node, "a mapping (names of extra fields and their rules)")
        return None
    results = {}
    for entry in node.entries:
        if entry.key in FIELDS or not _EXTRA_NAME.fullmatch(entry.key):
            reason = "is a field already; write its rules under 'fields'" if entry.key in FIELDS else "is no name; use small letters, digits and _"
            report(found, entry.place, "bad-name", f"'{entry.key}' {reason}")
        elif (row := _EXTRA_ROW.read(entry.node, found)) is not None:
            results[entry.key] = row
    return results


def read_format(node: Node, found: Found) -> int | None:
    """The version of the format.

    >>> read_format(source.parse("1").root, []), read_format(source.parse("2").root, found := []), found[0].id
    (1, None, 'bad-format')
    """
    if isinstance(node, Scalar) and node.value == FORMAT and isinstance(node.value, int) and not isinstance(node.value, bool):
        return FORMAT
    report(found, node.place, "bad-format", f"this version reads format {FORMAT}; write 'format: {FORMAT}'")
    return None


_LABELS = one_or_many(values.LABEL)
LABEL_KEYS = (
    Key("text", values.LABEL, "Text printed beside the value", required=True),
    Key("weight", values.WEIGHT, "How far to trust what this label leads to, 0 to 1"),
)
_LABEL_ROW = mapping(LABEL_KEYS, "label")
_RULE_LABEL = define("label", Shape({"anyOf": [values.LABEL.schema, _LABEL_ROW.schema]}, read_rule_label))
UNLESS_KEYS = (Key("regex", values.REGEX, "Regex searched in the page's text", required=True),)
_UNLESS_ROW = mapping(UNLESS_KEYS, "unless")
_UNLESS = Shape({"anyOf": [values.LABEL.schema, _UNLESS_ROW.schema]}, read_unless)
ZONE_KEYS = tuple(
    Key(edge, values.LENGTH, f"Distance of the zone's {edge} edge from the page's {origin}: mm, pt, or a part of the page")
    for edge, origin in (("left", "left"), ("top", "top"), ("right", "left"), ("bottom", "top"))
)
BARCODE_KEYS = (
    Key(
        "symbology", one_or_many(choice(tuple(SYMBOLOGIES.values()), "unknown-symbology", "kind of code")), "Kinds of codes: qr, code128, ean13, datamatrix ..."
    ),
    Key("regex", values.SEARCH, "Regex searched in what the code holds; the group 'value', or the whole match, is the value"),
)
_BARCODE_ROW = mapping(BARCODE_KEYS, "barcode", {"minProperties": 1})
_BARCODE = define("barcode", Shape({"anyOf": [values.SEARCH.schema, _BARCODE_ROW.schema]}, read_barcode))
_ADDENDS = one_or_many(define("addend", Shape({"anyOf": [{"enum": list(ADDENDS)}, {"type": "string", "pattern": r"^extra\."}]}, read_addend)))
_FIELD_NAME = Shape({"anyOf": [{"enum": list(FIELDS)}, {"type": "string", "pattern": r"^extra\."}]}, read_text)
ZONE_EDGES = ("below", "above", "right_of", "left_of")
RULE_ZONE_KEYS = (
    *ZONE_KEYS,
    Key("below", _LABELS, "Label, or the first of several, that the zone begins beneath; without it on the page the rule does not apply there"),
    Key("above", _LABELS, "Label beneath that edge that the zone ends above"),
    Key("right_of", _LABELS, "Label that the zone begins to the right of"),
    Key("left_of", _LABELS, "Label that the zone ends to the left of"),
)
REPLACE_KEYS = (
    Key("regex", values.REGEX, "What to replace in the value's text", required=True),
    Key("with", values.STRING, r"What to put there; \1 or \g<name> for a group", required=True),
)
BETWEEN_KEYS = (
    Key("start", values.BOUND, "Regex of the text before, or {label: ...}", required=True),
    Key("end", values.BOUND, "Regex of the text behind, or {label: ...}", required=True),
)
RULE_KEYS = (
    Key("id", name_of(_ID, "id"), "Name of the rule in evidence and messages; <field>-<n> where absent"),
    Key(
        "label",
        one_or_many(_RULE_LABEL),
        "Text printed beside the value, or several, a weight for each if need be; tolerant of OCR errors",
    ),
    Key("of", _FIELD_NAME, "Field whose value, as found by its own rules, takes the place of a label"),
    Key("under", _LABELS, "Heading, or several: the label counts only where one of them is the nearest heading above it"),
    Key("find", one_or_many(choice(RELATIONS, "bad-relation", "relation")), "Where the value stands as seen from the label, the preferred place first"),
    Key("max_gap", values.LENGTH, "How far the value may be from the label: mm, pt, or a part of the page"),
    Key("end", _LABELS, "Labels that end the value: no print behind or beneath the first of them is looked at"),
    Key("strict", values.SWITCH, "Whether max_gap and zone are hard limits; else what lies up to a quarter beyond them counts less"),
    Key("pattern", values.REGEX, "Regex for the value's text; what it matches may not be part of a longer word or number"),
    Key("not", values.REGEX, "Regex of what is no value: a value with a match of it is left out"),
    Key("unless", one_or_many(_UNLESS), "Texts of a page on which the rule does not apply; {regex: ...} for a regex"),
    Key("kinds", one_or_many(choice(DOCUMENT_KINDS, "unknown-kind", "kind of document")), "Kinds of document that the rule is for"),
    Key("regex", one_or_many(values.SEARCH), "Regex searched in the page's text, or several; the group 'value', or the whole match, is the value"),
    Key("barcode", _BARCODE, "Barcode or QR code that holds the value: a regex searched in it, or {symbology: ..., regex: ...}"),
    Key("view", choice(VIEWS, "unknown-view", "view"), "Text that the regex searches: the lines of the page, or the layout of the document by spaces"),
    Key("between", mapping(BETWEEN_KEYS, "between"), "Regex is searched only between two texts, once in each line"),
    Key("group", choice(GROUPS, "unknown-group", "group"), "How several matches of the regex become one value; where absent, each is a candidate"),
    Key("locale", one_or_many(values.LOCALE), "Order of the rule's numbers and dates, the preferred first, in place of the file's"),
    Key("decimal", choice(DECIMAL_MARKS, "bad-decimal", "decimal mark"), "Decimal mark of the rule's numbers; where absent, by locale"),
    Key("date_format", one_or_many(values.DATE_FORMAT), "How the rule's dates are written, tried before the locale: '%d.%m.%Y', month names in English"),
    Key("block", choice(PARTIES, "bad-party", "party"), "Whose block of lines, with name and address, the value stands in: seller or buyer"),
    Key("zone", mapping(RULE_ZONE_KEYS, "zone", {"minProperties": 1}), "Part of the page that the value must stand in; leads where there is no label or regex"),
    Key("print_size", values.PRINT_SIZE, "How large the print in the zone is at least, as a multiple of the page's usual print; the largest comes first"),
    Key("page", values.PAGE, "Page that the value stands on: any, first, last, a number from 1, or a range (2.., ..3, 2..4)"),
    Key("value", values.TEXT, "A constant: beside label or regex it holds where these are found, alone for every document of this file"),
    Key(
        "sum",
        _ADDENDS,
        "Amounts that add up to a value not printed: fields, columns (lines.amount)",
    ),
    Key("lines", values.LINE_COUNT, "How many printed lines a text may take"),
    Key("skip", values.LINE_COUNT, "How many lines of a text to leave out before those: the name above an address"),
    Key("until", values.REGEX, "Regex that ends a value of several lines, in place of the next label: it ends before the line with which this matches"),
    Key("join", values.STRING, "What goes between the lines of the value"),
    Key("replace", one_or_many(mapping(REPLACE_KEYS, "replace")), "Replacements in the value's text, in order"),
    Key("weight", values.WEIGHT, "How far to trust the rule, 0 to 1"),
)
RULE_LEADS = ("label", "of", "regex", "barcode", "block", "value", "sum", "zone")
"""Keys of which a rule needs one. `label`, `of`, `regex`, `barcode`, `block` and `sum` exclude each other."""
EXCLUSIVE_LEADS = ("label", "of", "regex", "barcode", "block", "sum")
_LEADING: Mapping[str, Any] = {
    "anyOf": [{"required": [name]} for name in RULE_LEADS],
    "not": {"anyOf": [{"required": list(pair)} for pair in combinations(EXCLUSIVE_LEADS, 2)]},
}
_RULES = one_or_many(define("rule", mapping(RULE_KEYS, "rule", _LEADING)))

_COLUMNS = named(described(LINE_FIELDS), _LABELS, "unknown-column", "column")
TABLE_KEYS = (
    Key("columns", Shape({**_COLUMNS.schema, "minProperties": 1}, _COLUMNS.read), "Column -> its header's text, or several", required=True),
    Key("row", choice(tuple(LINE_FIELDS), "unknown-column", "column"), "Column whose value starts a row; wrapped descriptions join it"),
    Key("end", _LABELS, "Texts that end the table"),
    Key("page", values.PAGE, "Page that the table stands on: any, first, last, a number from 1, or a range (2.., ..3, 2..4)"),
)
_TAX_COLUMNS = named(described(TAX_FIELDS), _LABELS, "unknown-column", "column")
TAX_TABLE_KEYS = (
    Key("columns", Shape({**_TAX_COLUMNS.schema, "minProperties": 2}, _TAX_COLUMNS.read), "Column -> its header's text, or several", required=True),
    Key("end", _LABELS, "Texts that end the table"),
    Key("page", values.PAGE, "Page that the table stands on: any, first, last, a number from 1, or a range (2.., ..3, 2..4)"),
)
_REGEXES = one_or_many(values.REGEX)
_REPLACEMENTS = one_or_many(define("replacement", mapping(REPLACE_KEYS, "replace")))
_KINDS = by_name(choice(VALUE_KINDS, "unknown-kind", "kind of value"), "column")
BLOCK_KEYS = (
    Key("start", values.BOUND, "Regex of the text before the rows, or {label: ...}; where absent, they begin with the document"),
    Key("end", values.BOUND, "Regex of the text behind the rows, or {label: ...}; where absent, they end with the document"),
    Key("end_at", choice(("first", "last"), "unknown-match", "match"), "Which match of 'end' behind the start ends the block; the first where absent"),
    Key("line", _REGEXES, "Regex of a line that is a row, or goes on with one; its named groups are the columns", required=True),
    Key("first_line", _REGEXES, "Regex of the line that opens a row, where rows take several lines"),
    Key("last_line", _REGEXES, "Regex of the line that closes a row"),
    Key("skip_line", _REGEXES, "Regex of lines to leave out"),
    Key("columns", _KINDS, "Column -> kind of its values, in a table of your own; text where absent"),
    Key("replace", by_name(_REPLACEMENTS, "column"), "Column -> replacements in its texts, in order"),
    Key("zone", mapping(ZONE_KEYS, "zone", {"minProperties": 1}), "Part of each page that is looked at"),
)
_BLOCKS = by_name(one_or_many(define("block", mapping(BLOCK_KEYS, "block"))), "table")
CLUE_KEYS = (
    Key("text", values.LABEL, "Text on the page, tolerant of OCR errors"),
    Key("regex", values.REGEX, "Regex searched in the page's text"),
    Key("vat_id", values.VAT_ID, "VAT identifier printed on the page"),
    Key("iban", values.IBAN, "IBAN printed on the page"),
)
_CLUE_ROW = mapping(CLUE_KEYS, "clue")
_CLUE = Shape({"anyOf": [values.LABEL.schema, dict(_CLUE_ROW.schema) | {"minProperties": 1, "maxProperties": 1}]}, read_clue)
_CLUES = one_or_many(define("clue", _CLUE))
IDENTIFY_KEYS = (
    Key("all", _CLUES, "All of these must be on the document"),
    Key("any", _CLUES, "At least one of these must be on the document"),
    Key("none", _CLUES, "None of these may be on the document"),
)
_IDENTIFY = mapping(IDENTIFY_KEYS, "identify", {"anyOf": [{"required": ["all"]}, {"required": ["any"]}]})
VENDOR_KEYS = (
    Key("name", values.TEXT, "Name of the seller; the field seller_name"),
    Key("vat_id", values.VAT_ID, "VAT identifier of the seller; the field seller_vat_id"),
    Key("tax_id", values.TEXT, "National tax number of the seller; the field seller_tax_id"),
    Key("address", values.TEXT, "Postal address of the seller; the field seller_address"),
    Key("iban", values.IBAN, "Account of the seller; the field iban"),
    Key("bic", values.BIC, "Bank of that account; the field bic"),
    Key("other_ibans", one_or_many(values.IBAN), "Further accounts of the seller: invoices may name any of them"),
)
VENDOR_FIELDS = {"name": "seller_name", "vat_id": "seller_vat_id", "tax_id": "seller_tax_id", "address": "seller_address", "iban": "iban", "bic": "bic"}
"""Key of `vendor` -> field."""

EXAMPLE_KEYS = (
    Key("document", values.TEXT, "Path of a document, relative to the rule file"),
    Key("text", values.TEXT, "A page as plain text"),
    Key("applies", values.FLAG, "Whether this file must be the one that applies to it; false for papers of the vendor that are left to other rules"),
    Key("expect", EXPECTED, "Field -> value that must come out, null where it must be missing; status and issues of the result", required=True),
)
_EXAMPLE = mapping(EXAMPLE_KEYS, "example", {"oneOf": [{"required": ["document"]}, {"required": ["text"]}]})
EXTRA_KEYS = (
    Key("type", choice(VALUE_KINDS, "unknown-kind", "kind of value"), "Kind of value", required=True),
    Key("rules", _RULES, "Rules of the field, where there are several"),
    *RULE_KEYS,
)
# With `rules` only `type` may stand beside it; without, the extra field is a rule itself.
_EXTRA_ROW = mapping(EXTRA_KEYS, "extra field", {"if": {"required": ["rules"]}, "then": {"maxProperties": 2}, "else": _LEADING})
_EXTRA_NAMES = {"pattern": f"^{_EXTRA_NAME.pattern}$", "not": {"enum": list(FIELDS)}}
_EXTRA = Shape({"type": "object", "propertyNames": _EXTRA_NAMES, "additionalProperties": _EXTRA_ROW.schema}, read_extra)

FILE_KEYS = (
    Key("format", Shape({"const": FORMAT}, read_format), "Version of the format of rule files", required=True, absent="bad-format"),
    Key("id", name_of(_ID, "id"), "Name of the rule set; where absent, the path below the rules folder without suffix"),
    Key("vendor", mapping(VENDOR_KEYS, "vendor"), "What is known about the seller"),
    Key("extends", one_or_many(name_of(_ID, "id")), "Ids of rule files whose labels and rules are fallbacks for this one"),
    Key("identify", _IDENTIFY, "How to tell that a document is of this vendor"),
    Key("locale", one_or_many(values.LOCALE), "Order of numbers and dates, the preferred first: en-GB"),
    Key("currency", values.CURRENCY, "Currency where the document prints none, ISO 4217"),
    Key("kind", choice(DOCUMENT_KINDS, "unknown-kind", "kind of document"), "Kind of document that this file is for"),
    Key("priority", values.PRIORITY, "Of several files that fit a document the highest is taken: 0 to 10, 5 where absent"),
    Key("view", choice(VIEWS, "unknown-view", "view"), "Text that the file's regexes search, those of rules and of identify"),
    Key("normalize", one_or_many(choice(NORMALIZERS, "unknown-form", "form")), "What is done to the layout view before rules and blocks search it"),
    Key("replace", _REPLACEMENTS, "Replacements in the layout view before rules and blocks search it, in order"),
    Key("decimal", choice(DECIMAL_MARKS, "bad-decimal", "decimal mark"), "Decimal mark of all numbers; where absent, by locale"),
    Key("date_format", one_or_many(values.DATE_FORMAT), "How dates are written, tried before the locale: '%d.%m.%Y', month names in English"),
    Key("fields", named(described(FIELDS), _RULES, "unknown-field", "field"), "Field -> its rules, the best first"),
    Key("lines", one_or_many(mapping(TABLE_KEYS, "lines")), "How the lines of the invoice are printed"),
    Key("taxes", one_or_many(mapping(TAX_TABLE_KEYS, "taxes")), "How the table of the taxes by rate is printed"),
    Key("blocks", _BLOCKS, "Tables read by regexes on the layout view: lines, taxes, or a name of your own"),
    Key("required", one_or_many(values.TEXT), "Fields and tables that no document of this file lacks"),
    Key("extra", _EXTRA, "Fields of your own: name -> type and rules"),
    Key("decoys", _LABELS, "Labels that belong to no field, so that no shorter label is found in them"),
    Key("examples", one_or_many(_EXAMPLE), "Samples with expected values"),
)
FILE = mapping(FILE_KEYS, "rule file")
