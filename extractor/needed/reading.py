"""Owns the order in which a document is read that is read in part, and the decision that it was enough.

First the letterhead, until it tells the vendor; then what stands where earlier documents of the vendor had what its file asks
for; then what looks like it; then everything. A document is read whole whenever something is unlike what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace

from extractor.errors import AmbiguousVendor
from extractor.geometry import Box, union
from extractor.issues import Issue, Level
from extractor.layout.upright import Turn
from extractor.needed.asked import AMOUNTS, TABLES, asked_of
from extractor.needed.places import Known, Place, Places, overlapping, places_on, wanted_of
from extractor.ocr import OcrResult
from extractor.ocr.partly import UNREAD, PartlyReadDocument
from extractor.output import ExtractionResult
from extractor.resolve import FieldStatus, FieldValue
from extractor.resolve.evidence import Origin
from extractor.rules import RuleSet
from extractor.rules.labels import LabelHit
from extractor.validate import Status

_COLUMN = "column."
_IN_LINE = 0.5
"""Share of the lower of two heights by which print must overlap to stand in one line."""
_TABLE_LABELS = frozenset({"column", "end"})
LETTERHEAD = 0.35
"""Part of the print of the first page, from its top, that is read to learn the vendor."""
AT_ONCE = 2
"""Pieces of print that are read before the vendor is looked for again."""
ROUNDS = 3
"""How often the print beside what was found is read."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What the rules make of what was read so far. hits: labels that stand on it."""

    result: ExtractionResult
    hits: tuple[LabelHit, ...]


@dataclass(slots=True)
class NeededReading:
    """One document. identify: the vendor's rule set, None where none is told. interpret: with the fields asked for, None for all."""

    document: PartlyReadDocument
    places: Places
    identify: Callable[[OcrResult], RuleSet | None]
    interpret: Callable[[OcrResult, AbstractSet[str] | None], Interpreted]

    def read(self) -> ExtractionResult:
        """The result; that of the full reading where not all is known that it takes to read less."""
        rule_set = self._vendor()
        if rule_set is None:
            return self._whole().result
        key, asked = (rule_set.id, rule_set.digest), asked_of(rule_set)
        known = [one for one in self.places.of(key) if one.pages == len(self.document.pages)]
        if known:
            with suppress(AmbiguousVendor):  # all print together may tell
                if (found := self._in_part(known, asked, rule_set.id)) is not None:
                    return found
        whole = self._whole()
        if whole.result.rules.id == rule_set.id and whole.result.status is Status.VALID:
            self.places.learn(key, self._known(whole, asked))
        return whole.result

    def _vendor(self) -> RuleSet | None:
        """The vendor, by the letterhead; read piece by piece, the largest print first."""
        pieces = self._letterhead()
        for start in range(0, len(pieces), AT_ONCE):
            self.document.read(1, pieces[start : start + AT_ONCE])
            if (rule_set := self.identify(self.document.as_read())) is not None:
                return rule_set
        return self.identify(self.document.as_read())

    def _letterhead(self) -> list[int]:
        page = self.document.page(1)
        places = places_on(page.page, page.bounds, len(self.document.pages))
        depth = max((place.down for place in places), default=0.0)
        top = [index for index, place in enumerate(places) if place.down <= LETTERHEAD * depth]
        return sorted(top, key=lambda index: places[index].down - 3 * places[index].height)

    def _in_part(self, known: Sequence[Known], asked: AbstractSet[str], rule_id: str) -> ExtractionResult | None:
        """The result from what was needed, None where the rest has to be read as well."""
        depth = self._depth()
        nearest = min(known, key=lambda one: abs(one.depth - depth))
        for expected, anywhere in (([nearest], False), (known, False), (known, True)):
            if not self._read_known(expected, anywhere=anywhere) and expected is known:
                continue
            for _ in range(ROUNDS):
                found = self.interpret(self.document.as_seen(), asked)
                if not self._read_beside(found, asked):
                    break
            if self.document.is_whole:
                return None
            if found.result.rules.id == rule_id and _is_as_known(found.result, asked, known):
                return self._told(found.result, asked)
        return None

    def _told(self, result: ExtractionResult, asked: AbstractSet[str]) -> ExtractionResult:
        """A result that says that not all was read."""
        ocr = self.document.as_read()
        read, left = sum(len(page.regions) for page in ocr.pages), sum(len(page.unread) for page in self.document.opened.values())
        message = (
            f"{read} of {read + left} pieces of print were read, those that the fields come from which {result.rules.id} asks for: {', '.join(sorted(asked))}"
        )
        fields = {name: replace(value, alternatives=tuple(o for o in value.alternatives if UNREAD not in o.text)) for name, value in result.fields.items()}
        return replace(result, ocr=ocr, fields=fields, issues=(Issue("read-in-part", Level.INFO, message), *result.issues))

    def _depth(self) -> float:
        page = self.document.page(1)
        return max((place.down for place in places_on(page.page, page.bounds, 1)), default=0.0)

    def _whole(self) -> Interpreted:
        self.document.read_all()
        return self.interpret(self.document.as_read(), None)

    def _read_known(self, known: Sequence[Known], *, anywhere: bool) -> bool:
        """Reads what stands where something was; whether there was any to read."""
        read = False
        count = len(self.document.pages)
        for number in range(1, count + 1):
            if not any(_is_on(mark, number, count) for one in known for mark in _all_marks(one)):
                continue
            page = self.document.page(number)
            read |= self.document.read(number, wanted_of(places_on(page.page, page.bounds, count), known, anywhere=anywhere))
        return read

    def _read_beside(self, found: Interpreted, asked: AbstractSet[str]) -> bool:
        """Reads the print between labels and their values, what touches it, and in the headers and rows of tables; whether there was any."""
        read = False
        for number, span in self._spans(found, asked):
            page = self.document.page(number)
            turn = Turn.of(page.page)
            beside = [index for index in page.unread if _touches(turn.to_upright(page.bounds[index]), span)]
            read |= self.document.read(number, beside)
        return read

    def _spans(self, found: Interpreted, asked: AbstractSet[str]) -> Iterator[tuple[int, Box]]:
        """Pages and upright boxes in which all print has to be read."""
        for name, value in found.result.fields.items():
            if name.split("[")[0] in asked and value.page is not None and value.bounds is not None:
                turn = Turn.of(self.document.page(value.page).page)
                span = union(turn.to_upright(box) for box in (value.bounds, value.label_bounds) if box is not None)
                yield value.page, replace(span, x=0.0, width=turn.upright_size[0]) if "[" in name else span
        for hit in found.hits if asked & TABLES else ():
            if any(owner.startswith(_COLUMN) for owner in hit.owners):
                box = hit.line.box  # a header may take several lines
                yield hit.page.number, Box(0.0, box.y - hit.line.height, hit.page.width, box.height + 2 * hit.line.height)

    def _known(self, whole: Interpreted, asked: AbstractSet[str]) -> Known:
        """What a full reading showed of where things stand."""
        names = {name for name in asked if (value := whole.result.fields.get(name)) is not None and value.origin is not Origin.CONSTANT} | (asked & TABLES)
        marks = [*_evidence(whole.result, names | (AMOUNTS if asked & AMOUNTS else set()))]
        owners = names | (_TABLE_LABELS if "lines" in asked else set())
        marks += [(hit.page.number, hit.page.bounds(hit.line.box_of(hit.span.start, hit.span.end))) for hit in whole.hits if _owned(hit, owners)]
        count = len(self.document.pages)
        found: list[Place] = []
        for number, boxes in _by_page(marks).items():
            page = self.document.page(number)
            places = places_on(page.page, page.bounds, count)
            found += (places[index] for index in overlapping(page.bounds, boxes))
        rules = {
            name.split("[")[0]: None if "[" in name else value.rule_id
            for name, value in whole.result.fields.items()
            if name.split("[")[0] in asked and value.status is not FieldStatus.MISSING
        }
        return Known(tuple(dict.fromkeys(found)), tuple(self._bands(whole.result, asked)), rules, count, self._depth())

    def _bands(self, result: ExtractionResult, asked: AbstractSet[str]) -> Iterator[tuple[Place, Place]]:
        for table in ("lines", "taxes"):
            if table not in asked:
                continue
            marks = _by_page(_evidence(result, {table}))
            if marks:
                yield self._places_of(min(marks), marks)[0], self._places_of(max(marks), marks)[-1]

    def _places_of(self, number: int, marks: dict[int, list[Box]]) -> list[Place]:
        page = self.document.page(number)
        places = places_on(page.page, page.bounds, len(self.document.pages))
        return sorted((places[index] for index in overlapping(page.bounds, marks[number])), key=lambda place: place.down)


def _all_marks(known: Known) -> Iterator[Place]:
    yield from known.marks
    for band in known.bands:
        yield from band


def _is_on(mark: Place, number: int, pages: int) -> bool:
    return mark.page == number - 1 or mark.before_last == pages - number


def _evidence(result: ExtractionResult, asked: AbstractSet[str]) -> Iterator[tuple[int, Box]]:
    """Where the values of some fields stand, and their labels."""
    for name, value in result.fields.items():
        if name.split("[")[0] in asked and value.page is not None:
            yield from ((value.page, box) for box in (value.bounds, value.label_bounds) if box is not None)


def _by_page(marks: Iterable[tuple[int, Box]]) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for number, box in marks:
        found.setdefault(number, []).append(box)
    return found


def _touches(box: Box, span: Box) -> bool:
    """Whether a box stands in a span, or follows in its lines at once."""
    return box.overlap_y(span) > _IN_LINE * min(box.height, span.height) and box.overlap_x(span) > -box.height


def _owned(hit: LabelHit, owners: AbstractSet[str]) -> bool:
    return any(owner.split(".")[0] in owners or owner in owners for owner in hit.owners)


def _is_as_known(result: ExtractionResult, asked: AbstractSet[str], known: Sequence[Known]) -> bool:
    """Whether nothing asks for a person, no field is without value that ever had one, and each comes from a rule that it came from before."""
    if result.status is not Status.VALID:
        return False
    found = {name: value for name, value in result.fields.items() if value.status is not FieldStatus.MISSING}
    if any(name not in {field.split("[")[0] for field in found} for one in known for name in one.rules):
        return False
    return all(_is_field_as_known(name, value, known) for name, value in found.items() if name.split("[")[0] in asked)


def _is_field_as_known(name: str, value: FieldValue, known: Sequence[Known]) -> bool:
    if UNREAD in f"{value.value}{value.text}{value.label}":
        return False
    table = name.split("[", maxsplit=1)[0]
    return any(table in one.rules and (table != name or one.rules[name] == value.rule_id) for one in known)
