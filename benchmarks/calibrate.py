"""Fits the weights of `extractor.resolve.confidence` on labelled documents, and tells how well they hold.

    python benchmarks/calibrate.py --data DIR PREDICTIONS... [--write]

DIR is as for `accuracy.py`, which writes the PREDICTIONS. Of each value that was found on a page and is labelled, the parts of
its confidence and whether it is right are one sample. One logistic regression is fitted for each family of kinds. The
reliability that is printed is of values that were not fitted on: the folds of the cross-validation keep all samples of one
document together. `--write` puts the weights into the package. Needs scipy.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from extractor.invoice.fields import FIELDS
from extractor.resolve import confidence
from extractor.resolve.confidence import FAMILIES, FAMILY_OF, Parts

TARGET = Path(confidence.__file__).with_name("calibration.json")
FOLDS = 10
EXPECTED = {"misread": -6.0, "misfit": -4.0, "agreed": 1.5, "contradicted": -3.0, "rivalled": -1.5}
"""What each part does to a confidence (log odds) before the data have their say: they hold few misread values, for one."""
LEAST = 1 / 3
"""Of what was expected, every part counts at least this much."""
PENALTY = 0.15
"""Of a weight's squared distance from what was expected, so that a handful of odd documents does not decide it."""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value that was found: its document, the family of its kind, its parts as the model weighs them, whether it is right."""

    document: str
    family: str
    parts: tuple[float, ...]
    right: bool


def samples(predictions: Path, data: Path) -> Iterator[Sample]:
    """The labelled values of a file of predictions."""
    sys.path.insert(0, str(data))
    import score  # type: ignore[import-not-found]

    with (data / "index.csv").open(encoding="utf-8", newline="") as file:
        truths = {(row["set"], row["id"]): data / row["truth"] for row in csv.DictReader(file)}
    for line in predictions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        truth = json.loads(truths[row["set"], row["id"]].read_text(encoding="utf-8"))
        counts = score.score_document(row["fields"], truth)
        for name, found in row.get("evidence", {}).items():
            if name in counts and "confidence_parts" in found:
                doubts = Parts(**found["confidence_parts"]).doubts()
                yield Sample(f"{row['set']}/{row['id']}", FAMILY_OF[FIELDS[name].kind], tuple(doubts[n] for n in EXPECTED), bool(counts[name].correct))


def fit(chosen: Sequence[Sample]) -> dict[str, float]:
    """The weights of one family: a logistic regression that is drawn to what was expected, and never far below it."""
    x = np.array([(1.0, *sample.parts) for sample in chosen])
    y = np.array([sample.right for sample in chosen], dtype=float)
    # two made-up samples, one of them wrong: a family without errors does not become certain
    x, y = np.vstack([x, np.median(x, axis=0), np.median(x, axis=0)]), np.append(y, [1.0, 0.0])
    expected = np.array(list(EXPECTED.values()))

    def loss(weights: Any) -> float:
        odds = x @ weights
        return float(np.sum(np.logaddexp(0, odds) - y * odds) + PENALTY * np.sum((weights[1:] - expected) ** 2))

    bounds = [(None, None), *((None, LEAST * weight) if weight < 0 else (LEAST * weight, None) for weight in EXPECTED.values())]
    found = minimize(loss, np.array([3.0, *expected]), bounds=bounds, method="L-BFGS-B")
    return {name: round(float(weight), 3) for name, weight in zip(("intercept", *EXPECTED), found.x, strict=True)}


def predict(weights: Mapping[str, float], sample: Sample) -> float:
    """The confidence that some weights give a sample."""
    return 1 / (1 + math.exp(-(weights["intercept"] + sum(weights[n] * part for n, part in zip(EXPECTED, sample.parts, strict=True)))))


def cross_validated(chosen: Sequence[Sample]) -> list[tuple[float, bool]]:
    """Of each sample the confidence by a model that has not seen its document, and whether it is right."""
    found = []
    fold_of = {document: i % FOLDS for i, document in enumerate(sorted({sample.document for sample in chosen}))}
    for fold in range(FOLDS):
        weights = fit([sample for sample in chosen if fold_of[sample.document] != fold])
        found += [(predict(weights, sample), sample.right) for sample in chosen if fold_of[sample.document] == fold]
    return found


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """By range of confidence: how many values, their mean confidence, and the share that is right."""
    rows = []
    for low, high in pairwise(BINS):
        inside = [(p, right) for p, right in pairs if low <= p < high or (high == 1 and p == 1)]
        if inside:
            mean, share = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            rows.append({"from": low, "to": high, "values": len(inside), "confidence": round(mean, 3), "right": round(share, 3)})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path, nargs="+", help="JSON Lines that accuracy.py wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv and score.py")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    everything = [sample for path in options.predictions for sample in samples(path, options.data)]
    weights, pairs = {}, []
    for family in FAMILIES:
        chosen = [sample for sample in everything if sample.family == family]
        weights[family] = fit(chosen)
        found = cross_validated(chosen)
        pairs += found
        print(f"{family:12}{len(chosen):5} values, {sum(s.right for s in chosen) / len(chosen):.3f} right, {weights[family]}")
        for row in reliability(found):
            print(f"    {row['from']:.2f} to {row['to']:.2f}: {row['values']:5} values, confidence {row['confidence']:.3f}, right {row['right']:.3f}")
    table = reliability(pairs)
    print("all together, cross-validated")
    for row in table:
        print(f"    {row['from']:.2f} to {row['to']:.2f}: {row['values']:5} values, confidence {row['confidence']:.3f}, right {row['right']:.3f}")
    if options.write:
        about = "Weights of a logistic regression over the parts of a confidence; made by benchmarks/calibrate.py, see docs/confidence.md"
        content = {"about": about, "samples": len(everything), "documents": len({s.document for s in everything}), "weights": weights, "reliability": table}
        TARGET.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
