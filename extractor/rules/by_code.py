"""Owns rules led by `barcode`: the value is what a code on the page holds, or a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.rules.candidate import Candidate
from extractor.rules.labelled import LabelledPage
from extractor.rules.model import Rule
from extractor.rules.patterns import find_first, value_span
from extractor.rules.views import zone_fit


def by_code(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """One candidate for each code that fits, from top to bottom. Codes have check digits of their own: what they hold is read surely."""
    assert rule.barcode is not None
    for code in page.layout.barcodes:
        if rule.barcode.symbologies and code.symbology not in rule.barcode.symbologies:
            continue
        match = find_first(rule.barcode.regex, code.text, rule.id) if rule.barcode.regex else None
        if rule.barcode.regex and match is None:
            continue
        start, end = value_span(match) if match else (0, len(code.text))
        text = (rule.value or code.text[start:end]).strip()
        inside = zone_fit(rule.zone, page.layout, page.layout.turn.to_upright(code.bounds), strict=rule.strict)
        if text and inside:
            yield Candidate(
                rule.field,
                rule.kind,
                text,
                rule.id,
                rule.weight * inside,
                page.layout.number,
                code.bounds,
                ocr=1.0,
                context=code.text,
                inherited=rule.inherited,
                writing=rule.writing,
            )
