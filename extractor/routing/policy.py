"""Owns `Policy`: the routes of a policy file, and what they decide about a result.

The first route whose conditions all hold decides; where none does, the status of the result. Whatever a route says, an invoice
that does not satisfy the JSON Schema is never accepted, because a feed takes none: a person looks at it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from extractor.errors import PolicyError
from extractor.issues import Issue, Level, Place
from extractor.routing.conditions import Conditions, Miss, holds, misses
from extractor.routing.decision import Action, Decision, Routable, by_verdict
from extractor.routing.keys import POLICY
from extractor.rules.source import Source, parse, read_file

AGAINST_SCHEMA = frozenset({"schema", "missing-field"})
"""Issues of an invoice that does not satisfy the JSON Schema."""
_HELD = "it is not accepted, because it does not satisfy the JSON Schema"


@dataclass(frozen=True, slots=True)
class Route:
    """A route. place: where it begins. conditions: those under `when`; of all documents where there are none."""

    place: Place
    action: Action
    conditions: Conditions
    tags: tuple[str, ...] = ()
    why: str | None = None

    @property
    def line(self) -> str:
        """How decisions name it: `policy.yaml:12`."""
        return f"{Path(self.place.file).name}:{self.place.line}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read without errors. digest: SHA-256 of its text, in hex."""

    routes: tuple[Route, ...]
    digest: str = ""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads a policy file. Raises PolicyError, with every finding that is an error, where it cannot be used."""
        policy, issues = cls.of(read_file(path, "policy"))
        errors = [issue for issue in issues if issue.level is Level.ERROR]
        if policy is None or errors:
            raise PolicyError(errors)
        return policy

    @classmethod
    def parse(cls, text: str, file: str = "policy.yaml") -> tuple[Self | None, list[Issue]]:
        """Reads the text of a policy; gives it as far as it is right, and the findings."""
        return cls.of(parse(text, file, what="policy"))

    @classmethod
    def of(cls, source: Source) -> tuple[Self | None, list[Issue]]:
        """A policy as far as it is right, and the findings; None where nothing could be read."""
        found = list(source.issues)
        row = POLICY.read(source.root, found) if source.root is not None else None
        if row is None:
            return None, found
        routes = [
            Route(each.place, Action(each.get("then")), each.get("when", Conditions(each.place)), each.get("tags", ()), each.get("why"))
            for each in row.get("routes", ())
            if "then" in each.values and len(each.values) == len(each.entries)
        ]
        return cls(tuple(routes), source.digest), found

    def decide(self, result: Routable) -> Decision:
        """What is done with a result."""
        route = next((route for route in self.routes if holds(route.conditions, result)), None)
        if route is None:
            return by_verdict(result)
        reason, action = route.why, route.action
        if action is Action.ACCEPT and not satisfies_schema(result):
            action, reason = Action.REVIEW, f"{reason}; {_HELD}" if reason else _HELD
        return Decision(action, route.line, route.tags, reason)

    def explain(self, result: Routable) -> Iterator[tuple[Route, list[Miss]]]:
        """The routes up to the one that decides, each with the conditions that the result does not meet; none for that one."""
        for route in self.routes:
            missed = list(misses(route.conditions, result))
            yield route, missed
            if not missed:
                return


def satisfies_schema(result: Routable) -> bool:
    """Whether an invoice satisfies the JSON Schema, whatever else may be wrong with it."""
    return not any(issue.id in AGAINST_SCHEMA and issue.level is Level.ERROR for issue in result.issues)
