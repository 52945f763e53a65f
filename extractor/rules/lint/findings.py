"""Owns the table of all findings about rule files: id, level, meaning and remedy. The documentation is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.issues import Level

_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of finding. meaning: what is wrong, and what follows; remedy: what to do about it."""

    id: str
    level: Level
    meaning: str
    remedy: str


_ROWS = (
    # the file as YAML
    Finding("unreadable", _E, "The file cannot be opened", "Check path and permissions"),
    Finding("not-utf8", _E, "The file is not UTF-8 text", "Save it as UTF-8"),
    Finding("syntax", _E, "The file is not valid YAML", "Compare indentation, brackets and quotes at this place with a file that works"),
    Finding(
        "lost-text", _E, "`#` after a space begins a comment: a list in brackets is never closed, or a label is empty", "Put the text with the `#` in quotes"
    ),
    Finding("duplicate-key", _E, "A key stands twice in the same mapping", "Put the values together in a list under one key"),
    Finding("tag", _E, "A YAML tag (`!name`)", "Remove it; rule files hold plain values"),
    Finding("alias", _E, "A YAML anchor or alias (`&name`, `*name`)", "Write the value out, or share it by `extends`"),
    Finding("too-large", _E, "The file is larger than a rule file may be", "Split it, and put the parts together by `extends`"),
    Finding("too-deep", _E, "Mappings, or files that extend each other, are nested too deep", "Flatten them"),
    Finding("no-rule-files", _W, "The folder holds no rule file", "Check the path; rule files end with .yaml or .yml"),
    # keys and values
    Finding("bad-format", _E, "`format` is missing, or not 1", "Begin the file with `format: 1`"),
    Finding("unknown-key", _E, "A key that is not known here, so nothing would come of it", "Correct the spelling, or move it where it belongs"),
    Finding("unknown-field", _E, "A field that does not exist", "Correct the spelling, or declare it under `extra`"),
    Finding("unknown-column", _E, "A column of line items that does not exist or has no header", "Use one of the known columns"),
    Finding("unknown-kind", _E, "A kind of value or document that does not exist", "Use one of the known kinds"),
    Finding("missing-key", _E, "A key that is needed is missing", "Add it"),
    Finding("conflicting-keys", _E, "Two keys that exclude each other", "Keep one, or write two rules"),
    Finding(
        "wrong-type",
        _E,
        "A value of the wrong type: a list for a text, a number for a text ...",
        "Write what the message asks for; quote texts that look like numbers",
    ),
    Finding("empty-text", _E, "An empty text", "Write something, or remove the key"),
    Finding("empty-list", _E, "An empty list", "Fill it, or remove the key"),
    Finding("empty-label", _E, "A label of nothing but `:` and `.`", "Write the words that are printed"),
    Finding("bad-name", _E, "An id or name with characters that are not allowed", "Use letters, digits, and what the message allows"),
    Finding("bad-relation", _E, "A place in `find` that does not exist", "Use one of the known places"),
    Finding("bad-page", _E, "A page that does not exist", "Write any, first, last or a number from 1"),
    Finding("bad-length", _E, "A distance that cannot be read", "Write 40mm, 12pt or 50%"),
    Finding("bad-lines", _E, "A number of lines out of range", "Write 1 to 20"),
    Finding("bad-weight", _E, "A weight out of range", "Write a number from 0 to 1"),
    Finding("bad-locale", _E, "A locale that does not exist", "Write language and region: en-GB"),
    Finding("bad-currency", _E, "A currency that does not exist", "Write the three capitals of ISO 4217"),
    Finding("bad-party", _E, "A party in `block` that does not exist", "Write seller or buyer"),
    Finding("bad-print-size", _E, "A size of print out of range", "Write a number from 1 on: how many times the page's usual print"),
    Finding("bad-priority", _E, "A priority out of range", "Write a whole number from 0 to 10"),
    Finding("bad-decimal", _E, "A decimal mark that does not exist", "Write `','` or `'.'`, in quotes"),
    Finding(
        "bad-date-format", _E, "A form of dates without day, month and year, or with unknown codes", "Write it as Python's `strptime` reads it: `'%d.%m.%Y'`"
    ),
    Finding("unknown-symbology", _E, "A kind of code that is not read", "Use one of the known ones, or leave `symbology` out"),
    Finding("unknown-view", _E, "A text to search that does not exist", "Write lines or layout"),
    Finding("unknown-form", _E, "A way to prepare the layout view that does not exist", "Use one of the known ones"),
    Finding(
        "unknown-group",
        _E,
        "A way to combine matches that does not exist, or a list in a field of one value",
        "Use one of the known ones; put lists under `extra`",
    ),
    Finding("unknown-match", _E, "A match of a block's `end` that does not exist", "Write first or last"),
    Finding("one-clue", _E, "A clue of two kinds at once", "Write each as an item of its own"),
    Finding("bad-id", _W, "An identifier of the vendor that fails its checksum", "Compare it with the document, digit by digit"),
    Finding("unreadable-value", _W, "A constant or an expected value that is none of its field's kind", "Write it as it must come out: 2025-12-31, 1250.00"),
    # files that depend on each other
    Finding("duplicate-id", _E, "Two files, or two rules of a file, have the same id", "Give one of them another `id`"),
    Finding("missing-extends", _E, "`extends` names a file that does not exist", "Correct the id, or check the folder of the other file too"),
    Finding("extends-loop", _E, "Files extend each other in a circle", "Move what both need into a third file"),
    # regexes
    Finding("bad-regex", _E, "A regex that cannot be compiled", "Correct it at the position named; put `\\` before signs that are meant as such"),
    Finding("no-value-group", _E, "A regex with named groups, none of them `value`", "Name the group around the value: `(?P<value>...)`"),
    Finding(
        "unclear-value",
        _W,
        "A regex with several groups, none of them named: the whole match is the value",
        "Write `(?P<value>...)` around the value, `(?:...)` elsewhere",
    ),
    Finding("double-quotes", _W, "A regex in double quotes, in which YAML has already read the escapes", "Put regexes in single quotes"),
    Finding(
        "slow-regex",
        _W,
        "A regex that runs away on some texts; at the limit of time its rule gives nothing",
        "Bound its repeats, `{1,40}`, or make them possessive, `++`",
    ),
    Finding(
        "pattern-misfit",
        _W,
        "A pattern that matches no usual value of its field's kind",
        "Correct the pattern, or move it to the field that it was written for",
    ),
    Finding(
        "unmatched-example", _W, "A regex or pattern that matches nothing in the file's own examples", "Correct it, or add an example that it was written for"
    ),
    # labels
    Finding("lost-comment", _W, "A label or clue with `#` and no quotes: YAML takes the rest for a comment", "Put it in quotes: `'Invoice #'`"),
    Finding(
        "shared-label",
        _W,
        "A label of two fields, or of a field and a decoy, with nothing to tell the values apart",
        "Give each a label, pattern, page or zone of its own",
    ),
    Finding("duplicate-label", _W, "A label that stands twice in a list; case, spaces and punctuation do not count", "Remove one"),
    Finding("unseen-label", _W, "A label of signs that are not looked at", "Write words that are printed"),
    Finding(
        "hidden-label",
        _W,
        "A label that stands in an example only inside of a longer label, which wins",
        "Give the field the longer label, or take it from the other",
    ),
    # rules without effect
    Finding("no-effect", _W, "A key that changes nothing in this rule", "Remove it"),
    Finding(
        "unreachable-rule", _W, "A rule whose value is never taken: repeated, behind a constant, or of weight 0", "Remove it, or what keeps it from its turn"
    ),
    Finding(
        "lost-zone",
        _W,
        "A zone that is empty, or beyond the edge of every page",
        "Measure from the left and top edges of the page; write the smaller distance first",
    ),
    # vendors
    Finding("same-identify", _W, "Two vendor files with the same clues: every document fits both, which is an error", "Add a clue that only one of them shows"),
    Finding(
        "tied-identify",
        _W,
        "Some documents would fit two vendor files equally well, which is an error",
        "Move a clue to `all`, or exclude the other with `none`",
    ),
    Finding(
        "wider-identify",
        _I,
        "A vendor file that fits all documents of another; the one with more clues wins",
        "Fine for two layouts of one vendor; else exclude the other with `none`",
    ),
    Finding(
        "outranked-identify",
        _W,
        "A vendor file that is never taken: another of a higher `priority` fits all its documents",
        "Give it the higher `priority`, or exclude its documents there with `none`",
    ),
    Finding("weak-clue", _W, "A clue of so few letters that it stands on documents of others", "Use the whole name, the VAT identifier or the IBAN"),
    Finding("contrary-clues", _W, "`none` excludes what `all` demands, so that no document fits", "Remove one of the two"),
    # examples
    Finding("missing-document", _W, "An example's document does not exist", "Correct the path; it starts at the rule file's folder"),
    Finding("duplicate-example", _W, "Two examples of the same document or text", "Put together what they expect"),
    Finding("unruled-field", _W, "An example expects a field that no rule gives", "Write a rule, or extend a general file: `extends: [generic/en]`"),
    Finding("unknown-status", _E, "An example expects a status that no result has", "Write one of those that the message names"),
    Finding("unknown-issue", _E, "An example expects an issue that no result has", "Write one of the ids that docs/results.md lists"),
    Finding("foreign-example", _W, "An example that the file's own clues do not recognise", "Add the clue to the example's text, or correct `identify`"),
)
FINDINGS = {row.id: row for row in _ROWS}
"""All findings by id, in the order of the documentation."""


def hint(issue_id: str) -> str:
    """What to do about a finding.

    >>> hint("bad-weight")
    'Write a number from 0 to 1'
    """
    return FINDINGS[issue_id].remedy
