"""Measures how duplicates are found: `python benchmarks/duplicates.py [--data FOLDER] [--seed N]`.

Copies are planted among the fixtures (and documents of the data folder), with others that only look like copies (see
`measuring/copies.py`), and all are taken into a store as they would be in use. Printed are, by kind, how many were flagged; then
what a hash of the pixels could have told apart, and what the figures of the pages do.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

import click
from measuring.copies import COPIES, OTHERS, Original, difference_hash, pages_of

from extractor import Extractor
from extractor.batch import Intake, find, run
from extractor.ocr import OcrCache
from extractor.store import Store, Versions
from extractor.store.read import StoredDocument, stored_documents
from extractor.store.same_invoice import DEFAULT_KEY, Traits, figures_of, likeness, traits_of

T = TypeVar("T")
FIXTURES = Path(__file__).parent.parent / "fixtures"
SETS = ("real", "sroie", "softmatic", "hybrid", "invoice2data", "swiss_qr")


@dataclass(frozen=True)
class Planted:
    """A document of the planted set. original: name of the document that it was made of; kind: None for originals."""

    original: str
    kind: str | None


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of labelled documents, with `index.csv`.")
@click.option("--documents", default=12, show_default=True, help="So many documents of --data.")
@click.option("--scans", default=2, show_default=True, help="So many new scans of each document.")
@click.option("--seed", default=1, show_default=True)
def main(data: Path | None, documents: int, scans: int, seed: int) -> None:
    """Prints recall and false ones by kind; ends with 1 where recall is below 95 % or anything false was flagged."""
    random = Random(seed)
    paths = [next(folder.glob("text.pdf"), next(iter(sorted(folder.glob("*.pdf"))), None)) for folder in sorted(FIXTURES.iterdir())]
    chosen = [path for path in paths if path is not None and path.parent.name != "bad"]
    chosen += chosen_from(data, documents, random) if data is not None else []
    with tempfile.TemporaryDirectory() as name, Extractor(language=["en", "de", "fr"], cache=OcrCache()) as extractor:
        folder = Path(name) / "in"
        folder.mkdir()
        planted = plant(chosen, folder, extractor, random, scans)
        with Store(f"{name}/books.db") as store:
            versions = Versions.of(extractor)
            intake = Intake(store, versions, identify=lambda source, pages: None)
            for _ in shown(intake.take(find([str(folder)]), lambda sources: run(extractor, filter(None, sources)))):
                pass
            found = {Path(document.row["source"]).name: document for document in stored_documents(store)}
            failed = tell(planted, found)
            print()
            tell_apart(planted, folder, extractor)
    sys.exit(1 if failed else 0)


def chosen_from(data: Path, count: int, random: Random) -> list[Path]:
    """Documents of a data folder by chance, of each set in turn."""
    with (data / "index.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] in SETS and not row["document"].endswith(".txt")]
    random.shuffle(rows)
    by_set: dict[str, list[Path]] = defaultdict(list)
    for row in rows:
        by_set[row["set"]].append(data / row["document"])
    turns = max(map(len, by_set.values()))
    return [by_set[name][turn] for turn in range(turns) for name in SETS if turn < len(by_set[name])][:count]


def plant(paths: Sequence[Path], folder: Path, extractor: Extractor, random: Random, scans: int) -> dict[str, Planted]:
    """Writes the set; gives what each file is. Originals come first in the order of names."""
    planted: dict[str, Planted] = {}
    for number, path in enumerate(shown(paths)):
        name = f"{number:03}"
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            pages = pages_of(path)
            pages[0].save(file.name)
            result = extractor.extract(file.name if len(pages) == 1 else path)
        if result.invoice.number is None and result.invoice.total is None:
            continue
        original = Original(path, pages, result)
        write(planted, folder, f"{name}-0-original{path.suffix}", path.read_bytes(), Planted(name, None))
        for kind, make in {**COPIES, **OTHERS}.items():
            if kind in OTHERS and (len(pages) > 1 or result.invoice.number is None):
                continue  # values are painted where they were read, on one page
            for turn in range(scans if kind == "re-scanned" else 1):
                content = make(random, original)
                if content is not None:
                    write(planted, folder, f"{name}-{kind.replace(' ', '-')}-{turn}", content, Planted(name, kind))
    return planted


def write(planted: dict[str, Planted], folder: Path, name: str, content: bytes, what: Planted) -> None:
    (folder / name).write_bytes(content)
    planted[name] = what


def tell(planted: dict[str, Planted], found: dict[str, StoredDocument]) -> bool:
    """Prints the figures by kind; gives whether they fall short."""
    ids = {document.row["id"]: name for name, document in found.items()}
    counts: dict[str, list[int]] = {kind: [0, 0, 0] for kind in (*COPIES, *OTHERS, "originals")}
    for name, what in planted.items():
        row = found[name].row
        first = planted[ids[row["duplicate_of"]]] if row["duplicate_of"] is not None else None
        is_right = first is not None and first.original == what.original and (what.kind in COPIES) and first.kind not in OTHERS
        count = counts[what.kind or "originals"]
        count[0] += 1
        count[1] += int(is_right)
        count[2] += int(first is not None and not is_right)
        if is_right is not (what.kind in COPIES) or (first is not None and not is_right):
            invoice = found[name].invoice
            values = f"{invoice.number} {invoice.date} {invoice.total} {invoice.seller_name}" if invoice else row["error_message"]
            print(f"  {name}: {row['status']} of {ids.get(row['duplicate_of'])}: {values}")
    for kind, (number, right, wrong) in counts.items():
        told = f"found {right} of {number}" if kind in COPIES else f"of {number}"
        print(f"{kind:12} {told}, false {wrong}")
    copies = [counts[kind] for kind in COPIES]
    recall = sum(count[1] for count in copies) / sum(count[0] for count in copies)
    wrong = sum(count[2] for count in counts.values())
    print(f"recall {recall:.3f} of {sum(count[0] for count in copies)} copies, {wrong} false")
    return recall < 0.95 or wrong > 0


def tell_apart(planted: dict[str, Planted], folder: Path, extractor: Extractor) -> None:
    """Prints how far copies, and others that look like them, are from their originals: in pixels, and in figures."""
    originals = {what.original: folder / name for name, what in planted.items() if what.kind is None}
    hashes = {name: difference_hash(pages_of(folder / name)[0]) for name in planted}
    traits = {name: traits_at(folder / name, extractor) for name in planted}
    rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for name, what in planted.items():
        first = originals[what.original].name
        if what.kind not in (None, "bytes"):
            rows[what.kind].append(((hashes[name] ^ hashes[first]).bit_count(), likeness(traits[name], traits[first])))
    for kind, pairs in rows.items():
        bits, shares = sorted(pair[0] for pair in pairs), sorted(pair[1] for pair in pairs)
        print(
            f"{kind:12} dHash: {bits[0]} to {bits[-1]} of 64 bits differ, median {bits[len(bits) // 2]}; figures in common: {shares[0]:.2f} to {shares[-1]:.2f}"
        )


def traits_at(path: Path, extractor: Extractor) -> Traits:
    result = extractor.extract(path)
    return traits_of(result.invoice, figures_of(result), DEFAULT_KEY)


def shown(items: Iterable[T]) -> Iterator[T]:
    """Passes items on, and tells on standard error how many there were."""
    for number, item in enumerate(items, 1):
        print(f"\r{number} ", end="", file=sys.stderr, flush=True)
        yield item
    print("\r", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
