"""Owns the engine `aspose`: Aspose.OCR for Python via .NET (PyPI: aspose-ocr-python-net), kept in a child process.

Its .NET runtime ends the whole process where OpenSSL 1.1 is missing, so it never runs in the caller's. The child
(`aspose_worker.py`) is started by the first read, is used again for the next ones, and ends with the engine or with
the program. It works offline: nothing is downloaded, also no model.

Environment variables stand in for options that are not given: EXTRACTOR_ASPOSE_LICENSE (licence file),
EXTRACTOR_ASPOSE_LIBRARY_PATH (folder of OpenSSL 1.1), EXTRACTOR_ASPOSE_MODELS (folder of further models).
"""

from __future__ import annotations

import io
import os
import re
import threading
import weakref
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, ClassVar

from extractor.errors import EngineUnavailable, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr.engines.aspose_child import AsposeChild, ChildEndedError
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language, require
from extractor.ocr.result import OcrRegion

if TYPE_CHECKING:
    from PIL.Image import Image

_LICENSE, _LIBRARY_PATH, _MODELS = "EXTRACTOR_ASPOSE_LICENSE", "EXTRACTOR_ASPOSE_LIBRARY_PATH", "EXTRACTOR_ASPOSE_MODELS"

_PACKAGE = "aspose-ocr-python-net"
_NOT_INSTALLED = "Aspose.OCR is not installed: pip install 'invoice-extractor[aspose]'"
_EVALUATION = "Aspose.OCR runs in evaluation mode, which cuts texts short; name a licence file (option license_path or EXTRACTOR_ASPOSE_LICENSE)"

_AREAS = ("universal", "lean", "multicolumn", "table", "curved_text", "document_layout")
"""Values of Aspose's DetectAreasMode that make sense for pages; all but the first two need further models."""

_NOTICE = re.compile(r"\*{3,}[^*\n]*\b(?:licen[cs]es?|evaluation|trial)\b[^*\n]*\*{3,}", re.IGNORECASE)
"""What evaluation mode adds to texts: `************* Trial Licenses *************`."""

_LATIN_CODES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "da", "sv", "no", "fi", "hu", "ro", "hr", "sk", "sl", "et", "lv", "lt", "tr")
_LATIN = {language: language.iso639_2.upper() for language in map(Language, _LATIN_CODES)}
_CYRILLIC = {language: language.iso639_2.upper() for language in (Language.RUSSIAN, Language.UKRAINIAN, Language.BULGARIAN)}
_OTHER = {Language.ARABIC: "ARA", Language.HINDI: "HIN", Language.CHINESE: "CHINESE", Language.JAPANESE: "JPN", Language.KOREAN: "KOR"}


class AsposeEngine(Engine):
    """Aspose.OCR, one region a line. Without a licence its texts are cut short and every reading is marked `truncated`.

    license_path: the licence file. library_path: folder (or several, separated as in PATH) in which the child looks for
    shared libraries first. models_path: folder of further model files (`*.ocr`; Cyrillic, Arabic and Asian scripts need one).
    areas: how text areas are found, "universal" or "lean" (quicker, joins what stands on one line), or another of Aspose's
    modes whose model lies in models_path. threads: 0 leaves it to Aspose. start_timeout, read_timeout: seconds.
    """

    name: ClassVar[str] = "aspose"
    languages: ClassVar[frozenset[Language]] = frozenset(_LATIN | _CYRILLIC | _OTHER)

    def __init__(
        self,
        *,
        license_path: str | os.PathLike[str] | None = None,
        library_path: str | os.PathLike[str] | None = None,
        models_path: str | os.PathLike[str] | None = None,
        areas: str = "universal",
        threads: int = 0,
        start_timeout: float = 60.0,
        read_timeout: float = 180.0,
    ) -> None:
        if areas not in _AREAS:
            raise ValueError(f"areas must be one of {', '.join(_AREAS)}, not {areas!r}")
        self._license = _given(license_path, _LICENSE)
        self._library_path = _given(library_path, _LIBRARY_PATH)
        self._areas = areas
        self._options = {"license": self._license, "models": _given(models_path, _MODELS), "areas": areas.upper(), "threads": threads}
        self._start_timeout, self._read_timeout = start_timeout, read_timeout
        self._lock = threading.Lock()
        self._child: AsposeChild | None = None

    @classmethod
    def missing(cls) -> str | None:
        """As of `Engine.missing`. Starts a child once in a process to see; later calls repeat that answer."""
        return _probe(_given(None, _LICENSE), _given(None, _LIBRARY_PATH), _given(None, _MODELS))

    @property
    def version(self) -> str:
        return _installed() or ""

    @property
    def settings(self) -> str:
        return f"areas={self._areas} license={'file' if self._license else 'none'}"

    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        """As of `Engine.read`: one script at a time (and English with it). Starts a new child where the last one died."""
        return _reading(*self._ask(image, {"language": aspose_language(languages)}))

    def orientation(self, image: Image) -> int:
        """As of `Engine.orientation`, found by Aspose itself; not limited in evaluation mode. Raises as `read`.

        On pages of up to six words or lines it takes upright for upside down about every other time, but hardly ever does
        that answer hold when the image is enlarged and when it is turned back: only where it does, it counts.
        """
        turns = self._quarter_turns(image)
        if not turns:
            return 0
        enlarged = image.resize((round(image.width * 1.4), round(image.height * 1.4)))
        holds = self._quarter_turns(enlarged) == turns and self._quarter_turns(image.rotate(turns * 90, expand=True)) == 0
        return turns * 90 if holds else 0

    def _quarter_turns(self, image: Image) -> int:
        answer, _ = self._ask(image, {})
        _raise_for_error(answer)
        return round(float(answer["angle"]) / 90) % 4

    def close(self) -> None:
        """Ends the child; the next `read` starts another."""
        if self._child is not None:
            self._stop_child()
            self._child = None

    def _ask(self, image: Image, request: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """The child's answer, and whether it has a licence. Raises EngineUnavailable, RecognitionFailed."""
        buffer = io.BytesIO()
        image.save(buffer, "PNG", compress_level=1)
        with self._lock:
            child = self._running_child()
            try:
                return child.ask(request, buffer.getvalue(), self._read_timeout), child.licensed
            except ChildEndedError as ended:
                self.close()
                raise RecognitionFailed(f"Aspose.OCR ended while it was reading: {ended}") from ended
            except BaseException:  # Ctrl-C between question and answer: the next answer would be the wrong one
                self.close()
                raise

    def _running_child(self) -> AsposeChild:
        if self._child is None or not self._child.is_usable():
            self.close()
            if _installed() is None:
                raise EngineUnavailable(_NOT_INSTALLED)
            self._child = AsposeChild(self._options, self._library_path, self._start_timeout)
            self._stop_child = weakref.finalize(self, self._child.stop)  # also at the program's end
        return self._child


def aspose_language(languages: tuple[Language, ...]) -> str:
    """The member of Aspose's Language enumeration that reads all of `languages` (none: English). Raises UnsupportedLanguage.

    >>> aspose_language((Language.GERMAN,)), aspose_language((Language.GERMAN, Language.ENGLISH)), aspose_language((Language.RUSSIAN, Language.ENGLISH))
    ('DEU', 'EXT_LATIN', 'EUROPEAN')
    """
    require(languages, AsposeEngine.languages, AsposeEngine.name)
    wanted = set(languages) or {Language.ENGLISH}
    if wanted <= _LATIN.keys():
        return _LATIN[wanted.pop()] if len(wanted) == 1 else "EXT_LATIN"
    beside_english = wanted - {Language.ENGLISH}
    if beside_english <= _CYRILLIC.keys():
        if beside_english != wanted:
            return "EUROPEAN"  # Aspose's name of its model for Cyrillic mixed with English
        return _CYRILLIC[wanted.pop()] if len(wanted) == 1 else "CYRILLIC"
    if len(beside_english) == 1 and beside_english <= _OTHER.keys():
        return _OTHER[beside_english.pop()]  # these models read English as well
    names = ", ".join(sorted(language.value for language in wanted))
    raise UnsupportedLanguage(f"engine 'aspose' reads one script at a time, beside English; {names} are of several: choose fewer languages")


def _reading(answer: dict[str, Any], licensed: bool) -> Reading:
    _raise_for_error(answer)
    regions = tuple(region for line in answer["lines"] if (region := _region(line)).text)
    # evaluation mode ends every text with its notice, and leaves out whole lines beyond what it shows
    truncated = not licensed or _NOTICE.search(answer["text"]) is not None
    return Reading(regions, truncated, (_EVALUATION,) if truncated else ())


def _raise_for_error(answer: dict[str, Any]) -> None:
    """Raises EngineUnavailable where a model is missing, RecognitionFailed where anything else went wrong in the child."""
    error = str(answer.get("error", ""))
    if model := re.search(r"[\w.-]+\.ocr\b", error):
        where = "put it into the folder that option models_path or EXTRACTOR_ASPOSE_MODELS names"
        raise EngineUnavailable(f"Aspose.OCR needs the model file {model[0]} for this: download it from github.com/aspose-ocr/resources and {where}")
    if error:
        raise RecognitionFailed(f"Aspose.OCR failed: {error}")


def _region(line: dict[str, Any]) -> OcrRegion:
    confidence = min(100.0, 100 * float(line["confidence"]))
    x, y, width, height = map(float, line["bounds"])
    # Aspose gives 0 where it has not computed a confidence: evaluation and temporary licences, scripts with diacritics
    return OcrRegion(without_notice(line["text"]), confidence if confidence > 0 else None, Box(x, y, width, height), AsposeEngine.name)


def without_notice(text: str) -> str:
    """`text` without the notice that evaluation mode adds.

    >>> without_notice("Total 12.50 ************* Trial Licenses ************* ")
    'Total 12.50'
    """
    return _NOTICE.sub("", text).strip()


def _given(value: str | os.PathLike[str] | None, variable: str) -> str | None:
    return os.fspath(value) if value is not None else os.environ.get(variable) or None


def _installed() -> str | None:
    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return None


@cache
def _probe(license_path: str | None, library_path: str | None, models_path: str | None) -> str | None:
    if _installed() is None:
        return _NOT_INSTALLED
    engine = AsposeEngine(license_path=license_path, library_path=library_path, models_path=models_path)
    try:
        engine._running_child()
    except EngineUnavailable as unavailable:
        return str(unavailable)
    finally:
        engine.close()
    return None
