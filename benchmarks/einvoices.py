"""How much of labelled e-invoices is read right, whether they are judged as they should be, and what looking for them costs.

    python benchmarks/einvoices.py --data DIR [--set NAME ...] [--verbose]

reading: what the XML in the PDFs of the sets (default: hybrid) states against its labels, by `score.py` of DIR with embedded fields.
verdicts: `facturx_edge/manifeste.json` of DIR, where it is there, names for each PDF the verdict and the rules that it must break; France's
own rules are asked for. Needs Saxon (extra `einvoice`).
cost: processor time of looking for e-invoices in a PDF without any, as a share of reading its text layer, taken in turn.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from measuring.documents import Count, Data, add_up

from extractor.document import load_document
from extractor.validate.einvoice import assess
from extractor.witnesses.einvoice import einvoices
from extractor.witnesses.einvoice.rulebook import Rulebook
from extractor.witnesses.einvoice.sums import invoice_of

PLAIN = Path(__file__).parents[1] / "fixtures" / "libellule-telecom" / "text.pdf"
VERDICTS = {"acceptation": "accept", "avertissement": "warn", "rejet": "reject"}
_RULE = re.compile(r"[A-Z]{2,}-[\w-]+")
ROUNDS, LOOKS = 15, 500


@dataclass(frozen=True, slots=True)
class Case:
    """One PDF of a manifest. rules, missing: ids that it must break, and those of them that were not found."""

    name: str
    expected: str
    found: str
    findings: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.expected == self.found


def main() -> None:
    options = _options()
    _print_reading(Data(options.data, options.sets or ["hybrid"]), options.verbose)
    manifest = options.data / "facturx_edge" / "manifeste.json"
    if manifest.is_file():
        _print_verdicts(list(cases(manifest)))
    print(f"\nlooking for e-invoices: {cost():.5f} of reading the text layer of a page")


def stated(path: Path) -> dict[str, Any]:
    """What the first e-invoice of a document states, in the form of its truth file."""
    with load_document(path) as document:
        found = einvoices(document)
    return invoice_of(found[0].stated).to_dict() if found else {}


def cases(manifest: Path) -> Iterator[Case]:
    """What became of each case of a manifest."""
    rulebook = Rulebook()
    for row in json.loads(manifest.read_text(encoding="utf-8"))["cas"]:
        with load_document(manifest.parent / row["ref"] / "facture.pdf") as document:
            (found,) = assess(document, rulebook, ("fr",))
        ids = tuple(dict.fromkeys(finding.id for finding in found.findings))
        missing = tuple(rule for rule in _RULE.findall(row["assertions_declenchees"]) if rule not in ids)
        yield Case(row["ref"], VERDICTS[row["attendu"]], str(found.verdict), ids, missing)


def cost() -> float:
    """Processor time of looking for e-invoices in a PDF without any, over that of reading its pages' text: the median of ratios."""
    ratios = []
    for _ in range(ROUNDS):
        with load_document(PLAIN) as document:
            begin = time.process_time()
            for page in document.pages:
                page.text_layer()
            middle = time.process_time()
            for _ in range(LOOKS):
                einvoices(document)
            ratios.append((time.process_time() - middle) / LOOKS / (middle - begin))
    return median(ratios)


def _print_reading(data: Data, verbose: bool) -> None:
    counts: dict[str, list[Count]] = {}
    for document in data.documents.values():
        fields = stated(document.path)
        for name, count in data.score(document, fields, embedded=True).items():
            counts.setdefault(name, []).append(count)
            if verbose and count.correct < count.n:
                print(f"{document.key[1]} {name}: {_short(fields, name)!r} instead of {_short(document.truth, name)!r}")
    print(f"{len(data.documents)} documents\n{'':20}{'n':>7}{'found':>7}{'right':>7}{'recall':>9}")
    for name, rows in sorted(counts.items()):
        _print_count(name, add_up(rows))
    whole = [name for name in counts if "." not in name]
    _print_count("header fields", add_up(count for name in whole if name not in ("lines", "taxes") for count in counts[name]))
    _print_count("with lines and taxes", add_up(count for name in whole for count in counts[name]))


def _print_count(name: str, count: Count) -> None:
    print(f"{name:20}{count.n:7}{count.found:7}{count.correct:7}{count.recall:9.4f}")


def _short(fields: Mapping[str, Any], name: str) -> str:
    return str(fields.get(name.partition(".")[0]))[:120]


def _print_verdicts(found: list[Case]) -> None:
    print(f"\n{sum(case.right for case in found)} of {len(found)} verdicts as expected")
    for case in found:
        note = f"  not found: {', '.join(case.missing)}" if case.missing else ""
        print(f"{'' if case.right else 'NOT '}{case.expected:8}{case.name:12}{case.found:8}{', '.join(case.findings)}{note}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv, documents, truth files and score.py")
    parser.add_argument("--set", action="append", default=[], dest="sets", metavar="NAME", help="only this set (repeatable; default hybrid)")
    parser.add_argument("--verbose", action="store_true", help="tell every value that is not right")
    return parser.parse_args()


if __name__ == "__main__":
    main()
