"""Owns why a vendor was identified or not: which clues of which files stand on the document, and what comes near the others."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.authoring.explanation import ClueReport, VendorReport
from extractor.authoring.nearest import NearestTexts
from extractor.layout import Layout
from extractor.rules.identify import clue_worths
from extractor.rules.model import Clue, RuleSet

SHOWN = 5
"""How many files are told of."""
LOOKED_AT = 100
"""For how many files without a clue on the page near misses are looked for."""

_Worths = Sequence[tuple[str, Clue, float]]


def vendor_reports(layout: Layout, texts: NearestTexts, vendors: Sequence[RuleSet], chosen: str | None) -> tuple[VendorReport, ...]:
    """How the files fit that fit best, the chosen one first. Files of which nothing is on or near the page are left out."""
    rows = [(rule_set, worths) for rule_set, worths in clue_worths(layout, vendors)]
    rows.sort(key=lambda row: (row[0].id != chosen, bool(_hindrance(row[1])), -_score(row[1])))
    reports = (_report(texts, rule_set, worths, chosen) for rule_set, worths in rows[:LOOKED_AT])
    told = [report for report in reports if any(clue.found or clue.nearest for clue in report.clues)]
    told.sort(key=lambda report: (not report.chosen, -_nearness(report)))
    return tuple(told[:SHOWN])


def _score(worths: _Worths) -> float:
    return sum(worth for group, _, worth in worths if group != "none")


def _nearness(report: VendorReport) -> float:
    """Score, and for a near miss the characters that agree, at half their worth."""
    return report.score + sum(0.5 * max(0, len(clue.text) - (clue.distance or 0)) for clue in report.clues if clue.nearest)


def _hindrance(worths: _Worths) -> str:
    """Why a file does not apply; empty where nothing speaks against it."""
    missing = [clue for group, clue, worth in worths if group == "all" and not worth]
    if missing:
        return "a clue of `all` is missing: " + ", ".join(f"{clue.kind} '{clue.text}'" for clue in missing)
    some = [worth for group, _, worth in worths if group == "any"]
    if some and not any(some):
        return "no clue of `any` is on the document"
    unwanted = [clue for group, clue, worth in worths if group == "none" and worth]
    return f"a clue of `none` is on the document: {unwanted[0].kind} '{unwanted[0].text}'" if unwanted else ""


def _report(texts: NearestTexts, rule_set: RuleSet, worths: _Worths, chosen: str | None) -> VendorReport:
    clues = tuple(_clue(texts, group, clue, worth) for group, clue, worth in worths)
    verdict = "identified" if rule_set.id == chosen else _hindrance(worths) or f"fits, but not better than others (priority {rule_set.priority})"
    near = [
        f"the nearest text to '{clue.text}' is '{clue.nearest}' at edit distance {clue.distance} ({clue.allowed} allowed)" for clue in clues if clue.nearest
    ]
    return VendorReport(rule_set.id, rule_set.id == chosen, _score(worths), "; ".join([verdict, *near]), clues)


def _clue(texts: NearestTexts, group: str, clue: Clue, worth: float) -> ClueReport:
    near = None if worth or group == "none" or clue.kind == "regex" else texts.to(clue.text)
    if near is None:
        return ClueReport(group, clue.kind, clue.text, bool(worth))
    return ClueReport(group, clue.kind, clue.text, False, near.text, near.distance, near.allowed if clue.kind == "text" else 0)
