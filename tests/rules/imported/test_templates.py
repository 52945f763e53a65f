"""Templates of invoice2data as rule files: what they find, what is said of each key, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.issues import Level
from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult
from extractor.rules.check import check_paths
from extractor.rules.imported import ImportedTemplate, Outcome, import_template, import_templates, template_files
from extractor.rules.source import Mapping, Node, Sequence, parse

from .templates import BROKEN, DOCUMENT, FULL, MISTAKES

MINIMAL = "keywords: [Oar]\nfields:\n  amount: 'Total (\\d+)'\n"


def imported(folder: Path, text: str, name: str = "template.yml", **options: str) -> ImportedTemplate:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return import_template(path, Path("template.yaml"), **options)


def written(folder: Path, template: ImportedTemplate) -> Path:
    assert template.text is not None, template.account.defects
    path = folder / "rules" / template.name
    path.parent.mkdir(exist_ok=True)
    path.write_text(template.text, encoding="utf-8")
    return path


def read(folder: Path, template: str, document: str) -> ExtractionResult:
    path = written(folder, imported(folder, template))
    with Extractor(rules=path, shipped_rules=False) as extractor:
        return extractor.interpret(typed_pages(document))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ExtractionResult:
    return read(tmp_path_factory.mktemp("full"), FULL, DOCUMENT)


def test_the_rule_file_is_without_errors(tmp_path: Path) -> None:
    issues = check_paths([written(tmp_path, imported(tmp_path, FULL))])
    assert [str(issue) for issue in issues if issue.level is Level.ERROR] == []


def test_it_is_of_the_vendor(result: ExtractionResult) -> None:
    assert result.rules.id == "template"
    assert "regex: Kestrel" in result.rules.clues


def test_header_fields(result: ExtractionResult) -> None:
    found = result.invoice.to_dict()
    expected = {"number": "4711", "date": "2025-05-03", "currency": "GBP", "seller_name": "Kestrel Ferry Works", "seller_vat_id": "NL000099998B57"}
    assert {name: found[name] for name in expected} == expected
    assert (found["total"], found["tax"]) == ("2770.00", "260.00")
    assert "iban" not in found


def test_lines_take_the_columns_that_they_have(result: ExtractionResult) -> None:
    assert result.invoice.to_dict()["lines"] == [
        {"description": "Rope\nof hemp", "quantity": "2", "unit_price": "1250.50", "amount": "2501.00"},
        {"description": "Lantern", "quantity": "1", "unit_price": "9.00", "amount": "9.00"},
    ]


def test_fields_of_its_own(result: ExtractionResult) -> None:
    extra = result.invoice.to_dict()["extra"]
    assert (extra["skipper_name"], extra["booking"], extra["booking_ref"]) == ("Ada Gull", "K77", "Q")
    assert (extra["weights"], extra["notices"], extra["payee"]) == ("42", "Fog Tide", "Gull")
    assert (extra["berth"], extra["nights"]) == (["A1", "B2"], "5")


def test_tables_of_its_own(result: ExtractionResult) -> None:
    assert result.invoice.to_dict()["extra"]["stops"] == [
        {"pos": "1", "harbour": "Saltmouth", "at": "2025-05-03"},
        {"pos": "2", "harbour": "Gullpoint", "at": "2025-05-04"},
        {"pos": "3", "harbour": "Ebbing"},
    ]


def test_every_cell_has_its_evidence(result: ExtractionResult) -> None:
    cell = result.fields["extra.stops[1].harbour"]
    assert (cell.text, cell.page, cell.rule_id) == ("Gullpoint", 1, "blocks.stops")
    assert cell.bounds is not None
    assert result.fields["lines[0].amount"].text == "2.501,00"
    assert result.fields["extra.berth[1]"].text == "B2"


def test_required_fields_are_missed(tmp_path: Path) -> None:
    found = read(tmp_path, FULL, DOCUMENT.replace("Booking:", "Boat:"))
    assert [issue.field for issue in found.issues if issue.id == "missing-required"] == ["extra.booking"]


def test_excluded_keywords_exclude(tmp_path: Path) -> None:
    assert read(tmp_path, FULL, DOCUMENT + "Statement").rules.id == "none"


def keys(node: Node, path: str = "") -> Iterator[str]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            below = f"{path}.{entry.key}" if path else entry.key
            inner = list(keys(entry.node, below))
            yield from inner or [below]
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from keys(item, f"{path}[{number}]")


@pytest.mark.parametrize("text", [FULL, MISTAKES], ids=["full", "mistakes"])
def test_every_key_is_accounted_for(text: str, tmp_path: Path) -> None:
    account = imported(tmp_path, text).account
    known = {note.path for note in account.notes}
    root = parse(text, last_counts=True).root
    assert root is not None
    paths = set(keys(root))
    assert len(paths) > 30
    assert [path for path in paths if not any(path == each or path.startswith((f"{each}.", f"{each}[")) or each.startswith(f"{path}[") for each in known)] == []


def test_what_came_over_otherwise_and_what_did_not(tmp_path: Path) -> None:
    account = imported(tmp_path, FULL).account
    assert account.defects == []
    changed = {note.path: note.text for note in account.of(Outcome.CHANGED)}
    assert list(changed) == ["keywords", "fields.static_iban", "options.currency", "options.languages"]
    assert "'$' as a regex stands on every page" in changed["keywords"]
    assert "'Works (Ltd)' as a regex does not find its own text" in changed["keywords"]
    assert [(note.path, note.text) for note in account.of(Outcome.DROPPED)] == [("required_fields[4]", "'skipper' has not come over, so it cannot be required")]


def test_defects_have_line_and_column(tmp_path: Path) -> None:
    template = imported(tmp_path, MISTAKES)
    found = sorted((issue.place.line, issue.place.column, issue.id) for issue in template.account.defects if issue.place)
    lines = MISTAKES.splitlines()
    named = [(lines[line - 1].strip()[:18], issue_id) for line, column, issue_id in found]
    assert named == [
        ("country_code:", "misplaced-key"),
        ("amount: Total (\\d+", "bad-regex"),
        ("date: (\\d+)-(\\d+)", "bad-regex"),
        ("parser: regexp", "unknown-parser"),
        ("empty:", "empty-field"),
        ("iban:", "duplicate-key"),
        ("area: {f: 1}", "bad-area"),
        ("start: Stops (", "bad-regex"),
        ("parser: lines", "no-value-group"),
        ("last_line: (?P<b>.", "missing-key"),
        ("- start: Item", "wrong-type"),
        ("types: {name: word", "unknown-type"),
        ("- start: a", "missing-key"),
        ("currency: quid", "bad-currency"),
        ("decimal_separator:", "bad-decimal"),
        ("date_formats: [dd.", "bad-date-format"),
        ("languages: [xx]", "bad-language"),
        ("priority: 3", "misplaced-key"),
        ("- [a]", "bad-replacement"),
        ("- ['(', b]", "bad-regex"),
        ("- [a, '\\1']", "bad-replacement"),
        ("priority: high", "wrong-type"),
    ]
    assert (9, 11, "bad-regex") in found
    assert check_paths([written(tmp_path, template)]) == []


def test_of_a_key_that_stands_twice_the_last_counts(tmp_path: Path) -> None:
    text = imported(tmp_path, MISTAKES).text
    assert text is not None
    assert "Account" in text
    assert "IBAN (" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BROKEN, ("syntax", 15, 20)),
        ("issuer: x\nfields: {amount: x}", ("missing-key", 1, 1)),
        ("keywords: [x]", ("missing-key", 1, 1)),
        ("keywords: [x]\nfields: [amount]", ("missing-key", 2, 1)),
        ("keywords: []\nfields: {amount: x}", ("no-keywords", 1, 11)),
        ("- keywords", ("no-template", 1, 1)),
        ("", ("no-template", 1, 1)),
    ],
)
def test_what_cannot_be_imported_is_named_and_not_fatal(text: str, expected: tuple[str, int, int], tmp_path: Path) -> None:
    template = imported(tmp_path, text)
    assert template.text is None
    assert [(issue.id, issue.place.line, issue.place.column) for issue in template.account.defects if issue.place][:1] == [expected]


def test_keywords_as_texts(tmp_path: Path) -> None:
    text = imported(tmp_path, "keywords: ['a.b', 'c']\nfields: {amount: x}", keywords="text").text
    assert text is not None
    assert r"'a\.b'" in text


def test_without_options_it_is_as_invoice2data_has_it(tmp_path: Path) -> None:
    text = imported(tmp_path, MINIMAL).text
    assert text is not None
    assert "currency: EUR" in text
    assert "locale: en-US" in text
    assert "decimal: '.'" in text


def test_names_that_are_taken_get_another(tmp_path: Path) -> None:
    lines = "{parser: lines, start: From, end: To, line: '(?P<a>\\w+)'}"
    table = "tables: [{start: From, end: To, body: '(?P<stops>\\w+)'}]"
    template = f"keywords: [Oar]\nfields:\n  total: Sum (\\d+)\n  taxes: {lines}\n  stops: {lines}\n{table}\n"
    extra = read(tmp_path, template, "Oar\nSum 12\nFrom\nSaltmouth\nTo\n").invoice.extra
    rows = [{"a": "Saltmouth"}]
    assert extra == {"total_": "12", "taxes_rows": rows, "stops": rows, "stops_": "Saltmouth"}


def test_anchors_mean_the_whole_document_as_they_did(tmp_path: Path) -> None:
    template = "keywords: [Oar]\nfields:\n  invoice_number: ^No (\\d+)\n  bottom: (\\w+)\\s*$\n"
    found = read(tmp_path, template, "Oar\nNo 17\nlast").invoice
    assert (found.number, found.extra) == (None, {"bottom": "last"})


def test_json_with_tabs(tmp_path: Path) -> None:
    text = '{\n\t"keywords": ["Oar"],\n\t"fields": {\n\t\t"amount": "Total (\\\\d+)",\n\t\t"note": "a\\u00e9\\/"\n\t}\n}\n'
    template = imported(tmp_path, text, "template.json")
    assert template.account.defects == []
    assert template.text is not None
    assert "regex: 'Total (\\d+)'" in template.text
    assert "aé/" in template.text


def test_names_of_files(tmp_path: Path) -> None:
    for name in ("nl/a b.yml", "nl/a-b.json", "_x.yaml", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MINIMAL, encoding="utf-8")
    assert sorted(str(name) for _, name in template_files(tmp_path)) == ["nl/a-b-2.yaml", "nl/a-b.yaml", "x.yaml"]
    assert len(list(import_templates(tmp_path))) == 3


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    template = import_template(tmp_path, Path("x.yaml"))
    assert [issue.id for issue in template.account.defects] == ["unreadable"]
