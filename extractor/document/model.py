"""Owns what a document is: its bytes' digest and its pages, each with size, image (made only when asked) and text layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from extractor.geometry import Box
from extractor.record import record

if TYPE_CHECKING:
    from PIL.Image import Image

RENDER_DPI = 200
"""Pixels per inch at which pages that have no pixels of their own (PDF) are measured and rendered."""

PixelArea = tuple[int, int, int, int]
"""A part of a page that has pixels: left, top, right, bottom."""

UNREADABLE = "\ufffd"
"""Stands in a text layer for every character of which the file does not say which one it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost; each is checked before the memory or time is spent.

    max_bytes: size of the file. max_pixels: of one page, as stored or as it would be rendered.
    max_pages: pages of the document. max_seconds: for reading one document (checked between pages and steps).
    """

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 120_000_000
    max_pages: int = 500
    max_seconds: float = 300.0


@record
class TextRun:
    """A word of a PDF's text layer. bounds: page pixels to a tenth, as high as its font.

    visible: False where nobody sees it: painted by no colour (render mode 3), under a scan, beside the page, or below 1 point high.
    """

    text: str
    bounds: Box
    visible: bool = True


@record
class CodeArea:
    """What can be a code by how it is drawn. bounds: page pixels. digest: tells the picture that it is; empty for other drawings."""

    bounds: Box
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """What a PDF page says as text: its words in content order, of which each column has one entry (see `TextRun`).

    image_areas: where raster images lie on the page, in page pixels.
    outline_segments: of how many lines and curves its elaborate shapes consist (a letter drawn as a shape has 10 to 40).
    code_areas: where a barcode or a QR code may be drawn.
    """

    texts: tuple[str, ...]
    bounds: tuple[Box, ...]
    visible: tuple[bool, ...]
    image_areas: tuple[Box, ...] = ()
    outline_segments: int = 0
    code_areas: tuple[CodeArea, ...] = ()

    @classmethod
    def of(cls, runs: Iterable[TextRun], image_areas: tuple[Box, ...] = (), outline_segments: int = 0) -> Self:
        """The text layer of some words."""
        known = tuple(runs)
        columns = tuple(run.text for run in known), tuple(run.bounds for run in known), tuple(run.visible for run in known)
        return cls(*columns, image_areas, outline_segments)

    @property
    def runs(self) -> tuple[TextRun, ...]:
        """The words one by one."""
        return tuple(map(TextRun, self.texts, self.bounds, self.visible))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a document carries. name: as the document calls it; data: its bytes; problem: why they cannot be had, then there are none."""

    name: str
    data: bytes = field(repr=False)
    problem: str = ""


class Page(Protocol):
    """One page. width, height: pixels (after EXIF orientation or PDF rotation); dpi: pixels per inch."""

    @property
    def number(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def dpi(self) -> float: ...
    def image(self) -> Image:
        """The page as pixels, mode RGB or L, exactly (width, height). Raises CorruptDocument, DocumentTooLarge."""
        ...

    def crop(self, area: PixelArea) -> Image:
        """The same pixels of a part of the page alone, which takes less where they must be drawn."""
        ...

    def text_layer(self) -> TextLayer | None:
        """The text layer; None where the format has none."""
        ...


@dataclass(slots=True)
class Document:
    """What came in. name: for messages; media_type: by content; sha256: hex digest of the bytes (of the pixels for a PIL image).

    pages: none of an XML document. data: the bytes of a PDF or an XML document; of images there are only the pages. password: that
    the PDF was opened with. attached: gives the files in a PDF; call `attachments()`.
    A context manager: leaving it closes what the pages read from.
    """

    name: str
    media_type: str
    sha256: str
    pages: Sequence[Page]
    data: bytes = field(default=b"", repr=False)
    password: str | None = field(default=None, repr=False)
    attached: Callable[[], tuple[Attachment, ...]] = field(default=tuple, repr=False)

    def attachments(self) -> tuple[Attachment, ...]:
        """The files that the document carries, in its own order. They are taken out of it only now. Raises DocumentError after `close`."""
        return self.attached()

    def close(self) -> None:
        """Frees what the pages read from; they cannot be used any more."""
        for page in self.pages:
            close = getattr(page, "close", None)
            if close is not None:
                close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
