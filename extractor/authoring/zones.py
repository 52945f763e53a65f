"""Owns the parts of a page that a rule looks at, as boxes, and how far a value lies outside of its zone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from extractor.authoring.explanation import Area
from extractor.geometry import Box
from extractor.layout import PageLayout
from extractor.rules.labels import LabelHit
from extractor.rules.model import Length, Rule, Zone
from extractor.rules.relations import MAX_LINES_AWAY

Outside = tuple[str, int, str, str, str]
"""Direction, percent of the page, `begins` or `ends`, the zone's limit, and the remedy."""


def zone_box(zone: Zone, page: PageLayout) -> Box:
    """A zone in upright pixels."""
    left, top = _pixels(zone.left, page, page.width, 0.0), _pixels(zone.top, page, page.height, 0.0)
    right, bottom = _pixels(zone.right, page, page.width, page.width), _pixels(zone.bottom, page, page.height, page.height)
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))


def _pixels(length: Length | None, page: PageLayout, extent: float, default: float) -> float:
    return default if length is None else length.pixels(page.dpi, extent)


def outside(zone: Zone, page: PageLayout, box: Box) -> list[Outside]:
    """The sides of a zone beyond which the middle of a box (upright pixels) lies, with the number that would take it in."""
    area = zone_box(zone, page)
    sides = (
        ("left", "begins", box.center_x < area.x, box.center_x / page.width, area.x / page.width),
        ("right", "ends", box.center_x > area.right, box.center_x / page.width, area.right / page.width),
        ("top", "begins", box.center_y < area.y, box.center_y / page.height, area.y / page.height),
        ("bottom", "ends", box.center_y > area.bottom, box.center_y / page.height, area.bottom / page.height),
    )
    found = []
    for side, bound, is_outside, at, limit in sides:
        if is_outside:
            needed = math.floor(at * 100) if bound == "begins" else math.ceil(at * 100)
            found.append((f"{'top' if side in ('top', 'bottom') else 'left'}", round(at * 100), bound, f"{limit * 100:.0f} %", f"{side}: {needed}%"))
    return found


def areas_of(rule: Rule, page: PageLayout, hits: list[LabelHit]) -> Iterator[Area]:
    """The zone of a rule, and the parts of the page that its relations lead to from labels on that page."""
    if rule.zone is not None:
        yield Area("zone", page.number, page.bounds(zone_box(rule.zone, page)))
    for hit in hits if rule.value is None else ():
        label = hit.line.box_of(hit.span.start, hit.span.end)
        for relation in rule.find:
            yield Area("search", page.number, page.bounds(_search_box(rule, page, label, relation, hit.line.height)))


def _search_box(rule: Rule, page: PageLayout, label: Box, relation: str, height: float) -> Box:
    vertical = relation in ("below", "above")
    reach = rule.max_gap.pixels(page.dpi, page.height if vertical else page.width) if rule.max_gap else MAX_LINES_AWAY * height if vertical else page.width
    if relation == "below":
        return Box(label.x, label.bottom, label.width, reach + height)
    if relation == "above":
        return Box(label.x, label.y - reach - height, label.width, reach + height)
    if relation == "left_of":
        return Box(max(0.0, label.x - reach), label.y, min(reach, label.x), label.height)
    right = Box(label.right, label.y, min(reach + 4 * height, page.width - label.right), label.height)
    return Box(0.0, label.y, page.width, label.height) if relation == "same_line" else right
