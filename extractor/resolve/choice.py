"""Owns the choice of one value where no arithmetic binds a field, and the verdict on any chosen value."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.evidence import Alternative, FieldStatus, FieldValue, Origin
from extractor.resolve.options import Option, Reading
from extractor.rules.candidate import Candidate

TIE = 0.93
"""A rival that scores at least this share of the winner, with nothing to support the winner, makes it ambiguous."""
MAX_ALTERNATIVES = 5
PLAUSIBLE = 0.4
"""A printed value of at least this score is not left aside for a derived one without a word."""


def missing(name: str) -> FieldValue:
    """The evidence of a field that was not found."""
    return FieldValue(name, None, FieldStatus.MISSING)


def field_value(name: str, option: Option, rivals: Sequence[Option], support: float | None, min_confidence: float) -> FieldValue:
    """The evidence of a chosen option. rivals: all options of the field, best first; min_confidence: 0 to 1."""
    others = [rival for rival in rivals if rival is not option]
    constant = option.best.candidate.page is None
    parts = Parts(1.0 if constant else option.best.candidate.ocr, _agreement(option), support, _rivalry(option, others))
    confidence = 1.0 if constant else confidence_of(option.best.candidate.kind, parts)
    origin = Origin.CONSTANT if constant else Origin.REPAIRED if option.best.repaired else Origin.READ
    status = _status(option, others, support, constant or confidence >= min_confidence)
    alternatives = tuple([alternative(other, option, support) for other in others[:MAX_ALTERNATIVES]])
    return of_reading(name, option.value, option.best.candidate, parts, confidence, status, origin, alternatives)


def of_reading(
    name: str,
    value: Any,
    candidate: Candidate,
    parts: Parts,
    confidence: float,
    status: FieldStatus,
    origin: Origin = Origin.READ,
    alternatives: tuple[Alternative, ...] = (),
) -> FieldValue:
    """The evidence of a value that was read in one place. The rest is as in `FieldValue`."""
    return FieldValue(
        name=name,
        value=value,
        status=status,
        text=candidate.text,
        page=candidate.page,
        bounds=candidate.bounds,
        label=candidate.label,
        label_bounds=candidate.label_bounds,
        rule_id=candidate.rule_id,
        confidence=confidence,
        parts=parts,
        origin=origin,
        alternatives=alternatives,
    )


def _agreement(option: Option) -> float:
    """The best fit of the option's readings; each further place that prints the value closes a little of the gap to 1."""
    if len(option.readings) == 1:
        return min(1.0, option.best.fit)
    fit = max(reading.fit for reading in option.readings)
    places = {(reading.candidate.page, reading.candidate.bounds) for reading in option.readings}
    return min(1.0, fit + (1 - fit) * 0.15 * min(len(places) - 1, 3))


def _status(option: Option, others: Sequence[Option], support: float | None, confident: bool) -> FieldStatus:
    if support is not None and support < 0.5:
        return FieldStatus.CONFLICT
    if support is None and any(_rivals(option, other) for other in others):
        return FieldStatus.AMBIGUOUS
    return FieldStatus.OK if confident else FieldStatus.LOW_CONFIDENCE


def _rivals(option: Option, other: Option) -> bool:
    """Whether another value is as good: nearly the same score, and not a part of the same print read shorter."""
    if other.score < TIE * option.score:
        return False
    return not _is_part(option.best, other.best)


def _rivalry(option: Option, others: Sequence[Option]) -> float:
    """What the best other value scores, as a share of this one's score."""
    scores = (other.score for other in others if not _is_part(option.best, other.best))
    return min(1.0, max(scores, default=0.0) / option.score) if option.score else 1.0


def _is_part(one: Reading, other: Reading) -> bool:
    a, b = str(one.candidate.text), str(other.candidate.text)
    return one.candidate.context == other.candidate.context and a != b and (a in b or b in a)


def alternative(other: Option, winner: Option, support: float | None) -> Alternative:
    """An option that lost against the winner, and why."""
    candidate = other.best.candidate
    if candidate.text == winner.best.candidate.text and candidate.bounds == winner.best.candidate.bounds:
        reason = "another reading of the same print"
    elif support is not None and support >= 0.5 and other.score >= winner.score:
        reason = "the other amounts speak against it"
    else:
        reason = "the rule fits it less well"
    return Alternative(other.value, candidate.text, candidate.rule_id, other.score, reason, candidate.page, candidate.bounds)


def best(options: Sequence[Option]) -> Option | None:
    """The option with the highest score."""
    return options[0] if options else None


def derived(
    name: str, value: Any, sources: Sequence[FieldValue], printed: Sequence[Option] = (), *, explained: Collection[Any] = (), support: float | None = None
) -> FieldValue:
    """A value that other fields imply: at most as sure as the least sure of them.

    printed: the options of the field, best first. Where the page plausibly shows another value than those that are
    explained, that is a conflict. support: what other values say of it, as in `FieldValue`.
    """
    confidence = 0.9 * min(source.confidence for source in sources)
    contradicted = any(option.score >= PLAUSIBLE and option.value != value and option.value not in explained for option in printed)
    alternatives = tuple(Alternative(o.value, o.best.candidate.text, o.best.candidate.rule_id, o.score, "the other amounts speak against it") for o in printed)
    return FieldValue(
        name=name,
        value=value,
        status=FieldStatus.CONFLICT if contradicted else FieldStatus.OK,
        text=f"from {' and '.join(source.name for source in sources)}",
        confidence=confidence,
        parts=None if support is None else Parts(_least(sources, "ocr"), _least(sources, "rule"), support),
        origin=Origin.DERIVED,
        alternatives=alternatives[:MAX_ALTERNATIVES],
    )


def _least(sources: Sequence[FieldValue], part: str) -> float:
    return min((known for source in sources if (known := getattr(source, part)) is not None), default=1.0)
