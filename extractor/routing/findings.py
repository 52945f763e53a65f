"""Owns the table of all findings about policies: id, level, meaning and remedy. The documentation is made from it."""

from __future__ import annotations

from extractor.issues import Level
from extractor.rules.lint.findings import FINDINGS as RULE_FINDINGS
from extractor.rules.lint.findings import Finding

_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO
_SHARED = ("unreadable", "not-utf8", "syntax", "duplicate-key", "tag", "unknown-key", "unknown-kind", "missing-key", "wrong-type", "empty-text", "empty-list")

_ROWS = (
    *(RULE_FINDINGS[name] for name in (*_SHARED, "bad-name", "bad-currency")),
    Finding("alias", _E, "A YAML anchor or alias (`&name`, `*name`)", "Write the value out where it is needed"),
    Finding("too-large", _E, "The file is larger than a policy may be", "Put several vendors or amounts into one route"),
    Finding("too-deep", _E, "Mappings are nested too deep", "Flatten them"),
    Finding("bad-format", _E, "`format` is missing, or not 1", "Begin the file with `format: 1`"),
    Finding("unknown-action", _E, "An action that does not exist", "Write accept, review or reject"),
    Finding("unknown-field", _E, "A field that does not exist", "Correct the spelling; fields that rule files declare are written `extra.NAME`"),
    Finding("unknown-status", _E, "A status that does not exist", "Use one of the known ones"),
    Finding("unknown-level", _E, "A level of issues that does not exist", "Write error, warning or info"),
    Finding("bad-limit", _E, "A limit that is no number and no date, or out of range", "Write 5000.00, 2025-12-31, or for a confidence 0 to 1"),
    Finding("contradiction", _E, "Conditions that no document can meet together", "Remove one of them"),
    Finding("unknown-issue", _W, "The id of an issue that this program does not have", "Correct the spelling"),
    Finding("unknown-vendor", _W, "A vendor that no rule file is for", "Correct the id, or give the folder of its file with `--rules`"),
    Finding("unreachable-route", _W, "A route that no document comes to, because earlier ones take all that it is for", "Move it up, or remove it"),
    Finding("held-back", _W, "A route that accepts what does not satisfy the JSON Schema; a person looks at it instead", "Write `then: review`"),
    Finding(
        "accepts-invalid", _I, "A route that accepts invalid documents; those that do not satisfy the JSON Schema go to review", "Make sure that it is meant"
    ),
)
POLICY_FINDINGS = {row.id: row for row in _ROWS}
"""All findings by id, in the order of the documentation."""


def hint(issue_id: str) -> str:
    """What to do about a finding.

    >>> hint("unknown-action")
    'Write accept, review or reject'
    """
    return POLICY_FINDINGS[issue_id].remedy
