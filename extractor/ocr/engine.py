"""Owns `OcrEngine`: reading documents without the rest of the framework."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict

from extractor.document.model import Document, Limits
from extractor.ocr.barcodes import VERSION as CODES_VERSION
from extractor.ocr.image import Image
from extractor.ocr.language import Language
from extractor.ocr.pictures import KnownPictures
from extractor.ocr.prepare import VERSION as PREPARE_VERSION
from extractor.ocr.reading import Mode, Progress, in_parts, recognize
from extractor.ocr.registry import AUTO, create_engine

if TYPE_CHECKING:
    from extractor.document.load import Source
    from extractor.ocr.cache import OcrCache
    from extractor.ocr.partly import PartlyReadDocument
    from extractor.ocr.result import OcrResult

Languages = Language | str | Iterable[Language | str]


class _How(TypedDict):
    """What `recognize` and `in_parts` take beside the document."""

    mode: Mode
    limits: Limits
    progress: Progress | None
    cache: OcrCache | None
    pictures: KnownPictures[Any]
    barcodes: bool


class OcrEngine:
    """Reads documents; made once, used for many, because the models stay loaded. A context manager.

    engine: `auto` takes text layers that can be trusted and the default engine elsewhere; any name of `known_engines()`
    has that engine read all pages. mode: overrules that (`auto`, `ocr`, `text`). barcodes: whether codes on the pages are looked for.
    options: of the engine's class.
    Raises EngineNotFound, EngineUnavailable, OcrError (unknown options), UnsupportedLanguage.

    >>> engine = OcrEngine(language="de")
    >>> engine.language = [Language.ENGLISH, "fr"]
    >>> engine.languages
    (<Language.ENGLISH: 'en'>, <Language.FRENCH: 'fr'>)
    """

    def __init__(
        self,
        engine: str = AUTO,
        language: Languages = Language.ENGLISH,
        *,
        mode: Mode | str | None = None,
        limits: Limits | None = None,
        cache: OcrCache | None = None,
        barcodes: bool = True,
        **options: Any,
    ) -> None:
        self.mode = Mode(mode or (Mode.AUTO if engine == AUTO else Mode.OCR))
        self.limits = limits or Limits()
        self.cache = cache
        self.barcodes = barcodes
        self.languages = _parse(language)
        self._engine = create_engine(engine, **options)
        self._pictures: KnownPictures[Any] = KnownPictures()

    @property
    def name(self) -> str:
        """The name of the engine that reads pixels."""
        return self._engine.name

    @property
    def version(self) -> str:
        """The engine and everything of it that decides what is read, as one stable text: name, version, settings, mode, languages."""
        looks = (f"mode={self.mode}", f"prepare={PREPARE_VERSION}", f"codes={CODES_VERSION if self.barcodes else 0}")
        parts = (self._engine.name, self._engine.version, self._engine.settings, *looks)
        return " ".join(filter(None, (*parts, "+".join(language.value for language in self.languages))))

    @property
    def language(self) -> Language:
        """The first of `languages`. May be set to a Language, a code (`de`), a name (`German`) or several of them."""
        return self.languages[0]

    @language.setter
    def language(self, language: Languages) -> None:
        self.languages = _parse(language)

    def process(self, source: Image | Document | Source, *, progress: Progress | None = None) -> OcrResult:
        """Reads all pages of an `Image`, a Document, a path, bytes, a binary file object or a PIL image.

        Raises DocumentError and OcrError and their kinds; DocumentTooLarge also where `limits.max_seconds` are over.
        """
        if isinstance(source, Image):
            return self._read(source.document, progress)
        if isinstance(source, Document):
            return self._read(source, progress)
        with Image.load(source, limits=self.limits) as image:
            return self._read(image.document, progress)

    def in_parts(self, document: Document, *, progress: Progress | None = None) -> PartlyReadDocument | None:
        """An open document of which nothing was read yet; None where the engine cannot find print without reading it (`FindsFirst`)."""
        return in_parts(document, self._engine, self.languages, **self._how(progress))

    def close(self) -> None:
        """Frees the engine's models."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _read(self, document: Document, progress: Progress | None) -> OcrResult:
        return recognize(document, self._engine, self.languages, **self._how(progress))

    def _how(self, progress: Progress | None) -> _How:
        return _How(mode=self.mode, limits=self.limits, progress=progress, cache=self.cache, pictures=self._pictures, barcodes=self.barcodes)


def _parse(language: Languages) -> tuple[Language, ...]:
    several = (language,) if isinstance(language, str | Language) else tuple(language)
    if not several:
        raise ValueError("at least one language is needed")
    return tuple(dict.fromkeys(map(Language.parse, several)))
