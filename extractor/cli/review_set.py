"""Owns `extractor review set` and `example`: corrections, and what rule files learn from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import extracting_options, reading_options, settings_from, store_option
from extractor.cli.review_options import reviewer, reviewing_options, seen_document

if TYPE_CHECKING:
    from extractor.review import Change, Checks, ReviewedDocument
    from extractor.store import Store

FAILED = 1
RULE_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("set")
@reviewing_options
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--example", "rule_file", type=RULE_FILE, metavar="FILE", help="Add the corrected document to the examples of this rule file as well.")
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="PATH", help="Routing policy that decides about the document as it is now.")
@extracting_options
@reading_options
def set_fields(values: tuple[str, ...], **options: Any) -> int:
    """Correct fields of a document: number=12345, date=2025-12-01, total=1250.00, 'lines[0].amount=9.50', extra.NAME=VALUE.

    An empty value takes a field out, and 'lines[2]=' a row; the row behind the last one is made. A value that is stated as it was
    found is confirmed. The invoice is validated anew, with the rule files that --rules names; what was found first is kept.
    With --policy that policy then decides where it goes, unless a person has.
    """
    from extractor.review import Corrected, apply_changes, correct, find_document
    from extractor.routing import Policy
    from extractor.store import Store

    by = reviewer(options)
    settings = settings_from(options)
    checks = _checks(settings)
    policy = Policy.load(options["policy_file"]) if options["policy_file"] else None
    with Store(options["store"], create=False) as store:
        document = seen_document(store, options)
        _warn_of_unknown_rules(document, checks)
        rules = checks.rules_of(document)
        try:
            invoice, changes = apply_changes(document.invoice, values, rules.extra if rules is not None else None)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        corrected = {*(row["field"] for row in document.corrections), *(change.field for change in changes)}
        found = checks.issues(document, invoice, corrected)
        decision = policy.decide(Corrected.of(document, invoice, found, corrected)) if policy is not None else None
        status = correct(store, document, invoice, changes, found, by, decision)
        _tell(find_document(store, document.id), changes, status)
        return _add_example(store, document.id, options["rule_file"], settings, options) if options["rule_file"] else 0


@click.command()
@click.argument("document", metavar="ID")
@click.argument("rule_file", type=RULE_FILE)
@store_option
@extracting_options
@reading_options
def example(document: str, rule_file: Path, **options: Any) -> int:
    """Add a document to the examples of a vendor's RULE_FILE, with the values that it has in the store.

    What was read of its pages is put beside the rule file, into a folder of the same name. All examples of the file are run then;
    where one does not come out, that is told and the exit code is 1: the rule file has to learn it.
    """
    from extractor.store import Store

    with Store(options["store"], create=False) as store:
        return _add_example(store, document, rule_file, settings_from(options), options)


def _checks(settings: dict[str, Any]) -> Checks:
    from extractor.resolve import Thresholds
    from extractor.review import Checks
    from extractor.rules import RuleBook, RuleStore
    from extractor.validate import InvoiceSchema

    book = RuleBook.load(settings["rules"], store=RuleStore() if settings["rule_cache"] else None)
    return Checks(book, InvoiceSchema(settings["schema"]), Thresholds.of(settings["min_confidence"]))


def _warn_of_unknown_rules(document: ReviewedDocument, checks: Checks) -> None:
    row = document.stored.row
    if row["rules_vendor"] and checks.rules_of(document) is None:
        click.echo(f"warning: the rule file {row['rules_id']} is not at hand, so what it asks for is not checked; name it with --rules", err=True)


def _tell(document: ReviewedDocument, changes: list[Change], status: str) -> None:
    for change in changes:
        said = "confirmed" if change.old == change.new else f"{_shown(change.old)} -> {_shown(change.new)}"
        click.echo(f"{change.field}: {said}")
    for issue in document.stored.issues:  # with those that the store itself finds
        click.echo(f"{issue['level']}[{issue['id']}] {issue['message']}")
    click.echo(f"{document.id} is {status} (version {document.version})")


def _shown(value: str | None) -> str:
    return "nothing" if value is None else value.replace("\n", ", ")


def _add_example(store: Store, given: str, rule_file: Path, settings: dict[str, Any], options: dict[str, Any]) -> int:
    from extractor.authoring.corrected import add_corrected
    from extractor.authoring.verdict import lines_of
    from extractor.review import find_document

    added = add_corrected(settings, find_document(store, given), rule_file, options["password"])
    click.echo(f"added to the examples of {rule_file}; its pages are in {added.recording}")
    for result in added.failed:
        click.echo("\n".join(lines_of(result)))
    click.echo(f"{len(added.results) - len(added.failed)} of {len(added.results)} examples of it come out")
    return FAILED if added.failed else 0
