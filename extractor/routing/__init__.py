"""Routing: what is done with a result, as a policy file says: accept it, let a person look at it, or reject it."""

from __future__ import annotations

from extractor.routing.decision import Action, Decision, Routable, by_verdict
from extractor.routing.policy import Policy, Route

__all__ = ["Action", "Decision", "Policy", "Routable", "Route", "by_verdict"]
