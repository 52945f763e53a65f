"""Compares imported templates with invoice2data itself, on its own documents: values of header fields and rows, against its goldens.

    python benchmarks/peer_invoice2data.py --data ../shared/data

Both get the same templates, loaded beforehand; invoice2data also gets its readers of PDFs (`pdftotext` among them, where poppler
is installed; `--reader` names one). Prints one line a value that differs for either, and counts. Needs `invoice2data[dateparser]`:
without dateparser it reads no months but English ones.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from extractor import Extractor
from extractor.ocr.typed import typed_pages
from extractor.rules.imported import import_templates
from extractor.rules.imported.names import DETAILS, HEADER, TABLES, own_name

NOT_EXTRACTED = {"desc", "template_name"}


@dataclass(frozen=True)
class Case:
    """A document, its golden, and the templates that it is read with."""

    document: Path
    golden: dict[str, Any]
    templates: Path


def cases(data: Path) -> list[Case]:
    """The documents of `compare` (all bundled templates) and of `custom` (templates of its own)."""
    root = data / "invoice2data"
    found = []
    for folder, templates in ((root / "compare", root / "templates"), (root / "custom", root / "custom" / "templates")):
        for golden in sorted(folder.glob("*.json")):
            document = next(path for suffix in (".pdf", ".txt") if (path := golden.with_suffix(suffix)).exists())
            found.append(Case(document, json.loads(golden.read_text(encoding="utf-8"))[0], templates))
    return found


def read_by_peer(case: Case, templates: Any, reader: str | None) -> dict[str, Any]:
    """What invoice2data gives."""
    from invoice2data import extract_data  # type: ignore[import-not-found,unused-ignore]

    module = "text" if case.document.suffix == ".txt" else reader
    result: dict[str, Any] = extract_data(str(case.document), templates, module) or {}
    return result


def read_by_rules(case: Case, extractor: Extractor) -> dict[str, Any]:
    """What the imported rules give, under the names of the golden."""
    if case.document.suffix == ".txt":
        result = extractor.interpret(typed_pages(case.document.read_text(encoding="utf-8")))
    else:
        result = extractor.extract(case.document)
    invoice = result.invoice.to_dict()
    return {name: _ours(invoice, name, golden) for name, golden in case.golden.items() if name not in NOT_EXTRACTED}


def _ours(invoice: dict[str, Any], name: str, golden: Any) -> Any:
    name = name.removeprefix("static_")
    extra = invoice.get("extra", {})
    if isinstance(golden, list) and golden and isinstance(golden[0], dict):
        own = DETAILS.get(name, own_name(name))
        if own in extra or name not in TABLES:
            return extra.get(own)
        table, columns = TABLES[name]
        back = {column: next((group for row in golden for group in names if group in row), column) for column, names in columns.items()}
        return [{back[column]: value for column, value in row.items()} for row in invoice[table]]
    return invoice.get(HEADER[name]) if name in HEADER else extra.get(own_name(name))


def values(golden: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any, bool]]:
    """(kind, name, expected, found, right) for each header value and each row of a golden."""
    for name, expected in golden.items():
        if name in NOT_EXTRACTED:
            continue
        value = found.get(name)
        if isinstance(expected, list) and expected and isinstance(expected[0], dict):
            rows = value if isinstance(value, list) else []
            for number, row in enumerate(expected):
                other = rows[number] if number < len(rows) else None
                yield "rows", f"{name}[{number}]", row, other, _same_row(row, other)
            for number in range(len(expected), len(rows)):
                yield "rows too many", f"{name}[{number}]", None, rows[number], False
        else:
            yield "values", name, expected, value, _same(expected, value)


def _same_row(expected: dict[str, Any], found: Any) -> bool:
    if not isinstance(found, dict):
        return False
    names = {name for row in (expected, found) for name, value in row.items() if value not in ("", None)}
    return all(_same(expected.get(name), found.get(name)) for name in names)


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, list) and isinstance(found, list):
        return sorted(map(_plain, expected)) == sorted(map(_plain, found))
    return _plain(expected) == _plain(found)


def _plain(value: Any) -> str:
    """A value in a form in which 5, 5.0, '5,00' of the same number, dates with or without time, and spacing do not matter."""
    if hasattr(value, "date") and callable(value.date):
        value = value.date().isoformat()
    text = "".join(str(value).casefold().split())
    try:
        return str(Decimal(text).normalize()) if not isinstance(value, bool) else text
    except InvalidOperation:
        return text


def compare(data: Path, reader: str | None) -> Counter[tuple[str, str]]:
    """Prints what differs for either; gives (kind, who) -> how many are right, with `golden` for how many there are."""
    from invoice2data.extract.loader import read_templates  # type: ignore[import-not-found,unused-ignore]

    logging.disable(logging.CRITICAL)
    counts: Counter[tuple[str, str]] = Counter()
    all_cases = cases(data)
    with tempfile.TemporaryDirectory() as folder:
        loaded = {templates: (read_templates(str(templates)), extractor_of(templates, Path(folder))) for templates in {case.templates for case in all_cases}}
        for case in all_cases:
            templates, extractor = loaded[case.templates]
            peer = read_by_peer(case, templates, reader)
            ours = read_by_rules(case, extractor)
            for (kind, name, expected, theirs, they), (_, _, _, mine, we) in _paired(case.golden, peer, ours):
                counts[kind, "golden"] += expected is not None
                counts[kind, "invoice2data"] += they
                counts[kind, "rules"] += we
                if not (they and we):
                    marks = f"invoice2data {'ok   ' if they else 'WRONG'} rules {'ok   ' if we else 'WRONG'}"
                    print(f"{case.document.name:28} {name:22} {marks} golden {expected!r}; invoice2data {theirs!r}; rules {mine!r}")
    return counts


def _paired(golden: dict[str, Any], peer: dict[str, Any], ours: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    theirs = {(kind, name): row for row in values(golden, peer) for kind, name in [row[:2]]}
    mine = {(kind, name): row for row in values(golden, ours) for kind, name in [row[:2]]}
    for key in dict.fromkeys([*theirs, *mine]):
        nothing = (*key, None, None, key[0] == "rows too many")
        yield theirs.get(key, nothing), mine.get(key, nothing)


def extractor_of(templates: Path, folder: Path) -> Extractor:
    """An extractor with nothing but the imported templates, which are written below `folder`."""
    target = folder / str(abs(hash(templates)))
    for template in import_templates(templates):
        if template.text is not None:
            path = target / template.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(template.text, encoding="utf-8")
    return Extractor(rules=target, shipped_rules=False)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data", help="folder of the evaluation data")
    parser.add_argument("--reader", help="reader of PDFs for invoice2data; by default its own choice")
    options = parser.parse_args(arguments)
    try:
        import invoice2data  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        print("invoice2data is not installed: pip install invoice2data", file=sys.stderr)
        return 2
    counts = compare(options.data, options.reader)
    for kind in ("values", "rows"):
        print(f"{kind}: {counts[kind, 'golden']} in the goldens, invoice2data {counts[kind, 'invoice2data']} right, rules {counts[kind, 'rules']} right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
