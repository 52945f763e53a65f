"""Owns `extractor rules test`: rule files against their examples, documents against their goldens."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.loading import READING_RULES, late_progress
from extractor.cli.options import cache_from, reading_options

if TYPE_CHECKING:
    from extractor.authoring import Case, CaseResult
    from extractor.issues import Issue
    from extractor.pipeline import Extractor
    from extractor.rules import RuleSet

FAILED = 1
OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rules", multiple=True, type=click.Path(exists=True, path_type=Path), metavar="PATH", help="Rule file or folder for goldens; repeatable.")
@click.option("--only", "-k", metavar="TEXT", help="Run only cases whose name holds this text; * stands for anything.")
@click.option("--coverage", is_flag=True, help="Fail, too, where no example exercises a rule or a label.")
@click.option("--update", is_flag=True, help="Write goldens: new ones at once, changed ones after a question.")
@click.option("--yes", is_flag=True, help="With --update: change goldens without asking.")
@click.option("--fail-fast", "-x", is_flag=True, help="Stop at the first case that fails.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to tell the results.")
@click.option("--junit", type=OUT, metavar="FILE", help="Write the results as JUnit XML, too.")
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Processes; as many as pay off where absent.")
@reading_options
def test(paths: tuple[Path, ...], **options: Any) -> int:
    """Run the examples of rule files, and documents that have goldens.

    PATHS are rule files, documents, and folders of both; without any, all shipped rule files are tested. A golden is
    `x.expected.json` beside `x.pdf`: the fields that must come out, null where one must be missing.

    Ends with 0 where everything matches, with 1 where something differs or cannot be read (or, with
    --coverage, is never exercised), with 5 where a rule file has errors.
    """
    from extractor.pipeline import Extractor

    settings = _settings(paths, options)
    with late_progress(READING_RULES) as reading:
        extractor = Extractor(rule_progress=reading, **settings)
    with extractor:
        rule_sets = _tested(extractor, paths)
        cases = _chosen(rule_sets, paths, options["only"])
        results = _run(extractor, cases, settings, options)
    results.sort(key=lambda result: cases.index(result.case))
    failed = _settle(results, options) if options["update"] else [result for result in results if not result.passed]
    gaps = list(_gaps(results, rule_sets)) if options["coverage"] else None
    _tell(results, failed, gaps, options["style"])
    if options["junit"]:
        from extractor.authoring.verdict import write_junit

        write_junit(options["junit"], results)
    if not results:
        click.echo("nothing to test: no example, and no document with a golden", err=True)
    return FAILED if failed or gaps or not results else 0


def _settings(paths: Sequence[Path], options: dict[str, Any]) -> dict[str, Any]:
    """What an Extractor is made with."""
    from extractor.cli.options import limits_from

    rules = [path for path in paths if _holds_rules(path)]
    return {
        "rules": [str(path) for path in (*rules, *options["rules"])],
        "engine": options["engine"],
        "language": options["languages"] or ("en",),
        "mode": options["mode"],
        "barcodes": options["barcodes"],
        "limits": limits_from(options),
        "cache": cache_from(options["cache"]),
        "rule_cache": options["cache"],
    }


def _holds_rules(path: Path) -> bool:
    from extractor.rules.files import SUFFIXES

    return any(file.suffix in SUFFIXES for file in path.rglob("*")) if path.is_dir() else path.suffix in SUFFIXES


def _tested(extractor: Extractor, paths: Sequence[Path]) -> list[RuleSet]:
    """The rule sets whose files were named; all where no path was."""
    from extractor.rules.files import find_files

    if not paths:
        return list(extractor.book.rule_sets.values())
    return extractor.book.rule_sets.of_files({file.resolved for file in find_files([path for path in paths if _holds_rules(path)], [])})


def _chosen(rule_sets: Sequence[RuleSet], paths: Sequence[Path], only: str | None) -> list[Case]:
    from extractor.authoring import load_cases

    cases = load_cases(rule_sets, paths)
    return cases if only is None else [case for case in cases if fnmatch(case.name.casefold(), f"*{only.casefold()}*")]


def _run(extractor: Extractor, cases: list[Case], settings: dict[str, Any], options: dict[str, Any]) -> list[CaseResult]:
    from extractor.authoring import run_cases

    results: list[CaseResult] = []
    with _progress(len(cases)) as advance:
        for result in run_cases(extractor, cases, settings, jobs=options["jobs"], password=options["password"], usage=options["coverage"]):
            results.append(result)
            advance()
            if options["fail_fast"] and not result.passed:
                break
    return results


@contextmanager
def _progress(cases: int) -> Iterator[Callable[[], None]]:
    """What to call after each case: it shows on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("cases", total=cases)
        yield lambda: bar.advance(task)


def _settle(results: Sequence[CaseResult], options: dict[str, Any]) -> list[CaseResult]:
    """Writes goldens that are new or confirmed; the results that still fail."""
    from extractor.authoring.goldens import is_changed, is_new, write_golden

    failed = []
    for result in (result for result in results if not result.passed):
        if is_new(result) or (is_changed(result) and _confirmed(result, options)):
            click.echo(f"wrote {write_golden(result)}", err=True)
        else:
            failed.append(result)
    return failed


def _confirmed(result: CaseResult, options: dict[str, Any]) -> bool:
    from extractor.authoring.verdict import lines_of

    click.echo("\n".join(lines_of(result)), err=True)
    if options["yes"]:
        return True
    if not sys.stdin.isatty():
        click.echo("not changed: --yes says that this is right", err=True)
        return False
    return click.confirm("Is what was found right?", default=False, err=True)


def _tell(results: Sequence[CaseResult], failed: Sequence[CaseResult], gaps: Sequence[Issue] | None, style: str) -> None:
    from extractor.authoring.verdict import lines_of, to_dict

    passed = len(results) - len(failed)
    if style == "json":
        rows: dict[str, Any] = {"passed": passed, "failed": len(failed), "cases": [to_dict(result) for result in results]}
        click.echo(json.dumps(rows | ({"coverage": [gap.to_dict() for gap in gaps]} if gaps is not None else {}), ensure_ascii=False, indent=2))
        return
    for result in failed:
        click.echo("\n".join(lines_of(result)))
    for gap in gaps or ():
        click.echo(str(gap))
    click.echo(f"{passed} of {len(results)} cases match" + (f", {len(gaps)} gap(s) in coverage" if gaps is not None else ""))


def _gaps(results: Sequence[CaseResult], covered: Sequence[RuleSet]) -> Iterator[Issue]:
    from extractor.authoring.coverage import gaps

    usages = [result.usage for result in results if result.usage is not None]
    for rule_set in covered:
        if rule_set.examples:
            yield from gaps(rule_set, usages)
