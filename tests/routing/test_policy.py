"""Policies: the first route that fits decides, every decision names its line, and nothing unfit is accepted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from papers import invoice_pdf

from extractor import ExtractionResult, Extractor
from extractor.errors import PolicyError
from extractor.output import RuleSource
from extractor.routing import Action, Policy


@pytest.fixture(scope="module")
def good(extractor: Extractor) -> ExtractionResult:
    """Valid: HL-2041 of 14 March 2025, GBP 1200.00, read by general rules."""
    return extractor.extract(invoice_pdf())


@pytest.fixture(scope="module")
def doubtful(extractor: Extractor) -> ExtractionResult:
    """Due before it was issued."""
    return extractor.extract(invoice_pdf(due="2025-02-01"))


@pytest.fixture(scope="module")
def invalid(extractor: Extractor) -> ExtractionResult:
    """A page that shows no total, which the JSON Schema demands."""
    return extractor.extract(invoice_pdf(lines=("Harbour Lantern Works Ltd", "Invoice number: HL-1", "Invoice date: 2025-03-14")))


def policy(*routes: str) -> Policy:
    read, issues = Policy.parse("format: 1\nroutes:\n" + "".join(f"  - {route}\n" for route in routes))
    assert read is not None
    assert issues == []
    return read


def of_vendor(result: ExtractionResult, rules: str) -> ExtractionResult:
    return replace(result, rules=RuleSource(rules, vendor=True))


def fits(when: str, result: ExtractionResult) -> bool:
    return policy(f"{{when: {when}, then: reject}}").decide(result).route is not None


def test_without_a_route_that_fits_the_status_decides(good: ExtractionResult, doubtful: ExtractionResult, invalid: ExtractionResult) -> None:
    empty = policy("{when: {kind: credit_note}, then: reject}")
    decisions = [empty.decide(result) for result in (good, doubtful, invalid)]
    assert [(decision.action, decision.route, decision.tags) for decision in decisions] == [
        (Action.ACCEPT, None, ()),
        (Action.REVIEW, None, ()),
        (Action.REJECT, None, ()),
    ]


def test_the_first_route_that_fits_decides_and_is_named(good: ExtractionResult) -> None:
    decision = policy(
        "{when: {amount: {above: 1200}}, then: reject}",
        "{when: {amount: {at_least: 1200}}, then: review, tags: [large, uk], why: over the limit}",
        "{then: accept}",
    ).decide(good)
    assert (decision.action, decision.route, decision.tags, decision.reason) == (Action.REVIEW, "policy.yaml:4", ("large", "uk"), "over the limit")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{status: valid}", True),
        ("{status: [review, invalid]}", False),
        ("{kind: invoice}", True),
        ("{vendor: none}", True),
        ("{vendor: '*'}", False),
        ("{amount: {above: 1199.99, currency: GBP}}", True),
        ("{amount: {above: 1199.99, currency: [EUR, USD]}}", False),
        ("{amount: {at_most: '1200'}}", True),
        ("{amount: {below: '1200.00'}}", False),
        ("{amount: {currency: GBP}}", True),
        ("{confidence: {below: 0.2}}", False),
        ("{confidence: {at_least: 0.2}}", True),
        ("{fields: {number: HL-*}}", True),
        ("{fields: {number: [hl-2041, X]}}", True),
        ("{fields: {number: 2041}}", False),
        ("{fields: {iban: {missing: true}}}", True),
        ("{fields: {number: {missing: true}}}", False),
        ("{fields: {iban: DE*}}", False),
        ("{fields: {date: {at_least: 2025-03-14, below: 2025-04-01}}}", True),
        ("{fields: {date: {above: 2025-03-14}}}", False),
        ("{fields: {net: {above: 999.99}, tax: {above: 200}}}", False),
        ("{fields: {number: {confidence: {above: 0.5}, status: ok}}}", True),
        ("{fields: {extra.meter_id: {missing: true}}}", True),
        ("{pages: {at_most: 1}}", True),
        ("{pages: {above: 1}}", False),
        ("{issues: [due-before-issue]}", False),
        ("{any: [{status: review}, {amount: {above: 100}}]}", True),
        ("{any: [{status: review}, {amount: {above: 9999}}]}", False),
        ("{not: {status: valid}}", False),
        ("{not: [{status: review}, {status: invalid}]}", True),
        ("{status: valid, amount: {above: 9999}}", False),
    ],
)
def test_conditions(when: str, expected: bool, good: ExtractionResult) -> None:
    assert fits(when, good) is expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{issues: [iban-checksum, due-before-issue]}", True),
        ("{issues: {level: warning}}", True),
        ("{issues: {level: error}}", False),
        ("{issues: {level: warning, field: due_date}}", True),
        ("{issues: {level: warning, field: total}}", False),
    ],
)
def test_conditions_on_issues(when: str, expected: bool, doubtful: ExtractionResult) -> None:
    assert fits(when, doubtful) is expected


def test_vendors_are_chosen_by_glob(good: ExtractionResult) -> None:
    acme = of_vendor(good, "vendors/acme-supplies")
    assert [fits(f"{{vendor: {pattern}}}", acme) for pattern in ("vendors/acme-*", "vendors/acme", "none", "[x, vendors/*]")] == [True, False, False, True]


def test_what_is_missing_meets_no_limit(invalid: ExtractionResult) -> None:
    assert [fits(when, invalid) for when in ("{amount: {below: 5000}}", "{fields: {total: {below: 5000}}}", "{not: {amount: {below: 5000}}}")] == [
        False,
        False,
        True,
    ]


def test_amounts_are_exact(good: ExtractionResult) -> None:
    hair = replace(good, invoice=replace(good.invoice, total=Decimal("5000.00000000000000001")))
    assert fits("{amount: {above: 5000}}", hair)


def test_what_does_not_satisfy_the_schema_is_never_accepted(invalid: ExtractionResult, doubtful: ExtractionResult) -> None:
    all_of_them = policy("{then: accept, why: trusted}")
    held = all_of_them.decide(invalid)
    assert (held.action, held.route) == (Action.REVIEW, "policy.yaml:3")
    assert held.reason == "trusted; it is not accepted, because it does not satisfy the JSON Schema"
    assert all_of_them.decide(doubtful).action is Action.ACCEPT


def test_why_the_routes_before_did_not_decide(good: ExtractionResult) -> None:
    told = list(policy("{when: {status: review, amount: {above: 9999}}, then: reject}", "{then: accept}", "{then: reject}").explain(good))
    assert [(route.line, [miss.found for miss in missed]) for route, missed in told] == [
        ("policy.yaml:3", ["the status is valid", "the total is 1200.00 GBP"]),
        ("policy.yaml:4", []),
    ]


def test_a_file_with_errors_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("format: 1\nroutes:\n  - {when: {stauts: valid}, then: accpt}\n")
    with pytest.raises(PolicyError) as raised:
        Policy.load(path)
    assert [issue.id for issue in raised.value.diagnostics] == ["unknown-key", "unknown-action"]
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.load(tmp_path / "none.yaml")


def test_the_digest_follows_the_text() -> None:
    assert policy("{then: accept}").digest != policy("{then: review}").digest
