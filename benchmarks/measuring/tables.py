"""Owns how results are shown: a table as text for the terminal and as Markdown between the markers of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- made by benchmarks/accuracy.py: begin -->", "<!-- made by benchmarks/accuracy.py: end -->"


@dataclass(frozen=True)
class Table:
    """The first column holds names, the others figures. note: a sentence below the title. folded: shown on a page only when asked for."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""
    folded: bool = False

    def to_text(self) -> str:
        widths = [max(len(row[i]) for row in [self.columns, *self.rows]) for i in range(len(self.columns))]
        lines = [
            "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in [self.columns, *self.rows]
        ]
        return "\n".join([f"\n{self.title}", *([self.note] if self.note else []), *(f"  {line}".rstrip() for line in lines)])

    def to_markdown(self) -> str:
        ruler = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in [self.columns, ruler, *self.rows]]
        note = [self.note, ""] if self.note else []
        if self.folded:
            return "\n".join(["<details>", f"<summary>{self.title}</summary>", "", *note, *lines, "", "</details>"])
        return "\n".join([f"### {self.title}", "", *note, *lines])


def write_between_markers(path: Path, text: str) -> None:
    """Replaces what stands between the markers of a page. Raises ValueError where the page has no such markers."""
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} lacks the lines {BEGIN!r} and {END!r}")
    path.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}", encoding="utf-8")


def percent(share: float) -> str:
    """One decimal, without a sign: 0.9876 is `98.8`."""
    return f"{100 * share:.1f}"


def share(part: int, whole: int) -> str:
    """`45 of 50 (90.0)`; a dash where there is nothing to share."""
    return f"{part} of {whole} ({percent(part / whole)})" if whole else "-"
