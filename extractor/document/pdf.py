"""Owns PDF files: opening them with pdfium, the size of their pages, and rendering. What a page says is read by `pdftext`.

pdfium may be entered by one thread at a time: everything that touches it holds `PDFIUM`.
A page is opened when it is needed and closed again at once.
"""

from __future__ import annotations

import ctypes
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from extractor.document.model import RENDER_DPI, Attachment, Limits
from extractor.errors import CorruptDocument, DocumentError, DocumentTooLarge, EncryptedDocument

if TYPE_CHECKING:
    from PIL.Image import Image

    from extractor.document.model import PixelArea, TextLayer

PDFIUM = threading.RLock()
"""Held around every call into pdfium, which keeps state of the whole process."""

_POINTS_PER_INCH = 72.0
_MIN_DPI = 30.0
"""Print cannot be read below this."""
_MAX_SIDE = 30_000
"""Pixels. Image libraries count in 16 bits with sign."""
_MAX_ANNOTATIONS = 2_000
_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8


class PdfFile:
    """An open PDF. Raises EncryptedDocument and CorruptDocument when constructed."""

    def __init__(self, data: bytes, name: str, password: str | None = None) -> None:
        self.name = name
        self.data = data
        with PDFIUM:
            self._pdf: Any = _open(data, name, password)
            # Registered after pdfium's own finalizer and therefore run before it, and with the lock.
            self.close = weakref.finalize(self, _close, self._pdf)
            self.page_count = len(self._pdf)
        self._flattened: set[int] = set()

    def page_size(self, index: int) -> tuple[float, float]:
        """Width and height of a page in points (1/72 inch), after its rotation, of its visible box. Raises CorruptDocument."""
        from pypdfium2 import raw

        size = raw.FS_SIZEF()
        with PDFIUM:
            known = raw.FPDF_GetPageSizeByIndexF(self._pdf, index, size)
        if not known or not (math.isfinite(size.width) and math.isfinite(size.height)) or size.width <= 0 or size.height <= 0:
            raise CorruptDocument(f"{self.name}, page {index + 1}: the page is missing or has no size; print the PDF anew")
        return size.width, size.height

    @contextmanager
    def page(self, index: int) -> Iterator[Any]:
        """A pypdfium2 page, closed at the end; the lock is held in between. Raises CorruptDocument, DocumentError after `close`."""
        from pypdfium2 import PdfiumError

        with PDFIUM:
            if not self.close.alive:
                raise DocumentError(f"{self.name}: the document is closed")
            try:
                page = self._pdf.get_page(index)
            except PdfiumError as error:
                raise CorruptDocument(f"{self.name}, page {index + 1}: the page cannot be read ({error}); print the PDF anew") from error
            try:
                yield page
            finally:
                page.close()

    def attachments(self) -> tuple[Attachment, ...]:
        """The files attached to the document. Raises DocumentError after `close`."""
        with PDFIUM:
            if not self.close.alive:
                raise DocumentError(f"{self.name}: the document is closed")
            if not self._pdf.count_attachments():
                return ()
            from extractor.document.attachments import read_attachments

            return read_attachments(self._pdf, self.data)

    @contextmanager
    def flat_page(self, index: int) -> Iterator[Any]:
        """The same page after what is typed into form fields and comments has become part of its text."""
        from pypdfium2 import raw

        with self.page(index) as page:
            if index in self._flattened or not _has_filled_annotations(page):
                yield page
                return
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            self._flattened.add(index)
        with self.page(index) as page:
            yield page


class PdfPage:
    """One page of a PDF. width, height: pixels at `dpi`, which is `RENDER_DPI` or less where the page would be over a limit."""

    def __init__(self, file: PdfFile, index: int, limits: Limits) -> None:
        self.number = index + 1
        self._file = file
        self._index = index
        self._limits = limits
        self.width, self.height, self.dpi = _pixel_size(file, index, limits)

    def image(self) -> Image:
        """The page as pixels, RGB, with annotations and form fields. Raises CorruptDocument and DocumentTooLarge (also: too slow)."""
        return self.crop((0, 0, self.width, self.height))

    def crop(self, area: PixelArea) -> Image:
        """A part of `image()`; nothing else is drawn. Raises what that does."""
        what = f"{self._file.name}, page {self.number}"
        seconds = self._limits.max_seconds
        with self._file.page(self._index) as page:
            _check_images(page, what, self._limits)
            try:
                return _render(page, (self.width, self.height), area, seconds)
            except TimeoutError as error:
                raise DocumentTooLarge(f"{what}: drawing it takes more than {seconds:g} seconds; raise Limits.max_seconds") from error
            except MemoryError as error:
                raise DocumentTooLarge(f"{what}: not enough memory to draw it; lower Limits.max_pixels") from error

    def text_layer(self) -> TextLayer | None:
        """What the page says as text, and where its raster images lie. Raises CorruptDocument."""
        from extractor.document.pdftext import read_text_layer

        with self._file.flat_page(self._index) as page:
            return read_text_layer(page, self.width, self.height)

    def close(self) -> None:
        """Closes the file for all its pages."""
        with PDFIUM:
            self._file.close()


def load_pdf(data: bytes, name: str, password: str | None, limits: Limits) -> tuple[tuple[PdfPage, ...], Callable[[], tuple[Attachment, ...]]]:
    """The pages of a PDF, and what takes out the files attached to it. Raises EncryptedDocument, CorruptDocument and DocumentTooLarge."""
    file = PdfFile(data, name, password)
    try:
        if file.page_count > limits.max_pages:
            raise DocumentTooLarge(f"{name}: {file.page_count} pages, more than {limits.max_pages}; raise Limits.max_pages to read it")
        return tuple(PdfPage(file, index, limits) for index in range(file.page_count)), file.attachments
    except DocumentError:
        file.close()
        raise


def _open(data: bytes, name: str, password: str | None) -> Any:
    import pypdfium2
    from pypdfium2 import raw

    try:
        pdf = pypdfium2.PdfDocument(data, password=password)
    except UnicodeEncodeError as error:
        raise EncryptedDocument(f"{name}: the password has characters that no password can have") from error
    except pypdfium2.PdfiumError as error:
        if _opens(data, password):
            raise CorruptDocument(f"{name}: the PDF has no pages") from error
        if error.err_code == raw.FPDF_ERR_PASSWORD and not password:
            raise EncryptedDocument(f"{name}: the PDF is encrypted; give its password") from error
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocument(f"{name}: the password is wrong") from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise EncryptedDocument(f"{name}: the PDF is encrypted in a way that cannot be read; save it without encryption") from error
        raise CorruptDocument(f"{name}: the PDF is damaged or cut short ({error}); fetch or print it again") from error
    with suppress(pypdfium2.PdfiumError):  # a damaged form costs its fields, not the page
        pdf.init_forms()
    return pdf


def _opens(data: bytes, password: str | None) -> bool:
    """Whether pdfium itself opens the file. Its error code cannot tell: for a PDF without pages it is that of an earlier failure."""
    from pypdfium2 import raw

    handle = raw.FPDF_LoadMemDocument64(data, len(data), password.encode() if password else None)
    if handle:
        raw.FPDF_CloseDocument(handle)
    return bool(handle)


def _close(pdf: Any) -> None:
    with PDFIUM:
        pdf.close()


def _pixel_size(file: PdfFile, index: int, limits: Limits) -> tuple[int, int, float]:
    """Width, height and dpi: `RENDER_DPI`, or as much less as keeps the page within the limits. Raises DocumentTooLarge."""
    points = file.page_size(index)
    inches = (points[0] / _POINTS_PER_INCH, points[1] / _POINTS_PER_INCH)
    # A side is rounded up to whole pixels, so a hair below the exact root is what fits.
    dpi = min(float(RENDER_DPI), 0.999 * math.sqrt(limits.max_pixels / (inches[0] * inches[1])), _MAX_SIDE / max(inches))
    if dpi < _MIN_DPI:
        raise DocumentTooLarge(
            f"{file.name}, page {index + 1}: {inches[0] * 25.4:,.0f} x {inches[1] * 25.4:,.0f} mm cannot be drawn "
            f"within {limits.max_pixels:,} pixels and stay readable; raise Limits.max_pixels or scale the page down"
        )
    return max(1, math.ceil(inches[0] * dpi)), max(1, math.ceil(inches[1] * dpi)), dpi


def _has_filled_annotations(page: Any) -> bool:
    """Whether any annotation can carry text: links and closed comments cannot, and most pages have nothing else."""
    from pypdfium2 import raw

    silent = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FILEATTACHMENT}
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            raw.FPDFPage_CloseAnnot(annotation)
            if kind not in silent:
                return True
    return False


def _check_images(page: Any, what: str, limits: Limits) -> None:
    """Raises DocumentTooLarge where an image on the page would take more pixels to decode than the page may have."""
    from pypdfium2 import raw

    width, height = ctypes.c_uint(), ctypes.c_uint()
    for item in islice(page.get_objects(max_depth=_MAX_DEPTH), _MAX_OBJECTS):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFImageObj_GetImagePixelSize(item, width, height):
            pixels = width.value * height.value
            if pixels > limits.max_pixels:
                raise DocumentTooLarge(f"{what}: an image of {pixels:,} pixels, more than {limits.max_pixels:,}; raise Limits.max_pixels to read it")


def _render(page: Any, size: tuple[int, int], area: PixelArea, seconds: float) -> Image:
    """Draws a part of a page of some size step by step, so that one of endless patterns can be given up. Raises TimeoutError."""
    import pypdfium2
    from pypdfium2 import raw

    deadline = time.monotonic() + seconds
    left, top, right, bottom = area
    width, height = right - left, bottom - top
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    pause = raw.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(lambda _: time.monotonic() > deadline)
    place = (-left, -top, *size, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, *place, ctypes.byref(pause))
    raw.FPDF_RenderPage_Close(page)
    if state == raw.FPDF_RENDER_TOBECONTINUED:
        raise TimeoutError
    if state != raw.FPDF_RENDER_DONE:
        raise CorruptDocument("the page cannot be drawn; print the PDF anew")
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
    image: Image = bitmap.to_pil()
    return image if image.mode == "RGB" else image.convert("RGB")
