"""Owns `extractor policy`: the commands for those who write routing policies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.findings import finding_options, tell
from extractor.cli.loading import READING_RULES, late_progress
from extractor.cli.options import extracting_options, reading_options, settings_from

if TYPE_CHECKING:
    from extractor.batch import Outcome
    from extractor.routing import Policy

FILE = click.argument("file", type=click.Path(path_type=Path), metavar="POLICY")


@click.group()
def policy() -> None:
    """Check routing policies, and try them on documents."""


@policy.command()
@FILE
@click.option("--rules", multiple=True, type=click.Path(exists=True), metavar="PATH", help="Rule file or folder beside the shipped rules; repeatable.")
@click.option("--cache/--no-cache", default=True, show_default=True, help="Keep compiled rule files, so that nothing is read twice.")
@finding_options
def check(file: Path, rules: tuple[str, ...], cache: bool, form: str, strict: bool) -> int:
    """Lint a policy; findings name file, line and column.

    Ends with 5 where it has errors; warnings alone end with 0. Vendors are known from the shipped rule files and those of --rules.
    """
    from extractor.routing.findings import hint
    from extractor.routing.lint import check_policy
    from extractor.rules import RuleBook, RuleStore

    with late_progress(READING_RULES) as reading:
        vendors = RuleBook.load(rules, store=RuleStore() if cache else None, progress=reading).rule_sets.vendor_ids
    return tell(check_policy(file, vendors), form, hint, strict=strict)


@policy.command("try")
@FILE
@click.argument("sources", nargs=-1, required=True, metavar="DOCUMENT...")
@extracting_options
@reading_options
def try_policy(file: Path, sources: tuple[str, ...], **options: Any) -> int:
    """Say which route decides about each DOCUMENT, and what it lacks for the routes before."""
    from extractor.batch import run
    from extractor.cli.progress import document_progress
    from extractor.pipeline import Extractor
    from extractor.routing import Policy

    loaded, unread = Policy.load(file), 0
    with ExitStack() as stack:
        with late_progress(READING_RULES) as reading:
            extractor = stack.enter_context(Extractor(rule_progress=reading, **settings_from(options)))
        progress = stack.enter_context(document_progress(len(sources), quiet=False))
        outcomes = run(extractor, sources, password=options["password"], progress=progress.within)
        for outcome in progress.counted(outcomes, with_pages=False):
            for line in _told(loaded, outcome):
                click.echo(line)
            unread = max(unread, outcome.exit_code if outcome.result is None else 0)
    return unread


def _told(loaded: Policy, outcome: Outcome) -> Iterator[str]:
    """The decision about a document, and the routes on the way to it."""
    result = outcome.result
    if result is None:
        yield f"{outcome.source}: reject: it cannot be read: {outcome.error}"
        return
    decision = loaded.decide(result)
    by = decision.route or f"no route; the status is {result.status}"
    tags = f" [{', '.join(decision.tags)}]" if decision.tags else ""
    yield f"{outcome.source}: {decision.action}{tags} ({by}{': ' + decision.reason if decision.reason else ''})"
    for route, missed in loaded.explain(result):
        for miss in missed:
            yield f"  not {route.line}: {miss.condition} (line {miss.place.line}): {miss.found}"
