"""Owns `VendorIndex`: from a document to the few vendors that it may be of, at a cost that hardly grows with their number.

Every vendor has a few needles (see `needles`). All places of a page are looked up at once in a table of needles; where one
stands, what is around it must agree with the clue but for as many errors as that may have. What passes is no more than a
candidate: whether a vendor fits is told by its clues, as if there were no index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from extractor.rules.labels import MOST_ERRORS, folded_text
from extractor.rules.needles import LONGEST, SHIFT, SPREAD, WIDTHS, Needle, NeedleChooser, Surroundings, data_of
from extractor.rules.worth import highest_rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extractor.rules.identify import DocumentText
    from extractor.rules.model import RuleSet

LINES, GRID = 0, 1
"""The texts that needles stand in: that of the lines, and the layout view."""
_SIDES = ("next", "far", "pairs")
FIELDS = [("key", "<u8"), *((name, "<u8", 2) for name in _SIDES), ("vendor", "<u4"), ("rank", "<u4")]
FIELDS += [("length", "u1"), ("reach", "u1", 2), ("errors", "u1", 2), ("view", "u1")]
"""A needle of a vendor as a record, packed: see `Needle`; what is of two sides is that before, that after. rank: the vendor's
highest; length: 0 for one that must always be looked at; view: its text."""
_NOTHING = Surroundings(0, 0, 0, 0, 0)
_ALWAYS = (Needle(0, 0, _NOTHING, _NOTHING), LINES)
"""The needle of a vendor that may fit where nothing certain of it can be read."""
_SLOT_BITS = 19
"""Slots of the table: some for each needle of 10,000 vendors, and 4 MiB of memory."""
_MARGIN = 2 * LONGEST + MOST_ERRORS
_ALL = (1 << 64) - 1
_LOW, _HIGH = 0x7F7F7F7F7F7F7F7F, 0x8080808080808080
"""The lower bits of 8 bytes, and the highest."""


def _needles(rule_set: RuleSet, chooser: NeedleChooser) -> list[tuple[Needle, int]]:
    """The needles of a vendor, each with the text that it stands in; none where no document fits."""
    if rule_set.identify is None or not (rule_set.identify.all or rule_set.identify.any):
        return []
    found = chooser.needles(rule_set.identify)
    if found is None:
        return [_ALWAYS]
    texts, regexes = found
    return [*((needle, LINES) for needle in texts), *((needle, GRID if rule_set.on_layout else LINES) for needle in regexes)]


def pack(rule_set: RuleSet, chooser: NeedleChooser) -> bytes:
    """Records of the needles of one vendor; none for a rule set that is for no vendor."""
    import numpy as np

    highest = highest_rank(rule_set)
    rows = []
    for needle, view in _needles(rule_set, chooser):
        *stands, reach, errors = zip(needle.before, needle.after, strict=True)
        rows.append((needle.key, *stands, 0, highest, needle.length, reach, errors, view))
    return np.array(rows, FIELDS).tobytes()


def renumbered(records: Sequence[bytes]) -> bytes:
    """The records of all vendors, one vendor's after another's, with the vendors' numbers."""
    import numpy as np

    rows = np.frombuffer(b"".join(records), FIELDS).copy()
    rows["vendor"] = np.arange(len(records)).repeat([len(each) // rows.itemsize for each in records])
    return rows.tobytes()


def needle_keys(records: bytes) -> list[int]:
    """The keys of all needles."""
    import numpy as np

    keys: list[int] = np.frombuffer(records, FIELDS)["key"].tolist()
    return keys


class VendorIndex:
    """Vendors by their needles. records: what `renumbered` gave."""

    def __init__(self, records: bytes) -> None:
        import numpy as np

        rows = np.frombuffer(records, FIELDS)
        self._always: list[int] = rows["vendor"][rows["length"] == 0].tolist()
        self._ranks: dict[int, int] = dict(zip(rows["vendor"].tolist(), rows["rank"].tolist(), strict=True))
        self._in_lines, self._in_grid = (_Needles(rows[(rows["length"] > 0) & (rows["view"] == view)]) for view in (LINES, GRID))

    def candidates(self, text: DocumentText) -> list[tuple[int, int, list[int] | None]]:
        """The vendors that may fit a document: their highest ranks, the highest first, and their numbers.

        With each the places of the folded text where its needles stand, near which those clues are that the needles were taken
        from; None for a vendor without needles.
        """
        places: dict[int, list[int]] = {}
        for number, place in self._in_lines.on(text.folded):
            places.setdefault(number, []).append(place)
        if len(self._in_grid):
            for number, _ in self._in_grid.on(folded_text(text.grid)):
                places.setdefault(number, [])
        found = [(self._ranks[number], number, places.get(number)) for number in {*self._always, *places}]
        return sorted(found, key=lambda each: each[:2], reverse=True)


class _Needles:
    """The needles that stand in one text, in the order of their slots in a hash table."""

    def __init__(self, rows: NDArray[Any]) -> None:
        import numpy as np

        lengths = np.unique(rows["length"]).astype(np.uint64)[:, np.newaxis]
        shifts = np.uint64(8) * (np.uint64(LONGEST) - lengths)
        self._masks, self._factors = np.uint64(_ALL) >> shifts, np.uint64(SPREAD) << shifts
        row = np.searchsorted(lengths[:, 0], rows["length"])
        slots = _slots(rows["key"].astype(np.uint64), self._factors[row, 0])
        order = np.argsort(slots, kind="stable")
        rows, self._row = rows[order], row[order]
        self._first = np.searchsorted(slots[order], np.arange((1 << _SLOT_BITS) + 1))
        self._is_used = self._first[1:] > self._first[:-1]
        self._keys, self._vendors = rows["key"].astype(np.uint64), rows["vendor"].astype(np.int64)
        self._next, self._far, self._wanted_pairs = (np.ascontiguousarray(rows[name].T, np.uint64) for name in _SIDES)
        self._errors, self._reach = np.ascontiguousarray(rows["errors"].T), np.ascontiguousarray(rows["reach"].T, np.int64)
        self._ends = np.array((np.zeros(len(rows), np.int64), rows["length"]))
        self._pairs_at = self._ends - np.array((np.array(WIDTHS)[self._reach[0]], np.ones(len(rows), np.int64)))
        self._shifts = np.arange(-MOST_ERRORS, MOST_ERRORS + 1)[:, np.newaxis, np.newaxis]
        self._beyond = np.where(abs(self._shifts[:, 0]) > np.arange(MOST_ERRORS + 1), np.uint64(_HIGH), np.uint64(0))  # what so many errors cannot move so far

    def __len__(self) -> int:
        return len(self._keys)

    def on(self, text: str) -> Iterator[tuple[int, int]]:
        """The vendors of the needles that stand in a text, in like surroundings, and where."""
        if not (text and len(self)):
            return iter(())
        import numpy as np

        data = b"".join((bytes(_MARGIN), data_of(text), bytes(_MARGIN + LONGEST)))
        grams = np.ndarray(len(data) - LONGEST + 1, "<u8", data, strides=(1,))  # at each place the 8 bytes that begin there
        needles, at = self._met(grams[_MARGIN : len(data) - _MARGIN - LONGEST])
        needles, at = self._with_like_pairs(needles, at + _MARGIN, grams)
        needles, at = self._with_like_letters(needles, at, grams)
        return zip(self._vendors[needles].tolist(), (at - _MARGIN).tolist(), strict=True)

    def _met(self, grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Needles that stand in a text, and where."""
        import numpy as np

        slots = _slots(grams, self._factors).ravel()
        hits = self._is_used.take(slots).nonzero()[0]
        slots = slots.take(hits)
        first = self._first.take(slots)
        count = self._first.take(slots + 1) - first
        needles = np.arange(count.sum()) + (first - count.cumsum() + count).repeat(count)
        row = self._row.take(needles)
        at = hits.repeat(count) - row * len(grams)
        same = ((grams.take(at, mode="clip") & self._masks.take(row)) == self._keys.take(needles)).nonzero()[0]
        return needles.take(same), at.take(same)

    def _with_like_pairs(self, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Those around which the clue's pairs of characters stand, in any order; an error spoils two."""
        import numpy as np

        places = self._reach.take(needles, axis=1) * len(grams) + self._pairs_at.take(needles, axis=1) + at
        lacking = np.bitwise_count(self._wanted_pairs.take(needles, axis=1) & ~_pairs(grams).take(places))
        kept = _both(lacking <= 2 * self._errors.take(needles, axis=1))
        return needles.take(kept), at.take(kept)

    def _with_like_letters(self, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Those beside which the clue's characters stand where they should, or as far from there as errors can have moved them."""
        alone = self._alone(self._next, 0, needles, at, grams)
        kept = _both(alone <= self._errors.take(needles, axis=1))
        needles, at, alone = needles.take(kept), at.take(kept), alone.take(kept, axis=1)
        alone += self._alone(self._far, LONGEST, needles, at, grams)
        kept = _both(alone <= self._errors.take(needles, axis=1))
        return needles.take(kept), at.take(kept)

    def _alone(self, wanted: NDArray[np.uint64], gap: int, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """How many of the 8 characters before and after the needles, beyond a gap, have no like: each error leaves one at most.

        H. Xin et al., Shifted Hamming distance: a fast and accurate SIMD-friendly filter, Bioinformatics 31(10), 2015.
        """
        import numpy as np

        places = self._ends.take(needles, axis=1) + at + np.array(((-LONGEST - gap,), (gap,)))
        letters = wanted.take(needles, axis=1)
        unlike = _nonzero(grams.take(places + self._shifts, mode="clip") ^ letters)
        unlike |= self._beyond.take(self._errors.take(needles, axis=1), axis=1)
        alone: NDArray[np.uint8] = np.bitwise_count(np.bitwise_and.reduce(unlike, axis=0) & _nonzero(letters))
        return alone


def _both(sides: NDArray[np.bool]) -> NDArray[np.int64]:
    """Where something holds on both sides."""
    places: NDArray[np.int64] = (sides[0] & sides[1]).nonzero()[0]
    return places


def _slots(grams: NDArray[np.uint64], factors: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The slots of the bytes that begin grams, as many as the factors are for: each leaves no bit of the others."""
    import numpy as np

    return ((grams * factors) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


def _pairs(grams: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """By the number of a width and the place: the bits of all pairs of bytes that begin within the width from the place on."""
    import numpy as np

    bits = np.empty((len(WIDTHS), len(grams)), np.uint64)
    bits[0] = np.uint64(1) << (((grams & np.uint64(0xFFFF)) * np.uint64(SPREAD)) >> np.uint64(SHIFT))
    for number, width in enumerate(WIDTHS[:-1]):
        bits[number + 1] = bits[number]
        bits[number + 1, :-width] |= bits[number, width:]
    return bits


def _nonzero(numbers: NDArray[Any]) -> NDArray[Any]:
    """The highest bit of each byte that is not zero."""
    import numpy as np

    low = np.uint64(_LOW)
    marked: NDArray[Any] = (((numbers & low) + low) | numbers) & np.uint64(_HIGH)
    return marked
