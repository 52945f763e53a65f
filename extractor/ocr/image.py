"""Owns `Image`: what `OcrEngine.process` takes, opened from whatever holds a picture or a PDF."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from extractor.document.model import Document, Limits
from extractor.errors import UnsupportedDocument

if TYPE_CHECKING:
    from extractor.document.load import Source


class Image:
    """One or more pages of pixels. A context manager: leaving it closes the file's pages."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @classmethod
    def load(cls, source: Source, *, password: str | None = None, limits: Limits | None = None) -> Self:
        """Opens a path, bytes, a binary file object or a PIL image; a TIFF or PDF may have several pages.

        Raises DocumentError and its kinds (UnsupportedDocument, CorruptDocument, DocumentTooLarge, EncryptedDocument).
        """
        from extractor.document.load import load_document

        document = load_document(source, password=password, limits=limits)
        if not document.pages:
            raise UnsupportedDocument(f"{document.name}: this is an e-invoice in XML, which has no page to read; see `extractor einvoice`")
        return cls(document)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the first page in pixels."""
        return self.document.pages[0].width, self.document.pages[0].height

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self.document.pages)

    def close(self) -> None:
        """Frees what the pages read from."""
        self.document.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
