"""Owns `extractor rules`: the commands for those who write rule files."""

from __future__ import annotations

import click

from extractor.cli.rules_check import check


@click.group()
def rules() -> None:
    """Check rule files."""


rules.add_command(check)
