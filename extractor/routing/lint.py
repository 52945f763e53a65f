"""Owns `check_policy`: everything that can be said about a policy without a document."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from extractor.issues import Issue, Place
from extractor.routing.conditions import NO_VENDOR, AmountTest, Conditions, FieldTest, IssueTest
from extractor.routing.decision import Action
from extractor.routing.findings import POLICY_FINDINGS
from extractor.routing.policy import AGAINST_SCHEMA, Policy, Route
from extractor.routing.ranges import Range
from extractor.rules.shapes import suggestion
from extractor.rules.source import read_file
from extractor.validate import Status

_ALL = frozenset(map(str, Status))
_STATUSES_WITH: Mapping[str, frozenset[str]] = {"error": frozenset({"invalid"}), "warning": frozenset({"review", "invalid"}), "info": _ALL}
"""Level of an issue -> the statuses that a result with it can have."""
_ALWAYS_ERRORS = AGAINST_SCHEMA | {"missing-required", "no-text"}


def check_policy(path: str | os.PathLike[str], vendors: Collection[str] | None = None) -> list[Issue]:
    """All findings about a policy file, in the order of lines and columns. Raises nothing.

    vendors: ids of the vendors' rule sets that there are; None where they are not known.
    """
    return check(*Policy.of(read_file(path, "policy")), vendors)


def check(policy: Policy | None, errors: list[Issue], vendors: Collection[str] | None = None) -> list[Issue]:
    """The findings about a policy that was read as far as it is right. errors: what reading it gave."""
    found = list(errors)
    if policy is not None:
        for number, route in enumerate(policy.routes):
            found += _contradictions(route.conditions)
            found += _unknown_vendors(route.conditions, vendors)
            found += _held_back(route)
            found += _unreachable(route, policy.routes[:number])
    return sorted(dict.fromkeys(found), key=lambda issue: (issue.place.line, issue.place.column) if issue.place else (0, 0))


def _doubt(issue_id: str, message: str, place: Place) -> Issue:
    return Issue(issue_id, POLICY_FINDINGS[issue_id].level, message, place=place)


def _blocks(conditions: Conditions) -> Iterator[Conditions]:
    """Conditions and all blocks within."""
    yield conditions
    for name in ("any", "not"):
        for block in conditions.tests.get(name, ()):
            yield from _blocks(block)


def _contradictions(conditions: Conditions) -> Iterator[Issue]:
    """Statuses without which the issues that are asked for cannot be."""
    for block in _blocks(conditions):
        statuses, issues = block.tests.get("status"), block.tests.get("issues")
        if statuses is None or issues is None or set(statuses) & _statuses_with(issues):
            continue
        message = f"no result that is {' or '.join(statuses)} has such an issue; with it, it is {' or '.join(sorted(_statuses_with(issues)))}"
        yield _doubt("contradiction", message, block.places["issues"])


def _statuses_with(issues: IssueTest) -> frozenset[str]:
    levels = {"error"} if issues.ids and set(issues.ids) <= _ALWAYS_ERRORS else set(issues.levels or ("info",))
    return frozenset().union(*(_STATUSES_WITH[level] for level in levels))


def _unknown_vendors(conditions: Conditions, vendors: Collection[str] | None) -> Iterator[Issue]:
    for block in _blocks(conditions) if vendors is not None else ():
        for pattern in block.tests.get("vendor", ()):
            if pattern != NO_VENDOR and not any(fnmatchcase(vendor, pattern) for vendor in vendors or ()):
                message = f"no rule file of a vendor is called '{pattern}'{suggestion(pattern, vendors or ())}"
                yield _doubt("unknown-vendor", message, block.places["vendor"])


def _held_back(route: Route) -> Iterator[Issue]:
    """Routes that accept what a feed does not take."""
    tests, places = route.conditions.tests, route.conditions.places
    if route.action is not Action.ACCEPT:
        return
    if "issues" in tests and tests["issues"].ids and set(tests["issues"].ids) <= AGAINST_SCHEMA:
        yield _doubt("held-back", "an invoice with such an issue does not satisfy the JSON Schema, and goes to review", places["issues"])
    elif Status.INVALID in tests.get("status", ()):
        message = "invalid documents are accepted; those that do not satisfy the JSON Schema go to review"
        yield _doubt("accepts-invalid", message, places["status"])


def _unreachable(route: Route, before: tuple[Route, ...]) -> Iterator[Issue]:
    """A route behind one that takes all that it is for, or behind several that take all of its statuses."""
    taker = next((other for other in before if _covers(other.conditions, route.conditions)), None)
    if taker is not None:
        yield _doubt("unreachable-route", f"no document comes here: the route on line {taker.place.line} takes all of them", route.place)
        return
    taken = {status for other in before if set(other.conditions.tests) == {"status"} for status in other.conditions.tests["status"]}
    if taken and set(route.conditions.tests.get("status", _ALL)) <= taken:
        yield _doubt("unreachable-route", f"no document comes here: routes before it take all that are {' or '.join(sorted(taken))}", route.place)


def _covers(wide: Conditions, narrow: Conditions) -> bool:
    """Whether all that meets the narrow conditions meets the wide ones, as far as that can be seen."""
    return all(name in narrow.tests and _COVERS[name](test, narrow.tests[name]) for name, test in wide.tests.items())


def _some_of(wide: Collection[str], narrow: Collection[str]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _globs(wide: Collection[str], narrow: Collection[str]) -> bool:
    return not wide or (bool(narrow) and all(any(fnmatchcase(text.casefold(), glob.casefold()) for glob in wide) for text in narrow))


def _vendors(wide: Collection[str], narrow: Collection[str]) -> bool:
    return all(text in wide if text == NO_VENDOR else _globs([glob for glob in wide if glob != NO_VENDOR] or [""], [text]) for text in narrow)


def _ranges(wide: Range | None, narrow: Range | None) -> bool:
    return wide is None or (narrow is not None and wide.covers(narrow))


def _amounts(wide: AmountTest, narrow: AmountTest) -> bool:
    return _ranges(wide.within, narrow.within) and _some_of(wide.currencies, narrow.currencies)


def _field(wide: FieldTest, narrow: FieldTest) -> bool:
    if wide.missing is not None:
        return wide.missing == narrow.missing if wide.missing else narrow.missing is not True
    parts = _globs(wide.values, narrow.values), _ranges(wide.within, narrow.within), _ranges(wide.confidence, narrow.confidence)
    return all(parts) and _some_of(wide.statuses, narrow.statuses) and narrow.missing is None


def _fields(wide: Mapping[str, FieldTest], narrow: Mapping[str, FieldTest]) -> bool:
    return all(name in narrow and _field(test, narrow[name]) for name, test in wide.items())


def _issues(wide: IssueTest, narrow: IssueTest) -> bool:
    return _some_of(wide.ids, narrow.ids) and _some_of(wide.levels, narrow.levels) and _some_of(wide.fields, narrow.fields)


def _any(wide: tuple[Conditions, ...], narrow: tuple[Conditions, ...]) -> bool:
    return all(any(_covers(block, other) for block in wide) for other in narrow)


def _not(wide: tuple[Conditions, ...], narrow: tuple[Conditions, ...]) -> bool:
    return all(any(_covers(other, block) for other in narrow) for block in wide)


_COVERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "status": _some_of,
    "kind": _some_of,
    "vendor": _vendors,
    "amount": _amounts,
    "confidence": _ranges,
    "fields": _fields,
    "issues": _issues,
    "pages": _ranges,
    "any": _any,
    "not": _not,
}
"""Key of a condition -> whether one test of it takes all that another one takes."""
