"""Wrong rule files: each gives just the finding meant, at the place marked with §, of the level that the table gives it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import regex
from papers import ROOT

from extractor.errors import RuleTimeout
from extractor.rules.check import check_paths
from extractor.rules.lint import regexes
from extractor.rules.lint.findings import FINDINGS
from extractor.rules.patterns import find_all

MARK = "§"
VENDOR = "format: 1\nvendor: {name: Harbour Glass}\nidentify: {all: [Harbour Glass]}\n"
PAGE = "    text: |\n      Harbour Glass\n      Invoice no: 4711\n      Date: 05.03.2025\n      Total amount: 120.00\n"

WRONG: tuple[tuple[str, str], ...] = (
    # the file as YAML
    ("syntax", "format: 1\nfields: §{number: {label: No}\n"),
    ("syntax", 'format: 1\nfields: {number: {regex: "No §\\d+"}}'),
    ("lost-text", "format: 1\nfields:\n  number:\n    label: [Invoice no, Invoice §#, Bill no]\n"),
    ("duplicate-key", "format: 1\nfields:\n  total: {label: Total}\n  §total: {label: Amount due}\n"),
    ("tag", "format: 1\nfields: {number: {label: §!!str No}}"),
    ("alias", "format: 1\nfields: {number: {label: §&no No}}"),
    ("not-utf8", "format: 1\nfields: {number: {label: 'N§\udcba'}}"),
    # keys and values
    ("bad-format", "§fields: {number: {label: No}}"),
    ("bad-format", "format: §2\nfields: {number: {label: No}}"),
    ("unknown-key", "§fromat: 1\nfields: {number: {label: No}}"),
    ("unknown-key", "format: 1\nfields:\n  number:\n    §labl: Invoice no\n"),
    ("unknown-key", "format: 1\n§total: {label: Total}"),
    ("unknown-key", "format: 1\nfields: {total: {label: Total, §columns: {amount: Amount}}}"),
    ("unknown-field", "format: 1\nfields: {§totl: {label: Total}}"),
    ("unknown-field", "format: 1\nexamples: [{text: A page, expect: {§nummer: '1'}}]"),
    ("unknown-status", "format: 1\nexamples: [{text: A page, expect: {status: §good}}]"),
    ("unknown-issue", "format: 1\nexamples: [{text: A page, expect: {issues: [ambiguous, §vendor-iban-difers]}}]"),
    ("conflicting-keys", "format: 1\nexamples: [{text: A page, expect: {status: §valid, issues: [ambiguous]}}]"),
    ("conflicting-keys", "format: 1\nexamples: [{text: A page, expect: {status: §invalid, issues: []}}]"),
    ("unknown-column", "format: 1\nlines: {columns: {amount: Amount, §quantty: Qty}}"),
    ("unknown-kind", "format: 1\nextra: {meter: {type: §txt, label: Meter}}"),
    ("missing-key", "format: 1\nfields: {number: §{find: below}}"),
    ("conflicting-keys", "format: 1\nfields: {number: {label: No, §regex: 'No (\\d+)'}}"),
    ("wrong-type", "format: 1\nfields: {number: {label: §2024}}"),
    ("empty-text", "format: 1\nvendor: {name: §''}"),
    ("empty-list", "format: 1\nfields: {number: {label: §[]}}"),
    ("empty-label", "format: 1\nfields: {number: {label: §':'}}"),
    ("bad-name", "format: 1\nid: §'a b'"),
    ("bad-relation", "format: 1\nfields: {number: {label: No, find: §rigth_of}}"),
    ("bad-page", "format: 1\nfields: {number: {label: No, page: §second}}"),
    ("bad-length", "format: 1\nfields: {number: {label: No, max_gap: §40px}}"),
    ("bad-lines", "format: 1\nfields: {buyer_address: {label: Bill to, lines: §99}}"),
    ("bad-weight", "format: 1\nfields: {number: {label: No, weight: §1.5}}"),
    ("bad-locale", "format: 1\nlocale: §english"),
    ("bad-currency", "format: 1\ncurrency: §euro"),
    ("one-clue", "format: 1\nidentify: {any: §{text: Harbour Glass, regex: harbour}}"),
    ("bad-id", "format: 1\nvendor: {vat_id: §GB123456789}"),
    ("bad-id", "format: 1\nvendor: {iban: §GB82 WEST 1234 5698 7654 33}"),
    ("bad-id", "format: 1\nfields: {iban: {label: Pay to, value: §GB82 WEST 1234 5698 7654 33}}"),
    ("unreadable-value", "format: 1\nfields: {shipping: {label: Free delivery, value: §nothing}}"),
    ("unreadable-value", f"{VENDOR}fields: {{date: {{label: Date}}}}\nexamples:\n  - expect: {{date: §2025-02-31}}\n{PAGE}"),
    ("bad-party", "format: 1\nfields: {buyer_name: {block: §customer}}"),
    ("bad-print-size", "format: 1\nfields: {seller_name: {zone: {top: 0, bottom: 30%}, print_size: §0.5}}"),
    ("bad-priority", "format: 1\nidentify: {all: [Harbour Glass]}\npriority: §11"),
    ("bad-decimal", "format: 1\ndecimal: §';'"),
    ("bad-date-format", "format: 1\ndate_format: §dd.mm.yyyy"),
    ("unknown-symbology", "format: 1\nfields: {number: {barcode: {symbology: §code127}}}"),
    ("unknown-view", "format: 1\nfields: {number: {regex: 'No (\\d+)', view: §page}}"),
    ("unknown-form", "format: 1\nview: layout\nnormalize: [no_spaces, §uppercase]\nfields: {number: {regex: 'No (\\d+)'}}"),
    ("unknown-group", "format: 1\nfields: {tax: {regex: 'VAT (\\d+)', group: §total}}"),
    ("unknown-group", "format: 1\nfields: {tax: {regex: 'VAT (\\d+)', group: §list}}"),
    ("unknown-match", "format: 1\nblocks: {stops: {line: '(?P<stop>.+)', end: Total, end_at: §middle}}"),
    ("unknown-column", "format: 1\nblocks: {lines: {line: [§'(?P<price>\\d+)', '(?P<amount>\\d+)']}}"),
    ("unknown-column", "format: 1\nblocks: {stops: {line: '(?P<stop>.+)', columns: §{stopp: date}}}"),
    # files that depend on each other
    ("duplicate-id", "format: 1\nfields: {number: [{id: a, label: No}, {id: §a, label: Nr}]}"),
    ("missing-extends", "format: 1\nextends: §generic/eng"),
    ("extends-loop", "format: 1\nid: wrong\nextends: §wrong"),
    # regexes
    ("bad-regex", "format: 1\nfields: {number: {regex: §'No (\\d+'}}"),
    ("no-value-group", "format: 1\nfields: {number: {regex: §'No (?P<number>\\d+)'}}"),
    ("unclear-value", "format: 1\nfields: {number: {regex: §'(No|Nr) (\\d+)'}}"),
    ("unclear-value", "format: 1\nfields: {number: {regex: ['No (\\d+)', §'(No|Nr) (\\d+)']}}"),
    ("double-quotes", 'format: 1\nfields: {number: {regex: §"\\bNo [0-9]+"}}'),
    ("slow-regex", "format: 1\nfields: {number: {regex: §'(\\w+\\s?)+!'}}"),
    ("slow-regex", "format: 1\nfields: {number: {barcode: §'(\\w+\\s?)+!'}}"),
    ("slow-regex", "format: 1\nfields: {number: {regex: §'No\\s*\\s*\\s*\\s*\\s*\\s*Total'}}"),
    ("slow-regex", "format: 1\nfields: {number: {regex: §'(Total |Total Total )+x'}}"),
    ("slow-regex", "format: 1\nfields: {number: {regex: ['No (\\d+)', §'(\\w+\\s?)+!']}}"),
    ("slow-regex", "format: 1\nfields: {number: {regex: 'No (\\d+)', between: {start: Bill, end: §'(a|aa)+!'}}}"),
    ("slow-regex", "format: 1\nfields: {buyer_address: {label: Bill to, lines: 4, until: §'(a|aa)+!'}}"),
    ("slow-regex", "format: 1\nview: layout\nreplace: {regex: §'(a|aa)+!', with: ''}\nfields: {number: {regex: 'No (\\d+)'}}"),
    ("slow-regex", "format: 1\nblocks: {stops: {line: ['(?P<stop>.+)', §'(a|aa)+!']}}"),
    ("slow-regex", "format: 1\nblocks: {stops: {line: '(?P<stop>.+)', start: §'(a|aa)+!'}}"),
    ("pattern-misfit", "format: 1\ndate_format: '%d.%m.%Y'\nfields: {date: {label: Date, pattern: §'D\\d{3}x\\d{4}'}}"),
    (
        "unmatched-example",
        f"{VENDOR}fields: {{number: {{view: layout, regex: §['Bill no: (\\d+)', 'Order: (\\d+)']}}}}\nexamples:\n  - expect: {{number: '4711'}}\n{PAGE}",
    ),
    ("unmatched-example", f"{VENDOR}blocks: {{lines: {{line: §'^(?P<amount>\\d+)$'}}}}\nexamples:\n  - expect: {{lines: [{{amount: 5}}]}}\n{PAGE}"),
    ("pattern-misfit", "format: 1\nfields: {date: {label: Date, pattern: §'INV-\\d{6}'}}"),
    ("pattern-misfit", "format: 1\nfields: {total: {label: Total, pattern: §'[A-Z]{3}'}}"),
    ("unmatched-example", f"{VENDOR}fields: {{number: {{regex: §'Invoice No\\. (\\d+)'}}}}\nexamples:\n  - expect: {{number: '4711'}}\n{PAGE}"),
    ("unmatched-example", f"{VENDOR}fields: {{number: {{label: Invoice no, pattern: §'\\d{{5}}'}}}}\nexamples:\n  - expect: {{number: '4711'}}\n{PAGE}"),
    # labels
    ("lost-comment", "format: 1\nfields:\n  number:\n    - label: §Invoice #\n"),
    ("lost-comment", "format: 1\nfields:\n  number:\n    label:\n      - Bill no\n      - §Order #:\n"),
    ("lost-text", "format: 1\nfields:\n  number:\n    - label: §#\n"),
    ("shared-label", "format: 1\nfields:\n  net: {label: Sum}\n  total: {label: §'sum:'}"),
    ("shared-label", "format: 1\nfields: {date: {label: §Order date}}\ndecoys: [Order-Date]"),
    ("duplicate-label", f"{VENDOR}fields: {{number: {{label: [Invoice-No, §Invoice no.]}}}}"),
    ("unseen-label", "format: 1\nfields: {number: {label: §'---'}}"),
    ("hidden-label", f"{VENDOR}fields: {{total: {{label: §Total}}, net: {{label: Total amount}}}}\nexamples:\n  - expect: {{total: 120.00}}\n{PAGE}"),
    # rules without effect
    ("no-effect", "format: 1\nfields: {number: {regex: 'No (\\d+)', §find: below}}"),
    ("no-effect", "format: 1\nfields: {number: {regex: 'No (\\d+)', §pattern: '\\d+'}}"),
    ("no-effect", "format: 1\nfields: {total: {label: Total, §lines: 2}}"),
    ("no-effect", "format: 1\nfields: {total: {label: Total, find: §[below, right_of, below]}}"),
    ("unreachable-rule", "format: 1\nfields: {total: [{label: [Total, Sum]}, §{label: total, page: last}]}"),
    ("unreachable-rule", "format: 1\nfields: {total: [{label: Sum, page: first}, §{label: Sum, page: 1}]}"),
    ("unreachable-rule", "format: 1\nfields:\n  payment_terms:\n    - value: 30 days net\n    - §label: Terms\n"),
    ("unreachable-rule", "format: 1\nvendor: {name: Harbour Glass}\nfields: {seller_name: §{label: Sold by}}"),
    ("unreachable-rule", "format: 1\nfields: {total: {label: Sum, weight: §0}}"),
    ("lost-zone", "format: 1\nfields: {total: {label: Sum, zone: {top: §80%, bottom: 20%}}}"),
    ("lost-zone", "format: 1\nfields: {total: {zone: {left: §600mm}}}"),
    ("lost-zone", "format: 1\nfields: {total: {zone: {right: §0}}}"),
    ("lost-zone", "format: 1\nblocks: {stops: {line: '(?P<stop>.+)', zone: {top: §80%, bottom: 20%}}}"),
    ("no-effect", "format: 1\nfields: {number: {regex: 'No (\\d+)', §until: Total}}"),
    ("no-effect", "format: 1\nfields: {buyer_address: {regex: 'Bill to (.+)', view: layout, §lines: 4}}"),
    ("no-effect", "format: 1\nfields: {buyer_address: {regex: 'Bill to (.+)', lines: 4, §group: first}}"),
    ("no-effect", "format: 1\nfields: {number: {label: No, §decimal: ','}}"),
    ("no-effect", "format: 1\nfields: {total: {label: Sum, §date_format: '%d.%m.%Y'}}"),
    ("no-effect", "format: 1\n§normalize: lowercase\nfields: {number: {regex: 'no (\\d+)'}}"),
    ("no-effect", "format: 1\n§view: layout\nfields: {number: {label: No}}"),
    ("no-effect", "format: 1\n§priority: 7"),
    ("no-effect", "format: 1\nfields: {number: {regex: §['No (\\d+)', 'Nr (\\d+)', 'No (\\d+)']}}"),
    ("no-effect", "format: 1\nblocks: {stops: {line: '(?P<stop>.+)', §end_at: last}}"),
    ("no-effect", "format: 1\nblocks: {stops: [{line: '(?P<stop>.+)'}, §{line: '(?P<stop>.+)'}]}"),
    ("unreachable-rule", "format: 1\nview: layout\nfields: {number: [{regex: ['No (\\d+)', 'Nr (\\d+)']}, §{regex: 'Nr (\\d+)', view: layout}]}"),
    # vendors
    ("weak-clue", "format: 1\nidentify: {all: [Harbour Glass], any: [§Ltd]}"),
    ("contrary-clues", "format: 1\nidentify: {all: [Harbour Glass Ltd], none: [§Harbour Glass]}"),
    # examples
    ("missing-document", "format: 1\nexamples: [{document: §gone.pdf, expect: {}}]"),
    ("duplicate-example", f"{VENDOR}examples:\n  - expect: {{}}\n{PAGE}  - expect: {{kind: invoice}}\n{PAGE.replace('text: |', 'text: §|')}"),
    ("unruled-field", f"{VENDOR}examples:\n  - expect: {{§number: '4711'}}\n{PAGE}"),
    ("unruled-field", f"{VENDOR}required: [seller_name, §number]\n"),
    ("foreign-example", f"{VENDOR}fields: {{number: {{label: No}}}}\nexamples:\n  - text: §'Quarry Stone, No 7'\n    expect: {{number: '7'}}\n"),
)


def marked(text: str) -> tuple[str, int, int]:
    """A text without its mark, and the line and column where that stood."""
    before, after = text.split(MARK)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(("issue_id", "text"), WRONG, ids=[f"{number}-{issue_id}" for number, (issue_id, _) in enumerate(WRONG)])
def test_a_fault_gives_one_finding_where_it_is(tmp_path: Path, issue_id: str, text: str) -> None:
    text, line, column = marked(text)
    path = tmp_path / "wrong.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found = [(issue.id, issue.place.line, issue.place.column, issue.level) for issue in check_paths([path]) if issue.place]
    assert found == [(issue_id, line, column, FINDINGS[issue_id].level)]


RIGHT = (
    # comments beside labels, and `#` in quotes
    "format: 1\nfields:\n  number:\n    - label: Invoice no  # so\n    - label: 'Invoice #'\n      find: below\n    - label: Bill#\n      find: above\n",
    # several layouts: a rule that matches no example stands beside one that does
    f"{VENDOR}fields: {{number: [{{label: Invoice no}}, {{regex: 'Bill (\\d+)'}}]}}\nexamples:\n  - expect: {{number: '4711'}}\n{PAGE}",
    # patterns amid words, of parts, and of fixed years
    "format: 1\nfields: {date: {label: Date, pattern: '(?<=on )\\d{1,2} \\w+ 2025'}, total: {label: Total, pattern: 'CHF [\\d'']+\\.\\d{2}'}}",
    "format: 1\nfields: {total: {label: Total, pattern: 'Total: .*', replace: {regex: 'Total: ', with: ''}}}",
    # a lower weight on the rule that finds more; constants at a label; a stronger rule beside a constant
    "format: 1\nfields: {total: [{label: Sum, page: last}, {label: Sum, weight: 0.5}]}",
    "format: 1\nfields: {payment_terms: [{label: Prepaid, value: paid}, {label: Terms}]}",
    "format: 1\nfields: {payment_terms: [{value: 30 days, weight: 0.3}, {label: Terms}]}",
    # one print for two fields: the number of the invoice is what to pay by, its total what is due
    "format: 1\nfields: {number: {label: Invoice no}, payment_reference: {label: Invoice no}, total: {label: Sum}, amount_due: {label: Sum}}",
    # a header that can head either of two columns
    "format: 1\nlines: {columns: {quantity: [Quantity, Units], unit: [Unit, Units], amount: Amount}}",
    # derived amounts need no rule of their own, and null expects nothing
    f"{VENDOR}fields: {{total: {{label: Total amount}}}}\nexamples:\n  - expect: {{total: 120.00, net: 120.00, iban: null}}\n{PAGE}",
    # rules on the same regex that search another text, elsewhere, or write the value in another way
    "format: 1\nfields: {number: [{regex: 'No (\\d+)'}, {regex: 'No (\\d+)', view: layout}]}",
    "format: 1\nfields: {number: [{regex: 'No (\\d+)', between: {start: Bill, end: Due}}, {regex: 'No (\\d+)', between: {start: Due, end: Sum}}]}",
    "format: 1\nfields: {total: [{regex: 'Sum (.+)', group: last}, {regex: 'Sum (.+)', group: max}, {regex: 'Sum (.+)', group: last, page: 1}]}",
    "format: 1\nfields: {total: [{regex: 'Sum (.+)', decimal: ','}, {regex: 'Sum (.+)', decimal: '.'}]}",
    "format: 1\nfields: {date: [{regex: 'On (.+)', date_format: '%d/%m/%Y'}, {regex: 'On (.+)', date_format: '%m/%d/%Y'}]}",
    "format: 1\nfields: {buyer_name: [{label: To, lines: 2, until: Attn}, {label: To, lines: 2}, {block: buyer}]}",
    "format: 1\nfields: {seller_name: [{zone: {bottom: 30%}, print_size: 1.5}, {zone: {bottom: 30%}, print_size: 1.2, weight: 0.5}]}",
    "format: 1\nfields: {date: {label: Date, date_format: '%Y_%m_%d', pattern: '\\d{4}_\\d\\d_\\d\\d'}}",
    "format: 1\nfields: {period_start: {value: 2025_04_30, date_format: '%Y_%m_%d'}}",
    # tables of one's own, and those that blocks read, count as given; a layout view is searched as it is prepared
    f"{VENDOR}required: [lines, extra.stops]\nblocks: {{lines: {{line: '(?P<amount>.+)'}}, stops: {{line: '(?P<stop>.+)'}}}}\n",
    f"{VENDOR}view: layout\nnormalize: [no_spaces, lowercase]\nfields: {{number: {{regex: ['billno:(.+)', 'invoiceno:(.+)']}}}}\n"
    f"examples:\n  - expect: {{number: '4711'}}\n{PAGE}",
    "format: 1\nfields: {number: {regex: '(?:No|Nr) (\\d+)'}, total: {zone: {left: 100mm, right: 90%, top: 20pt, bottom: 0.5}}}",
)


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_gives_no_finding(tmp_path: Path, text: str) -> None:
    path = tmp_path / "right.yaml"
    path.write_text(text, encoding="utf-8")
    assert [str(issue) for issue in check_paths([path])] == []


def test_a_regex_is_not_slow_because_the_machine_stalls_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stalled: set[str] = set()

    def stalling(pattern: str, text: str, owner: str, seconds: float) -> list[regex.Match[str]]:
        if text not in stalled:
            stalled.add(text)
            raise RuleTimeout("stopped")
        return find_all(pattern, text, owner, seconds)

    monkeypatch.setattr(regexes, "find_all", stalling)
    path = tmp_path / "right.yaml"
    path.write_text("format: 1\nfields: {number: {regex: 'Stalls once ([0-9]{4,9})'}}", encoding="utf-8")
    assert [issue.id for issue in check_paths([path])] == []
    assert stalled


def test_examples_are_read_from_pdfs_that_carry_their_text(tmp_path: Path) -> None:
    shutil.copy(ROOT / "fixtures/acme-supplies/text.pdf", tmp_path / "invoice.pdf")
    fields = "fields: {number: {regex: §'Bill no (\\d+)'}}"
    examples = "examples: {document: invoice.pdf, expect: {number: '12345'}}"
    text = f"format: 1\nid: vendors/acme-supplies\nidentify: {{all: [ACME Supplies]}}\n{fields}\n{examples}\n"
    for label, expected in (("Bill no ", ["unmatched-example"]), ("Invoice #", [])):
        (tmp_path / "acme.yaml").write_text(marked(text)[0].replace("Bill no ", label), encoding="utf-8")
        found = [(issue.id, issue.place and (issue.place.line, issue.place.column)) for issue in check_paths([tmp_path])]
        assert found == [(issue_id, marked(text)[1:]) for issue_id in expected]


def test_nothing_that_a_file_holds_stops_the_check(tmp_path: Path) -> None:
    dice = random.Random(7)
    path = tmp_path / "wrong.yaml"
    signs = ["'", '"', "[", "]", "{", "}", ":", "#", "-", " ", "\n", "null", "true", "2", "label", "regex", "zone", "\\", "*", "("]
    for _, text in (case for case in WRONG if case[0] != "slow-regex"):
        letters = list(text.replace(MARK, ""))
        for _ in range(3):
            letters[dice.randrange(len(letters))] = dice.choice(signs)
        path.write_bytes("".join(letters).encode("utf-8", "surrogateescape"))
        assert all(issue.id in FINDINGS and issue.level is FINDINGS[issue.id].level for issue in check_paths([path]))


def test_every_finding_of_one_file_is_shown_by_a_wrong_file() -> None:
    elsewhere = {"unreadable", "too-large", "too-deep", "no-rule-files", "same-identify", "tied-identify", "wider-identify", "outranked-identify"}
    assert set(FINDINGS) - {issue_id for issue_id, _ in WRONG} == elsewhere


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("{all: [Alder & Birch]}", "{all: [alder & birch]}", "same-identify"),
        ("{any: [Alder & Birch]}", "{any: [Alder & Birch, Elm Lane 4]}", "tied-identify"),
        ("{any: [Alder & Birch, Elm Lane 4]}", "{all: [Elm Lane 4], any: [Alder & Birch]}", "tied-identify"),
        ("{all: [Alder & Birch]}", "{all: [Alder & Birch, Elm Lane 4]}", "wider-identify"),
        ("{all: [Alder & Birch], none: [Elm Lane 4]}", "{all: [Alder & Birch, Elm Lane 4]}", None),
        ("{all: [Alder & Birch]}", "{all: [Cedar Works]}", None),
        ("{all: [Alder & Birch]}\npriority: 7", "{all: [Alder & Birch]}", "outranked-identify"),
        ("{all: [Alder & Birch]}", "{all: [Alder & Birch, Elm Lane 4]}\npriority: 3", "outranked-identify"),
        ("{all: [Alder & Birch]}\npriority: 3", "{all: [Alder & Birch, Elm Lane 4]}", None),
    ],
)
def test_vendors_that_can_be_taken_for_each_other(tmp_path: Path, first: str, second: str, expected: str | None) -> None:
    for name, identify in (("a", first), ("b", second)):
        (tmp_path / f"{name}.yaml").write_text(f"format: 1\nidentify: {identify}\n", encoding="utf-8")
    found = [(issue.id, issue.place and (Path(issue.place.file).name, issue.place.line, issue.place.column)) for issue in check_paths([tmp_path])]
    assert found == ([(expected, ("b.yaml", 2, 1))] if expected else [])


def test_a_regex_in_double_quotes_is_told_to_go_into_single_ones(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text('format: 1\nfields: {number: {regex: "No \\d+"}}\n', encoding="utf-8")
    (issue,) = check_paths([path])
    assert issue.message.endswith("; put regexes in single quotes")


def test_a_loop_over_files_is_told_once(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"format: 1\nextends: {base}\n", encoding="utf-8")
    assert [issue.id for issue in check_paths([tmp_path])] == ["extends-loop"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format: 1\ntotal: {label: Total}", "unknown key 'total'; it is a field; write its rules under 'fields'"),
        ("format: 1\nlabel: Total", "unknown key 'label'; it is a key of: label, rule"),
        ("format: 1\nissuer: Harbour Glass", "unknown key 'issuer'; write it as 'name' under 'vendor'"),
        ("format: 1\nfields: {total: {labels: Total}}", "unknown key 'labels'; did you mean 'label'?"),
        ("format: 1\nfields: {invoice_number: {label: No}}", "unknown field 'invoice_number'; did you mean 'number'?"),
        ("format: 1\nfields: {label: No}", "unknown field 'label'; it is a key of: label, rule"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    assert [issue.message for issue in check_paths([path])] == [message]
