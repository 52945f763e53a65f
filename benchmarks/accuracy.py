"""How many fields come out right on labelled documents, with the shipped rules alone, and what went wrong with the others.

    python benchmarks/accuracy.py --data DIR [--set NAME ...] [--mode text|scan|auto|both] [--engine NAME]
                                  [--einvoice ignore|check|prefer] [--fresh] [--against invoice2data] [--jobs N] [--out DIR] [--markdown PATH]

DIR holds `index.csv` (columns set, id, document, truth, layout, stratum), the truth files and `score.py`, whose table is printed.
text: PDFs, through the text layer where it can be trusted; scan: all documents as pixels, PDF pages rendered at 200 dpi; auto: all
documents as a user gets them, text layer where it can be trusted, OCR elsewhere; both: text and scan. `--mode` may be given twice.
E-invoices embedded in PDFs are not read, unless `--einvoice` asks for it; then fields that only they have are scored as well.
OCR results are kept in the cache, unless `--fresh`. docs/accuracy.md explains the tables.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from measuring import peer, predict
from measuring.causes import cause_rows, causes_table
from measuring.comparison import comparison_tables
from measuring.documents import Data
from measuring.figures import Results, field_table, headline_table, reliability_table, straight_through_table
from measuring.tables import Table, write_between_markers

from extractor import __version__

TITLES = {"text": "PDFs, through their text layer", "scan": "All documents as pixels", "auto": "All documents, as a user gets them"}


def main() -> None:
    options = _options()
    data = Data(options.data, options.sets)
    out = options.out or Path(tempfile.mkdtemp(prefix="accuracy-"))
    out.mkdir(parents=True, exist_ok=True)
    sections = []
    for mode in dict.fromkeys(mode for given in options.modes or ["both"] for mode in (("text", "scan") if given == "both" else (given,))):
        tables = _measure(data, mode, options, out)
        head = f"## {TITLES[mode]}\n\nVersion {__version__}, `--mode {mode}`, engine `{options.engine}`."
        sections.append("\n\n".join([head, *(table.to_markdown() for table in tables)]))
    if options.markdown:
        write_between_markers(options.markdown, "\n\n".join(sections))
    print(f"\npredictions: {out}")


def _measure(data: Data, mode: str, options: argparse.Namespace, out: Path) -> list[Table]:
    """Runs one mode, writes its predictions and prints its tables."""
    documents = predict.chosen(data.documents.values(), mode)
    if not documents:
        return []
    rows = predict.run(documents, options.engine, mode, options.jobs, cached=not options.fresh, einvoice=options.einvoice)
    path = out / f"predictions-{mode}.jsonl"
    predict.write(rows, path)
    results = _results(data, rows)
    predict.write(cause_rows(results), out / f"errors-{mode}.jsonl")
    print(f"\n##### {mode}: {len(rows)} documents, {dict(Counter(row['status'] for row in rows))}", flush=True)
    embedded = [] if options.einvoice == "ignore" else ["--embedded"]
    subprocess.run([sys.executable, str(data.folder / "score.py"), str(path), "--partial", "--data", str(data.folder), *embedded], check=True)
    tables = [make(results) for make in (headline_table, straight_through_table, reliability_table, causes_table)]
    if options.against:
        tables += _against(data, mode, options, out, results)
    for table in tables:
        print(table.to_text())
    return [tables[0], field_table(results), *tables[1:]]


def _against(data: Data, mode: str, options: argparse.Namespace, out: Path, ours: Results) -> list[Table]:
    """Runs the other program over the same documents."""
    version = peer.require()
    path = out / f"predictions-{peer.NAME}-{mode}.jsonl"
    if not (options.keep_against and path.is_file()):
        predict.write(peer.run([data.documents[key] for key in ours.predictions], mode, options.jobs), path)
    rows = [row for row in predict.read(path) if (row["set"], row["id"]) in ours.predictions]
    return comparison_tables(ours, _results(data, rows), version, peer.means(mode), cached=not options.fresh)


def _results(data: Data, rows: Sequence[predict.Row]) -> Results:
    return Results(data, {(row["set"], row["id"]): row for row in rows})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv and score.py")
    parser.add_argument("--set", action="append", default=[], dest="sets", metavar="NAME", help="only this set; repeatable")
    parser.add_argument("--mode", action="append", choices=["text", "scan", "auto", "both"], dest="modes", help="repeatable; both by default")
    parser.add_argument("--engine", default="auto", help="OCR engine")
    parser.add_argument("--einvoice", choices=["ignore", "check", "prefer"], default="ignore", help="what becomes of embedded e-invoices")
    parser.add_argument("--fresh", action="store_true", help="leave the cache of OCR results aside")
    parser.add_argument("--against", choices=[peer.NAME], help="run this program over the same documents, too")
    parser.add_argument("--keep-against", action="store_true", help="take the other program's predictions from --out where they are there already")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes")
    parser.add_argument("--out", type=Path, help="folder for predictions as JSON Lines; a temporary one by default")
    parser.add_argument("--markdown", type=Path, metavar="PATH", help="page whose tables are written anew, between its two markers")
    options = parser.parse_args()
    if options.against:
        peer.require()
    return options


if __name__ == "__main__":
    main()
