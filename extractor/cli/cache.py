"""Owns `extractor cache`: what is kept so that it need not be made again, and getting rid of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import click

from extractor.caches import FOLDER_VARIABLE

NAMES = ("ocr", "rules")
_KIB = 1024


class _Cache(Protocol):
    """What both caches can do. size: entries, bytes; clear: how many entries there were."""

    folder: Path

    def size(self) -> tuple[int, int]: ...

    def clear(self) -> int: ...


class _Kept(NamedTuple):
    """A cache by name, and what one of its entries is."""

    name: str
    entry: str
    cache: _Cache


@click.group(epilog=f"--no-cache leaves both aside for one command; {FOLDER_VARIABLE} names another folder than the user's cache folder.")
def cache() -> None:
    """Show or clear what is kept: pages as engines read them, and compiled rule files."""


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(as_json: bool) -> None:
    """Tell how much is kept, and where."""
    rows = [(kept, *kept.cache.size()) for kept in _kept(NAMES)]
    if as_json:
        click.echo(json.dumps([{"name": kept.name, "folder": str(kept.cache.folder), "entries": count, "bytes": size} for kept, count, size in rows], indent=2))
        return
    for kept, count, size in rows:
        click.echo(f"{kept.name}: {count} {kept.entry}, {_readable(size)}, in {kept.cache.folder}")


@cache.command()
@click.argument("names", nargs=-1, metavar="[ocr|rules]...", type=click.Choice(NAMES))
def clear(names: tuple[str, ...]) -> None:
    """Remove what is kept: all of it, or only OCR results or compiled rule files. It will be made again when it is needed."""
    for kept in _kept(names or NAMES):
        click.echo(f"{kept.name}: {kept.cache.clear()} {kept.entry} removed from {kept.cache.folder}")


def _kept(names: tuple[str, ...]) -> Iterator[_Kept]:
    from extractor.ocr import OcrCache
    from extractor.rules.store import RuleStore

    known = {"ocr": _Kept("ocr", "page(s)", OcrCache()), "rules": _Kept("rules", "compiled file(s)", RuleStore())}
    yield from (known[name] for name in dict.fromkeys(names))


def _readable(size: int) -> str:
    return f"{size / _KIB:.0f} KiB" if size < _KIB * _KIB else f"{size / _KIB / _KIB:.1f} MiB"
