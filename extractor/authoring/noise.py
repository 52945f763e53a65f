"""Owns the kinds of noise: each takes a scene and a source of chance, and gives the scene as it might come in next time.

Pure: the same seed gives the same page, and every page is one that an engine could have read. A kind that has nothing to
work on (accents where there are none) gives None. A new kind is one function and one row in `KINDS`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from extractor.authoring.scene import Scene
from extractor.authoring.substitute import other_length, same_shape
from extractor.geometry import Box, union
from extractor.layout.model import relative_widths
from extractor.ocr.result import OcrPage, OcrRegion
from extractor.rules.model import MM_PER_INCH

CONFUSED: Mapping[str, tuple[str, ...]] = {
    **{"0": ("O", "o"), "O": ("0",), "o": ("0",), "1": ("l", "I"), "l": ("1", "I"), "I": ("l", "1"), "5": ("S",), "S": ("5",), "8": ("B",), "B": ("8",)},
    **{"rn": ("m",), "m": ("rn",), "cl": ("d",), "d": ("cl",), "e": ("c",), "c": ("e",), "h": ("b",), "u": ("ii",), "g": ("q",), "Z": ("2",), "2": ("Z",)},
}
"""What engines take for one another."""
CONFUSION_RATE, VALUE_CONFUSION_RATE = 0.02, 0.1
DROPPED_SPACES, ADDED_SPACES = 0.1, 0.015
SPLIT_RATE, JOIN_RATE, JOIN_GAP = 0.3, 0.5, 1.0
"""The widest gap between regions that are read as one, in heights of print."""
JITTER_X, JITTER_Y = 0.2, 0.08
"""How far boxes are off, in heights of print."""
SHIFT_MM, MARGIN_MM, EDGE_MM = 5.0, 8.0, 1.0
PRINT_SCALES, RESOLUTIONS = (0.92, 1.03), (0.5, 2.0)
SKEW_DEGREES = 0.5
MISSING_ROWS = 0.1
MAX_NEW_LINES = 4

Change = Callable[[Random, Scene], Scene | None]
Span = tuple[int, int]
_CONFUSABLE = re.compile("|".join(sorted(map(re.escape, CONFUSED), key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of noise. counts: whether survival under it counts; missing_allowed: a field that is not found has survived, too."""

    description: str
    change: Change
    counts: bool = True
    missing_allowed: bool = False


def confusions(random: Random, scene: Scene) -> Scene | None:
    """Letters and figures misread in labels and surroundings; values stay as they are."""
    return _reworded(random, scene, _CONFUSABLE, CONFUSION_RATE, _confused, inside=False)


def value_confusions(random: Random, scene: Scene) -> Scene | None:
    """Letters and figures misread in values; the rest stays as it is."""
    return _reworded(random, scene, _CONFUSABLE, VALUE_CONFUSION_RATE, _confused, inside=True)


def accents(random: Random, scene: Scene) -> Scene | None:
    """Accents lost in labels and surroundings."""
    return _reworded(random, scene, re.compile(r"[^\W\d_a-zA-Z]"), 0.5, _plain, inside=False)


def dropped_spaces(random: Random, scene: Scene) -> Scene | None:
    """Spaces lost between the words of labels and surroundings."""
    return _reworded(random, scene, re.compile(r"(?<=\w) (?=\w)"), DROPPED_SPACES, lambda _random, _space: "", inside=False)


def added_spaces(random: Random, scene: Scene) -> Scene | None:
    """Spaces added within the words of labels and surroundings."""
    return _reworded(random, scene, re.compile(r"(?<=\w)\w(?=\w)"), ADDED_SPACES, lambda _random, letter: f"{letter} ", inside=False)


def _confused(random: Random, text: str) -> str:
    return random.choice(CONFUSED[text])


def _plain(_random: Random, letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c)) or letter


def _reworded(random: Random, scene: Scene, places: re.Pattern[str], rate: float, change: Callable[[Random, str], str], *, inside: bool) -> Scene | None:
    """The scene with texts changed at a share of the places inside or outside of values, at least at one; None where there is none."""
    found: list[tuple[int, int, Span]] = []
    for number, page in enumerate(scene.ocr.pages):
        for index, region in enumerate(page.regions):
            values = scene.value_spans(page, region)
            # a space beside a value belongs to neither
            spans = [match.span() for match in places.finditer(region.text)]
            found += [(number, index, span) for span in spans if any(s < span[1] and span[0] < e for s, e in values) == inside]
    if not found:
        return None
    chosen = [place for place in found if random.random() < rate] or [random.choice(found)]
    pages = [list(page.regions) for page in scene.ocr.pages]
    for number, index, (start, end) in reversed(chosen):
        region = pages[number][index]
        text = region.text[:start] + change(random, region.text[start:end]) + region.text[end:]
        pages[number][index] = replace(region, text=text)
    return _with_regions(scene, pages)


def _with_regions(scene: Scene, pages: Iterable[Iterable[OcrRegion]]) -> Scene | None:
    """The scene with other regions on its pages; None where they are the same."""
    changed = [replace(page, regions=tuple(regions)) for page, regions in zip(scene.ocr.pages, pages, strict=True)]
    return None if changed == list(scene.ocr.pages) else scene.with_pages(changed)


def split_regions(random: Random, scene: Scene) -> Scene | None:
    """Regions cut in two between words."""
    return _with_regions(scene, [[part for region in page.regions for part in _split(random, region)] for page in scene.ocr.pages])


def _split(random: Random, region: OcrRegion) -> Iterator[OcrRegion]:
    spaces = [match.start() for match in re.finditer(r"(?<=\S) (?=\S)", region.text)]
    if not spaces or random.random() >= SPLIT_RATE:
        yield region
        return
    at, widths, box = random.choice(spaces), relative_widths(region.text), region.bounds
    scale = box.width / sum(widths)
    left, right = sum(widths[:at]) * scale, sum(widths[: at + 1]) * scale
    yield replace(region, text=region.text[:at], bounds=Box(box.x, box.y, left, box.height))
    yield replace(region, text=region.text[at + 1 :], bounds=Box(box.x + right, box.y, box.width - right, box.height))


def joined_regions(random: Random, scene: Scene) -> Scene | None:
    """Neighbours on a line read as one region."""
    return _with_regions(scene, [_joined(random, page.regions) for page in scene.ocr.pages])


def _joined(random: Random, regions: Iterable[OcrRegion]) -> list[OcrRegion]:
    rest, found = list(regions), []
    while rest:
        region = rest.pop(0)
        while (follower := next((other for other in rest if _follows(region.bounds, other.bounds)), None)) and random.random() < JOIN_RATE:
            rest.remove(follower)
            known = [r.confidence for r in (region, follower) if r.confidence is not None]
            text, box = f"{region.text} {follower.text}", union((region.bounds, follower.bounds))
            region = replace(region, text=text, confidence=min(known, default=None), bounds=box)
        found.append(region)
    return found


def _follows(box: Box, other: Box) -> bool:
    height = min(box.height, other.height)
    return box.overlap_y(other) > 0.6 * height and max(box.height, other.height) < 1.5 * height and -0.2 * height < other.x - box.right < JOIN_GAP * height


def jitter(random: Random, scene: Scene) -> Scene | None:
    """Every box a little off."""

    def moved(box: Box) -> Box:
        x, y, width = (random.uniform(-1, 1) * box.height * share for share in (JITTER_X, JITTER_Y, JITTER_X))
        return Box(box.x + x, box.y + y, max(box.width + width, 0.5 * box.width), box.height)

    return _with_boxes(scene, lambda _page: moved)


def _with_boxes(scene: Scene, mover: Callable[[OcrPage], Callable[[Box], Box]]) -> Scene:
    """The scene with all boxes moved, none of them off its page. mover: called once a page, gives what moves its boxes."""

    def page_with(page: OcrPage) -> OcrPage:
        move = mover(page)
        return replace(page, regions=tuple(replace(region, bounds=on_page(move(region.bounds), page)) for region in page.regions))

    return scene.with_pages([page_with(page) for page in scene.ocr.pages])


def on_page(box: Box, page: OcrPage) -> Box:
    """The part of a box on the page, at least a pixel of it.

    >>> on_page(Box(-5, 10, 20, 10), OcrPage(1, 100, 100)), on_page(Box(120, 10, 20, 10), OcrPage(1, 100, 100))
    (Box(x=0, y=10, width=15, height=10), Box(x=99, y=10, width=1, height=10))
    """
    x, y = min(max(box.x, 0), page.width - 1), min(max(box.y, 0), page.height - 1)
    return Box(x, y, max(1, min(box.right, page.width) - x), max(1, min(box.bottom, page.height) - y))


def print_scale(random: Random, scene: Scene) -> Scene | None:
    """The print a little larger or smaller on the same paper, as printers fit it."""

    def mover(page: OcrPage) -> Callable[[Box], Box]:
        factor = random.uniform(*PRINT_SCALES)
        if page.regions:
            farthest = union(region.bounds for region in page.regions)
            factor = min(factor, page.width / max(farthest.right, 1), page.height / max(farthest.bottom, 1))
        return lambda box: box.scaled(factor)

    return _with_boxes(scene, mover)


def resolution(random: Random, scene: Scene) -> Scene | None:
    """The same paper scanned at another resolution."""
    factor = random.uniform(*RESOLUTIONS)

    def scaled(page: OcrPage) -> OcrPage:
        width, height = max(1, round(page.width * factor)), max(1, round(page.height * factor))
        page = replace(page, width=width, height=height, dpi=page.dpi * factor)
        return replace(page, regions=tuple(replace(region, bounds=on_page(region.bounds.scaled(factor), page)) for region in page.regions))

    return scene.with_pages([scaled(page) for page in scene.ocr.pages])


def shift(random: Random, scene: Scene) -> Scene | None:
    """All print moved on the paper, as far as its margins let it."""

    def mover(page: OcrPage) -> Callable[[Box], Box]:
        left, top, right, bottom = _free(page)
        reach = SHIFT_MM * page.dpi / MM_PER_INCH
        x, y = random.uniform(-min(reach, left), min(reach, right)), random.uniform(-min(reach, top), min(reach, bottom))
        return lambda box: box.moved(x, y)

    return _with_boxes(scene, mover)


def margins(random: Random, scene: Scene) -> Scene | None:
    """The page cut off a little within its margins, or with a rim around it."""

    def cut(page: OcrPage) -> OcrPage:
        reach, edge = (mm * page.dpi / MM_PER_INCH for mm in (MARGIN_MM, EDGE_MM))
        left, top, right, bottom = (random.uniform(-max(0.0, min(reach, free - edge)), reach) for free in _free(page))
        regions = tuple(replace(region, bounds=region.bounds.moved(left, top)) for region in page.regions)
        return replace(page, width=math.ceil(page.width + left + right), height=math.ceil(page.height + top + bottom), regions=regions)

    return scene.with_pages([cut(page) for page in scene.ocr.pages])


def _free(page: OcrPage) -> tuple[float, float, float, float]:
    """The margins of a page in pixels: left, top, right, bottom."""
    if not page.regions:
        return 0.0, 0.0, 0.0, 0.0
    box = union(region.bounds for region in page.regions)
    return max(0.0, box.x), max(0.0, box.y), max(0.0, page.width - box.right), max(0.0, page.height - box.bottom)


def skew(random: Random, scene: Scene) -> Scene | None:
    """A slope that straightening left behind."""

    def mover(page: OcrPage) -> Callable[[Box], Box]:
        angle = math.radians(random.uniform(-SKEW_DEGREES, SKEW_DEGREES))
        sin, cos = math.sin(angle), math.cos(angle)

        def turned(box: Box) -> Box:
            x, y = box.center_x - page.width / 2, box.center_y - page.height / 2
            width, height = box.width * cos + box.height * abs(sin), box.height * cos + box.width * abs(sin)
            return Box(page.width / 2 + x * cos - y * sin - width / 2, page.height / 2 + x * sin + y * cos - height / 2, width, height)

        return turned

    return _with_boxes(scene, mover)


def missing_lines(random: Random, scene: Scene) -> Scene | None:
    """Lines gone that hold no value, no label of one, and nothing that tells the vendor."""
    pages = []
    for page in scene.ocr.pages:
        free = [row for row in _rows(page) if not scene.is_of_vendor(row) and not any(scene.is_of_field(page, region) for region in row)]
        gone = random.sample(free, min(len(free), random.randint(1, max(1, round(MISSING_ROWS * len(free))))))
        pages.append([region for region in page.regions if not any(region in row for row in gone)])
    return _with_regions(scene, pages)


def _rows(page: OcrPage) -> list[list[OcrRegion]]:
    """The regions of a page in rows, from the top; what reaches into a row belongs to it."""
    rows: list[list[OcrRegion]] = []
    for region in sorted(page.regions, key=lambda region: region.bounds.center_y):
        if rows and region.bounds.center_y < max(other.bounds.bottom for other in rows[-1]):
            rows[-1].append(region)
        else:
            rows.append([region])
    return rows


def new_lines(random: Random, scene: Scene) -> Scene | None:
    """Space for further lines somewhere: all below moves down, as far as the paper goes. No value is moved from its label."""
    pages = []
    for page in scene.ocr.pages:
        rows = _rows(page)
        cuts = [index for index, row in enumerate(rows) if index and not _parts_a_field(scene, page, min(region.bounds.y for region in row))]
        if not cuts:
            pages.append(page.regions)
            continue
        below = [region for row in rows[random.choice(cuts) :] for region in row]
        pitch = 1.4 * sorted(region.bounds.height for region in page.regions)[len(page.regions) // 2]
        down = min(pitch * random.randint(1, MAX_NEW_LINES), _free(page)[3])
        pages.append(tuple(replace(region, bounds=region.bounds.moved(0, down)) if region in below else region for region in page.regions))
    return _with_regions(scene, pages)


def _parts_a_field(scene: Scene, page: OcrPage, y: float) -> bool:
    """Whether a cut at this height goes through a value or between it and its label."""
    found = (union(filter(None, (value.bounds, value.label_bounds))) for value in scene.values if value.page == page.number)
    return any(box.y < y < box.bottom for box in found)


KINDS: Mapping[str, Kind] = {
    "other-values": Kind("other numbers, dates and amounts of the same shape", same_shape),
    "other-lengths": Kind("numbers with a digit more or less, amounts of another magnitude", other_length, missing_allowed=True),
    "new-lines": Kind("what stands below some line moves down", new_lines),
    "missing-lines": Kind("lines gone that hold no field and no clue to the vendor", missing_lines),
    "shift": Kind("all print moved by up to 5 mm", shift),
    "margins": Kind("pages cut or widened by up to 8 mm a side", margins),
    "print-scale": Kind("print at 92 to 103 % of its size", print_scale),
    "resolution": Kind("half to twice the resolution", resolution),
    "skew": Kind("lines that slope by up to 0.5°", skew),
    "jitter": Kind("every box a little off", jitter),
    "split-regions": Kind("regions cut between words", split_regions),
    "joined-regions": Kind("neighbouring regions read as one", joined_regions),
    "confusions": Kind("characters misread in labels and surroundings", confusions),
    "accents": Kind("accents lost in labels and surroundings", accents),
    "dropped-spaces": Kind("spaces lost in labels and surroundings", dropped_spaces),
    "added-spaces": Kind("spaces added in labels and surroundings", added_spaces),
    "value-confusions": Kind("characters misread in the values themselves", value_confusions, counts=False),
}
"""All kinds of noise by name."""
