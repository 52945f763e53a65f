"""Owns `extractor review`: the commands for those who look at what extraction is not sure of."""

from __future__ import annotations

import click

from extractor.cli.groups import LazyGroup

_COMMANDS = {
    "accept": "extractor.cli.review_decide:accept",
    "example": "extractor.cli.review_set:example",
    "list": "extractor.cli.review_list:list_documents",
    "reject": "extractor.cli.review_decide:reject",
    "set": "extractor.cli.review_set:set_fields",
    "show": "extractor.cli.review_list:show",
}


@click.group(cls=LazyGroup, homes=_COMMANDS)
def review() -> None:
    """Look through the documents of a store that ask for a person: correct them, accept them, reject them.

    Documents are named by their ids, of which the first characters are enough.
    """
