"""How many fields come out right on labelled documents, with the shipped rules alone.

    python benchmarks/accuracy.py --data DIR [--set NAME ...] [--mode text|scan|both] [--engine NAME] [--out DIR]

DIR holds `index.csv` (columns set, id, document, truth) and `score.py`, whose table is printed. Documents with a text layer
are read through it (`text`), and all documents as pixels, PDF pages rendered at 200 dpi (`scan`).
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from extractor import Extractor, ExtractorError, Limits
from extractor.ocr import OcrCache

EVIDENCE = ("confidence", "confidence_parts", "status", "origin", "rule")
"""What the predictions keep of the evidence of each value."""

_worker: dict[str, Extractor] = {}


@dataclass(frozen=True)
class Task:
    """One document to predict."""

    set_name: str
    document_id: str
    path: Path


def _start_worker(engine: str, mode: str, options: dict[str, Any]) -> None:
    _worker["extractor"] = Extractor(engine=engine, mode=mode, cache=OcrCache(), limits=Limits(max_seconds=600), **options)


def _predict(task: Task) -> dict[str, Any]:
    row: dict[str, Any] = {"set": task.set_name, "id": task.document_id}
    try:
        result = _worker["extractor"].extract(task.path)
    except ExtractorError as error:
        return row | {"fields": {}, "status": "error", "error": f"{type(error).__name__}: {error}"}
    row |= {"fields": result.invoice.to_dict(), "status": str(result.status), "rules": result.rules.id}
    evidence = {name: {k: v for k, v in value.to_dict().items() if k in EVIDENCE} for name, value in result.fields.items() if value.page}
    return row | {"issues": [i.to_dict() for i in result.issues], "evidence": evidence}


def _tasks(data: Path, sets: list[str], mode: str) -> list[Task]:
    with (data / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not sets or row["set"] in sets]
    tasks = [Task(row["set"], row["id"], data / row["document"]) for row in rows if _labelled(data / row["truth"])]
    return [task for task in tasks if mode == "scan" or task.path.suffix.lower() == ".pdf"]


def _labelled(truth: Path) -> bool:
    return truth.is_file() and any(key != "meta" for key in json.loads(truth.read_text(encoding="utf-8")))


def _run(tasks: list[Task], engine: str, mode: str, jobs: int, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Predictions for all tasks, in parallel, each worker with a warm engine."""
    spawn = multiprocessing.get_context("spawn")
    predictions = []
    with (
        Progress(console=Console(stderr=True)) as bar,
        ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_start_worker, initargs=(engine, mode, options)) as pool,
    ):
        step = bar.add_task(mode, total=len(tasks))
        for future in as_completed([pool.submit(_predict, task) for task in tasks]):
            predictions.append(future.result())
            bar.advance(step)
    return sorted(predictions, key=lambda row: (row["set"], row["id"]))


def _report(predictions: list[dict[str, Any]], data: Path, out: Path, title: str) -> None:
    path = out / f"predictions-{title}.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in predictions), encoding="utf-8")
    print(f"\n##### {title}: {len(predictions)} documents, {dict(Counter(row['status'] for row in predictions))}")
    subprocess.run([sys.executable, str(data / "score.py"), str(path), "--partial", "--data", str(data)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv and score.py")
    parser.add_argument("--set", action="append", default=[], dest="sets", metavar="NAME", help="only this set; repeatable")
    parser.add_argument("--mode", choices=["text", "scan", "both"], default="both")
    parser.add_argument("--engine", default="auto", help="OCR engine")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes")
    parser.add_argument("--out", type=Path, help="folder for predictions as JSON Lines; a temporary one by default")
    options = parser.parse_args()
    out = options.out or Path(tempfile.mkdtemp(prefix="accuracy-"))
    out.mkdir(parents=True, exist_ok=True)
    engine_options = {"threads": 1} if options.engine in ("auto", "rapidocr") else {}
    for mode in ("text", "scan") if options.mode == "both" else (options.mode,):
        tasks = _tasks(options.data, options.sets, mode)
        if tasks:
            predictions = _run(tasks, options.engine, "auto" if mode == "text" else "ocr", options.jobs, engine_options)
            _report(predictions, options.data, out, mode)


if __name__ == "__main__":
    main()
