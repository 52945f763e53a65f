"""Owns `VendorIndex`: from a document to the few vendors that it may be of, at a cost that hardly grows with their number.

Every vendor has a few needles (see `needles`). All places of a page are looked up at once in a table of needles; where one
stands, what is around it must agree with the clue but for as many errors as that may have. What passes is no more than a
candidate: whether a vendor fits is told by its clues, as if there were no index.
"""

from __future__ import annotations

from collections.abc import Sequence
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
FIELDS = [(name, "<u8") for name in ("key", "next_before", "far_before", "pairs_before", "next_after", "far_after", "pairs_after")]
FIELDS += [("vendor", "<u4"), ("rank", "<u4"), *((name, "u1") for name in ("length", "reach_before", "reach_after", "errors", "view"))]
"""A needle of a vendor as a record, packed: see `Needle`. rank: the vendor's highest; length: 0 for one that must always be looked at; view: its text."""
_NOTHING = Surroundings(0, 0, 0, 0)
_ALWAYS = (Needle(0, 0, _NOTHING, _NOTHING, 0), LINES)
"""The needle of a vendor that may fit where nothing certain of it can be read."""
_SLOT_BITS = 19
"""Slots of the table: some for each needle of 10,000 vendors, and 4 MiB of memory."""
_MARGIN = 2 * LONGEST + MOST_ERRORS
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
    rows = [
        (needle.key, *needle.before[:3], *needle.after[:3], 0, highest, needle.length, needle.before.reach, needle.after.reach, needle.errors, view)
        for needle, view in _needles(rule_set, chooser)
    ]
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

    def candidates(self, text: DocumentText) -> list[tuple[int, int]]:
        """The vendors that may fit a document: their highest ranks, the highest first, and their numbers."""
        found = self._in_lines.on(text.folded)
        if len(self._in_grid):
            found += self._in_grid.on(folded_text(text.grid))
        return sorted(((self._ranks[number], number) for number in {*self._always, *found}), reverse=True)


class _Needles:
    """The needles that stand in one text, in the order of their slots in a hash table."""

    def __init__(self, rows: NDArray[Any]) -> None:
        import numpy as np

        slots = _slots(rows["key"].astype(np.uint64))
        order = np.argsort(slots, kind="stable")
        self._rows = {name: rows[name][order].astype(np.uint64 if code == "<u8" else np.int64) for name, code in FIELDS}
        self._first = np.searchsorted(slots[order], np.arange((1 << _SLOT_BITS) + 1))
        self._is_used = self._first[1:] > self._first[:-1]
        self._masks = np.array([(1 << (8 * length)) - 1 for length in np.unique(rows["length"]).tolist()], np.uint64)[:, np.newaxis]
        self._widths = np.array(WIDTHS)
        self._shifts = np.arange(-MOST_ERRORS, MOST_ERRORS + 1)[:, np.newaxis, np.newaxis]
        self._beyond = np.where(abs(self._shifts) > np.arange(MOST_ERRORS + 1), np.uint64(_HIGH), np.uint64(0))  # what so many errors cannot move so far

    def __len__(self) -> int:
        return len(self._rows["key"])

    def on(self, text: str) -> list[int]:
        """The vendors of the needles that stand in a text, in like surroundings."""
        if not (text and len(self)):
            return []
        import numpy as np

        data = b"".join((bytes(_MARGIN), data_of(text), bytes(_MARGIN + LONGEST)))
        grams = np.ndarray(len(data) - LONGEST + 1, "<u8", data, strides=(1,))  # at each place the 8 bytes that begin there
        needles, at = self._met(grams[_MARGIN : len(data) - _MARGIN - LONGEST])
        needles, at = self._with_like_pairs(needles, at + _MARGIN, grams)
        needles = self._with_like_letters(needles, at, grams)
        found: list[int] = self._rows["vendor"][needles].tolist()
        return found

    def _met(self, grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Needles that stand in a text, and where."""
        import numpy as np

        keys = (grams & self._masks).ravel()
        slots = _slots(keys)
        hits = self._is_used.take(slots).nonzero()[0]
        first = self._first[slots[hits]]
        count = self._first[slots[hits] + 1] - first
        shifts = (first - count.cumsum() + count).repeat(count)
        needles, hits = np.arange(len(shifts)) + shifts, hits.repeat(count)
        same = (self._rows["key"][needles] == keys[hits]).nonzero()[0]
        return needles[same], hits[same] % len(grams)

    def _with_like_pairs(self, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Those around which the clue's pairs of characters stand, in any order; an error spoils two."""
        import numpy as np

        near, rows = _pairs(grams), self._rows
        before = near[rows["reach_before"][needles], at - self._widths[rows["reach_before"][needles]]]
        after = near[rows["reach_after"][needles], at + rows["length"][needles] - 1]
        lacking = np.bitwise_count(rows["pairs_before"][needles] & ~before) + np.bitwise_count(rows["pairs_after"][needles] & ~after)
        kept = (lacking <= 2 * rows["errors"][needles]).nonzero()[0]
        return needles[kept], at[kept]

    def _with_like_letters(self, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Those beside which the clue's characters stand where they should, or as far from there as errors can have moved them."""
        alone = self._alone("next", 0, needles, at, grams)
        kept = (alone <= self._rows["errors"][needles]).nonzero()[0]
        needles, at, alone = needles[kept], at[kept], alone[kept]
        alone += self._alone("far", LONGEST, needles, at, grams)
        return needles[alone <= self._rows["errors"][needles]]

    def _alone(self, name: str, gap: int, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64]) -> NDArray[np.int64]:
        """How many of the 8 characters before and after the needles, beyond a gap, have no like: each error leaves one at most.

        H. Xin et al., Shifted Hamming distance: a fast and accurate SIMD-friendly filter, Bioinformatics 31(10), 2015.
        """
        import numpy as np

        rows = self._rows
        places = np.array((at - LONGEST - gap, at + rows["length"][needles] + gap))
        wanted = np.array((rows[f"{name}_before"][needles], rows[f"{name}_after"][needles]))
        unlike = _nonzero(grams.take(places + self._shifts, mode="clip") ^ wanted)
        unlike |= self._beyond[:, :, rows["errors"][needles]]
        alone = np.bitwise_count(np.bitwise_and.reduce(unlike, axis=0) & _nonzero(wanted))
        total: NDArray[np.int64] = alone[0].astype(np.int64) + alone[1]
        return total


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    import numpy as np

    return ((keys * np.uint64(SPREAD)) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


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
