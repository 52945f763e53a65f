"""How many boundaries between the invoices of one file are found, and whether any invoice is cut.

    python benchmarks/split.py --data DIR [--files N] [--scans N] [--seed N] [--verbose]

Files of 1 to 5 invoices of 1 to 4 pages are made in memory from the labelled documents of DIR, from the project's fixtures and from
invoices that are drawn by lot; the same seed makes the same files. --files: how many keep their text layers; --scans: how many are
pictures of their pages, which OCR reads (kept in the cache). What lies in the files is in `measuring/bundles.py`.
right: boundaries found at their page. false: boundaries within an invoice or behind it. doubtful: files with an `uncertain-boundary`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

from measuring.bundles import Bundle, bundle, papers
from measuring.documents import Data

from extractor import Extractor
from extractor.ocr import OcrCache

FIXTURES = Path(__file__).parents[1] / "fixtures"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")


def main() -> None:
    options = _options()
    random = Random(options.seed)
    known = papers(Data(options.data), FIXTURES)
    counts: dict[str, Counter[str]] = {}
    with Extractor(language=LANGUAGES, cache=OcrCache()) as extractor:
        for number in range(options.files + options.scans):
            made = bundle(random, known, scanned=number >= options.files)
            found = _measure(extractor, made, f"file {number + 1}", options.verbose)
            for trait in ("all", *made.traits):
                counts.setdefault(trait, Counter()).update(found)
            print(f"\r{number + 1} of {options.files + options.scans} files", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    _print(counts)


def _measure(extractor: Extractor, made: Bundle, name: str, verbose: bool) -> Counter[str]:
    results = extractor.extract_all(made.pdf)
    true, found = set(made.begins[1:]), {result.pages[0] for result in results[1:]}
    # what stands before an invoice (a blank page, an attachment of the one before) may be counted to either
    gaps = {begin: range(end + 1, begin + 1) for begin, end in zip(made.begins[1:], made.ends, strict=False)}
    right = {begin for begin in true if begin in found}
    false = found - right
    cut = sum(any(begin < page <= end for page in false) for begin, end in zip(made.begins, made.ends, strict=True))
    doubtful = any(issue.id == "uncertain-boundary" for result in results for issue in result.issues)
    if verbose and (false or true - right):
        print(f"\n{name}: missed {sorted(true - right)}, false {sorted(false)}; {', '.join(sorted(made.traits))}")
        print("  " + "; ".join(f"{paper.name} {begin}-{end}" for paper, begin, end in zip(made.papers, made.begins, made.ends, strict=True)))
        print("  " + "; ".join(f"{result.pages}: {result.part.evidence if result.part else ''}" for result in results))
        print("  " + "; ".join(str(issue) for result in results for issue in result.issues if issue.id == "uncertain-boundary"))
    late = sum(any(page in gap for gap in gaps.values()) for page in false)
    return Counter(files=1, invoices=len(made.begins), boundaries=len(true), right=len(right), false=len(false), late=late, cut=cut, doubtful=doubtful)


def _print(counts: dict[str, Counter[str]]) -> None:
    columns = ("files", "invoices", "boundaries", "right", "false", "cut", "doubtful")
    print(f"{'':28}" + "".join(f"{name:>12}" for name in (*columns, "recall", "precision")))
    for trait, row in sorted(counts.items(), key=lambda each: (each[0] != "all", each[0])):
        recall, precision = row["right"] / (row["boundaries"] or 1), row["right"] / ((row["right"] + row["false"]) or 1)
        print(f"{trait:28}" + "".join(f"{row[name]:12}" for name in columns) + f"{recall:12.3f}{precision:12.3f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv, documents and truth files")
    parser.add_argument("--files", type=int, default=40, help="files with text layers (default 40)")
    parser.add_argument("--scans", type=int, default=10, help="files as pictures (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other files (default 1)")
    parser.add_argument("--verbose", action="store_true", help="tell what went wrong in which file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
