"""Owns `Range`: the limits between which an amount, a date, a confidence or a number of pages lies."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

from extractor.rules.shapes import Found, Key, Row, Shape, mapping, report, wrong_type
from extractor.rules.source import Mapping, Node, Scalar

Limit: TypeAlias = Decimal | datetime.date
L = TypeVar("L", Decimal, datetime.date)
HOMES: dict[str, dict[str, str]] = {}
"""The keys of policies and the mappings that have them, for messages about a key that stands in the wrong one."""

_DECIMAL = re.compile(r"[-+]?\d{1,40}(?:\.\d{1,40})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Range:
    """Limits, of which any may be missing. A value of another type lies in no range."""

    above: Limit | None = None
    at_least: Limit | None = None
    below: Limit | None = None
    at_most: Limit | None = None

    def holds(self, value: object) -> bool:
        """Whether a value lies within.

        >>> Range(above=Decimal(5000)).holds(Decimal("5000.00")), Range(at_least=Decimal(5000)).holds(Decimal("5000.00"))
        (False, True)
        """
        if not isinstance(value, Decimal | datetime.date):
            return False
        tests: tuple[tuple[Limit | None, Callable[[Limit, Limit], bool]], ...] = (
            (self.above, lambda given, limit: given > limit),  # type: ignore[operator]  # of one type, see below
            (self.at_least, lambda given, limit: given >= limit),  # type: ignore[operator]
            (self.below, lambda given, limit: given < limit),  # type: ignore[operator]
            (self.at_most, lambda given, limit: given <= limit),  # type: ignore[operator]
        )
        return all(limit is None or (type(limit) is type(value) and test(value, limit)) for limit, test in tests)

    @property
    def is_empty(self) -> bool:
        """Whether no value can lie within."""
        lows = [limit for limit in (self.above, self.at_least) if limit is not None]
        highs = [limit for limit in (self.below, self.at_most) if limit is not None]
        open_ends = {self.above, self.below} - {None}
        return any(low > high or (low == high and low in open_ends) for low in lows for high in highs if type(low) is type(high))  # type: ignore[operator]

    def covers(self, other: Range) -> bool:
        """Whether all that lies within another range lies within this one.

        >>> Range(above=Decimal(5)).covers(Range(at_least=Decimal(6))), Range(above=Decimal(5)).covers(Range(below=Decimal(6)))
        (True, False)
        """
        return _lower(other) >= _lower(self) and _upper(other) <= _upper(self)

    def __str__(self) -> str:
        named = {"above": self.above, "at least": self.at_least, "below": self.below, "at most": self.at_most}
        return " and ".join(f"{name} {limit}" for name, limit in named.items() if limit is not None)


def _number(limit: Limit | None, missing: str) -> Decimal:
    if limit is None:
        return Decimal(missing)
    return limit if isinstance(limit, Decimal) else Decimal(limit.toordinal())


def _lower(of: Range) -> tuple[Decimal, bool]:
    """The lower end, so that of two the tighter one is greater."""
    return max((_number(of.above, "-Infinity"), of.above is not None), (_number(of.at_least, "-Infinity"), False))


def _upper(of: Range) -> tuple[Decimal, bool]:
    """The upper end, so that of two the tighter one is smaller."""
    return min((_number(of.below, "Infinity"), of.below is None), (_number(of.at_most, "Infinity"), True))


def read_limit(node: Node, found: Found) -> Limit | None:
    """An amount (`5000`, `'5000.00'`) or a date (`2025-12-31`).

    >>> from extractor.rules.source import parse
    >>> [read_limit(parse(text).root, []) for text in ("5000", "'5000.00'", "2025-12-31")]
    [Decimal('5000'), Decimal('5000.00'), datetime.date(2025, 12, 31)]
    >>> read_limit(parse("5,000").root, found := []), found[0].id
    (None, 'bad-limit')
    """
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or value is None:
        wrong_type(found, node, "an amount or a date")
    elif not isinstance(value, str) or _DECIMAL.fullmatch(value):
        return Decimal(value)
    elif (date := _date(value)) is not None:
        return date
    else:
        report(found, node.place, "bad-limit", f"'{value}' is no amount (5000.00) and no date (2025-12-31)")
    return None


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_share(node: Node, found: Found) -> Decimal | None:
    """A confidence, 0 to 1."""
    limit = read_limit(node, found)
    if limit is None or (isinstance(limit, Decimal) and 0 <= limit <= 1):
        return limit
    report(found, node.place, "bad-limit", "a confidence is a number from 0 to 1")
    return None


def read_count(node: Node, found: Found) -> Decimal | None:
    """A number of pages."""
    limit = read_limit(node, found)
    if limit is None or (isinstance(limit, Decimal) and limit == limit.to_integral_value() and limit >= 0):
        return limit
    report(found, node.place, "bad-limit", "this must be a whole number")
    return None


NUMBER_OR_TEXT = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": rf"^({_DECIMAL.pattern}|{_DATE.pattern})$"}]}
LIMIT: Shape[Limit] = Shape(NUMBER_OR_TEXT, read_limit)
SHARE: Shape[Limit] = Shape({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": rf"^{_DECIMAL.pattern}$"}]}, read_share)
COUNT: Shape[Limit] = Shape({"type": "integer", "minimum": 0}, read_count)


def limit_keys(limit: Shape[Limit]) -> tuple[Key, ...]:
    """The four limits of a range."""
    return (
        Key("above", limit, "More than this"),
        Key("at_least", limit, "This or more"),
        Key("below", limit, "Less than this"),
        Key("at_most", limit, "This or less"),
    )


def range_of(row: Row, found: Found) -> Range | None:
    """The range of a row that holds limits; None, after a finding, where nothing can lie within."""
    limits = {name: row.get(name) for name in ("above", "at_least", "below", "at_most")}
    given = Range(**limits)
    if len({type(limit) for limit in limits.values() if limit is not None}) > 1:
        report(found, row.place, "contradiction", "one limit is a number and another a date; no value lies between them")
        return None
    if given.is_empty:
        report(found, row.place, "contradiction", f"nothing is {given}")
        return None
    return given


def range_shape(limit: Shape[Limit], what: str) -> Shape[Range]:
    """A mapping with one or more limits."""
    keys = limit_keys(limit)
    rows = mapping(keys, what, {"minProperties": 1}, HOMES)

    def read(node: Node, found: Found) -> Range | None:
        row = rows.read(node, found)
        if row is None:
            return None
        if isinstance(node, Mapping) and not node.entries:
            report(found, node.place, "missing-key", f"{what} needs a limit: {', '.join(key.name for key in keys)}")
        return range_of(row, found) if row.values else None

    return Shape(rows.schema, read)
