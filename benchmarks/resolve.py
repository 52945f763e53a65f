"""How long resolving takes, and how it grows with the number of lines.

    python benchmarks/resolve.py [--candidates 30] [--runs 15]

Every document is made up: 30 candidates for each header field, of which one set of amounts adds up, and a table of lines whose
sum is the net amount. Times are medians of CPU time over runs with other numbers each, so that no cache of read texts helps
and other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from rich.console import Console
from rich.table import Table

from extractor.geometry import Box
from extractor.invoice.fields import FIELDS
from extractor.resolve import Findings, resolve
from extractor.rules.candidate import Candidate
from extractor.rules.lines import Cell, TableRow
from extractor.rules.model import RuleSet

LINES = (10, 30, 100, 200, 300, 1000)
LIMIT_MS, LIMIT_LINES = 20.0, 200
RULES = RuleSet("benchmark", locales=("de-DE",))
_places = count()


def _place() -> Box:
    return Box(60, 20.0 * next(_places), 80, 12)


def _money(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _text(kind: str, made: random.Random) -> str:
    if kind == "amount":
        return _money(Decimal(made.randrange(100, 9_000_000)) / 100)
    if kind == "date":
        return f"{made.randrange(1, 29):02d}.{made.randrange(1, 13):02d}.{made.randrange(2020, 2027)}"
    if kind == "vat_id":
        return f"DE{made.randrange(10**8, 10**9)}"
    if kind == "iban":
        return f"DE{made.randrange(10, 99)}{made.randrange(10**17, 10**18)}"
    return f"{made.choice('ABCDEF')}-{made.randrange(10**5, 10**6)}"


def _candidates(each: int, amounts: dict[str, Decimal], made: random.Random) -> Iterator[Candidate]:
    for name, field in FIELDS.items():
        texts = [_text(field.kind, made) for _ in range(each)]
        if name in amounts:
            texts[each // 2] = _money(amounts[name])
        for rank, text in enumerate(texts):
            yield Candidate(name, field.kind, text, f"{name}-rule", 0.95 - rank / 100, 1, _place(), ocr=0.97)


def document(lines: int, each: int, seed: int) -> Findings:
    """The findings of one made-up document. each: candidates per header field."""
    made = random.Random(seed)
    amounts = [Decimal(made.randrange(1, 99)) * made.randrange(100, 9000) / 100 for _ in range(lines)]
    net = sum(amounts, Decimal(0))
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    totals = {"net": net, "tax": tax, "total": net + tax, "prepaid": Decimal("50.00"), "amount_due": net + tax - 50}
    rows = [
        TableRow({"description": _cell(f"Item {made.random()}"), "quantity": _cell("1"), "unit_price": _cell(_money(a)), "amount": _cell(_money(a))})
        for a in amounts
    ]
    return Findings(list(_candidates(each, totals, made)), rows, [f"MwSt 19 %  {_money(net)}  {_money(tax)}"])


def _cell(text: str) -> Cell:
    return Cell(text, 1, _place(), 0.97)


def median_ms(lines: int, each: int, runs: int) -> float:
    """The median time of resolving a document, in milliseconds."""
    times = []
    for seed in range(runs):
        found = document(lines, each, seed)
        start = time.process_time()
        resolution = resolve(found, RULES)
        times.append((time.process_time() - start) * 1000)
        assert len(resolution.invoice.lines) == lines
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=30, help="candidates per header field")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    median_ms(10, options.candidates, 2)  # locale data is loaded once
    table = Table("lines", "median ms", "ms per line", "against 10 lines", title=f"resolving, {options.candidates} candidates per field")
    medians = {lines: median_ms(lines, options.candidates, options.runs) for lines in LINES}
    for lines, median in medians.items():
        table.add_row(str(lines), f"{median:.1f}", f"{median / lines:.3f}", f"{median / medians[LINES[0]]:.1f}")
    Console().print(table)
    verdict = "within" if medians[LIMIT_LINES] <= LIMIT_MS else "beyond"
    print(f"{LIMIT_LINES} lines: {medians[LIMIT_LINES]:.1f} ms, {verdict} {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
