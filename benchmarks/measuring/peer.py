"""Owns the run of invoice2data over the same documents: its own bundled templates and text backends, as its users call it.

`extract_data(path)` for PDFs and plain text. For images, and for all documents where text layers are left aside, its `tesseract` input module,
PDF pages rendered at 200 dpi; that module needs Tesseract, ImageMagick and poppler's `pdftotext`, and where one of these is missing,
Tesseract is called with the module's own settings and its text given to the `text` input module. Each document has a time limit:
it runs in a child process, which is ended with everything that it started.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import multiprocessing
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from measuring.documents import Document
from measuring.peer_fields import to_fields
from measuring.predict import Row

NAME = "invoice2data"
SECONDS_A_DOCUMENT = 120
DPI = 200
_TESSERACT = ("--oem", "3", "--psm", "6", "-c", "preserve_interword_spaces=1")
"""The settings of invoice2data's own module."""


def require() -> str:
    """Name and version. Ends the program with a plain message where it is not installed."""
    if importlib.util.find_spec(NAME) is None:
        raise SystemExit(f"--against {NAME} needs the package: python -m pip install '.[bench]'")
    return f"{NAME} {importlib.metadata.version(NAME)}"


def means(mode: str) -> str:
    """What reads the text on this machine, in words."""
    layer = f"PDFs by `extract_data(path)`, text from {' then '.join(name for name, there in (('pdfium', True), ('pdftotext', _has('pdftotext'))) if there)}"
    if _module_works():
        image = "its `tesseract` input module"
    elif _has("tesseract"):
        image = "Tesseract with the settings of its own module (which cannot run here: it needs ImageMagick and pdftotext) and its `text` input module"
    else:
        image = "nothing, because Tesseract is not installed"
    of = {"text": "", "auto": f"; images by {image}", "scan": f"page images ({DPI} dpi where they come from a PDF) by {image}"}[mode]
    return f"{of if mode == 'scan' else layer + of}. Time limit {SECONDS_A_DOCUMENT} s a document"


def run(documents: Sequence[Document], mode: str, jobs: int) -> list[Row]:
    """One row a document; what fails or takes too long has no fields."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="peer-") as folder, Progress(console=Console(stderr=True)) as bar, ThreadPoolExecutor(jobs) as pool:
        children: queue.Queue[_Child] = queue.Queue()
        for number in range(jobs):
            children.put(_Child(Path(folder) / str(number), mode))
        step = bar.add_task(f"{NAME}, {mode}", total=len(documents))
        for future in as_completed([pool.submit(_predict, children, document) for document in documents]):
            rows.append(future.result())
            bar.advance(step)
        while not children.empty():
            children.get().end()
    return sorted(rows, key=lambda row: (row["set"], row["id"]))


def _predict(children: queue.Queue[_Child], document: Document) -> Row:
    child = children.get()
    try:
        return {"set": document.key[0], "id": document.key[1]} | child.extract(document.path)
    finally:
        children.put(child)


class _Child:
    """A process that keeps the templates loaded; a new one is started after one that took too long or died."""

    def __init__(self, folder: Path, mode: str) -> None:
        folder.mkdir()
        self.folder, self.mode = folder, mode
        self.process: Any = None
        self.pipe: Any = None

    def extract(self, path: Path) -> Row:
        begin = time.perf_counter()
        try:
            if self.process is None:
                self._start()
                begin = time.perf_counter()
            self.pipe.send(path)
            answered = self.pipe.poll(SECONDS_A_DOCUMENT)
            row: Row = self.pipe.recv() if answered else {"fields": {}, "status": "timeout"}
        except (EOFError, OSError):
            answered, row = False, {"fields": {}, "status": "error", "error": "the process died"}
        if not answered:
            self.end()
        return row | {"seconds": round(time.perf_counter() - begin, 3)}

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, other = spawn.Pipe()
        self.process = spawn.Process(target=_serve, args=(other, self.folder, self.mode), daemon=False)
        self.process.start()
        other.close()
        self.pipe.recv()

    def end(self) -> None:
        """Ends the process and what it started."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL) if self.process.is_alive() else None
            self.process.join()
            self.process = None


def _serve(pipe: Connection, folder: Path, mode: str) -> None:
    """The child: one answer a path."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what Tesseract says on its own would tear the progress bar
    os.dup2(nowhere, 2)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    tempfile.tempdir = str(folder)
    import logging

    from invoice2data.extract.loader import read_templates

    logging.disable(logging.CRITICAL)
    templates = read_templates()
    pipe.send("ready")
    while True:
        path = pipe.recv()
        try:
            found = _extract(path, templates, folder, mode)
            pipe.send({"fields": to_fields(found), "status": "match" if found else "no match"} | ({"template": found["template_name"]} if found else {}))
        except Exception as error:  # noqa: BLE001 - whatever its backends raise is its answer for this document
            pipe.send({"fields": {}, "status": "error", "error": f"{type(error).__name__}: {error}"[:500]})


def _extract(path: Path, templates: list[Any], folder: Path, mode: str) -> dict[str, Any]:
    from invoice2data import extract_data

    is_pdf = path.suffix.lower() == ".pdf"
    if (mode != "scan" and is_pdf) or path.suffix.lower() == ".txt":
        return dict(extract_data(str(path), templates))
    image = _pages_as_tiff(path, folder / f"{path.stem}.tiff") if is_pdf else path
    if _module_works():
        return dict(extract_data(str(image), templates, "tesseract"))
    if not _has("tesseract"):
        return {}
    command = ["tesseract", str(image), str(folder / path.stem), "-l", _languages(), *_TESSERACT]
    subprocess.run(command, check=True, capture_output=True)
    return dict(extract_data(str(folder / f"{path.stem}.txt"), templates, "text"))


def _pages_as_tiff(path: Path, tiff: Path) -> Path:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        pages = [pdf[number].render(scale=DPI / 72).to_pil().convert("RGB") for number in range(len(pdf))]
    pages[0].save(tiff, save_all=True, append_images=pages[1:], dpi=(DPI, DPI), compression="tiff_lzw")
    return tiff


def _languages() -> str:
    listed = subprocess.run(["tesseract", "--list-langs"], check=True, capture_output=True, text=True).stdout
    return "+".join(sorted(line.strip() for line in listed.splitlines()[1:]))


def _has(program: str) -> bool:
    return shutil.which(program) is not None


def _module_works() -> bool:
    return _has("tesseract") and _has("pdftotext") and (_has("convert") or _has("magick"))
