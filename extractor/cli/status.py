"""Owns `extractor status`."""
from __future__ import annotations
import click
from extractor.cli.options import store_option
@click.command()
@store_option
def status(store: str) -> int:
    """status."""
    return 0
