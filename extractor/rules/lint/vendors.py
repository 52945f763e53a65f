"""Owns doubts about how vendors are told apart: clues of one file against its own, and against those of all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.issues import Issue, Place
from extractor.rules.book import RuleBook
from extractor.rules.labels import folded_label
from extractor.rules.lint.walk import Written, doubt, scalars
from extractor.rules.model import Clue, RuleSet

Clues = frozenset[tuple[str, str]]

SHORTEST_CLUE = 4
"""Letters and digits that a text needs to say anything about who sent a document."""


@dataclass(frozen=True, slots=True)
class _Told:
    """How a vendor is told, its clues in one form."""

    rule_set: RuleSet
    every: Clues
    some: Clues
    none: Clues

    @property
    def all(self) -> Clues:
        return self.every | self.some

    def fits(self, found: Clues) -> bool:
        """Whether a document with just these clues on it is of this vendor."""
        return self.every <= found and (not self.some or bool(self.some & found)) and not self.none & found


def alike_vendors(book: RuleBook, places: Mapping[str, Place]) -> Iterator[Issue]:
    """Vendor files that some document, or every one, cannot tell apart. places: of `identify` in the files under check.

    Those without any clue may be like any other.
    """
    told = [_told(rule_set) for rule_set in book.identities]
    pairs = _Pairs(told)
    for number, second in enumerate(told):
        for first in (told[other] for other in pairs.before(number)):
            names = [side.rule_set.place.file for side in (second, first) if side.rule_set.place]
            place = next((places[name] for name in names if name in places), None)
            if place is not None and (issue := _alike(first, second, place)) is not None:
                yield issue
                break  # one word about a file is enough; the others show once it is put right


class _Pairs:
    """Which vendors can be alike at all, so that a clue that thousands share does not have each compared with each.

    Of two that are alike one fits documents by clues that the other has as well: all of its `all`, and one of its `any`. The
    rarest of its `all`, or its `any` where they are rarer, are its keys, one of which the other must have.
    """

    def __init__(self, told: Sequence[_Told]) -> None:
        self._told = told
        self._files = Counter(clue for each in told for clue in each.all)
        self._with_clue: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._with_key: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._unclear: list[int] = []

    def before(self, number: int) -> list[int]:
        """The vendors before one that can be like it. To be asked for one after the other: those that were asked for are those before."""
        vendor = self._told[number]
        keys = self._keys(vendor)
        found = {other for clue in vendor.all for other in self._with_key[clue]}.union(*(self._with_clue[key] for key in keys), self._unclear)
        for clue in vendor.all:
            self._with_clue[clue].append(number)
        for key in keys:
            self._with_key[key].append(number)
        if not vendor.all:
            self._unclear.append(number)
        return sorted(found) if vendor.all else list(range(number))

    def _keys(self, vendor: _Told) -> Clues:
        choices = [*(frozenset([clue]) for clue in vendor.every), *([vendor.some] if vendor.some else [])]
        return min(choices, key=lambda clues: sum(self._files[clue] for clue in clues), default=frozenset())


def _told(rule_set: RuleSet) -> _Told:
    identify = rule_set.identify
    assert identify is not None
    return _Told(rule_set, *(frozenset(_key(clue, rule_set) for clue in clues) for clues in (identify.all, identify.any, identify.none)))


def _key(clue: Clue, rule_set: RuleSet) -> tuple[str, str]:
    """A clue in one form. Regexes are alike only where they search the same text."""
    if clue.kind == "regex":
        return ("regex on layout" if rule_set.on_layout else "regex"), clue.text
    return clue.kind, folded_label(clue.text)


def _alike(first: _Told, second: _Told, place: Place) -> Issue | None:
    if first.rule_set.priority != second.rule_set.priority:
        low, high = sorted((first, second), key=lambda told: told.rule_set.priority)
        if not _is_wider(high, low):
            return None
        message = f"every document of '{low.rule_set.id}' fits '{high.rule_set.id}', too, whose priority is higher, so that '{low.rule_set.id}' is never taken"
        return doubt("outranked-identify", message, place)
    one, two = first.rule_set.id, second.rule_set.id
    if (first.every, first.some, first.none) == (second.every, second.some, second.none):
        return doubt("same-identify", f"'{two}' is identified by exactly what identifies '{one}'; every such document will fit both", place)
    common = (first.all & second.all) - first.none - second.none
    if first.fits(common) and second.fits(common):
        shown = ", ".join(f"'{text}'" for text in _written(first, common))
        return doubt("tied-identify", f"a document that shows {shown} and no other clue fits '{one}' and '{two}' equally well", place)
    wide, narrow = (first, second) if _is_wider(first, second) else (second, first)
    if _is_wider(wide, narrow):
        message = f"every document of '{narrow.rule_set.id}' fits '{wide.rule_set.id}', too; it wins only where its further clues are read"
        return doubt("wider-identify", message, place)
    return None


def _written(told: _Told, keys: Clues) -> list[str]:
    identify = told.rule_set.identify
    assert identify is not None
    return list(dict.fromkeys(clue.text for clue in (*identify.all, *identify.any) if _key(clue, told.rule_set) in keys))


def _is_wider(wide: _Told, narrow: _Told) -> bool:
    """Whether what fits one fits another as well."""
    some = not wide.some or bool(wide.some & narrow.every) or (bool(narrow.some) and narrow.some <= wide.some)
    return wide.every <= narrow.every and some and wide.none <= narrow.none


def doubtful_clues(written: Written) -> Iterator[Issue]:
    """Clues that say nothing, and clues that exclude what others demand."""
    identify = written.row.get("identify")
    if identify is None:
        return
    for key in ("all", "any"):
        for clue in scalars(identify, key):
            if (letters := len(folded_label(clue.text))) < SHORTEST_CLUE:
                yield doubt("weak-clue", f"'{clue.text}' has {letters} letters or digits; it stands on documents of others as well", clue.place)
    demanded = {folded_label(clue.text): clue for clue in scalars(identify, "all")}
    for clue in scalars(identify, "none"):
        folded = folded_label(clue.text)
        if folded and (wanted := next((other for text, other in demanded.items() if folded in text), None)):
            message = f"no document fits: 'none' excludes '{clue.text}', but 'all' on line {wanted.place.line} demands '{wanted.text}'"
            yield doubt("contrary-clues", message, clue.place)
