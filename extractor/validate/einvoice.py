"""Owns the verdict on e-invoices: whether they keep the schema and the rules that they say they follow, and the PDF those of its kind."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from extractor.document.model import Document
from extractor.document.sniff import PDF
from extractor.issues import Issue, Level
from extractor.validate.checks import check_dates, check_identifiers
from extractor.witnesses.einvoice import container
from extractor.witnesses.einvoice.profiles import EN16931, LADDER, UNKNOWN, Profile, level_of, profile_of
from extractor.witnesses.einvoice.reading import Einvoice, read_einvoices
from extractor.witnesses.einvoice.rulebook import Rulebook
from extractor.witnesses.einvoice.schemas import SchemaError, schema_errors
from extractor.witnesses.einvoice.sums import invoice_of, sum_errors
from extractor.witnesses.einvoice.tree import CII, UBL, EinvoiceTree
from extractor.witnesses.model import Witness, WitnessKind

FINDINGS: Mapping[str, str] = {
    "einvoice-missing": "The document carries no e-invoice",
    "einvoice-unreadable": "The XML is not well-formed, is no e-invoice, or may be an attack",
    "einvoice-schema": "The XML does not keep the schema of its profile",
    "einvoice-value": "A value is none of its kind, such as a day that does not exist",
    "einvoice-profile": "The profile that the e-invoice says it follows is none that exists",
    "einvoice-profile-content": "The e-invoice has more than the profile that it says it follows",
    **container.FINDINGS,
}
"""What can be wrong with an e-invoice, by id. Besides there are the rules of EN 16931, which have ids of their own (`BR-CO-15`), and
what is checked of every invoice (`iban-checksum`, `due-before-issue` ...)."""


class Verdict(StrEnum):
    """accept: nothing is wrong; warn: something is doubtful; reject: a rule is broken that has to be kept."""

    ACCEPT = "accept"
    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on one e-invoice. witness: what it states; profile: what it says that it follows; findings: why it is not accepted.

    by_rules: whether the rules of its profile were run; otherwise only its sums were checked.
    """

    witness: Witness
    profile: str
    findings: tuple[Issue, ...]
    by_rules: bool

    @property
    def verdict(self) -> Verdict:
        levels = {finding.level for finding in self.findings}
        return Verdict.REJECT if Level.ERROR in levels else Verdict.WARN if Level.WARNING in levels else Verdict.ACCEPT

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        row: dict[str, Any] = {"verdict": str(self.verdict), "findings": [finding.to_dict() for finding in self.findings]}
        return row | {"by_rules": self.by_rules, "profile_name": self.profile, "witness": self.witness.to_dict()}


def assess(document: Document, rulebook: Rulebook | None = None, countries: tuple[str, ...] = ()) -> list[Assessment]:
    """The verdicts on the e-invoices of a document, at least one: of a document without, that it has none.

    rulebook: the rules of EN 16931; without them only sums are checked. countries: see `Rulebook.findings`.
    Raises CorruptDocument, UnsupportedDocument and DocumentTooLarge for a document that is XML itself.
    """
    found = list(read_einvoices(document))
    if not found:
        nothing = Witness(WitnessKind.EINVOICE, document.name, {}, trusted=False)
        return [Assessment(nothing, "", (_error("einvoice-missing"),), by_rules=False)]
    holder = container.container_of(document) if document.media_type == PDF else None
    return [_assessed(einvoice, holder, rulebook, countries) for einvoice in found]


def _assessed(einvoice: Einvoice, holder: container.Container | None, rulebook: Rulebook | None, countries: tuple[str, ...]) -> Assessment:
    witness, tree = einvoice.witness, einvoice.tree
    findings = [replace(issue, level=Level.ERROR) for issue in witness.issues if issue.id != "einvoice-sums"]
    profile = profile_of(tree) if tree is not None else UNKNOWN
    by_rules = False
    if tree is not None:
        level, errors, of_profile = _by_schema(tree, profile)
        findings += [*of_profile, *(Issue("einvoice-schema", Level.ERROR, f"line {error.line}: {error.message}") for error in errors)]
        by_rules = rulebook is not None and rulebook.knows(level) and not any(error.of_value for error in errors)
        findings += rulebook.findings(tree.root, level, countries) if rulebook is not None and by_rules else _sum_findings(witness, tree)
        findings += _checks(witness)
    if holder is not None:
        findings += container.container_findings(holder, witness.name, profile)
    return Assessment(witness, profile.name, tuple(findings), by_rules)


def _by_schema(tree: EinvoiceTree, profile: Profile) -> tuple[str, list[SchemaError], list[Issue]]:
    """The level whose rules the e-invoice is to keep, what its schema finds wrong, and what is wrong with its profile.

    Where the content is right for a larger profile of Factur-X, that is a warning, and the rules are those of the larger one.
    """
    level = level_of(tree)
    errors = schema_errors(tree.root, level)
    if profile is UNKNOWN:
        told = f"{FINDINGS['einvoice-profile']}: {tree.profile!r}"
        # in UBL any user specification of EN 16931 has an identifier of its own
        wrong = Issue("einvoice-profile", Level.WARNING if tree.syntax == UBL else Level.ERROR, told)
        return EN16931.level if tree.syntax == CII else level, errors, [wrong]
    if errors and profile in LADDER:
        for larger in LADDER[LADDER.index(profile) + 1 :]:
            if not schema_errors(tree.root, larger.level):
                told = f"{FINDINGS['einvoice-profile-content']}: {profile.name}, its content is {larger.name}"
                return larger.level, [], [Issue("einvoice-profile-content", Level.WARNING, told)]
    return level, errors, []


def _sum_findings(witness: Witness, tree: EinvoiceTree) -> Iterator[Issue]:
    return (Issue(rule, Level.ERROR, f"[{rule}] {why}") for rule, why in sum_errors(witness.stated, tree))


def _checks(witness: Witness) -> Iterator[Issue]:
    """What is checked of every invoice; in an e-invoice nothing is misread, so that what is only told of print is a warning."""
    invoice = invoice_of(witness.stated)
    for finding in (*check_identifiers(invoice), *check_dates(invoice, datetime.date.today())):
        yield replace(finding, level=Level.WARNING)


def _error(finding: str) -> Issue:
    return Issue(finding, Level.ERROR, FINDINGS[finding])
