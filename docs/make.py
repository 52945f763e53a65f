"""Makes the parts of the documentation that follow from the code: `python docs/make.py`, or `--check` to see whether they are current.

A made part stands between `<!-- made: NAME -->` and `<!-- /made -->` in a Markdown file. Everything else is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from extractor.authoring.noise import KINDS
from extractor.cli.app import app
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field
from extractor.issues import RESULT_ISSUES
from extractor.ocr.barcodes import SYMBOLOGIES
from extractor.resolve.confidence import FAMILIES
from extractor.routing import keys as routing_keys
from extractor.routing.findings import POLICY_FINDINGS
from extractor.rules import keys
from extractor.rules.lint.findings import FINDINGS, Finding
from extractor.rules.relations import RELATION_TABLE
from extractor.store.views import VIEWS, view_columns
from extractor.validate.einvoice import FINDINGS as EINVOICE_FINDINGS

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- /made -->)", re.DOTALL)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [list(head), ["---"] * len(list(head)), *map(list, rows)]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in cells)


def _fields(table: dict[str, Field]) -> str:
    return _table(["field", "term", "kind", "meaning"], ([f"`{f.name}`", f.term, f.kind, f.description] for f in table.values()))


def _keys(rows: Iterable[keys.Key]) -> str:
    return _table(["key", "meaning"], ([f"`{row.name}`" + (" (required)" if row.required else ""), row.description] for row in rows))


def _findings(rows: Iterable[Finding]) -> str:
    return _table(["id", "level", "meaning", "remedy"], ([f"`{f.id}`", str(f.level), f.meaning, f.remedy] for f in rows))


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, terminal_width=110)
    text = f"### `{path}`\n\n```text\n{command.get_help(context)}\n```\n\n"
    if isinstance(command, click.Group):
        commands = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        text += "".join(_help(found, f"{path} {name}") for name, found in commands if found is not None)
    return text


def _calibration() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "extractor/resolve/calibration.json").read_text(encoding="utf-8"))
    return found


def _weights() -> str:
    weights = _calibration()["weights"]
    head = ["family", "kinds", *next(iter(weights.values()))]
    return _table(head, ([family, ", ".join(FAMILIES[family]), *map(str, row.values())] for family, row in weights.items()))


def _reliability() -> str:
    content = _calibration()
    rows = ([f"{r['from']:.2f} to {r['to']:.2f}", str(r["values"]), f"{r['confidence']:.3f}", f"{r['right']:.3f}"] for r in content["reliability"])
    table = _table(["confidence", "values", "mean confidence", "share right"], rows)
    return f"{table}\n{content['samples']} values of {content['documents']} documents."


def _noise() -> str:
    rows = ([f"`{name}`", kind.description + ("" if kind.counts else " (not asked for)")] for name, kind in KINDS.items())
    return _table(["kind", "what it does"], rows)


def _views() -> str:
    parts = []
    for name in VIEWS:
        table = _table(["column", "meaning"], ([f"`{column}`", meaning] for column, meaning in view_columns(name).items()))
        parts.append(f"### `{name}`\n\n{table}\n")
    return "".join(parts)


PARTS: dict[str, Callable[[], str]] = {
    "fields": lambda: _fields(FIELDS),
    "line-fields": lambda: _fields(LINE_FIELDS),
    "tax-fields": lambda: _fields(TAX_FIELDS),
    "file-keys": lambda: _keys(keys.FILE_KEYS),
    "rule-keys": lambda: _keys(keys.RULE_KEYS),
    "table-keys": lambda: _keys(keys.TABLE_KEYS),
    "zone-keys": lambda: _keys(keys.RULE_ZONE_KEYS),
    "tax-table-keys": lambda: _keys(keys.TAX_TABLE_KEYS),
    "relations": lambda: _table(["`find`", "where"], ([f"`{name}`", row.meaning] for name, row in RELATION_TABLE.items())),
    "block-keys": lambda: _keys(keys.BLOCK_KEYS),
    "clue-keys": lambda: _keys(keys.CLUE_KEYS),
    "vendor-keys": lambda: _keys(keys.VENDOR_KEYS),
    "findings": lambda: _findings(FINDINGS.values()),
    "einvoice-findings": lambda: _table(["id", "meaning"], ([f"`{name}`", meaning] for name, meaning in EINVOICE_FINDINGS.items())),
    "result-issues": lambda: _table(["id", "meaning"], ([f"`{name}`", meaning] for name, meaning in RESULT_ISSUES.items())),
    "route-keys": lambda: _keys(routing_keys.ROUTE_KEYS),
    "condition-keys": lambda: _keys(routing_keys.CONDITION_KEYS),
    "field-keys": lambda: _keys(routing_keys.FIELD_KEYS),
    "issue-keys": lambda: _keys(routing_keys.ISSUE_KEYS),
    "policy-findings": lambda: _findings(POLICY_FINDINGS.values()),
    "calibration-weights": _weights,
    "calibration-reliability": _reliability,
    "noise-kinds": _noise,
    "views": _views,
    "symbologies": lambda: _table(["`symbology`", "in zxing-cpp"], ([f"`{name}`", known] for known, name in SYMBOLOGIES.items())),
    "cli": lambda: _help(app, "extractor"),
}


def made(text: str) -> str:
    """A Markdown text with its made parts brought up to date. KeyError where a part has no maker."""
    return PART.sub(lambda match: f"{match[1]}\n{PARTS[match['name']]().strip()}\n\n{match[3]}", text)


def main() -> int:
    stale = []
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        current = made(text)
        if current != text:
            stale.append(path.relative_to(ROOT))
            if "--check" not in sys.argv:
                path.write_text(current, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'is not current; run python docs/make.py' if '--check' in sys.argv else 'made'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
