"""Owns recognition: from a document to the regions of its pages, from the text layer where it can be trusted, else from pixels."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import compress, repeat
from typing import TYPE_CHECKING

from extractor.document.model import Document, Limits, Page, TextLayer, TextRun
from extractor.document.textlayer import Verdict, is_trustworthy, uncovered_image_areas
from extractor.errors import DocumentTooLarge, EngineUnavailable, ExtractorError, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr import barcodes as coding
from extractor.ocr import cache as caching
from extractor.ocr import prepare as preparing
from extractor.ocr.cache import OcrCache
from extractor.ocr.engines.base import Engine, FindsFirst, Reading
from extractor.ocr.language import Language
from extractor.ocr.page_codes import codes_beside_text, without_codes
from extractor.ocr.partly import PartlyRead, PartlyReadDocument
from extractor.ocr.pictures import KnownPictures
from extractor.ocr.result import TEXT_LAYER, LayerRegions, OcrPage, OcrRegion, OcrResult

if TYPE_CHECKING:
    from PIL.Image import Image

    from extractor.ocr.barcodes import Barcode

SAME_PRINT = 1 / 3
"""Text of a layer that lies so far on what the engine read is the same print: engines draw boxes closely, layers as high as the font."""
Progress = Callable[[int, int], None]
"""Called after each page with the number of pages done and the number of pages."""


class Mode(StrEnum):
    """auto: a trusted text layer, and the engine for what it does not cover; ocr: only the engine; text: only the text layer."""

    AUTO = "auto"
    OCR = "ocr"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class _Job:
    document: Document
    engine: Engine
    languages: tuple[Language, ...]
    mode: Mode
    cache: OcrCache | None
    pictures: KnownPictures[_PageReading]
    barcodes: bool

    @property
    def codes(self) -> list[str]:
        return [language.value for language in self.languages]


@dataclass(frozen=True, slots=True)
class _PageReading:
    page: OcrPage
    by_engine: bool = False
    truncated: bool = False
    warnings: tuple[str, ...] = ()


def recognize(
    document: Document,
    engine: Engine,
    languages: Sequence[Language] = (Language.ENGLISH,),
    *,
    mode: Mode | str = Mode.AUTO,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cache: OcrCache | None = None,
    pictures: KnownPictures[_PageReading] | None = None,
    barcodes: bool = True,
) -> OcrResult:
    """Reads all pages of a document. pictures: what this engine has read beside other text layers. barcodes: whether codes are looked for.

    An engine that holds a recording (`ReplayEngine`) gives that back, whatever the mode. `OcrResult.engine` is the engine's
    name where it read something, else `TEXT_LAYER`; the source of each region says it exactly. A blank page has no regions.
    Raises DocumentTooLarge where `limits.max_seconds` are over before the last page, ValueError for an unknown mode, and
    what the engine and the pages raise (OcrError, DocumentError).
    """
    recording = engine.recorded()
    if recording is not None:
        return _checked_recording(recording, document)
    job = _Job(document, engine, tuple(languages), Mode(mode), cache, KnownPictures() if pictures is None else pictures, barcodes)
    limits = limits or Limits()
    end = time.monotonic() + limits.max_seconds
    readings: list[_PageReading] = []
    for page in document.pages:
        if time.monotonic() >= end:
            done = f"{len(readings)} of {len(document.pages)} pages"
            raise DocumentTooLarge(f"{document.name}: {done} were read in {limits.max_seconds:g} seconds; raise Limits.max_seconds to read on")
        readings.append(_read_page(page, job))
        if progress is not None:
            progress(len(readings), len(document.pages))
    # JSON rounds: what is read now, what comes from the cache and what a recording gives back later must be the same
    return _result(readings, engine).rounded()


def in_parts(
    document: Document,
    engine: Engine,
    languages: Sequence[Language],
    *,
    mode: Mode,
    limits: Limits,
    progress: Progress | None = None,
    cache: OcrCache | None = None,
    pictures: KnownPictures[_PageReading] | None = None,
    barcodes: bool = True,
) -> PartlyReadDocument | None:
    """A document of which nothing was read yet; None where the engine reads whole pages only. Its pages raise as `recognize` does.

    Codes are looked for on all pages, also on those that are not opened.

    Pages with a text layer, and those that are in the cache, are there as a whole. What is read in part does not enter the cache.
    """
    if not isinstance(engine, FindsFirst) or engine.recorded() is not None:
        return None
    job = _Job(document, engine, tuple(languages), mode, cache, KnownPictures() if pictures is None else pictures, barcodes)
    end = time.monotonic() + limits.max_seconds
    pages = [replace(_empty_page(page), partial=True) for page in document.pages]
    parts = PartlyReadDocument(pages, engine.name, engine.version)

    def open_page(number: int) -> PartlyRead:
        if time.monotonic() >= end:
            raise DocumentTooLarge(f"{document.name}: not all pages were read in {limits.max_seconds:g} seconds; raise Limits.max_seconds to read on")
        opened = _open(document.pages[number - 1], engine, job, parts)
        if progress is not None:
            progress(len(parts.opened) + 1, len(pages))
        return opened

    parts.open_page = open_page
    parts.codes_of = lambda number: _codes_of(document.pages[number - 1], job)
    return parts


def _open(page: Page, engine: FindsFirst, job: _Job, parts: PartlyReadDocument) -> PartlyRead:
    """The print of a page; all of it read where that costs no more than finding it."""
    key = _key(page, (), job)
    if not _is_pixels(page, job) or (job.cache is not None and job.cache.get(key) is not None):
        return _opened_whole(page, job, parts)
    image = page.image()
    if preparing.is_blank(image):
        return _opened_whole(page, job, parts)
    with _named_failure(job, page.number):
        ready = preparing.prepare(image, job.engine)
        found = engine.find(ready.image, job.languages, sparing=True)
    rotation, skew = ((ready.rotation + found.rotation) % 360, ready.skew + found.skew) if len(found) else (0, 0.0)
    shown = replace(_empty_page(page), rotation=rotation, skew=skew, barcodes=_codes(image, job))
    bounds = [ready.to_page(found.bounds(index)) for index in range(len(found))]

    def read(indices: list[int]) -> list[OcrRegion | None]:
        with _named_failure(job, page.number):
            picked = engine.pick(found, indices, job.languages)
        return [region and replace(region, bounds=bounds[i], source=region.source or job.engine.name) for i, region in zip(indices, picked, strict=True)]

    return PartlyRead(shown, bounds, read, then=lambda whole: _keep(key, _PageReading(whole, True), job))


def _is_pixels(page: Page, job: _Job) -> bool:
    """Whether a page is read from its pixels alone, and there is nothing to tell about its text layer."""
    if job.mode is not Mode.AUTO:
        return job.mode is Mode.OCR
    trust = is_trustworthy(page.text_layer())
    return not trust and trust.verdict is not Verdict.GARBLED


def _opened_whole(page: Page, job: _Job, parts: PartlyReadDocument) -> PartlyRead:
    done = _read_page(page, job)
    parts.warnings += done.warnings
    regions = done.page.regions
    return PartlyRead(done.page, [region.bounds for region in regions], None, dict(enumerate(regions)), by_engine=done.by_engine, truncated=done.truncated)


def _checked_recording(recording: OcrResult, document: Document) -> OcrResult:
    if len(recording.pages) != len(document.pages):
        raise RecognitionFailed(f"the recording has {len(recording.pages)} page(s), {document.name} has {len(document.pages)}: it is of another document")
    return recording


def _result(readings: Sequence[_PageReading], engine: Engine) -> OcrResult:
    warnings = tuple(dict.fromkeys(warning for reading in readings for warning in reading.warnings))
    pages, truncated = tuple(reading.page for reading in readings), any(reading.truncated for reading in readings)
    if any(reading.by_engine for reading in readings):
        return OcrResult(pages, engine.name, engine.version, truncated, warnings)
    return OcrResult(pages, TEXT_LAYER, "", truncated, warnings)


def _read_page(page: Page, job: _Job) -> _PageReading:
    layer = None if job.mode is Mode.OCR else page.text_layer()
    if job.mode is Mode.TEXT:
        return _from_text_alone(page, layer, job)
    trust = is_trustworthy(layer)
    if layer is None or not trust:
        read = _from_pixels(page, (), job)
        unused = (f"page {page.number}: the text layer is not used: {trust.reason}",) if trust.verdict is Verdict.GARBLED else ()
        return replace(read, warnings=unused + read.warnings)
    found, told = _layer_page(page, layer, job)
    areas = without_codes(uncovered_image_areas(layer, page.width, page.height, page.dpi), found.barcodes)
    if not areas:
        return _PageReading(found, warnings=told)
    try:
        read = _from_pixels(page, areas, job)
    except (EngineUnavailable, UnsupportedLanguage) as error:
        # the text layer alone is still the better part of the page: say what is missing instead of giving nothing
        return _PageReading(found, warnings=(*told, f"page {page.number}: images beside the text layer were not read: {error}"))
    runs = layer.runs
    added = tuple(region for region in read.page.regions if not _repeats(region, runs))
    merged = replace(read.page, regions=(*found.regions, *added), barcodes=found.barcodes)
    return replace(read, page=merged, by_engine=bool(added), warnings=told + read.warnings)


def _from_text_alone(page: Page, layer: TextLayer | None, job: _Job) -> _PageReading:
    if layer is None or not layer.texts:
        return _PageReading(_empty_page(page), warnings=(f"page {page.number} has no text layer; read it with an OCR engine",))
    found, told = _layer_page(page, layer, job)
    return _PageReading(found, warnings=told)


def _empty_page(page: Page) -> OcrPage:
    return OcrPage(page.number, page.width, page.height, (), page.dpi)


def _layer_page(page: Page, layer: TextLayer, job: _Job) -> tuple[OcrPage, tuple[str, ...]]:
    """The text layer as regions, the codes beside it, and what there is to tell about these.

    Text that nobody can see counts only where there is no other (a scan with its OCR text).
    """
    counts = layer.visible if any(layer.visible) else repeat(True)
    regions = LayerRegions(tuple(compress(layer.texts, counts)), tuple(compress(layer.bounds, counts)))
    codes, told = codes_beside_text(page, layer, job.pictures) if job.barcodes else ((), ())
    return replace(_empty_page(page), regions=regions, barcodes=codes), told


def _repeats(region: OcrRegion, runs: Sequence[TextRun]) -> bool:
    """Whether the text layer says at the same place what the engine read there."""
    box = region.bounds
    inside = [r.text for r in runs if box.x <= r.bounds.center_x <= box.right and r.bounds.intersection(box).area >= SAME_PRINT * r.bounds.area]
    return bool(inside) and _letters(region.text) in _letters("".join(inside))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _from_pixels(page: Page, areas: tuple[Box, ...], job: _Job) -> _PageReading:
    """What the engine reads on the whole page or, where there are `areas`, in these alone; kept in the cache."""
    key = _key(page, areas, job)
    cached = job.cache.get(key) if job.cache else None
    if cached is not None and cached.pages:
        return _PageReading(cached.pages[0], True, cached.truncated, cached.warnings)
    found = _read_areas(page, areas, job) if areas else _read_whole(page, job)
    _keep(key, found, job)
    return found


def _key(page: Page, areas: tuple[Box, ...], job: _Job) -> str:
    engine = job.engine
    known = (job.document.sha256, page.number, page.width, page.height, engine.name, engine.version, engine.settings)
    looked = f"codes={coding.VERSION if job.barcodes and not areas else 0}"
    return caching.key((*known, job.codes, job.mode, [area.to_dict() for area in areas], preparing.VERSION, looked))


def _keep(key: str, found: _PageReading, job: _Job) -> None:
    if job.cache:
        job.cache.put(key, OcrResult((found.page,), job.engine.name, job.engine.version, found.truncated, found.warnings))


def _read_areas(page: Page, areas: tuple[Box, ...], job: _Job) -> _PageReading:
    """What the engine reads in some areas. How the print lies is taken from an area that is most of the page (a scan with a stamp on it)."""
    whole = _empty_page(page)
    regions: list[OcrRegion] = []
    truncated, warnings = False, list[str]()
    for area in areas:
        left, top, right, bottom = max(0, int(area.x)), max(0, int(area.y)), min(page.width, math.ceil(area.right)), min(page.height, math.ceil(area.bottom))
        if right <= left or bottom <= top:
            continue
        image = page.crop((left, top, right, bottom))
        found = job.pictures.reading(image, job.codes, partial(_read_image, page, image, job))
        regions += (replace(region, bounds=region.bounds.moved(left, top)) for region in found.page.regions)
        truncated |= found.truncated
        warnings += found.warnings
        if area.area > page.width * page.height / 2:
            whole = replace(whole, rotation=found.page.rotation, skew=found.page.skew)
    return _PageReading(replace(whole, regions=tuple(regions)), True, truncated, tuple(warnings))


def _read_whole(page: Page, job: _Job) -> _PageReading:
    image = page.image()
    found = _read_image(page, image, job)
    return replace(found, page=replace(found.page, barcodes=_codes(image, job)))


def _codes(image: Image, job: _Job) -> tuple[Barcode, ...]:
    return tuple(coding.find_barcodes(image)) if job.barcodes else ()


def _codes_of(page: Page, job: _Job) -> tuple[Barcode, ...]:
    """The codes of a page of which nothing else is read."""
    layer = None if job.mode is Mode.OCR else page.text_layer()
    if not job.barcodes or (layer is None and job.mode is Mode.TEXT):
        return ()
    if layer is not None and (job.mode is Mode.TEXT or is_trustworthy(layer)):
        return codes_beside_text(page, layer, job.pictures)[0]
    cached = job.cache.get(_key(page, (), job)) if job.cache else None
    return cached.pages[0].barcodes if cached is not None and cached.pages else _codes(page.image(), job)


def _read_image(page: Page, image: Image, job: _Job) -> _PageReading:
    """What the engine reads on an image; bounds are in its pixels."""
    if preparing.is_blank(image):
        return _PageReading(_empty_page(page), by_engine=True)
    ready, reading = _call(job, image, page.number)
    regions = tuple(replace(region, bounds=ready.to_page(region.bounds), source=region.source or job.engine.name) for region in reading.regions)
    found = replace(_empty_page(page), regions=regions, rotation=(ready.rotation + reading.rotation) % 360, skew=ready.skew + reading.skew)
    return _PageReading(found, True, reading.truncated, reading.warnings)


def _call(job: _Job, image: Image, number: int) -> tuple[preparing.Prepared, Reading]:
    with _named_failure(job, number):
        ready = preparing.prepare(image, job.engine)
        return ready, job.engine.read(ready.image, job.languages)


@contextmanager
def _named_failure(job: _Job, number: int) -> Iterator[None]:
    """Names document, page and engine where the engine fails in a way of its own."""
    try:
        yield
    except (ExtractorError, MemoryError):
        raise
    except Exception as error:  # a third party's engine may raise anything
        raise RecognitionFailed(f"{job.document.name}, page {number}: OCR engine {job.engine.name!r} failed: {type(error).__name__}: {error}") from error
