"""Compiling rule files: what comes out of right ones, what inheriting means, and exact findings for wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.issues import Issue, Level
from extractor.rules.book import RuleBook
from extractor.rules.compile import compile_text
from extractor.rules.link import Linker
from extractor.rules.model import Clue, Length, RuleFile, RuleSet, Zone

FULL = r"""
format: 1
id: acme-supplies
vendor: {name: ACME Supplies Ltd, vat_id: GB980780684, iban: GB82 WEST 1234 5698 7654 32}
extends: generic/en
identify:
  all: [ACME Supplies]
  any: [{vat_id: GB980780684}, {regex: 'acme[-.]supplies\.example'}, {text: ACME}]
  none: Statement of account
locale: en-GB
currency: GBP
kind: invoice
fields:
  number:
    - id: number-beside-label
      label: ['Invoice #', Invoice No]
      find: [below, right_of]
      max_gap: 40mm
      pattern: '\d{5,}'
    - regex: 'Invoice\s*#\s*(?P<value>\d+)'
  total:
    label: Total Amount
    find: right_of
    page: last
    zone: {top: 50%, right: 0.9, bottom: 700pt}
    weight: 0.5
  buyer_address:
    label: Bill to
    lines: 5
    skip: 1
    join: ', '
    replace: [{regex: '\s+', with: ' '}, {regex: '(a)(?P<b>b)', with: '\1\g<b>'}]
  currency:
    value: GBP
lines:
  - columns: {description: [Description, Item], amount: Amount}
    end: [Subtotal, Total]
  - columns: {description: Text, quantity: Qty}
    row: quantity
    page: 2
extra:
  meter_id: {type: text, regex: 'Meter\s+(?P<value>\w+)'}
  readings: {type: quantity, rules: [{label: Reading}, {label: Counter}]}
decoys: [Order date]
examples:
  - document: page-1.png
    expect: {number: '12345', date: 2025-12-01, total: 1250.00, extra.meter_id: x1, lines: [{amount: 1.00, code: null}]}
  - text: "Invoice # pending"
    expect: {number: null}
"""


def compiled(text: str) -> RuleFile:
    file, issues = compile_text(text, "test", "f.yaml")
    assert issues == []
    assert file is not None
    return file


def linked(**texts: str) -> tuple[dict[str, RuleSet | None], list[Issue]]:
    files = {name: compile_text(f"format: 1\n{text}", name, f"{name}.yaml")[0] for name, text in texts.items()}
    linker = Linker(files)
    return {name: linker.link(name) for name in files}, linker.issues


def test_a_full_file() -> None:
    file = compiled(FULL)
    rules = file.rule_set
    assert (rules.id, rules.locales, rules.currency, rules.kind, rules.decoys) == ("acme-supplies", ("en-GB",), "GBP", "invoice", ("Order date",))
    assert [name for name, _ in file.extends] == ["generic/en"]
    assert rules.vendor == {"seller_name": "ACME Supplies Ltd", "seller_vat_id": "GB980780684", "iban": "GB82 WEST 1234 5698 7654 32"}
    assert rules.extra == {"meter_id": "text", "readings": "quantity"}
    assert rules.place is not None
    assert rules.place.file == "f.yaml"


def test_rules_of_a_full_file() -> None:
    rules = compiled(FULL).rule_set.rules
    first, second = rules["number"]
    assert (first.id, first.labels, first.find, first.max_gap) == (
        "number-beside-label",
        ("Invoice #", "Invoice No"),
        ("below", "right_of"),
        Length(40.0, "mm"),
    )
    assert (second.id, second.regex, second.find) == ("number-2", (r"Invoice\s*#\s*(?P<value>\d+)",), ("right_of", "below"))
    (total,) = rules["total"]
    assert (total.kind, total.page, total.find, total.weight) == ("amount", "last", ("right_of",), 0.5)
    assert total.zone == Zone(top=Length(0.5, "fraction"), right=Length(0.9, "fraction"), bottom=Length(700.0, "pt"))
    (address,) = rules["buyer_address"]
    assert (address.lines, address.skip, address.join, address.replace) == (5, 1, ", ", ((r"\s+", " "), ("(a)(?P<b>b)", r"\1\g<b>")))
    assert rules["currency"][0].value == "GBP"
    assert [(rule.id, rule.kind) for rule in rules["extra.readings"]] == [("extra.readings-1", "quantity"), ("extra.readings-2", "quantity")]
    assert first.place is not None
    assert (first.place.line, first.place.column) == (15, 7)


def test_identify_lines_and_examples_of_a_full_file() -> None:
    rules = compiled(FULL).rule_set
    assert rules.identify is not None
    assert rules.identify.any == (Clue("vat_id", "GB980780684"), Clue("regex", r"acme[-.]supplies\.example"), Clue("text", "ACME"))
    assert rules.identify.none == (Clue("text", "Statement of account"),)
    assert [(table.row, table.end, table.page) for table in rules.tables] == [("amount", ("Subtotal", "Total"), "any"), ("quantity", (), 2)]
    expect = rules.examples[0].expect
    assert expect["total"] == "1250.00"
    assert expect["date"] == "2025-12-01"
    assert expect["lines"] == [{"amount": "1.00", "code": None}]
    assert rules.examples[1].expect == {"number": None}


HEAD = "format: 1\n"
WRONG = [
    ("", "wrong-type", 1, 1, "empty"),
    ("- format: 1", "wrong-type", 1, 1, "mapping"),
    ("fields: {}", "bad-format", 1, 1, "format"),
    ("format: 2", "bad-format", 1, 9, "write 'format: 1'"),
    ("format: '1'", "bad-format", 1, 9, "format: 1"),
    ("format: true", "bad-format", 1, 9, "format: 1"),
    (HEAD + "feilds: {}", "unknown-key", 2, 1, "did you mean 'fields'?"),
    (HEAD + "fields:\n  nummber: {label: No}", "unknown-field", 3, 3, "did you mean 'number'?"),
    (HEAD + "fields:\n  number: {lable: No, regex: x}", "unknown-key", 3, 12, "did you mean 'label'?"),
    (HEAD + "fields:\n  number: Invoice No", "wrong-type", 3, 11, "mapping (rule)"),
    (HEAD + "fields:\n  number: []", "empty-list", 3, 11, "empty"),
    (HEAD + "fields:\n  number: {pattern: x}", "missing-key", 3, 11, "one of label, of, regex, barcode, block, value, sum, zone"),
    (HEAD + "fields:\n  number: {label: No, regex: x}", "conflicting-keys", 3, 23, "'regex' cannot stand beside 'label'"),
    (HEAD + "fields:\n  number: {label: 5}", "wrong-type", 3, 19, "quote it: '5'"),
    (HEAD + "fields:\n  number: {label: [a, ' : ']}", "empty-label", 3, 23, "at least one letter"),
    (HEAD + "fields:\n  number:\n    - label: x\n      find: rigth_of", "bad-relation", 5, 13, "did you mean 'right_of'?"),
    (HEAD + "fields:\n  number: {label: x, max_gap: 40px}", "bad-length", 3, 31, "millimetres"),
    (HEAD + "fields:\n  number: {label: x, max_gap: 40}", "bad-length", 3, 31, "part of the page"),
    (HEAD + "fields:\n  number: {label: x, zone: {top: half}}", "bad-length", 3, 34, "half"),
    (HEAD + "fields:\n  number: {label: x, zone: {tpo: 5mm}}", "unknown-key", 3, 29, "did you mean 'top'?"),
    (HEAD + "fields:\n  number: {label: x, page: 0}", "bad-page", 3, 28, "first, last"),
    (HEAD + "fields:\n  number: {label: x, page: frist}", "bad-page", 3, 28, "first, last"),
    (HEAD + "fields:\n  number: {label: x, weight: 1.5}", "bad-weight", 3, 30, "from 0 to 1"),
    (HEAD + "fields:\n  number: {label: x, weight: high}", "wrong-type", 3, 30, "a number from 0 to 1"),
    (HEAD + "fields:\n  number: {label: x, lines: 21}", "bad-lines", 3, 29, "1 to 20"),
    (HEAD + "fields:\n  number: {label: x, lines: 1.5}", "wrong-type", 3, 29, "whole number"),
    (HEAD + "fields:\n  number: {regex: '(a'}", "bad-regex", 3, 19, "missing )"),
    (HEAD + "fields:\n  number:\n    label: x\n    pattern: '[0-9'", "bad-regex", 5, 14, "not valid"),
    (HEAD + "fields:\n  number: {regex: 'No (?P<num>x)'}", "no-value-group", 3, 19, "(?P<value>...)"),
    (HEAD + "fields:\n  number: {label: x, replace: {regex: a}}", "missing-key", 3, 31, "'with'"),
    (HEAD + "fields:\n  number: {label: x, replace: {regex: a, with: '\\2'}}", "bad-regex", 3, 48, "group '2'"),
    (HEAD + "fields:\n  number:\n    - {id: n, label: x}\n    - {id: n, label: y}", "duplicate-id", 5, 12, "line 4"),
    (HEAD + "fields:\n  number: {id: a b, label: x}", "bad-name", 3, 16, "no id"),
    (HEAD + "fields: {number: {label: x}}\nfields: {}", "duplicate-key", 3, 1, "line 2"),
    (HEAD + "locale: english", "bad-locale", 2, 9, "en-GB"),
    (HEAD + "locale: [en-GB, xx-XX]", "bad-locale", 2, 17, "xx-XX"),
    (HEAD + "currency: POUND", "bad-currency", 2, 11, "ISO 4217"),
    (HEAD + "currency: XQQ", "bad-currency", 2, 11, "ISO 4217"),
    (HEAD + "kind: recipt", "unknown-kind", 2, 7, "did you mean 'receipt'?"),
    (HEAD + "id: ''", "empty-text", 2, 5, "empty"),
    (HEAD + "vendor: {nmae: ACME}", "unknown-key", 2, 10, "did you mean 'name'?"),
    (HEAD + "identify: {none: x}", "missing-key", 2, 11, "'all' or 'any'"),
    (HEAD + "identify: {all: [{txt: x}]}", "unknown-key", 2, 19, "did you mean 'text'?"),
    (HEAD + "identify: {all: [{regex: '*'}]}", "bad-regex", 2, 26, "not valid"),
    (HEAD + "identify: {any: [{text: a, iban: GB82WEST12345698765432}]}", "one-clue", 2, 18, "items of their own"),
    (HEAD + "identify: {any: [{}]}", "one-clue", 2, 18, "items of their own"),
    (HEAD + "lines: {row: amount}", "missing-key", 2, 8, "'columns'"),
    (HEAD + "lines: {columns: {}}", "missing-key", 2, 18, "no column"),
    (HEAD + "lines: {columns: {amuont: x}}", "unknown-column", 2, 19, "did you mean 'amount'?"),
    (HEAD + "lines: {columns: {amount: x}, row: quantity}", "unknown-column", 2, 36, "no header"),
    (HEAD + "lines: {columns: {amount: x}, row: mount}", "unknown-column", 2, 36, "did you mean 'amount'?"),
    (HEAD + "extra: {meter: {type: txt, label: x}}", "unknown-kind", 2, 23, "did you mean 'text'?"),
    (HEAD + "extra: {meter: {label: x}}", "missing-key", 2, 16, "'type'"),
    (HEAD + "extra: {meter: {type: text}}", "missing-key", 2, 16, "one of label"),
    (HEAD + "extra: {number: {type: text, label: x}}", "bad-name", 2, 9, "a field already"),
    (HEAD + "extra: {Meter-Id: {type: text, label: x}}", "bad-name", 2, 9, "small letters"),
    (HEAD + "extra: {meter: {type: text, label: y, rules: [{label: x}]}}", "conflicting-keys", 2, 29, "beside 'rules'"),
    (HEAD + "decoys: {a: b}", "wrong-type", 2, 9, "text"),
    (HEAD + "examples: [{text: x}]", "missing-key", 2, 12, "'expect'"),
    (HEAD + "examples: [{expect: {}}]", "missing-key", 2, 12, "'document' or 'text'"),
    (HEAD + "examples: [{text: x, document: y, expect: {}}]", "conflicting-keys", 2, 22, "two examples"),
    (HEAD + "examples: [{text: x, expect: {totl: 1}}]", "unknown-field", 2, 31, "did you mean 'total'?"),
    (HEAD + "examples: [{text: x, expect: {total: [1]}}]", "wrong-type", 2, 38, "single value"),
    (HEAD + "examples: [{text: x, expect: {lines: [{amuont: 1}]}}]", "unknown-column", 2, 40, "did you mean 'amount'?"),
    (HEAD + "currency: &c GBP", "alias", 2, 11, "write the value out"),
    (HEAD + "currency: *c", "alias", 2, 11, "write the value out"),
    (HEAD + "vendor: !!map {name: x}", "tag", 2, 9, "plain values"),
    (HEAD + "fields: {number: {label: 'x}}", "syntax", 2, 26, "not valid YAML"),
]


@pytest.mark.parametrize(("text", "issue_id", "line", "column", "message"), WRONG)
def test_a_wrong_file_has_exactly_its_finding(text: str, issue_id: str, line: int, column: int, message: str) -> None:
    file, issues = compile_text(text, "test", "f.yaml")
    assert file is None
    assert [issue.id for issue in issues] == [issue_id]
    (issue,) = issues
    assert issue.level is Level.ERROR
    assert str(issue).startswith(f"f.yaml:{line}:{column}: error[{issue_id}] ")
    assert message in issue.message


@pytest.mark.parametrize(
    ("text", "issue_id", "line", "column"),
    [
        (HEAD + "vendor: {vat_id: GB123456789}", "bad-id", 2, 18),
        (HEAD + "vendor: {iban: GB82WEST12345698765433}", "bad-id", 2, 16),
        (HEAD + "vendor: {bic: DEUT}", "bad-id", 2, 15),
        (HEAD + "identify: {any: {iban: DE00}}", "bad-id", 2, 24),
        (HEAD + "fields:\n  number: {regex: x, find: below}", "no-effect", 3, 22),
        (HEAD + "fields:\n  currency: {value: EUR, page: 1}", "no-effect", 3, 26),
    ],
)
def test_doubts_are_warnings_and_keep_the_file(text: str, issue_id: str, line: int, column: int) -> None:
    file, issues = compile_text(text, "test", "f.yaml")
    assert file is not None
    assert [(str(issue.level), issue.id, issue.place.line, issue.place.column) for issue in issues if issue.place] == [("warning", issue_id, line, column)]


def test_all_faults_of_a_file_are_found_at_once() -> None:
    _, issues = compile_text("format: 1\nlocale: x\nfields:\n  number: {regex: '('}\n  totl: {label: x}\nfoo: 1")
    assert [issue.id for issue in issues] == ["bad-locale", "bad-regex", "unknown-field", "unknown-key"]


def test_inherited_rules_stand_behind_own_ones_and_weigh_less() -> None:
    sets, issues = linked(
        base="locale: en-GB\ncurrency: GBP\nkind: receipt\ndecoys: [Order date]\nfields: {number: {label: No}, total: {label: Total, weight: 0.5}}\n"
        "lines: {columns: {amount: Sum}}\nidentify: {all: Base}\nvendor: {name: Base}\nexamples: [{text: x, expect: {}}]",
        child="extends: base\ncurrency: EUR\ndecoys: [Fax]\nfields: {number: {label: Invoice no}}\nlines: {columns: {amount: Amount}}",
    )
    child = sets["child"]
    assert issues == []
    assert child is not None
    assert [(rule.id, rule.inherited, rule.weight) for rule in child.rules["number"]] == [
        ("number-1", False, 1.0),
        ("base:number-1", True, 1.0),
    ]
    assert child.rules["total"][0].weight == 0.5
    assert [(table.columns["amount"], table.inherited) for table in child.tables] == [(("Amount",), False), (("Sum",), True)]
    assert (child.locales, child.currency, child.kind, child.decoys) == (("en-GB",), "EUR", "receipt", ("Fax", "Order date"))
    assert (child.identify, child.vendor, child.examples) == (None, {}, ())


def test_inheriting_through_two_levels_and_two_ways() -> None:
    sets, issues = linked(
        a="fields: {number: {label: A}}\nextra: {meter: {type: text, label: M}}",
        b="extends: a\nfields: {number: {label: B}}",
        c="extends: a\nextra: {meter: {type: quantity, label: Q}}",
        d="extends: [b, c]\nexamples: [{text: x, expect: {extra.meter: '1'}}]",
    )
    assert issues == []
    d = sets["d"]
    assert d is not None
    assert [(rule.id, round(rule.weight, 2)) for rule in d.rules["number"]] == [("b:number-1", 1.0), ("a:number-1", 1.0)]
    assert d.extra == {"meter": "text"}
    assert {rule.kind for rule in d.rules["extra.meter"]} == {"text"}
    assert len({rule.id for rules in d.rules.values() for rule in rules}) == sum(map(len, d.rules.values()))


@pytest.mark.parametrize(
    ("texts", "printed"),
    [
        ({"a": "extends: bb", "bbb": ""}, "a.yaml:2:10: error[missing-extends] no rule file has the id 'bb'; did you mean 'bbb'?"),
        ({"a": "extends: a"}, "a.yaml:2:10: error[extends-loop] these files extend each other: a -> a"),
        ({"a": "extends: b", "b": "extends: [c]", "c": "extends: a"}, "c.yaml:2:10: error[extends-loop] these files extend each other: a -> b -> c -> a"),
        ({"a": "examples: [{text: x, expect: {extra.foo: 1}}]"}, "a.yaml:2:12: error[unknown-field] no extra field 'foo' is declared"),
    ],
)
def test_faults_between_files_are_told_once(texts: dict[str, str], printed: str) -> None:
    _, issues = linked(**texts)
    assert len(issues) == 1
    assert str(issues[0]).startswith(printed)


def test_extending_has_a_limit() -> None:
    texts = {f"r{i}": f"extends: r{i + 1}" for i in range(40)} | {"r40": ""}
    _, issues = linked(**texts)
    assert {issue.id for issue in issues} == {"too-deep"}


def test_a_file_that_extends_a_wrong_one_is_not_blamed() -> None:
    sets, issues = linked(base="foo: 1", child="extends: base")
    assert issues == []
    assert sets == {"base": None, "child": None}


def test_a_digest_changes_with_the_text_of_a_file_and_of_what_it_extends(tmp_path: Path) -> None:
    base, own = tmp_path / "base.yaml", tmp_path / "own.yaml"
    base.write_text("format: 1\nfields: {number: {label: Invoice No}}")
    own.write_text("format: 1\nextends: [base]\nidentify: {all: [ACME]}")

    def digests() -> tuple[str, str]:
        book = RuleBook.load([tmp_path], shipped=False)
        return book.rule_sets["base"].digest, book.rule_sets["own"].digest

    first = digests()
    assert digests() == first
    own.write_text("format: 1\nextends: [base]\nidentify: {all: [ACMF]}")
    second = digests()
    assert (second[0] == first[0], second[1] == first[1]) == (True, False)
    base.write_text("format: 1\nfields: {number: {label: Number}}")
    third = digests()
    assert (third[0] == second[0], third[1] == second[1]) == (False, False)
