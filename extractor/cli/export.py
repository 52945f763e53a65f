"""Owns `extractor export`."""
from __future__ import annotations
import click
from extractor.cli.options import store_option
@click.command()
@store_option
def export(store: str) -> int:
    """export."""
    return 0
