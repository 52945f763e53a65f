"""Owns `Decision`: where a document goes, and what decided that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extractor.output import ExtractionResult
from extractor.validate import Status


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


def by_verdict(result: ExtractionResult) -> Decision:
    """What is decided where there is no policy, or none of its routes fits: valid is accepted, invalid rejected."""
    return Decision(BY_STATUS[result.status])
