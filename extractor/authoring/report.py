"""Owns the words of an explanation: as lines of text, and as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from extractor.authoring.explanation import Explanation, FieldReport, Found, RuleReport, VendorReport
from extractor.authoring.overlay import STYLES, Mark, marks
from extractor.geometry import Box

if TYPE_CHECKING:
    from PIL.Image import Image

CSS = """body{font:15px/1.45 system-ui,sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;color:#111}
figure{margin:1em 0;border:1px solid #bbb}svg{display:block;width:100%;height:auto}details{margin:.3em 0 .3em 1em}
summary{cursor:pointer}.bad{color:#a33600;font-weight:600}.good{color:#005a8c;font-weight:600}.dim{color:#555}
ul{margin:.2em 0}code{background:#f1f1f1;padding:0 .2em}"""


def text_report(explanation: Explanation) -> str:
    """The explanation as plain text for a terminal."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"{explanation.source}: {explanation.status}"
    yield f"vendor: {explanation.verdict}"
    for vendor in explanation.vendors:
        if explanation.is_vendor and not vendor.score:
            continue  # where one was identified, files that have nothing on the document explain nothing
        yield f"  {vendor.id} (score {vendor.score:g}): {vendor.verdict}"
        for text in clue_lines(vendor):
            yield f"    {text}"
    for field in explanation.fields.values():
        yield ""
        yield f"{field.name}: {headline(field)}"
        quiet = 0
        for rule in field.rules:
            if rule.inherited and not rule.found and rule.miss is None:
                quiet += 1
                continue
            yield f"  rule {rule.id}{_origin(rule)}: {rule.asks}"
            for text in rule_lines(rule):
                yield f"    {text}"
        if quiet:
            yield f"  {quiet} inherited rule(s) found nothing"


def clue_lines(vendor: VendorReport) -> Iterator[str]:
    """What became of each clue."""
    for clue in vendor.clues:
        near = f"; nearest '{clue.nearest}' at edit distance {clue.distance} ({clue.allowed} allowed)" if clue.nearest else ""
        yield f"{clue.group}: {clue.kind} '{clue.text}': {'found' if clue.found else 'not found'}{near}"


def headline(field: FieldReport) -> str:
    """A field's value, where it comes from, and whether it was expected."""
    if not field.rules and field.value is None:
        return "missing; there is no rule for it"
    parts = ["missing" if field.value is None else str(field.value).replace("\n", ", ")]
    if field.value is not None:
        by = f"by rule {field.rule}" if field.rule else field.origin
        parts.append(f"{field.status}, {by}, confidence {field.confidence:.2f}" + (f", page {field.page}" if field.page else ""))
    if field.as_expected is False:
        parts.append(f"expected was {field.expected}")
    return "; ".join(parts)


def rule_lines(rule: RuleReport) -> Iterator[str]:
    """What a rule found, and what it missed."""
    if rule.labels:
        yield "labels on the page: " + ", ".join(dict.fromkeys(f"'{text}' (page {page} at {_at(bounds)})" for page, bounds, text in rule.labels))
    for found in rule.found:
        yield f"{'won' if found.wins else 'found'}: {found_text(found)}"
    if not rule.found:
        yield "found nothing"
    if rule.miss is not None:
        yield f"missed: {rule.miss.message}" + (f"  [try {rule.miss.remedy}]" if rule.miss.remedy else "")


def found_text(found: Found) -> str:
    """A value that was found: place, scores, and why it won or lost."""
    text = found.text.replace("\n", ", ")
    place = f" (page {found.page} at {_at(found.bounds)})" if found.page is not None and found.bounds is not None else ""
    scores = [f"fit {found.fit:.2f}"] + [f"{name} {value:.2f}" for name, value in (("ocr", found.ocr), ("rank", found.rank)) if value is not None]
    return f"'{text}'{place}, {', '.join(scores)}: {found.reason}"


def _at(box: Box) -> str:
    return f"{box.x:.0f},{box.y:.0f}"


def _origin(rule: RuleReport) -> str:
    where = f" at {rule.place}" if rule.place else ""
    return f" (inherited{where})" if rule.inherited else f" ({where.strip()})" if where else ""


def html_report(explanation: Explanation, images: Iterable[Image]) -> str:
    """The explanation as one HTML document: page images inside, no scripts, nothing loaded from elsewhere."""
    name = escape(explanation.source or "document")
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
    body = [f"<h1>{name}</h1><p>Status: <b>{escape(explanation.status)}</b></p>", *_vendors(explanation)]
    body += ["<h2>Fields</h2>", *(_field(field) for field in explanation.fields.values()), "<h2>Pages</h2>", _legend()]
    found = marks(explanation)
    for page, image in zip(explanation.pages, images, strict=False):
        body.append(_page(image, [mark for mark in found if mark.page == page.number], page.number))
    return f'<!doctype html><html lang="en"><head>{head}{policy}<title>{name}</title><style>{CSS}</style></head><body>{"".join(body)}</body></html>\n'


def _vendors(explanation: Explanation) -> Iterator[str]:
    yield f"<h2>Vendor</h2><p>{escape(explanation.verdict)}</p>"
    for vendor in explanation.vendors:
        clues = "".join(f"<li>{escape(text)}</li>" for text in clue_lines(vendor))
        yield f"<details><summary>{escape(vendor.id)} (score {vendor.score:g}): {escape(vendor.verdict)}</summary><ul>{clues}</ul></details>"


def _field(field: FieldReport) -> str:
    good = field.value is not None and field.as_expected is not False
    rules = "".join(_rule(rule) for rule in field.rules)
    style = "good" if good else "bad"
    opened = "" if good else " open"
    return f'<details{opened}><summary><b>{escape(field.name)}</b>: <span class="{style}">{escape(headline(field))}</span></summary>{rules}</details>'


def _rule(rule: RuleReport) -> str:
    lines = "".join(f"<li>{escape(text)}</li>" for text in rule_lines(rule))
    opened = " open" if rule.miss is not None or rule.wins else ""
    title = f'<code>{escape(rule.id)}</code><span class="dim">{escape(_origin(rule))}</span>: {escape(rule.asks)}'
    return f"<details{opened}><summary>{title}</summary><ul>{lines}</ul></details>"


def _legend() -> str:
    rows = (
        f'<li><svg viewBox="0 0 44 16" style="display:inline;width:44px">{_rect(name, Box(3, 3, 38, 10), "")}</svg> {style.meaning}</li>'
        for name, style in STYLES.items()
    )
    return f"<ul>{''.join(rows)}</ul>"


def _page(image: Image, found: list[Mark], number: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=80)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    boxes = "".join(_rect(mark.kind, mark.bounds, mark.text) for mark in found)
    size = f'width="{image.width}" height="{image.height}"'
    picture = f'<image href="data:image/jpeg;base64,{data}" {size}/>'
    return f'<figure><svg viewBox="0 0 {image.width} {image.height}" role="img" aria-label="page {number}">{picture}{boxes}</svg></figure>'


def _rect(kind: str, box: Box, text: str) -> str:
    style = STYLES[kind]
    dash = f' stroke-dasharray="{style.dash}"' if style.dash else ""
    colour = "#{:02x}{:02x}{:02x}".format(*style.colour)
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    title = f"<title>{escape(text)}</title>" if text else ""
    return f'<rect {place} fill="{colour}" fill-opacity="0.06" stroke="{colour}" stroke-width="{style.width}"{dash}>{title}</rect>'
