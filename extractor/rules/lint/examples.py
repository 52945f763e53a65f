"""Owns doubts about examples: missing documents, doubled ones, expectations that cannot come true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from extractor.errors import RuleTimeout
from extractor.invoice.fields import FIELDS
from extractor.invoice.identifiers import normalize_bic, normalize_iban, normalize_vat_id
from extractor.issues import Issue, Place
from extractor.layout import Layout
from extractor.rules import source
from extractor.rules.blocks import read_blocks
from extractor.rules.expected import ISSUES, STATUS
from extractor.rules.identify import identify_vendor
from extractor.rules.lint.kinds import is_readable
from extractor.rules.lint.pages import text_examples
from extractor.rules.lint.walk import Written, blocks_of, doubt, fields_of, rules_of, texts_of, writing_of
from extractor.rules.match import Matcher
from extractor.rules.model import Example, Rule, RuleSet
from extractor.rules.patterns import find_all
from extractor.rules.searches import search
from extractor.rules.shapes import Row

_ALWAYS = frozenset({"currency", "kind", "taxes"})
"""What needs no rule: declared, assumed, or read from lines of print."""
_SUMS = frozenset({"net", "tax", "total", "amount_due"})
"""Amounts that follow from one another."""

_CHECKS: Mapping[str, Callable[[str], str | None]] = {"iban": normalize_iban, "bic": normalize_bic, "vat_id": normalize_vat_id}


def missing_documents(written: Written) -> Iterator[Issue]:
    """Examples whose document does not exist."""
    for example in written.row.get("examples", ()):
        document = example.get("document")
        if document is not None and not (written.path.parent / document).is_file():
            yield doubt("missing-document", f"the example's document '{document}' does not exist", example.place_of("document"))


def repeated_examples(written: Written) -> Iterator[Issue]:
    """Examples of the same document or text."""
    seen: dict[tuple[str, str], Row] = {}
    for example in written.row.get("examples", ()):
        for key in ("document", "text"):
            if key in example.values:
                text = example.get(key)
                first = seen.setdefault((key, text if key == "document" else " ".join(text.split())), example)
                if first is not example:
                    message = f"the example on line {first.place.line} has the same {key}; put what they expect together"
                    yield doubt("duplicate-example", message, example.place_of(key))


def unreadable_values(written: Written) -> Iterator[Issue]:
    """Constants and expected values that are none of their field's kind."""
    locales = written.row.get("locale", ())
    for name, kind, rule in rules_of(written.row):
        writing = writing_of(written.row, rule)
        if "value" in rule.values and not is_readable(rule.get("value"), kind, locales, writing):
            yield doubt("unreadable-value", f"'{rule.get('value')}' cannot be read as the {kind} that '{name}' is", rule.place_of("value"))
    for example in written.row.get("examples", ()):
        for entry in _expected(example):
            kind = _kind_of(entry.key, written)
            if isinstance(entry.node, source.Scalar) and entry.node.value is not None and not is_readable(entry.node.text, kind, locales):
                yield doubt("unreadable-value", f"'{entry.node.text}' cannot be read as the {kind} that '{entry.key}' is", entry.node.place)


def wrong_ids(written: Written) -> Iterator[Issue]:
    """Constants of fields that fail the check of their kind; those of `vendor` the reader tells."""
    for name, kind, rule in rules_of(written.row):
        if "value" in rule.values and kind in _CHECKS and _CHECKS[kind](rule.get("value")) is None:
            yield doubt("bad-id", f"'{rule.get('value')}' fails the check of the {kind} that '{name}' is; compare it with the document", rule.place_of("value"))


def unruled_fields(written: Written) -> Iterator[Issue]:
    """Fields that a vendor's file requires, or an example of it expects, and nothing gives."""
    rule_set = written.rule_set
    if rule_set is None or rule_set.identify is None:
        return
    told: set[str] = set()
    for example in written.row.get("examples", ()):
        for entry in _expected(example):
            empty = isinstance(entry.node, source.Scalar) and entry.node.value is None
            if not empty and entry.key not in told and not _is_given(entry.key, rule_set):
                told.add(entry.key)
                message = f"the example expects '{entry.key}', but neither this file nor one that it extends has a rule for it"
                yield doubt("unruled-field", message, entry.place)
    for text, place in texts_of(written.row, "required"):
        if not _is_given(text, rule_set):
            yield doubt("unruled-field", f"'{text}' is required, but neither this file nor one that it extends has a rule for it", place)


def _expected(example: Row) -> tuple[source.Entry, ...]:
    """The fields that an example states."""
    node = example.entries["expect"].node if "expect" in example.values else None
    return tuple(entry for entry in node.entries if entry.key not in (STATUS, ISSUES)) if isinstance(node, source.Mapping) else ()


def _kind_of(name: str, written: Written) -> str:
    if name in FIELDS:
        return FIELDS[name].kind
    extra: Mapping[str, Row] = written.row.get("extra", {})
    row = extra.get(name.removeprefix("extra."))
    return row.get("type", "text") if row else "text"


def _is_given(name: str, rule_set: RuleSet) -> bool:
    if name == "lines" and rule_set.tables:
        return True
    implied = name in _SUMS and any(rule_set.rules.get(other) for other in _SUMS)
    return (
        name in _ALWAYS
        or any(name.removeprefix("extra.") == block.name for block in rule_set.blocks)
        or name in rule_set.vendor
        or bool(rule_set.rules.get(name))
        or implied
    )


def foreign_examples(written: Written) -> Iterator[Issue]:
    """Examples that the file's own clues do not recognise."""
    rule_set = written.rule_set
    if rule_set is None or rule_set.identify is None:
        return
    for example, layout in text_examples(written):
        if example.applies and identify_vendor(layout, [rule_set]) is None and (place := _place_of(example, written)):
            yield doubt("foreign-example", "this example does not show what 'identify' asks for, so this file will not be used for it", place)


def _place_of(example: Example, written: Written) -> Place | None:
    """Where the example's page is stated."""
    rows = (row for row in written.row.get("examples", ()) if row.place == example.place)
    return next((row.place_of("document" if example.document else "text") for row in rows), example.place)


def unmatched_examples(written: Written) -> Iterator[Issue]:
    """Regexes and patterns that match nothing in any example that expects their field, where no rule beside them would do."""
    if written.rule_set is None:
        return
    matcher = Matcher(written.rule_set)
    pages = [(example, layout, matcher.hits(layout)) for example, layout in text_examples(written)]
    for name, _, rows in fields_of(written.row):
        wanted = [(layout, {hit.label for hit in hits if name in hit.owners}) for example, layout, hits in pages if example.expect.get(name) is not None]
        rules = written.rule_set.rules.get(name, ())
        open_pages = [page for page in wanted if not any(_may_find(rule, *page) for rule in rules)]
        for row, rule in zip(rows, rules, strict=False) if open_pages else ():
            for key in (key for key, occurs in (("regex", _leads), ("pattern", _fits)) if not any(occurs(rule, layout) for layout, _ in wanted)):
                message = f"this {key} matches nothing in the examples that expect '{name}', and no other rule finds it there"
                yield doubt("unmatched-example", message, row.place_of(key))


def unmatched_blocks(written: Written) -> Iterator[Issue]:
    """Blocks that read no row of any example that expects their table, where nothing beside them would."""
    rule_set = written.rule_set
    if rule_set is None or rule_set.tables or not rule_set.blocks:
        return
    wanted = [layout for example, layout in text_examples(written) if example.expect.get("lines")]
    for block in (block for name, block in blocks_of(written.row) if name == "lines"):
        if wanted and not any(read_blocks(rule_set, layout).rows.get("lines") for layout in wanted):
            yield doubt("unmatched-example", "this block reads no row of the examples that expect lines", block.place_of("line"))


def _may_find(rule: Rule, layout: Layout, labels: set[str]) -> bool:
    """Whether a rule could give a value on a page: what leads it is there, and its pattern matches something."""
    return (bool(rule.regex) or not rule.labels or bool(labels & set(rule.labels))) and _leads(rule, layout) and _fits(rule, layout)


def _leads(rule: Rule, layout: Layout) -> bool:
    """Whether one of the rule's regexes, if it has any, matches in the text that the rule searches."""
    if rule.view is None and rule.between is None:
        return not rule.regex or any(_occurs(text, layout) for text in rule.regex)
    try:
        return bool(search(replace(rule, group=None, replace=()), layout))
    except RuleTimeout:
        return True  # that it is slow is told already


def _fits(rule: Rule, layout: Layout) -> bool:
    """Whether the rule's pattern, if it has one, matches anything on the pages."""
    return rule.pattern is None or _occurs(rule.pattern, layout)


def _occurs(regex: str, layout: Layout) -> bool:
    try:
        return any(find_all(regex, page.text, regex) for page in layout.pages)
    except RuleTimeout:
        return True  # that it is slow is told already
