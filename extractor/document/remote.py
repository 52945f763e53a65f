"""Owns documents that are named by a URL (`s3://bucket/invoice.pdf`): fetched through fsspec, which is an extra of its own.

Credentials belong into the settings of the store's own library (environment, configuration files), not into the URL: that is
the document's name, and stands as such in every output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TypeGuard

from extractor.errors import DocumentError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:://|::)")
"""At least two letters, so that the drive of a Windows path is none; fsspec chains its protocols with `::`."""


def is_url(source: object) -> TypeGuard[str]:
    """Whether a source is a URL and no path.

    >>> is_url("s3://bucket/a.pdf"), is_url("zip://a.pdf::file:///b.zip"), is_url(r"C:\\\\a.pdf"), is_url("a.pdf")
    (True, True, False, False)
    """
    return isinstance(source, str) and _SCHEME.match(source) is not None


@contextmanager
def open_url(url: str) -> Iterator[IO[bytes]]:
    """The bytes of a URL as a file. Raises DocumentError: no such file, no access, a store that is not known or lacks its library."""
    try:
        import fsspec
    except ImportError as error:
        raise DocumentError(f"{url}: a URL needs fsspec, which is not installed; run: pip install 'invoice-extractor[url]'") from error
    try:
        with fsspec.open(url, "rb") as file:
            yield file
    except DocumentError:
        raise
    except FileNotFoundError as error:
        raise DocumentError(f"{url!r}: no such file; check the URL") from error
    except PermissionError as error:
        raise DocumentError(f"{url}: no permission to read it") from error
    except Exception as error:  # every store's library has errors of its own
        raise DocumentError(f"{url}: cannot be read: {error}") from error
