"""Owns the engine that gives back a recorded result, so that rules and tests need no OCR."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import RecognitionFailed
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language
from extractor.ocr.result import OcrResult

if TYPE_CHECKING:
    from PIL.Image import Image

Recording = OcrResult | str | bytes | os.PathLike[str]


class ReplayEngine(Engine):
    """Gives back a recording whole, text layer and page sizes included; the document's pixels are not looked at.

    recording: an `OcrResult`, its JSON text (`OcrResult.to_json()`), or the path of a file that holds it.
    Raises RecognitionFailed where that is no valid OCR result or cannot be opened.

    >>> from extractor.ocr.result import OcrPage
    >>> ReplayEngine(OcrResult((OcrPage(1, 800, 600),), "rapidocr").to_json()).recorded().engine
    'rapidocr'
    """

    name = "replay"
    languages = frozenset(Language)

    def __init__(self, recording: Recording) -> None:
        self._recording = recording if isinstance(recording, OcrResult) else OcrResult.from_json(_json_text(recording))
        self._next = 0

    @classmethod
    def missing(cls) -> str | None:
        return None

    @property
    def version(self) -> str:
        return self._recording.engine_version

    def recorded(self) -> OcrResult:
        return self._recording

    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        """The recorded pages, one a call, from the first. Raises RecognitionFailed after the last."""
        if self._next >= len(self._recording.pages):
            raise RecognitionFailed(f"the recording has {len(self._recording.pages)} page(s), and all of them were read; make a new ReplayEngine")
        page = self._recording.pages[self._next]
        self._next += 1
        return Reading(tuple(page.regions), self._recording.truncated, self._recording.warnings, page.rotation, page.skew)


def _json_text(recording: str | bytes | os.PathLike[str]) -> str | bytes:
    if isinstance(recording, bytes) or (isinstance(recording, str) and recording.lstrip().startswith("{")):
        return recording
    try:
        return Path(recording).read_bytes()
    except (OSError, ValueError) as error:
        raise RecognitionFailed(f"the recording {os.fspath(recording)!r} cannot be opened: {error}") from error
