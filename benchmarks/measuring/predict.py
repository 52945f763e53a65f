"""Owns the run of the extractor over documents: in parallel, OCR kept in the cache, one row of evidence a document."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from extractor import ExtractionResult, Extractor, ExtractorError, Limits
from extractor.invoice.fields import FIELDS, plain
from extractor.ocr import OcrCache
from measuring.documents import Document

Row = dict[str, Any]
"""One prediction: set, id, fields, status, rules, issues, confidence, evidence, text, engine, seconds."""

MODES = {"text": "auto", "auto": "auto", "scan": "ocr"}
"""Modes of the benchmark and of the OCR engine. text: only PDFs, their text layers; auto: all documents; scan: all, as pixels."""
SECONDS_A_DOCUMENT = 600
EVIDENCE = ("confidence", "confidence_parts", "status", "origin", "rule", "text")
"""What the predictions keep of the evidence of each header field, beside the alternatives; parts only of values with a place."""

_worker: dict[str, Extractor] = {}


def chosen(documents: Iterable[Document], mode: str) -> list[Document]:
    """The documents that a mode is about."""
    return [document for document in documents if mode != "text" or document.path.suffix.lower() == ".pdf"]


def run(documents: Sequence[Document], engine: str, mode: str, jobs: int, *, cached: bool = True, einvoice: str = "ignore") -> list[Row]:
    """One row a document, in the order of set and id; each worker keeps a warm engine. cached: whether OCR results are kept and taken."""
    rows: list[Row] = []
    spawn = multiprocessing.get_context("spawn")
    with Progress(console=Console(stderr=True)) as bar, ProcessPoolExecutor(jobs, spawn, _start_worker, (engine, mode, cached, einvoice)) as pool:
        step = bar.add_task(mode, total=len(documents))
        futures: list[Future[Row]] = [pool.submit(_predict, document.key, document.path) for document in documents]
        for future in as_completed(futures):
            rows.append(future.result())
            bar.advance(step)
    return sorted(rows, key=lambda row: (row["set"], row["id"]))


def write(rows: Sequence[Row], path: Path) -> None:
    """Rows as JSON Lines, which `score.py` reads."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> list[Row]:
    """What `write` wrote."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _start_worker(engine: str, mode: str, cached: bool, einvoice: str) -> None:
    options: dict[str, Any] = {"threads": 1} if engine in ("auto", "rapidocr", "rapidocr-openvino") else {}
    cache = OcrCache() if cached else None
    limits = Limits(max_seconds=SECONDS_A_DOCUMENT)
    _worker["extractor"] = Extractor(engine=engine, mode=MODES[mode], cache=cache, limits=limits, einvoice=einvoice, **options)


def _predict(key: tuple[str, str], path: Path) -> Row:
    row: Row = {"set": key[0], "id": key[1]}
    begin = time.perf_counter()
    try:
        result = _worker["extractor"].extract(path)
    except ExtractorError as error:
        return row | {"fields": {}, "status": "error", "error": f"{type(error).__name__}: {error}", "seconds": round(time.perf_counter() - begin, 3)}
    return row | _row(result) | {"seconds": round(time.perf_counter() - begin, 3)}


def _row(result: ExtractionResult) -> Row:
    row: Row = {"fields": result.invoice.to_dict(), "status": str(result.status), "rules": result.rules.id}
    row |= {"issues": [issue.to_dict() for issue in result.issues], "text": result.ocr.text, "engine": result.ocr.engine}
    row["confidence"] = {name: round(value.confidence, 3) for name, value in result.fields.items() if value.page}
    row["evidence"] = {name: _evidence(result, name) for name in FIELDS if name in result.fields}
    return row


def _evidence(result: ExtractionResult, name: str) -> Row:
    """What calibration and the causes of error need of a header field, also of one without a value."""
    value = result.fields[name]
    kept = EVIDENCE if value.page else (part for part in EVIDENCE if part != "confidence_parts")
    whole = value.to_dict()
    row = {part: whole[part] for part in kept if part in whole}
    return row | {"alternatives": [[plain(other.value), other.text] for other in value.alternatives]}
