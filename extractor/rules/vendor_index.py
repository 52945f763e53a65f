"""Owns `VendorIndex`: from a document to the few vendors that it may be of, at a cost that hardly grows with their number.

Every vendor has a few needles (see `needles`). All places of a page are looked up at once in a table of needles; where one
stands, what is around it must agree with the clue but for as many errors as that may have. What passes is no more than a
candidate: whether a vendor fits is told by its clues, as if there were no index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from struct import Struct
from typing import TYPE_CHECKING, Any

from extractor.rules.distance import fewest_errors
from extractor.rules.labels import MOST_ERRORS, folded_text
from extractor.rules.needles import LONGEST, NEAR, Needle, NeedleChooser, Surroundings, data_of
from extractor.rules.worth import highest_rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extractor.rules.identify import DocumentText
    from extractor.rules.model import RuleSet

LINES, GRID = 0, 1
"""The texts that needles stand in: that of the lines, and the layout view."""
FIELDS = [("key", "<u8"), ("letters", f"S{NEAR}", 2), ("vendor", "<u4"), ("rank", "<u4"), ("length", "u1"), ("errors", "u1", 2), ("view", "u1")]
"""A needle of a vendor as a record, packed: see `Needle`; what is of two sides is that before, that after. rank: the vendor's
highest; length: 0 for one that must always be looked at; view: its text."""
_RECORD = Struct(f"<Q{NEAR}s{NEAR}sIIBBBB")
_NOTHING = Surroundings(b"", 0)
_Hit = tuple[bytes, bytes, int]
"""A needle that stands in a text: its record, the text's bytes, which begin with a margin, and where in them."""
_ALWAYS = (Needle(0, 0, _NOTHING, _NOTHING), LINES)
"""The needle of a vendor that may fit where nothing certain of it can be read."""
_SPREAD = 0x9E3779B97F4A7C15
"""Multiplier that spreads numbers over their upper bits (D. Knuth, The Art of Computer Programming, vol. 3, section 6.4)."""
_SLOT_BITS = 19
"""Slots of the table: some for each needle of 10,000 vendors, and 2.5 MiB of memory."""
_MARGIN = _REACH = NEAR + MOST_ERRORS
"""How far from a needle what stands around it can be; so many zero bytes are put around a text."""
_LEVELS = 1 << MOST_ERRORS.bit_length()
"""Numbers of errors that are told apart, 0 among them: a power of two."""
_ERROR_WORTH = 1.95
"""How many characters tell as much as one error that there may be makes unclear."""
_VENDORS = 1 << 32
"""There are fewer vendors."""
_ALL = (1 << 64) - 1
_COMMON = "leosatrnbcudm9h2gpkfvw4z3yx67&q€j$#%"
"""Characters of folded print, those that are met most often first."""
_CLASSES, _QUAD = 16, 4
"""Classes of characters, a bit each, and of how many characters one number holds them."""


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
        letters, errors = zip(needle.before, needle.after, strict=True)
        rows.append((needle.key, letters, 0, highest, needle.length, errors, view))
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
        self._always = frozenset(_standings(rows[rows["length"] == 0]).tolist())
        self._in_lines, self._in_grid = (_Needles(rows[(rows["length"] > 0) & (rows["view"] == view)]) for view in (LINES, GRID))

    def candidates(self, text: DocumentText) -> Iterator[Candidate]:
        """The vendors that may fit a document, those of the highest ranks first."""
        in_lines = self._in_lines.on(text.folded)
        in_grid = self._in_grid.on(folded_text(text.grid)) if len(self._in_grid) else {}
        for standing in sorted({*self._always, *in_lines, *in_grid}, reverse=True):
            yield Candidate(standing, None if standing in self._always else in_lines.get(standing, ()), in_grid.get(standing, ()))


class Candidate:
    """A vendor that may fit a document. rank: its highest; number: among the vendors of the index."""

    __slots__ = ("_in_grid", "_in_lines", "number", "rank")

    def __init__(self, standing: int, in_lines: Sequence[_Hit] | None, in_grid: Sequence[_Hit]) -> None:
        self.rank, self.number = divmod(standing, _VENDORS)
        self._in_lines, self._in_grid = in_lines, in_grid

    def may_fit(self) -> bool:
        """Whether what stands around one of its needles has no more errors than the clue may have."""
        return self._in_lines is None or any(map(_is_like, self._in_lines)) or any(map(_is_like, self._in_grid))

    @property
    def places(self) -> list[int] | None:
        """The places of the folded text where its needles stand, near which those clues are that the needles were taken from.

        None for a vendor without needles.
        """
        return None if self._in_lines is None else [at - _MARGIN for _, _, at in self._in_lines]


def _is_like(hit: _Hit) -> bool:
    """Whether the characters of the clue stand around a needle, but for the errors that there may be."""
    record, data, at = hit
    _, letters_before, letters_after, _, _, length, before, after, _ = _RECORD.unpack(record)
    if not (before or after):
        return True  # each character was compared
    here = letters_before.rstrip(b"\0"), data[at - _REACH : at][::-1], before
    there = letters_after.rstrip(b"\0"), data[at + length : at + length + _REACH], after
    return all(fewest_errors(letters, text, errors) <= errors for letters, text, errors in sorted((here, there), key=itemgetter(2)))


class _Needles:
    """The needles that stand in one text, in the order of their slots in a hash table."""

    def __init__(self, rows: NDArray[Any]) -> None:
        import numpy as np

        shifts = np.arange(8 * LONGEST, -1, -8).astype(np.uint64)
        self._masks, factors = np.uint64(_ALL) >> shifts, np.uint64(_SPREAD) << shifts  # by length
        slots = _slots(rows["key"].astype(np.uint64), factors.take(rows["length"]))
        order = np.argsort(slots, kind="stable")
        rows, self._factors = rows[order], factors[np.unique(rows["length"])][:, np.newaxis]
        self._first = np.searchsorted(slots[order], np.arange((1 << _SLOT_BITS) + 1)).astype(np.int32)
        self._is_used = self._first[1:] > self._first[:-1]
        self._keys, self._standings, self._records = rows["key"].astype(np.uint64), _standings(rows), rows.tobytes()
        self._lengths = np.ascontiguousarray(rows["length"])
        ends = np.stack((np.zeros(len(rows), np.int8), rows["length"]), axis=1)
        self._at = (_LEVELS * ends + rows["errors"]).astype(np.int8)
        letters = np.ascontiguousarray(rows["letters"]).view(np.uint8).reshape(-1, 2, NEAR)
        self._quads, self._from = _quads(letters)
        side = np.arange(len(rows)), np.argmax(np.bitwise_count(self._quads[:, :, 0]) - _ERROR_WORTH * rows["errors"], axis=1)  # the one that tells most
        self._telling, self._told_at = self._quads[:, :, 0][side], (self._at + self._from[:, 0])[side].astype(np.int8)

    def __len__(self) -> int:
        return len(self._keys)

    def on(self, text: str) -> Mapping[int, list[_Hit]]:
        """The needles that stand in a text, in like surroundings, by the standings of their vendors."""
        found: dict[int, list[_Hit]] = {}
        if not (text and len(self)):
            return found
        import numpy as np

        data = b"".join((bytes(_MARGIN), data_of(text), bytes(_MARGIN + LONGEST)))
        grams = np.ndarray(len(data) - LONGEST + 1, "<u8", data, strides=(1,)).copy()  # at each place the 8 bytes that begin there
        needles, at = self._in_like_print(*self._in_slots(grams[_MARGIN : len(data) - _MARGIN - LONGEST]), grams, _classes(data))
        size = _RECORD.size
        for standing, needle, place in zip(self._standings.take(needles).tolist(), (size * needles).tolist(), at.tolist(), strict=True):
            found.setdefault(standing, []).append((self._records[needle : needle + size], data, place))
        return found

    def _in_slots(self, grams: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The needles in the slots of a text's grams, and where these are: those that stand there, and few others."""
        import numpy as np

        slots = _slots(grams, self._factors).ravel()
        hits = self._is_used.take(slots).nonzero()[0]
        slots = slots.take(hits)
        first = self._first.take(slots)
        count = self._first.take(slots + 1) - first
        needles = np.arange(count.sum()) + (first - count.cumsum() + count).repeat(count)
        return needles, (hits % len(grams) + _MARGIN).repeat(count)

    def _in_like_print(
        self, needles: NDArray[np.int64], at: NDArray[np.int64], grams: NDArray[np.uint64], classes: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Those that stand there, with the clue's characters around them as far from their places as errors can have moved them: each leaves one at most alone.

        H. Xin et al., Shifted Hamming distance: a fast and accurate SIMD-friendly filter, Bioinformatics 31(10), 2015.
        """
        import numpy as np

        at = _LEVELS * at
        places = self._told_at.take(needles) + at
        kept = (np.bitwise_count(self._telling.take(needles) & classes.take(places)) <= places & (_LEVELS - 1)).nonzero()[0]
        needles, at = needles.take(kept), at.take(kept)
        is_there = (grams.take(at // _LEVELS) & self._masks.take(self._lengths.take(needles))) == self._keys.take(needles)
        places = self._at.take(needles, axis=0) + at[:, np.newaxis]
        alone = np.bitwise_count(self._quads.take(needles, axis=0) & classes.take(places[:, :, np.newaxis] + self._from))
        is_like = _sums(alone) <= places & (_LEVELS - 1)
        kept = (is_there & is_like[:, 0] & is_like[:, 1]).nonzero()[0]
        return needles.take(kept), at.take(kept) // _LEVELS


def _sums(counts: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Of small numbers, four by four along the last axis: the sums."""
    import numpy as np

    return (counts.view(np.uint32)[..., 0] * np.uint32(0x01010101)) >> np.uint32(24)


def _standings(rows: NDArray[Any]) -> NDArray[np.uint64]:
    """Highest ranks and numbers of vendors in one number, so that what sorts them sorts by rank."""
    import numpy as np

    standings: NDArray[np.uint64] = rows["rank"] * np.uint64(_VENDORS) + rows["vendor"]
    return standings


def _slots(grams: NDArray[np.uint64], factors: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The slots of the bytes that begin grams, as many as the factors are for: each leaves no bit of the others."""
    import numpy as np

    return ((grams * factors) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


@lru_cache(maxsize=1)
def _class_bits() -> NDArray[np.uint16]:
    """By byte: the bit of its class, none for 0. Classes are met about equally often, so that unlike characters rarely share one."""
    import numpy as np

    common = data_of(_COMMON)
    ranks = [common.index(byte) if byte in common else byte for byte in range(256)]
    classes = [rank % _CLASSES if rank // _CLASSES % 2 == 0 else _CLASSES - 1 - rank % _CLASSES for rank in ranks]
    return np.array([0, *(1 << number for number in classes[1:])], np.uint16)


def _quads(letters: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The classes of the characters around needles, four to a number: by needle, side and nearness. And where each four begin, from the needle's ends."""
    import numpy as np

    quads = _class_bits().take(np.stack((letters[:, 0, ::-1], letters[:, 1]), axis=1)).view(np.uint64)
    quads[:, 0] = quads[:, 0, ::-1]
    distances = np.arange(0, NEAR, _QUAD)
    return quads, _LEVELS * np.stack((-_QUAD - distances, distances))


def _classes(data: bytes) -> NDArray[np.uint64]:
    """By place and number of errors: the classes of the four characters from there on, and of those that so many errors can move there."""
    import numpy as np

    near = np.zeros((_LEVELS, len(data)), np.uint16)
    near[0] = _class_bits().take(np.frombuffer(data, np.uint8))
    for errors in range(_LEVELS - 1):
        np.bitwise_or(near[errors, :-2], near[errors, 2:], out=near[errors + 1, 1:-1])
        near[errors + 1] |= near[errors]
    np.invert(near, out=near)
    return np.ndarray((len(data) - _QUAD + 1, _LEVELS), "<u8", near, strides=(2, 2 * len(data))).copy()
