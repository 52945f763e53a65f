"""Owns going through the pages of a file and gathering them into invoices: every page belongs to one, separator sheets to none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from extractor.issues import Issue, Level
from extractor.split.boundary import Boundary, Context, weigh
from extractor.split.signs import PageReading, PageSigns


class Split(StrEnum):
    """auto: a file may hold several invoices; none: a file is one invoice."""

    AUTO = "auto"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Part:
    """Which pages of a file an invoice is on.

    pages: their numbers in the file, from 1. number, count: which invoice of how many it is, from 1.
    evidence: why it begins where it does, in words; empty for the first one of a file.
    """

    pages: tuple[int, ...]
    number: int = 1
    count: int = 1
    evidence: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its pages in short.

        >>> Part((2, 3, 4, 7)).name, Part((5,)).name
        ('pages=2-4,7', 'page=5')
        """
        runs: list[list[int]] = []
        for page in self.pages:
            if runs and page == runs[-1][-1] + 1:
                runs[-1].append(page)
            else:
                runs.append([page])
        text = ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
        return f"{'pages' if len(self.pages) > 1 else 'page'}={text}"


@dataclass(frozen=True, slots=True)
class Division:
    """The invoices of a file. boundaries: what was weighed at each page. separators: sheets that belong to no invoice, with what says so."""

    parts: tuple[Part, ...]
    boundaries: tuple[Boundary, ...] = ()
    separators: Mapping[int, str] = field(default_factory=dict)

    def issues(self, part: Part) -> list[Issue]:
        """Boundaries of an invoice, and pages within it, that a person should look at."""
        doubtful = (boundary for boundary in self.boundaries if boundary.is_doubtful)
        return [_issue(boundary) for boundary in doubtful if boundary.page in part.pages or (boundary.is_cut and boundary.page - 1 in part.pages)]


def _issue(boundary: Boundary) -> Issue:
    said = f"page {boundary.page} begins an invoice" if boundary.is_cut else f"page {boundary.page} may begin another invoice, and was kept with the one before"
    pro = "; ".join(clue.reason for clue in boundary.clues if clue.weight > 0)
    contra = "; ".join(clue.reason for clue in boundary.clues if clue.weight < 0)
    return Issue("uncertain-boundary", Level.WARNING, f"{said}: for it {pro}; against it {contra or 'nothing'}", page=boundary.page)


def divide(readings: Sequence[PageReading], separators: Mapping[int, str]) -> Division:
    """Gathers the pages of a file into invoices. readings: of all pages, in order. separators: sheets that only separate (`separator_sheets`)."""
    pages = [PageSigns(reading) for reading in readings if reading.layout.number not in separators]
    duplex, through = _is_duplex(pages), _is_numbered_through(pages)
    groups: list[list[PageSigns]] = []
    evidence: list[tuple[str, ...]] = []
    boundaries: list[Boundary] = []
    for index, page in enumerate(pages):
        sheet = _sheet_between(pages[index - 1].page if index else 0, page.page, separators)
        before = [each for each in groups[-1] if not each.is_blank] if groups else []
        if not groups or sheet:
            groups.append([page])
            evidence.append((sheet,) if sheet else ())
        elif page.is_blank or not before:
            groups[-1].append(page)
        else:
            boundary = weigh(Context(before, page, _blanks_before(pages, index), duplex, through))
            boundaries.append(boundary)
            if boundary.is_cut:
                groups.append([page])
                evidence.append(boundary.reasons)
            else:
                groups[-1].append(page)
    return Division(_parts(groups, evidence), tuple(boundaries), dict(separators))


def _parts(groups: Sequence[Sequence[PageSigns]], evidence: Sequence[tuple[str, ...]]) -> tuple[Part, ...]:
    """The invoices. Between two separator sheets may be nothing but a blank page (the back of one), which is no invoice."""
    kept = [index for index, group in enumerate(groups) if not all(page.is_blank for page in group)] or list(range(len(groups)))[:1]
    return tuple(Part(tuple(page.page for page in groups[i]), number, len(kept), evidence[i]) for number, i in enumerate(kept, 1))


def _sheet_between(last: int, page: int, separators: Mapping[int, str]) -> str:
    number = next((number for number in range(page - 1, last, -1) if number in separators), None)
    return f"page {number} is a separator sheet: {separators[number]}" if number is not None else ""


def _blanks_before(pages: Sequence[PageSigns], index: int) -> int:
    first = index
    while first and pages[first - 1].is_blank:
        first -= 1
    return index - first


def _is_duplex(pages: Sequence[PageSigns]) -> bool:
    """Whether blank pages are the backs of sheets: all of them have even numbers, and many of these are blank."""
    blanks = [page for page in pages if page.is_blank]
    backs = [page for page in pages if page.page % 2 == 0]
    return all(page.page % 2 == 0 for page in blanks) and 2 * len(blanks) >= len(backs)


def _is_numbered_through(pages: Sequence[PageSigns]) -> bool:
    """Whether all pages of the file are numbered in one row, which says nothing of the invoices in it."""
    return all(any(place.number == page.page and place.of in (None, pages[-1].page) for place in page.places) for page in pages if not page.is_blank)
