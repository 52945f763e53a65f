"""A made-up vendor: its invoice as a page of text, a good rule file, and rules that are weak in one way each."""

from __future__ import annotations

from pathlib import Path

PAGE = """
Windmill Paper Mill Ltd
3 Tailrace Lane, Weirbridge

Invoice number: WM-20417
Invoice date: 14/03/2025
Due date: 13/04/2025

Subtotal: 1,000.00
VAT 20%: 200.00
Total: 1,200.00
"""

EXPECT = "{number: WM-20417, date: 2025-03-14, due_date: 2025-04-13, net: '1000.00', tax: '200.00', total: '1200.00'}"

GOOD = {
    "number": "{label: Invoice number, pattern: 'WM-\\d+'}",
    "date": "{label: Invoice date}",
    "due_date": "{label: Due date}",
    "net": "{label: Subtotal}",
    "tax": "{label: VAT 20%}",
    "total": "{label: Total}",
}
BOUND_TO_ONE = "{regex: '(?P<value>WM-20417)'}"
NO_MARGIN = "{zone: {left: 5%, right: 30%, top: 9.8%, bottom: 10.7%}, pattern: 'WM-\\d+'}"
"""Round the number on the page, a few millimetres high."""


def write_rules(folder: Path, *, expect: str = EXPECT, page: str = PAGE, extends: str = "", **fields: str) -> Path:
    """A rule file of the mill; fields: rules in place of the good ones."""
    rules = "".join(f"  {name}: {rule}\n" for name, rule in (GOOD | fields).items())
    text = "".join(f"      {line}\n" if line else "\n" for line in page.strip().splitlines())
    path = folder / "windmill.yaml"
    path.write_text(
        "format: 1\nvendor: {name: Windmill Paper Mill Ltd}\n" + (f"extends: {extends}\n" if extends else "") + "identify: {all: [Windmill Paper Mill]}\n"
        f"locale: en-GB\ncurrency: GBP\nfields:\n{rules}examples:\n  - text: |\n{text}    expect: {expect}\n",
        encoding="utf-8",
    )
    return path
