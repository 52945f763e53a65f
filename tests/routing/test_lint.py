"""What is said about policies: each finding with its line and column, and nothing about those that are fine."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from papers import ROOT

from extractor.routing import Policy
from extractor.routing.findings import POLICY_FINDINGS
from extractor.routing.lint import check
from extractor.routing.schema import routing_schema
from extractor.rules.schema import as_text
from extractor.rules.source import Mapping, Node, Scalar, parse
from extractor.shipped import shipped_schema

VENDORS = ("vendors/acme-supplies", "vendors/other")
FULL = """\
format: 1
routes:
  - when:
      vendor: [vendors/acme-*, none]
      issues: [vendor-iban-differs]
    then: review
    tags: [fraud]
    why: somebody may have changed the account
  - when: {status: valid, kind: [invoice, receipt], amount: {at_most: 500.00, currency: [EUR, CHF]}, pages: {at_most: 2}}
    then: accept
  - when:
      fields:
        total: {above: '5000.00'}
        number: {missing: false}
        date: {below: 2025-01-01}
        currency: [EUR, CHF]
        iban: {confidence: {below: 0.9}, status: [low_confidence, ambiguous]}
        extra.meter_id: {is: '12*'}
      any: [{confidence: {below: 0.8}}, {issues: {level: warning, field: total}}]
      not: {vendor: vendors/other}
    then: review
  - then: reject
"""


def found(text: str) -> list[str]:
    return [f"{issue.place.line}:{issue.place.column} {issue.id}" for issue in check(*Policy.parse(text), VENDORS) if issue.place]


def routes(*rows: str) -> str:
    return "format: 1\nroutes:\n" + "".join(f"  - {row}\n" for row in rows)


def test_a_full_policy_is_fine() -> None:
    assert found(FULL) == []


WRONG = [
    (routes("{then: reviwe}"), "3:12 unknown-action"),
    (routes("{when: {stauts: valid}, then: accept}"), "3:13 unknown-key"),
    (routes("{when: {status: vald}, then: accept}"), "3:21 unknown-status"),
    (routes("{when: {kind: bill}, then: accept}"), "3:19 unknown-kind"),
    (routes("{when: {amount: {over: 5}}, then: accept}"), "3:22 unknown-key"),
    (routes("{when: {amount: {above: 5e}}, then: accept}"), "3:29 bad-limit"),
    (routes("{when: {amount: {above: 2025-01-01}}, then: accept}"), "3:29 wrong-type"),
    (routes("{when: {amount: {currency: euro}}, then: accept}"), "3:32 bad-currency"),
    (routes("{when: {amount: 5}, then: accept}"), "3:21 wrong-type"),
    (routes("{when: {confidence: {below: 80}}, then: accept}"), "3:33 bad-limit"),
    (routes("{when: {confidence: {}}, then: accept}"), "3:25 missing-key"),
    (routes("{when: {pages: {above: 1.5}}, then: accept}"), "3:28 bad-limit"),
    (routes("{when: {fields: {nmber: x}}, then: accept}"), "3:22 unknown-field"),
    (routes("{when: {fields: {number: {above: 5}}}, then: accept}"), "3:38 wrong-type"),
    (routes("{when: {fields: {date: {above: 5}}}, then: accept}"), "3:36 wrong-type"),
    (routes("{when: {issues: {level: bad}}, then: accept}"), "3:29 unknown-level"),
    (routes("{when: {issues: [iban-cheksum]}, then: review}"), "3:22 unknown-issue"),
    (routes("{when: {vendor: vendors/acme}, then: review}"), "3:13 unknown-vendor"),
    (routes("{then: accept, tags: ['a b']}"), "3:27 bad-name"),
    (routes("{when: {status: valid}}"), "3:5 missing-key"),
    ("routes: [{then: accept}]", "1:1 bad-format"),
    ("format: 1\nroutes: []", "2:9 empty-list"),
    # what cannot be
    (routes("{when: {amount: {above: 5, below: 5}}, then: accept}"), "3:21 contradiction"),
    (routes("{when: {fields: {number: {missing: true, is: x}}}, then: accept}"), "3:50 contradiction"),
    (routes("{when: {status: valid, issues: {level: warning}}, then: review}"), "3:28 contradiction"),
    (routes("{when: {any: [{status: review, issues: [missing-field]}]}, then: review}"), "3:36 contradiction"),
    # what never comes to pass
    (routes("{then: accept}", "{when: {status: valid}, then: review}"), "4:5 unreachable-route"),
    (routes("{when: {amount: {above: 100}}, then: review}", "{when: {amount: {above: 500}, status: valid}, then: accept}"), "4:5 unreachable-route"),
    (routes("{when: {vendor: vendors/*}, then: review}", "{when: {vendor: vendors/acme-*}, then: accept}"), "4:5 unreachable-route"),
    (routes("{when: {status: valid}, then: accept}", "{when: {status: [review, invalid]}, then: review}", "{then: reject}"), "5:5 unreachable-route"),
    (routes("{when: {fields: {total: {above: 5}}}, then: review}", "{when: {fields: {total: {above: 5}, iban: x}}, then: accept}"), "4:5 unreachable-route"),
    (routes("{when: {not: {status: valid, kind: invoice}}, then: review}", "{when: {not: {status: valid}}, then: accept}"), "4:5 unreachable-route"),
    (routes("{when: {issues: [missing-field]}, then: accept}"), "3:13 held-back"),
    (routes("{when: {status: invalid}, then: accept}"), "3:13 accepts-invalid"),
]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_findings(text: str, expected: str) -> None:
    assert found(text) == [expected]
    assert expected.split()[1] in POLICY_FINDINGS


@pytest.mark.parametrize(
    "rows",
    [
        ("{when: {amount: {above: 500}}, then: review}", "{when: {amount: {above: 100}}, then: accept}"),
        ("{when: {amount: {above: 5, currency: EUR}}, then: review}", "{when: {amount: {above: 5}}, then: accept}"),
        ("{when: {vendor: none}, then: review}", "{when: {vendor: '*'}, then: accept}"),
        ("{when: {vendor: '*'}, then: review}", "{when: {vendor: none}, then: accept}"),
        ("{when: {not: {status: valid}}, then: review}", "{when: {not: {status: valid, kind: invoice}}, then: accept}"),
        ("{when: {fields: {iban: {missing: true}}}, then: review}", "{when: {fields: {iban: DE*}}, then: accept}"),
        ("{when: {status: valid}, then: accept}", "{when: {kind: invoice}, then: review}"),
    ],
)
def test_routes_that_are_reached(rows: tuple[str, ...]) -> None:
    assert found(routes(*rows)) == []


def test_messages_name_the_nearest() -> None:
    (issue,) = check(*Policy.parse(routes("{when: {fields: {nmber: x}}, then: accept}"), "policy.yaml"))
    assert str(issue) == "policy.yaml:3:22: error[unknown-field] unknown field 'nmber'; did you mean 'number'?"


def plain(node: Node) -> object:
    """The tree as JSON would hold it."""
    if isinstance(node, Scalar):
        return node.value if isinstance(node.value, str | int | bool | None) else float(node.value)
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.node) for entry in node.entries}
    return [plain(item) for item in node.items]


def is_valid(text: str) -> bool:
    root = parse(text).root
    assert root is not None
    return bool(Draft202012Validator(routing_schema()).is_valid(plain(root)))


def test_the_shipped_schema_is_the_generated_one() -> None:
    path = ROOT / "schemas" / "routing-v1.schema.json"
    assert path.read_text(encoding="utf-8") == as_text(routing_schema()), "run: python -m extractor.routing.schema schemas/routing-v1.schema.json"
    assert shipped_schema("routing-v1") == routing_schema()
    Draft202012Validator.check_schema(routing_schema())


BEYOND = ("contradiction", "unreachable-route", "held-back", "accepts-invalid", "unknown-issue", "unknown-vendor")


@pytest.mark.parametrize(("text", "expected"), [row for row in WRONG if row[1].split()[1] not in BEYOND])
def test_editors_see_what_is_wrong_too(text: str, expected: str) -> None:
    dated = "2025-01-01" in text or "{number: {above" in text or "{date: {above: 5" in text  # of which kind a field is, the schema does not ask
    assert is_valid(text) is dated


def test_a_full_policy_satisfies_the_schema() -> None:
    assert is_valid(FULL)
