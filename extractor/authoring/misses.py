"""Owns counterfactuals: the smallest change of a rule with which it finds a value, tried out with the real matcher.

One row in `CHANGES` for each operator: what to relax, and how to say what that found. A new operator is one row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import regex

from extractor.authoring.explanation import Miss
from extractor.authoring.trial import Trial, same_value
from extractor.authoring.zones import outside
from extractor.errors import RuleTimeout
from extractor.invoice.fields import plain
from extractor.resolve.options import Reading
from extractor.rules.candidate import Candidate
from extractor.rules.labels import LabelHit
from extractor.rules.model import MM_PER_INCH, RELATIONS, Length, Zone

FAR = Length(10.0, "fraction")
"""A largest gap that is none."""
OTHER_LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "de-CH")
"""Locales that order numbers and dates differently."""

NEAR_LINES = 6
"""Labels within so many heights of print of a rule's label can stand between it and its value."""

NEAR_LABELS = 5
"""How many texts that come near to labels are tried."""

COVERED = 0.7
"""A label that takes this share of a text is what the text is, rather than a misread one."""
SHORT = 5
"""Shorter labels come near to any text."""
FIGURES = frozenset({"amount", "date", "percent", "quantity"})
"""Kinds that are printed otherwise than they are written as expected values."""

Told = tuple[str, str]
"""A message, and the remedy as rule text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One operator. relax: trials with it relaxed, the smallest relaxation first; tell: what it took, from the trial that found a value."""

    cause: str
    relax: Callable[[Trial], Iterator[Trial]]
    tell: Callable[[Trial, Trial, Candidate], Told]


def nearest_miss(trial: Trial) -> Miss | None:
    """What would make the rule find the value: one change, or two where no single one does; None where nothing does, or where the rule finds it."""
    try:
        if any(map(trial.accepts, trial.candidates())):
            return _other_locale(trial) if trial.expected is not None else None
        return _changed(trial) or _other_locale(trial) or _unreadable(trial) or _label_gone(trial) or _elsewhere(trial)
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


def _gap(trial: Trial) -> Iterator[Trial]:
    if trial.rule.labels:
        yield trial.with_rule(max_gap=FAR)


def _tell_gap(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    """Narrows the gap that takes the value in fully down to a millimetre, by trying without the soft limits, of the zone neither."""
    hard = relaxed.with_rule(strict=True, zone=None)
    low, high = 0, 1 + math.ceil(max(max(page.width, page.height) / page.dpi for page in relaxed.layout.pages) * MM_PER_INCH)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _finds(hard.with_rule(max_gap=Length(middle, "mm")), found) else (middle, high)
    allowed = "without max_gap only 3.5 heights of print are looked at" if trial.rule.max_gap is None else f"max_gap is {length_text(trial.rule.max_gap)}"
    return f"'{found.text}' stands further from its label than allowed ({allowed}); it would match if max_gap were {high} mm", f"max_gap: {high}mm"


def _finds(trial: Trial, wanted: Candidate) -> bool:
    return any((candidate.page, candidate.bounds) == (wanted.page, wanted.bounds) for candidate in trial.candidates())


def length_text(length: Length) -> str:
    """A length as a rule file writes it.

    >>> length_text(Length(0.5, "fraction")), length_text(Length(14, "mm"))
    ('50%', '14mm')
    """
    return f"{length.value * 100:g}%" if length.unit == "fraction" else f"{length.value:g}{length.unit}"


def _page(trial: Trial) -> Iterator[Trial]:
    if trial.rule.page != "any":
        yield trial.with_rule(page="any")


def _tell_page(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"'{found.text}' was found on page {found.page}; the rule allows page: {trial.rule.page}", "page: any"


def _pattern(trial: Trial) -> Iterator[Trial]:
    if trial.rule.pattern is not None:
        yield trial.with_rule(pattern=None)


def _tell_pattern(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"pattern '{trial.rule.pattern}' does not match '{found.text}', a value of its kind ({trial.rule.kind}) that stands there", "a wider pattern"


def _zone(trial: Trial) -> Iterator[Trial]:
    rule = trial.rule
    if rule.zone is None:
        return
    if rule.labels or rule.regex or rule.block:
        yield trial.with_rule(zone=None)
    elif trial.expected is not None or rule.pattern is not None:
        yield trial.with_rule(zone=Zone())


def _tell_zone(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    page = next(page for page in trial.layout.pages if page.number == found.page)
    assert found.bounds is not None
    assert trial.rule.zone is not None
    box = page.turn.to_upright(found.bounds)
    where = outside(trial.rule.zone, page, box)
    message = ", ".join(f"{axis} at {at} %, and the zone {bound} at {limit}" for axis, at, bound, limit, _ in where)
    return f"'{found.text}' lies outside the zone: its middle is {message}", "zone: {" + ", ".join(remedy for *_, remedy in where) + "}"


def _find(trial: Trial) -> Iterator[Trial]:
    """Each other relation; but near at any distance is the whole page, which would say nothing of where the value stands."""
    for relation in RELATIONS if trial.rule.labels and trial.rule.value is None else ():
        if relation not in trial.rule.find and (relation, trial.rule.max_gap) != ("near", FAR):
            yield trial.with_rule(find=(relation,))


def _tell_find(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    relation = relaxed.rule.find[0]
    return f"'{found.text}' stands {relation}, not {' or '.join(trial.rule.find)}", f"find: [{', '.join((*trial.rule.find, relation))}]"


def _label(trial: Trial) -> Iterator[Trial]:
    """The nearest text to each label taken for it, where none of the rule's labels stands on the pages."""
    if not trial.own_hits() or (trial.expected is not None and not trial.rule.inherited):
        yield from islice(_misread(trial), NEAR_LABELS)


def _misread(trial: Trial) -> Iterator[Trial]:
    """The nearest texts taken for labels, the nearest first, but no text that is another label as well or better."""
    near = [(nearest, label) for label in trial.rule.labels if (nearest := trial.texts.to(label)) is not None]
    for nearest, label in sorted(near, key=lambda row: row[0].distance / len(row[1])):
        span = nearest.span
        covering = [hit for hit in trial.hits if hit.line is nearest.line and hit.span.start < span.end and span.start < hit.span.end]
        is_another = any(hit.span.end - hit.span.start >= COVERED * (span.end - span.start) for hit in covering)
        if is_another and (nearest.distance or any(trial.rule.field in hit.owners for hit in covering)):
            continue
        others = [hit for hit in trial.hits if hit not in covering]
        hit = LabelHit(label, frozenset({trial.rule.field}), nearest.page, nearest.line, span, nearest.distance)
        yield replace(trial, hits=(*others, hit))


def _tell_label(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    known = set(map(id, trial.hits))
    hit = next(hit for hit in relaxed.hits if id(hit) not in known)
    printed = hit.line.text[hit.span.start : hit.span.end]
    nearest = trial.texts.to(hit.label)
    allowed = nearest.allowed if nearest else 0
    covering = next((other for other in trial.hits if other.line is hit.line and other.span.start < hit.span.end and hit.span.start < other.span.end), None)
    if hit.errors <= allowed and covering is not None:
        return f"label '{hit.label}' is read as part of the label '{covering.label}' ({_owners(covering)})", f"label: '{covering.label}'"
    message = f"label '{hit.label}' is printed as '{printed}', at edit distance {hit.errors} ({allowed} allowed); beside it stands '{found.text}'"
    return message, f"label: '{printed}'"


def _owners(hit: LabelHit) -> str:
    return ", ".join(sorted(hit.owners)) or "no field"


def _other_label(trial: Trial) -> Iterator[Trial]:
    """One label of others left out at a time: what stands behind another label is that label's value."""
    own = trial.own_hits()
    for other in (hit for hit in trial.hits if hit not in own and any(_is_near(hit, label) for label in own)):
        yield replace(trial, hits=tuple(hit for hit in trial.hits if hit is not other))


def _is_near(hit: LabelHit, label: LabelHit) -> bool:
    return hit.page is label.page and abs(hit.line.box.center_y - label.line.box.center_y) <= NEAR_LINES * label.line.height


def _tell_other_label(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    kept = set(map(id, relaxed.hits))
    other = next(hit for hit in trial.hits if id(hit) not in kept)
    message = f"another label stands in between: '{other.label}' ({_owners(other)}); what stands behind it, '{found.text}', counts as its value"
    return message, f"label: '{other.label}'"


def _rows(trial: Trial) -> Iterator[Trial]:
    if trial.taken:
        yield replace(trial, taken=frozenset())


def _tell_rows(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"'{found.text}' stands in a row of the table of line items; no header amount is looked for there", "lines: {end: [...]}"


def _regex(trial: Trial) -> Iterator[Trial]:
    """Each regex without regard to case, then with white space where it will."""
    for loosened in (lambda text: f"(?i){text}", lambda text: _SPACE.sub(r"\\s*", text)):
        texts = tuple(map(loosened, trial.rule.regex))
        if texts != trial.rule.regex:
            yield trial.with_rule(regex=texts)


_SPACE = regex.compile(r"(?<!\\)(?:\\s[+*]?| )")


def _tell_regex(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    regexes = list(zip(trial.rule.regex, relaxed.rule.regex, strict=True))
    own, loose = next((pair for pair in regexes if _finds(relaxed.with_rule(regex=(pair[1],)), found)), regexes[0])
    what = "case" if loose.startswith("(?i)") else "the white space"
    return f"regex '{own}' would match '{found.text}' if it did not insist on {what}", f"regex: '{loose}'"


def _section(trial: Trial) -> Iterator[Trial]:
    if trial.rule.between is not None:
        yield trial.with_rule(between=None)


def _tell_section(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    assert trial.rule.between is not None
    return f"'{found.text}' does not stand between '{trial.rule.between[0]}' and '{trial.rule.between[1]}'", "no between, or other texts"


def _print_size(trial: Trial) -> Iterator[Trial]:
    if trial.rule.print_size is not None:
        yield trial.with_rule(print_size=None)


def _tell_print_size(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    page = next(page for page in trial.layout.pages if page.number == found.page)
    assert found.bounds is not None
    size = math.floor(10 * page.turn.to_upright(found.bounds).height / page.line_height) / 10
    return f"'{found.text}' is printed {size:g} times as large as usual; print_size asks for {trial.rule.print_size:g}", f"print_size: {max(1.0, size):g}"


def _skip(trial: Trial) -> Iterator[Trial]:
    if trial.rule.skip:
        yield trial.with_rule(skip=0)


def _tell_skip(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"skip leaves out all {trial.rule.skip} line(s) that are there: '{found.text}'", "skip: 0"


CHANGES = (
    Change("max_gap", _gap, _tell_gap),
    Change("page", _page, _tell_page),
    Change("zone", _zone, _tell_zone),
    Change("pattern", _pattern, _tell_pattern),
    Change("find", _find, _tell_find),
    Change("other_label", _other_label, _tell_other_label),
    Change("label", _label, _tell_label),
    Change("regex", _regex, _tell_regex),
    Change("between", _section, _tell_section),
    Change("print_size", _print_size, _tell_print_size),
    Change("rows", _rows, _tell_rows),
    Change("skip", _skip, _tell_skip),
)


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
    near = next(_label(trial), None)
    if near is None or near.hits[-1].errors == 0 or len(near.hits[-1].label) < SHORT:
        return None
    hit = near.hits[-1]
    printed = hit.line.text[hit.span.start : hit.span.end]
    bounds = hit.page.bounds(hit.line.box_of(hit.span.start, hit.span.end))
    message = f"label '{hit.label}' is not on the document; the nearest text is '{printed}' at edit distance {hit.errors}, and no value stands beside it"
    return Miss("label", message, "", "", hit.page.number, None, bounds)


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
