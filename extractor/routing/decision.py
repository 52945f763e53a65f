"""Owns `Decision`: where a document goes, and what decided that; and `Routable`: what is looked at for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from extractor.invoice.fields import Invoice
from extractor.issues import Issue
from extractor.output import RuleSource
from extractor.resolve import FieldValue
from extractor.validate import Status


class Routable(Protocol):
    """What is looked at of a document to decide on it: an `ExtractionResult`, or what people made of one."""

    @property
    def status(self) -> Status: ...
    @property
    def invoice(self) -> Invoice: ...
    @property
    def fields(self) -> Mapping[str, FieldValue]: ...
    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def rules(self) -> RuleSource: ...
    @property
    def pages(self) -> Sequence[int]: ...


class Action(StrEnum):
    """What can be done with a document."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


BY_STATUS = {Status.VALID: Action.ACCEPT, Status.REVIEW: Action.REVIEW, Status.INVALID: Action.REJECT}
"""What is done where no route says otherwise."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a document. route: the line of the policy that decided (`policy.yaml:12`), None where the status did.

    tags: of that route. reason: what it says, and why an `accept` of it was held back.
    """

    action: Action
    route: str | None = None
    tags: tuple[str, ...] = ()
    reason: str | None = None


def by_verdict(result: Routable) -> Decision:
    """What is decided where there is no policy, or none of its routes fits: valid is accepted, invalid rejected."""
    return Decision(BY_STATUS[result.status])
