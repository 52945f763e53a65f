"""Owns the changes of where a rule looks: how far, on which page, in which part of it, beside which label."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from extractor.authoring.change import Change, Told, finds
from extractor.authoring.trial import Trial
from extractor.authoring.zones import outside
from extractor.rules.candidate import Candidate
from extractor.rules.conditions import HEADING
from extractor.rules.labels import LabelHit, folded_label
from extractor.rules.model import MM_PER_INCH, RELATIONS, Length, Zone

FAR = Length(10.0, "fraction")
"""A largest gap that is none."""
NEAR_LINES = 6
"""Labels within so many heights of print of a rule's label can stand between it and its value."""

NEAR_LABELS = 5
"""How many texts that come near to labels are tried."""

COVERED = 0.7
"""A label that takes this share of a text is what the text is, rather than a misread one."""


def _gap(trial: Trial) -> Iterator[Trial]:
    if trial.rule.labels or trial.rule.of:
        yield trial.with_rule(max_gap=FAR)


def _tell_gap(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    """Narrows the gap that takes the value in fully down to a millimetre, by trying without the soft limits, of the zone neither."""
    hard = relaxed.with_rule(strict=True, zone=None)
    low, high = 0, 1 + math.ceil(max(max(page.width, page.height) / page.dpi for page in relaxed.layout.pages) * MM_PER_INCH)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if finds(hard.with_rule(max_gap=Length(middle, "mm")), found) else (middle, high)
    allowed = "without max_gap only 3.5 heights of print are looked at" if trial.rule.max_gap is None else f"max_gap is {length_text(trial.rule.max_gap)}"
    return f"'{found.text}' stands further from its label than allowed ({allowed}); it would match if max_gap were {high} mm", f"max_gap: {high}mm"


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


def _zone(trial: Trial) -> Iterator[Trial]:
    rule = trial.rule
    if rule.zone is None:
        return
    if rule.labels or rule.of or rule.regex or rule.barcode or rule.block:
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
    for relation in RELATIONS if (trial.rule.labels or trial.rule.of) and trial.rule.value is None else ():
        if relation not in trial.rule.find and (relation, trial.rule.max_gap) != ("near", FAR):
            yield trial.with_rule(find=(relation,))


def _tell_find(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    relation = relaxed.rule.find[0]
    return f"'{found.text}' stands {relation}, not {' or '.join(trial.rule.find)}", f"find: [{', '.join((*trial.rule.find, relation))}]"


def misread_label(trial: Trial) -> Iterator[Trial]:
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
    others = (hit for hit in trial.hits if hit not in own and not (trial.rule.under and HEADING in hit.owners))
    for other in (hit for hit in others if any(_is_near(hit, label) for label in own)):
        yield replace(trial, hits=tuple(hit for hit in trial.hits if hit is not other))


def _is_near(hit: LabelHit, label: LabelHit) -> bool:
    return hit.page is label.page and abs(hit.line.box.center_y - label.line.box.center_y) <= NEAR_LINES * label.line.height


def _tell_other_label(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    kept = set(map(id, relaxed.hits))
    other = next(hit for hit in trial.hits if id(hit) not in kept)
    message = f"another label stands in between: '{other.label}' ({_owners(other)}); what stands behind it, '{found.text}', counts as its value"
    ends = [label for label in trial.rule.end if folded_label(label) == folded_label(other.label)]
    return message, f"end: without '{ends[0]}'" if ends else f"label: '{other.label}'"


def _rows(trial: Trial) -> Iterator[Trial]:
    if trial.taken:
        yield replace(trial, taken=frozenset())


def _tell_rows(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"'{found.text}' stands in a row of the table of line items; no header amount is looked for there", "lines: {end: [...]}"


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


def _under(trial: Trial) -> Iterator[Trial]:
    if trial.rule.under:
        yield trial.with_rule(under=())


def _tell_under(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    asked = " or ".join(f"'{text}'" for text in trial.rule.under)
    return f"the label beside '{found.text}' does not stand under the heading {asked}, or another heading is nearer", "no under, or the heading above it"


def _unless(trial: Trial) -> Iterator[Trial]:
    """Each text by itself, then all of them."""
    clues = trial.rule.unless
    for clue in clues:
        yield trial.with_rule(unless=tuple(other for other in clues if other is not clue))
    if len(clues) > 1:
        yield trial.with_rule(unless=())


def _tell_unless(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    gone = " and ".join(f"'{clue.text}'" for clue in trial.rule.unless if clue not in relaxed.rule.unless)
    return f"the rule does not apply where {gone} stands, as it does on page {found.page}; else it would find '{found.text}'", f"unless: without {gone}"


def _kinds(trial: Trial) -> Iterator[Trial]:
    if trial.rule.kinds:
        yield trial.with_rule(kinds=())


def _tell_kinds(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    kind = trial.document_kind()
    return f"the document is of kind {kind}; the rule is for {', '.join(trial.rule.kinds)}", f"kinds: [{', '.join((*trial.rule.kinds, kind))}]"


FIRST = (Change("max_gap", _gap, _tell_gap), Change("page", _page, _tell_page), Change("zone", _zone, _tell_zone))
"""What is tried before what the value must look like."""
LABELS = (Change("find", _find, _tell_find), Change("other_label", _other_label, _tell_other_label), Change("label", misread_label, _tell_label))
LAST = (
    Change("print_size", _print_size, _tell_print_size),
    Change("rows", _rows, _tell_rows),
    Change("skip", _skip, _tell_skip),
    Change("under", _under, _tell_under),
    Change("unless", _unless, _tell_unless),
    Change("kinds", _kinds, _tell_kinds),
)
