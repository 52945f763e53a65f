"""Owns sums at the foot of columns: what a line that begins with `Total` holds under headers of net amount, tax and total.

Rate     Net      VAT      Gross
10 %     200.00   20.00    220.00
21 %     100.00   21.00    121.00
Total    300.00   41.00    341.00
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.geometry import Box
from extractor.invoice.amounts import find_amounts, has_amount
from extractor.layout import Line, PageLayout, Span
from extractor.rules.candidate import Candidate
from extractor.rules.labels import LabelHit
from extractor.rules.relations import stands_under

RULE = "sum-row"
"""Rule id that the evidence of such a sum carries."""
FIT = 0.95
"""How well a sum under its header answers the question: better than the figures of a single rate above it."""
HEADED = ("net", "tax", "total")
MIN_HEADERS = 2
"""A header of sums names at least so many of the amounts."""


def sum_candidates(page: PageLayout, hits: Sequence[LabelHit]) -> Iterator[Candidate]:
    """The amounts of the lines of a page that sum up the columns above them. hits: the labels of that page."""
    headers = _headers(page, hits)
    if not headers:
        return
    for hit in hits:
        if "total" in hit.owners and _begins(hit):
            above = [header for header in headers if header[0].line.box.center_y < hit.line.box.y]
            nearest = max((header[0].line.box.center_y for header in above), default=0.0)
            row = [header for header in above if header[0].line.box.center_y == nearest]
            if row:
                yield from _sums(page, hit.line, hit, row[0])


def _headers(page: PageLayout, hits: Sequence[LabelHit]) -> list[list[LabelHit]]:
    """For each line without amounts that names several of the amounts, the labels that do."""
    by_line: dict[int, list[LabelHit]] = {}
    for hit in hits:
        if hit.owners & set(HEADED):
            by_line.setdefault(hit.line.index, []).append(hit)
    return [found for found in by_line.values() if len({_field(hit) for hit in found}) >= MIN_HEADERS and not has_amount(found[0].line.text)]


def _field(hit: LabelHit) -> str:
    return next(name for name in HEADED if name in hit.owners)


def _begins(hit: LabelHit) -> bool:
    """Whether the label leads the first piece of its line and stands there alone."""
    first = hit.line.segment_spans[0]
    return hit.span.start == first.start and not any(c.isalpha() for c in hit.line.text[hit.span.end : first.end])


def _sums(page: PageLayout, line: Line, label: LabelHit, header: Sequence[LabelHit]) -> Iterator[Candidate]:
    spans = [Span(start, end) for start, end in find_amounts(line.text) if start >= label.span.end]
    if len(spans) < MIN_HEADERS:
        return
    for span in spans:
        box = line.box_of(span.start, span.end)
        over = [hit for hit in header if stands_under(_box(hit), box, line.height)]
        if over:
            head = max(over, key=lambda hit: (_box(hit).overlap_x(box), -abs(_box(hit).right - box.right)))
            yield _candidate(page, line, span, head)


def _box(hit: LabelHit) -> Box:
    return hit.line.box_of(hit.span.start, hit.span.end)


def _candidate(page: PageLayout, line: Line, span: Span, head: LabelHit) -> Candidate:
    return Candidate(
        field=_field(head),
        kind="amount",
        text=line.text[span.start : span.end].strip(),
        rule_id=RULE,
        fit=FIT * head.fit,
        page=page.number,
        bounds=page.bounds(line.box_of(span.start, span.end)),
        label=head.line.text[head.span.start : head.span.end],
        label_bounds=page.bounds(_box(head)),
        ocr=line.confidence_of(span.start, span.end),
        context=line.text,
    )
