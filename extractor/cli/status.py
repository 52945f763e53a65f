"""Owns `extractor status`: the figures of a store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from extractor.cli.options import store_option

if TYPE_CHECKING:
    from extractor.store.figures import Figures


@click.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(store: str, as_json: bool) -> int:
    """Tell how many documents of a store ended where, by vendor, and what the last run did."""
    from extractor.store import Store
    from extractor.store.figures import figures

    with Store(store, create=False) as opened:
        found = figures(opened)
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else _text(found, opened.name))
    return 0


def _text(found: Figures, name: str) -> str:
    told = [f"{name}: {found.documents:,} documents"]
    told += [
        f"  {status:10} {count:>8,}" + (f"  ({found.failed:,} could not be read)" if status == "rejected" and found.failed else "")
        for status, count in found.statuses.items()
    ]
    told.append(f"attempts: {found.attempts:,}; {found.repeated:,} documents were done more than once")
    if found.last_run is not None:
        run = found.last_run
        end = f"ended {run.finished:%Y-%m-%d %H:%M:%S}" if run.finished else "has not ended, or was killed"
        rate = f", {run.rate:.1f} documents a second" if run.rate else ""
        told.append(f"last run: began {run.started:%Y-%m-%d %H:%M:%S} UTC, {end}; {sum(run.statuses.values()):,} documents{rate}")
    if found.vendors:
        width = max(len(vendor.rules) for vendor in found.vendors)
        heads = [status for status in found.statuses if status != "duplicate"]
        told += ["", f"{'rules':{width}}" + "".join(f"{head:>10}" for head in heads)]
        told += [f"{vendor.rules:{width}}" + "".join(f"{vendor.statuses[head]:>10,}" for head in heads) for vendor in found.vendors]
    return "\n".join(told)
