"""Owns counterfactuals: the smallest change of a rule with which it finds a value, tried out with the real matcher.

`place_changes` and `text_changes` hold a row for each operator: what to relax, and how to say what that found.
"""

from __future__ import annotations

from extractor.authoring import place_changes, text_changes
from extractor.authoring.breaks import Break, break_on_page
from extractor.authoring.change import Change
from extractor.authoring.explanation import Miss
from extractor.authoring.trial import Trial, same_value
from extractor.errors import RuleTimeout
from extractor.invoice.fields import plain
from extractor.resolve.options import Reading
from extractor.rules.candidate import Candidate
from extractor.rules.model import Zone
from extractor.rules.views import SearchText, allows_page, page_text, search_text

CHANGES = (*place_changes.FIRST, *text_changes.PATTERN, *place_changes.LABELS, *text_changes.REGEX, *place_changes.LAST, *text_changes.LENGTH)
"""The operators, in the order in which they are relaxed."""
OTHER_LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "de-CH")
"""Locales that order numbers and dates differently."""
SHORT = 5
"""Shorter labels come near to any text."""
FIGURES = frozenset({"amount", "date", "percent", "quantity"})
"""Kinds that are printed otherwise than they are written as expected values."""


def nearest_miss(trial: Trial) -> Miss | None:
    """What would make the rule find the value: one change, or two where no single one does; None where nothing does, or where the rule finds it."""
    try:
        if any(map(trial.accepts, trial.candidates())):
            return _other_locale(trial) if trial.expected is not None else None
        return _changed(trial) or _other_locale(trial) or _unreadable(trial) or _label_gone(trial) or _broken(trial) or _elsewhere(trial)
    except RuleTimeout:
        return None


def _changed(trial: Trial) -> Miss | None:
    singles = [(change, relaxed) for change in CHANGES for relaxed in change.relax(trial)]
    for change, relaxed in singles:
        found = _hit(relaxed)
        if found is not None:
            return _miss(trial, relaxed, found, [change])
    for first, relaxed in singles if not trial.rule.inherited else ():
        for second in CHANGES[CHANGES.index(first) + 1 :]:
            for both in second.relax(relaxed):
                found = _hit(both)
                if found is not None:
                    return _miss(trial, both, found, [first, second])
    return None


def _hit(trial: Trial) -> Candidate | None:
    try:
        return trial.hit()
    except RuleTimeout:
        return None


def _miss(trial: Trial, relaxed: Trial, found: Candidate, changes: list[Change]) -> Miss:
    told = [change.tell(trial, relaxed, found) for change in changes]
    message = "; and ".join(text for text, _ in told)
    remedy = "; ".join(text for _, text in told if text)
    cause = "+".join(change.cause for change in changes)
    return Miss(cause, message, remedy, found.text, found.page, found.bounds, found.label_bounds)


def _other_locale(trial: Trial) -> Miss | None:
    """A value that was found, but that only another locale reads, or reads as expected before all else; None where there is none."""
    for candidate in trial.candidates():
        ours = trial.readings(candidate)[:1]
        if ours and (trial.expected is None or same_value(ours[0].value, trial.expected)):
            continue
        for locale in OTHER_LOCALES:
            theirs = trial.readings(candidate, (locale,))[:1]
            if theirs and (trial.expected is None or same_value(theirs[0].value, trial.expected)):
                return _locale_miss(trial, candidate, ours, theirs[0], locale)
    return None


def _locale_miss(trial: Trial, candidate: Candidate, ours: list[Reading], theirs: Reading, locale: str) -> Miss:
    own = ", ".join(trial.rule_set.locales) or "no locale"
    reads = f"reads '{candidate.text}' as {plain(ours[0].value)}" if ours else f"cannot read '{candidate.text}' as {trial.rule.kind}"
    message = f"{own} {reads}; {locale} reads it as {plain(theirs.value)}"
    return Miss("locale", message, f"locale: {locale}", candidate.text, candidate.page, candidate.bounds, candidate.label_bounds)


def _unreadable(trial: Trial) -> Miss | None:
    """What stands at the place where the rule looks, if it is no value of its kind."""
    if trial.expected is not None or trial.rule.kind in {"text", "name", "address"} or not trial.rule.labels:
        return None
    for kind in ("identifier", "text"):
        for candidate in trial.with_rule(kind=kind, pattern=None).candidates():
            message = f"'{candidate.text}' stands there, but it is no {trial.rule.kind}"
            return Miss("kind", message, "", candidate.text, candidate.page, candidate.bounds, candidate.label_bounds)
    return None


def _label_gone(trial: Trial) -> Miss | None:
    """The nearest text to the labels, where they are not on the pages and nothing beside that text is a value."""
    near = next(place_changes.misread_label(trial), None)
    if near is None or near.hits[-1].errors == 0 or len(near.hits[-1].label) < SHORT:
        return None
    hit = near.hits[-1]
    printed = hit.line.text[hit.span.start : hit.span.end]
    bounds = hit.page.bounds(hit.line.box_of(hit.span.start, hit.span.end))
    message = f"label '{hit.label}' is not on the document; the nearest text is '{printed}' at edit distance {hit.errors}, and no value stands beside it"
    return Miss("label", message, "", "", hit.page.number, None, bounds)


def _broken(trial: Trial) -> Miss | None:
    """How far the rule's regexes come on the pages, where they match nowhere."""
    if not trial.rule.regex or trial.rule.inherited or trial.with_rule(between=None, zone=None, group=None).candidates():
        return None
    found = [(broken, pattern, text) for text in _searched(trial) for pattern in trial.rule.regex if (broken := break_on_page(pattern, text.text))]
    if not found:
        return None
    broken, pattern, text = max(found, key=lambda row: len(row[0].taken))
    return _broken_at(broken, pattern, text)


def _searched(trial: Trial) -> list[SearchText]:
    rule, layout = trial.rule, trial.layout
    if rule.view is not None:
        return [search_text(layout, rule.view, rule.zone, rule.page)]
    return [page_text(page) for page in layout.pages if allows_page(rule.page, page, layout.pages)]


def _broken_at(broken: Break, pattern: str, text: SearchText) -> Miss:
    parts = text.locate(broken.start, broken.start + len(broken.taken))
    page, line, span = parts[0]
    bounds = page.bounds(line.box_of(span.start, span.end))
    return Miss("regex", f"regex '{pattern}' {broken.text} (page {page.number})", "", broken.taken, page.number, bounds, None)


def _elsewhere(trial: Trial) -> Miss | None:
    """Where the expected value stands, though no change of the rule leads there."""
    if trial.expected is None or trial.rule.inherited:
        return None
    whole_page = {"labels": (), "regex": (), "between": None, "block": None, "pattern": None, "print_size": None, "value": None}
    anywhere = trial.with_rule(**whole_page, zone=Zone(), page="any", lines=1, skip=0)
    found = next((candidate for candidate in anywhere.candidates() if trial.accepts(candidate)), None)
    if found is not None:
        message = f"'{found.text}' stands on page {found.page} where this rule does not lead: '{found.context}'"
        return Miss("elsewhere", message, "a rule with another label", found.text, found.page, found.bounds, None)
    near = None if trial.rule.kind in FIGURES else trial.texts.to(trial.expected)
    if near is None:
        return Miss("unprinted", f"'{trial.expected}' is not on the document as it was read", "", "", None, None, None)
    bounds = near.page.bounds(near.line.box_of(near.span.start, near.span.end))
    message = f"'{trial.expected}' was not read on the document; the nearest text is '{near.text}' at edit distance {near.distance}"
    return Miss("misread", message, "", near.text, near.page.number, bounds, None)
