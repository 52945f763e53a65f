"""Owns the engine `tesseract`: the program of that name, one process a page, image and words through its pipes.

The program is called directly: its pipes leave no temporary files behind, a time limit ends it, and its TSV output
keeps the decimals of the confidences. https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, ClassVar

from extractor.errors import EngineUnavailable, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language
from extractor.ocr.result import OcrRegion

if TYPE_CHECKING:
    from PIL.Image import Image

_PROGRAM = "tesseract"
_NOT_INSTALLED = "the program tesseract is not installed or not on PATH: apt-get install tesseract-ocr (elsewhere: https://tesseract-ocr.github.io)"
_NO_DATA = "tesseract finds no language data: apt-get install tesseract-ocr-eng, or let TESSDATA_PREFIX name the folder of its *.traineddata files"
_NO_OSD = "tesseract cannot tell the orientation without osd.traineddata: apt-get install tesseract-ocr-osd"

_WORD_LEVEL = "5"
"""The first column of TSV output: 1 page, 2 block, 3 paragraph, 4 line, 5 word."""

_SURE = 3.0
"""Orientation confidence below which a page is taken to be upright, as most are. Measured: of 40 upright receipts 7 were
called upside down, with 0.1 to 2.9; full pages of print reach 5 to 16."""


class TesseractEngine(Engine):
    """Tesseract, one region a word. Language data has to be installed for each language that is asked for.

    psm: page segmentation mode, 1 or 3 to 13 (3: fully automatic; 6: one block; 11: sparse text). timeout: seconds a call.
    threads: OpenMP threads a process (1 is best where several pages are read at the same time); None leaves it to Tesseract.
    """

    name: ClassVar[str] = "tesseract"
    languages: ClassVar[frozenset[Language]] = frozenset(Language)

    def __init__(self, *, psm: int = 3, timeout: float = 120.0, threads: int | None = None) -> None:
        if psm not in range(1, 14) or psm == 2:
            raise ValueError(f"psm must be 1 or 3 to 13, the page segmentation modes that give text, not {psm}")
        self._psm, self._timeout = psm, timeout
        self._environment = None if threads is None else dict(os.environ) | {"OMP_THREAD_LIMIT": str(threads)}
        self._installed: frozenset[str] = frozenset()
        self._version = ""

    @classmethod
    def missing(cls) -> str | None:
        if shutil.which(_PROGRAM) is None:
            return _NOT_INSTALLED
        try:
            return None if cls()._language_data() - {"osd"} else _NO_DATA
        except (EngineUnavailable, RecognitionFailed) as error:
            return str(error)

    @property
    def version(self) -> str:
        if not self._version and shutil.which(_PROGRAM):
            found = re.match(rb"tesseract v?(\S+)", self._run("--version").stdout)
            self._version = found[1].decode(errors="replace") if found else ""
        return self._version

    @property
    def settings(self) -> str:
        return f"psm={self._psm}"

    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        """As of `Engine.read`. Raises UnsupportedLanguage where the data of a language is not installed; it names the package."""
        names = [language.iso639_2 for language in languages or (Language.ENGLISH,)]
        self._require_data(names)
        done = self._run("stdin", "stdout", "--psm", str(self._psm), "-l", "+".join(names), "tsv", image=image)
        if done.returncode != 0:
            raise RecognitionFailed(f"tesseract failed ({done.returncode}): {_last_words(done)}")
        rows = (line.split("\t") for line in done.stdout.decode("utf-8", errors="replace").splitlines())
        return Reading(tuple(_region(row) for row in rows if len(row) == 12 and row[0] == _WORD_LEVEL and row[11].strip()))

    def orientation(self, image: Image) -> int:
        """By how many degrees clockwise (0, 90, 180, 270) the print is turned on `image`; 0 where there is too little print to tell.

        Raises EngineUnavailable (no program, no osd.traineddata), RecognitionFailed (over the time limit).
        """
        done = self._run("stdin", "stdout", "--psm", "0", "-l", "osd", image=image)
        if b"osd.traineddata" in done.stderr:
            raise EngineUnavailable(_NO_OSD)
        if done.returncode < 0:
            raise RecognitionFailed(f"tesseract failed ({done.returncode}): {_last_words(done)}")
        # where it finds too few characters, it ends with status 1 and says nothing on standard output
        found = dict(re.findall(r"^(Orientation in degrees|Orientation confidence): ([\d.]+)", done.stdout.decode(errors="replace"), re.MULTILINE))
        if float(found.get("Orientation confidence", 0)) < _SURE:
            return 0
        return int(found.get("Orientation in degrees", 0)) % 360

    def _require_data(self, names: list[str]) -> None:
        if not self._installed.issuperset(names):
            self._installed = self._language_data()  # asked again: it may have been installed since
        missing = [name for name in names if name not in self._installed]
        if missing:
            packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
            known = ", ".join(sorted(self._installed - {"osd"})) or "none"
            raise UnsupportedLanguage(f"tesseract has no data for {', '.join(missing)}: apt-get install {packages}; installed: {known}")

    def _language_data(self) -> frozenset[str]:
        done = self._run("--list-langs")
        # one name a line, below a heading; before version 4 on standard error
        return frozenset(re.findall(r"^[\w/]+$", (done.stdout + done.stderr).decode(errors="replace"), re.MULTILINE))

    def _run(self, *arguments: str, image: Image | None = None) -> subprocess.CompletedProcess[bytes]:
        """Runs the program with `image` on its standard input. Raises EngineUnavailable, RecognitionFailed (time)."""
        content = b"" if image is None else _portable_pixmap(image)
        try:
            return subprocess.run(  # noqa: S603  a fixed program with arguments of our own
                [_PROGRAM, *arguments], input=content, capture_output=True, timeout=self._timeout, env=self._environment, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RecognitionFailed(f"tesseract took longer than {self._timeout:g} s; option timeout raises the limit") from error
        except FileNotFoundError as error:
            raise EngineUnavailable(_NOT_INSTALLED) from error
        except OSError as error:
            raise EngineUnavailable(f"the program tesseract cannot be run: {error}") from error


def _portable_pixmap(image: Image) -> bytes:
    """The image as PGM or PPM, which costs no compression."""
    buffer = io.BytesIO()
    image.save(buffer, "PPM")
    return buffer.getvalue()


def _region(row: list[str]) -> OcrRegion:
    """A TSV row: level, page, block, paragraph, line, word, left, top, width, height, confidence (-1: none), text."""
    left, top, width, height, confidence = map(float, row[6:11])
    return OcrRegion(row[11].strip(), min(confidence, 100.0) if confidence >= 0 else None, Box(left, top, width, height), TesseractEngine.name)


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
