"""Owns finding documents under a URL (`s3://bucket/inbox`): what there is, and whether it changed, through fsspec."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from typing import Any

from extractor.document.remote import open_url
from extractor.errors import DocumentError


def find_urls(url: str) -> Iterator[str]:
    """The URLs of all files that a URL names: a file, a folder at any depth, or a glob pattern. Of chained URLs (`zip://a.pdf::...`) itself.

    Raises DocumentError where they cannot be listed; a file that does not exist is given.
    """
    if "::" in url:
        yield url
        return
    try:
        system, path = _located(url)
        if glob.has_magic(path):
            found = [name for name, info in system.glob(path, detail=True).items() if info["type"] == "file"]
        elif system.isdir(path):
            found = system.find(path)
        else:
            found = None
    except Exception as error:  # every store's library has errors of its own
        raise DocumentError(f"{url}: cannot be listed: {error}") from error
    yield from [url] if found is None else (system.unstrip_protocol(name) for name in sorted(found))


def url_state(url: str) -> tuple[int, str | None] | None:
    """Size in bytes and a text that changes with the file, where its store tells one; None where the file cannot be looked at."""
    try:
        system, path = _located(url)
        info = system.info(path)
    except Exception:  # noqa: BLE001  every store's library has errors of its own
        return None
    told = [f"{name}={info[name]}" for name in _TELLING if info.get(name) is not None]
    return int(info.get("size") or 0), f"{info.get('size')}:{' '.join(told)}" if told else None


_TELLING = ("ETag", "etag", "md5Hash", "md5", "LastModified", "last_modified", "updated", "mtime", "mtimeMs", "modified", "created")
"""What stores call that which changes with a file's content."""


def _located(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        with open_url(url):  # says what to install
            pass
        raise
    system, path = fsspec.core.url_to_fs(url)
    return system, path
