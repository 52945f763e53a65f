"""Owns `extractor rules`: the commands for those who write rule files."""

from __future__ import annotations

import click

from extractor.cli.groups import LazyGroup

_COMMANDS = {
    "check": "extractor.cli.rules_check:check",
    "explain": "extractor.cli.rules_explain:explain",
    "import": "extractor.cli.rules_import:import_rules",
    "new": "extractor.cli.rules_new:new",
    "prove": "extractor.cli.rules_prove:prove",
    "test": "extractor.cli.rules_test:test",
}


@click.group(cls=LazyGroup, homes=_COMMANDS)
def rules() -> None:
    """Draft rule files, check, test and prove them, explain what they find, and make them of templates of invoice2data."""
