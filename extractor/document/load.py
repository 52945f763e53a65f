"""Owns opening a document: from a path, bytes, a binary file object or a PIL image to a `Document`."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from extractor.document.model import Document, Limits
from extractor.document.remote import is_url, open_url
from extractor.document.sniff import PDF, XML, media_type
from extractor.errors import DocumentError, DocumentTooLarge, UnsupportedDocument

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL.Image import Image

    Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image

_CHUNK = 1024 * 1024


def load_document(source: Source, *, password: str | None = None, limits: Limits | None = None, name: str | None = None) -> Document:
    """Opens a document. Pages are rendered or decoded only when their `image()` is asked for; an e-invoice in XML has none.

    source: a path, a URL (see `extractor.document.remote`), the bytes themselves, a file object opened in binary mode, or a PIL image.
    password: for encrypted PDFs; ignored elsewhere. name: what messages call it, by default the path.
    Raises DocumentError (no such file, no permission, no file at all) and its kinds UnsupportedDocument, CorruptDocument,
    DocumentTooLarge and EncryptedDocument. Close the document, or use it in a `with` block.
    """
    limits = limits or Limits()
    if _is_pil_image(source):
        from extractor.document.images import load_pil_image

        return load_pil_image(cast("Image", source), name or "image", limits)
    data, name = _read(source, name, limits)
    kind = media_type(data, name)
    digest = hashlib.sha256(data).hexdigest()
    if kind == PDF:
        from extractor.document.pdf import load_pdf

        pages, attached = load_pdf(data, name, password, limits)
        return Document(name, kind, digest, pages, data, password, attached)
    if kind == XML:
        from extractor.document.xml import read_einvoice

        read_einvoice(data, name)
        return Document(name, kind, digest, (), data)
    from extractor.document.images import load_image

    return Document(name, kind, digest, load_image(data, kind, name, limits))


def _is_pil_image(source: object) -> bool:
    """Without importing Pillow: whoever passes an image has it loaded."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(source, module.Image)


def _read(source: Any, name: str | None, limits: Limits) -> tuple[bytes, str]:
    """The bytes and what to call them."""
    if isinstance(source, bytes | bytearray | memoryview):
        name = name or "document"
        _check_size(source.nbytes if isinstance(source, memoryview) else len(source), name, limits)
        return bytes(source), name
    if is_url(source):
        name = name or source
        with open_url(source) as file:
            return _read_file(file, name, limits), name
    if isinstance(source, str | os.PathLike):
        name = name or os.fsdecode(source)
        return _read_path(source, name, limits), name
    if callable(getattr(source, "read", None)):
        own_name = getattr(source, "name", None)
        name = name or (own_name if isinstance(own_name, str) and own_name else "document")
        return _read_file(source, name, limits), name
    raise UnsupportedDocument(f"cannot load {type(source).__name__}: give a path, bytes, a file opened in binary mode, or a PIL image")


def _read_path(path: str | os.PathLike[str], name: str, limits: Limits) -> bytes:
    try:
        place = Path(path)
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnsupportedDocument(f"{name}: this is a directory; give the path of one file")
        if not stat.S_ISREG(status.st_mode):
            raise UnsupportedDocument(f"{name}: this is no regular file; open it and pass the file object")
        _check_size(status.st_size, name, limits)
        with place.open("rb") as file:
            return _read_file(file, name, limits)
    except FileNotFoundError as error:
        raise DocumentError(f"{name!r}: no such file; check the path") from error
    except PermissionError as error:
        raise DocumentError(f"{name}: no permission to read the file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        raise DocumentError(f"{name!r}: cannot be read: {error}") from error


def _read_file(file: Any, name: str, limits: Limits) -> bytes:
    """Reads to the end, but never more than one byte beyond the limit."""
    parts: list[bytes] = []
    size = 0
    while size <= limits.max_bytes:
        try:
            part = file.read(min(_CHUNK, limits.max_bytes + 1 - size))
        except (OSError, ValueError) as error:  # ValueError: a closed file
            raise DocumentError(f"{name}: cannot be read: {error}") from error
        if not part:
            break
        if not isinstance(part, bytes | bytearray):
            raise DocumentError(f"{name}: the file gives {type(part).__name__}, not bytes; open it in binary mode ('rb')")
        parts.append(bytes(part))
        size += len(part)
    _check_size(size, name, limits)
    return b"".join(parts)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise DocumentTooLarge(f"{name}: more than {limits.max_bytes:,} bytes; raise Limits.max_bytes to read it")
