"""Owns the options that reviewing commands share: who, and which version was seen."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import store_option

if TYPE_CHECKING:
    from extractor.review import ReviewedDocument
    from extractor.store import Store

Command = Callable[..., Any]


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:  # a user without a name, in a container
        raise click.UsageError("this user has no name; say who you are with --by") from error


_OPTIONS = (
    click.argument("document", metavar="ID"),
    store_option,
    click.option("--by", metavar="NAME", help="Who does this, by default the user who is logged in."),
    click.option(
        "--version", "seen", type=click.IntRange(1), metavar="N", help="The version that you saw (`review show`): fail where it is another one by now."
    ),
)


def reviewing_options(command: Command) -> Command:
    """Adds the document, the store, who it is, and the version that was seen."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def reviewer(options: dict[str, Any]) -> str:
    """Who does it."""
    return str(options["by"] or _login())


def seen_document(store: Store, options: dict[str, Any]) -> ReviewedDocument:
    """The document that was asked for. Raises ReviewConflict where it is another version than the one that was seen, ReviewError."""
    from extractor.review import find_document
    from extractor.review.write import check_version

    document = find_document(store, options["document"])
    if options["seen"] is not None:
        check_version(document, options["seen"])
    return document
