"""Owns `extractor rules`: the commands for those who write rule files."""

from __future__ import annotations

import click

from extractor.cli.rules_check import check
from extractor.cli.rules_import import import_rules


@click.group()
def rules() -> None:
    """Check rule files, and make them of templates of invoice2data."""


rules.add_command(check)
rules.add_command(import_rules)
