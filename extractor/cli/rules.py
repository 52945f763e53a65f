"""Owns `extractor rules`: the commands for those who write rule files."""

from __future__ import annotations

import click

from extractor.cli.rules_check import check
from extractor.cli.rules_explain import explain
from extractor.cli.rules_import import import_rules
from extractor.cli.rules_new import new
from extractor.cli.rules_prove import prove
from extractor.cli.rules_test import test


@click.group()
def rules() -> None:
    """Draft rule files, check, test and prove them, explain what they find, and make them of templates of invoice2data."""


rules.add_command(check)
rules.add_command(explain)
rules.add_command(import_rules)
rules.add_command(new)
rules.add_command(prove)
rules.add_command(test)
