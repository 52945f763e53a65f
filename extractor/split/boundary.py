"""Owns weighing whether an invoice begins at a page: each clue is one function that looks at the pages before it and at the page.

A clue gives a weight, positive where it speaks for a boundary and negative where it speaks against one, and says why.
Weights were set by hand on concatenated documents (`benchmarks/split.py`); what they balance is stated at each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from extractor.split.numbering import PageNumber
from extractor.split.signs import PageSigns

CUT = 3.0
"""A boundary is where the clues come to at least this: one strong clue and something beside it."""
DOUBT = 1.5
"""From here on to `CUT` nothing is cut, but a person is asked; up to so much above it as well."""
ALIKE, UNLIKE = 0.6, 0.3
"""Shares of common words above which two letterheads are the same, below which they are others."""
COPY = 0.92
"""A page that shares this part of its words with the first page of an invoice is a copy of it."""
SIZE_STEP = 0.03
"""Pages of one make differ by less than this part of their sides."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One reason for (weight above 0) or against a boundary (below 0)."""

    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """Whether an invoice begins at a page of the file, and everything that speaks for and against it."""

    page: int
    clues: tuple[Clue, ...]

    @property
    def score(self) -> float:
        """What all clues come to; at least `CUT` at a boundary."""
        return sum(clue.weight for clue in self.clues)

    @property
    def is_cut(self) -> bool:
        return self.score >= CUT

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look."""
        return DOUBT <= self.score < CUT + DOUBT / 2

    @property
    def reasons(self) -> tuple[str, ...]:
        """What decided, in words, the strongest first."""
        deciding = [clue for clue in self.clues if (clue.weight > 0) == self.is_cut]
        return tuple(clue.reason for clue in sorted(deciding, key=lambda clue: -abs(clue.weight)))


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where a boundary is weighed.

    before: the printed pages of the invoice so far, at least one. page: the page in question. blanks: blank pages between.
    duplex: blank pages are backs of sheets. numbered_through: all pages of the file are numbered in one row.
    """

    before: Sequence[PageSigns]
    page: PageSigns
    blanks: int = 0
    duplex: bool = False
    numbered_through: bool = False

    @property
    def last(self) -> PageSigns:
        return self.before[-1]

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers that the invoice so far shows, as letters and digits and as printed."""
        return {page.number: page.printed_number for page in self.before if page.number is not None}

    @property
    def is_closed(self) -> bool:
        """Whether the invoice so far has its total."""
        return any(page.total is not None for page in self.before)


def weigh(context: Context) -> Boundary:
    """Everything that speaks for and against a boundary at a page."""
    clues = tuple(clue for look in CLUES for clue in look(context) if clue.weight)
    return Boundary(context.page.page, clues)


def page_numbering(context: Context) -> Iterator[Clue]:
    """`2 of 3` after `1 of 3` goes on; `1 of 3` begins where the page itself looks like a beginning, since terms are numbered, too."""
    following = _following(context)
    if following is not None:
        weight = -9.0 if following.of else -5.0
        # a portal or a scanner may have numbered the file, whatever is in it
        yield Clue(weight / 3 if context.numbered_through else weight, f"{following} follows {_at_last(context, following)}")
        return
    place = next(iter(context.page.places), None)
    ended = next((each for each in context.last.places if each.is_last), None)
    if place is not None and place.number == 1 and context.page.opens:
        yield Clue(4.5 if place.of or context.last.places else 2.0, f"it is {place}")
    elif place is not None and place.number > 1:
        yield Clue(-3.0, f"it is {place}, and no first page")
    elif context.last.places and ended is None and context.last.places[0].of:
        yield Clue(-3.0, f"the page before is {context.last.places[0]}, and more must follow")
    if ended is not None and context.page.opens and (ended.of or 0) > 1:
        yield Clue(1.5, f"the page before is {ended}, the last")


def _following(context: Context) -> PageNumber | None:
    pairs = ((before, here) for before in context.last.places for here in context.page.places)
    return next((here for before, here in pairs if before.precedes(here)), None)


def _at_last(context: Context, following: PageNumber) -> PageNumber:
    return next(before for before in context.last.places if before.precedes(following))


def invoice_number(context: Context) -> Iterator[Clue]:
    """The same number goes on, another one begins: more surely where the page looks like a beginning, since pages name other papers, too."""
    page, known = context.page, context.numbers
    if page.number is not None and page.number in known:
        yield Clue(-5.0, f"the invoice number is again {page.printed_number}")
        return
    mentioned = next((printed for number, printed in known.items() if number not in page.references and page.mentions(number)), None)
    if mentioned is not None:
        yield Clue(-3.0, f"the number {mentioned} stands on it, too")
    if page.number is None:
        yield Clue(-1.5 if known else -0.5, "it has no invoice number")
    elif known:
        yield Clue(3.0 if page.opens else 1.5, f"the invoice number changes from {next(reversed(known.values()))} to {page.printed_number}")
    elif context.is_closed:
        yield Clue(1.0, f"the invoice number {page.printed_number} appears")


def date(context: Context) -> Iterator[Clue]:
    """Only the first page of an invoice has a date as a rule; where every page has it, it is the same."""
    dates = {page.date for page in context.before if page.date is not None}
    if context.page.date is None:
        yield Clue(-1.5, "it has no date")
    elif context.page.date in dates:
        yield Clue(-0.5, "the date is the same")
    elif dates:
        yield Clue(2.0 if context.page.opens else 0.5, f"the date changes to {context.page.date}")


def title(context: Context) -> Iterator[Clue]:
    """An invoice begins with its title as a rule, and papers that belong to it have titles of their own."""
    if context.page.other_title:
        yield Clue(-6.0, f"it is titled {context.page.other_title!r}")
    elif context.page.has_title and context.page.opens:
        yield Clue(1.0, "it is titled as an invoice")


def total(context: Context) -> Iterator[Clue]:
    """An invoice ends with its total; one that has none so far is not at its end."""
    if not context.is_closed:
        yield Clue(-2.0, "there is no total before it")
    elif context.page.opens:
        yield Clue(1.0, "the invoice before has its total")
        if context.page.total is not None and context.page.number is not None and context.page.date is not None:
            yield Clue(1.0, "it has a number, a date and a total of its own")


def seller(context: Context) -> Iterator[Clue]:
    """Another vendor's rule file, other tax or bank identifiers; failing these, another letterhead on a page that looks like a beginning."""
    page = context.page
    vendors = {before.reading.vendor for before in context.before} - {None}
    if page.reading.vendor is not None and vendors:
        if page.reading.vendor not in vendors:
            yield Clue(3.0, f"the vendor changes to {page.reading.vendor}")
        return
    known = frozenset[str]().union(*(before.seller_ids for before in context.before))
    if known and page.seller_ids and known & page.seller_ids:
        yield Clue(-0.5, "the seller is the same")
    elif known and page.seller_ids:
        yield Clue(3.0 if page.opens else 0.5, f"the seller changes to {min(page.seller_ids)}")
    elif page.opens and (page.has_title or page.has_sender) and max(common(before.letterhead, page.letterhead) for before in context.before) < UNLIKE:
        yield Clue(1.5, "the letterhead is another")


def paper(context: Context) -> Iterator[Clue]:
    """Pages of one document have one size, whichever way they are turned.

    Another size and a total make up for a number and a date that cannot be read, as on faint receipts, so far that a person is asked.
    """
    page = context.page
    sizes = zip(context.last.size, page.size, strict=True)
    if not any(abs(a - b) > SIZE_STEP * max(a, b) for a, b in sizes):
        return
    if page.opens:
        yield Clue(1.0, "the size of the paper changes")
    elif page.number is None and page.date is None and page.total is not None and context.is_closed:
        yield Clue(DOUBT + 3.0 if context.numbers else DOUBT + 2.0, "the size of the paper changes, and it has a total of its own")


def blank(context: Context) -> Iterator[Clue]:
    """A blank page separates where an invoice begins after it; the back of a sheet does not."""
    if context.blanks and context.page.opens:
        yield Clue(0.0 if context.duplex else 1.5, "a blank page stands before it")


def goes_on(context: Context) -> Iterator[Clue]:
    """Sums that are carried forward, and what is said of going on."""
    if context.last.goes_on:
        yield Clue(-5.0, f"the page before says {context.last.goes_on!r}")
    if context.page.comes_from:
        yield Clue(-3.0, f"it says {context.page.comes_from!r}")


def copy(context: Context) -> Iterator[Clue]:
    """A page that says everything again is a copy, and a document of its own; pages of one invoice differ."""
    first = context.before[0]
    if len(context.before) == 1 and context.page.opens and context.is_closed and common(first.words, context.page.words) >= COPY:
        yield Clue(9.0, f"it repeats page {first.page}")


CLUES: tuple[Callable[[Context], Iterator[Clue]], ...] = (page_numbering, invoice_number, date, title, total, seller, paper, blank, goes_on, copy)


def common(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of common words among all words of two pages (Jaccard's index), 0 to 1."""
    return len(some & others) / len(some | others) if some or others else 0.0
