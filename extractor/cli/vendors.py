"""Owns `extractor vendors`: how well each vendor is read, and what has begun to drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import NumberRange, store_option

if TYPE_CHECKING:
    from extractor.review.vendors import Vendor

_MOST_CORRECTED = 5


@click.command()
@store_option
@click.option("--last", type=click.IntRange(5), default=20, show_default=True, metavar="N", help="Compare the last N documents of a vendor with those before.")
@click.option("--history", type=click.IntRange(8), default=500, show_default=True, metavar="N", help="At most so many documents before those.")
@click.option(
    "--scatter", type=NumberRange(0), default=4.0, show_default=True, metavar="N", help="Report values that moved by more standard deviations of the history."
)
@click.option("--mm", "millimetres", type=NumberRange(0), default=1.0, show_default=True, metavar="N", help="... and by more millimetres.")
@click.option("--rise", type=NumberRange(0, 1), default=0.2, show_default=True, metavar="N", help="Report fields that are read worse by this share more often.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def vendors(store: str, as_json: bool, **limits: Any) -> int:
    """Tell of each vendor how many documents went straight through, what people corrected most, and what has begun to drift.

    Drift is told before extraction fails: the values of a field stand elsewhere as seen from their label, or are more often missing,
    doubtful, or found without their label than they were.
    """
    from extractor.review.drift import Limits
    from extractor.review.vendors import vendor_figures
    from extractor.store import Store

    with Store(store, create=False) as opened:
        found = vendor_figures(opened, Limits(**limits))
    if as_json:
        click.echo(json.dumps({"vendors": [vendor.to_dict() for vendor in found]}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_told(found)))
    return 0


def _told(found: list[Vendor]) -> Iterator[str]:
    width = max((len(vendor.rules) for vendor in found), default=5)
    yield f"{'rules':{width}} documents accepted straight through  corrected most"
    for vendor in found:
        most = ", ".join(f"{name} ({count})" for name, count in list(vendor.corrected.items())[:_MOST_CORRECTED])
        yield f"{vendor.rules:{width}} {vendor.documents:>9,} {vendor.accepted:>8,} {vendor.straight_through_rate:>16.1%}  {most}".rstrip()
        for move in vendor.drift.moves:
            by = f"from {move.before:.1f} to {move.now:.1f} mm {'right of' if move.direction == 'right' else 'below'} its label"
            yield f"  drift: {move.field} moved {by} (last {move.documents} documents; scatter before: {move.scatter:.1f} mm)"
        for rise in vendor.drift.rises:
            yield f"  drift: {rise.field} is {rise.what} on {rise.now:.0%} of the last {rise.documents} documents, before on {rise.before:.0%}"
