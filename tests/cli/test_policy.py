"""The commands on policies, and the batch that obeys one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from papers import TEXT_PDF, call, write_invoices

POLICY = """\
format: 1
routes:
  - when: {vendor: vendors/acme-supplies, amount: {above: 5000}}
    then: review
  - when: {vendor: vendors/acme-supplies}
    then: reject
    tags: [acme]
    why: we buy elsewhere
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return path


def test_a_policy_without_findings(policy: Path) -> None:
    done = call("policy", "check", policy)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 error(s), 0 warning(s)\n")


def test_findings_are_told_in_every_form(policy: Path) -> None:
    policy.write_text(POLICY.replace("above", "over").replace("acme-supplies}", "acme}"))
    text = call("policy", "check", policy)
    assert text.returncode == 5
    assert f"{policy}:3:52: error[unknown-key] unknown key 'over'" in text.stdout
    assert f"{policy}:5:12: warning[unknown-vendor] no rule file of a vendor is called 'vendors/acme'" in text.stdout
    rows = json.loads(call("policy", "check", policy, "--format", "json").stdout)
    assert [(row["id"], row["line"], row["column"]) for row in rows] == [("unknown-key", 3, 52), ("unknown-vendor", 5, 12)]
    assert f"::error file={policy},line=3,col=52,title=unknown-key::" in call("policy", "check", policy, "--format", "github").stdout


def test_which_route_decides_and_why_not_those_before(policy: Path, tmp_path: Path) -> None:
    done = call("policy", "try", policy, TEXT_PDF, tmp_path / "none.pdf")
    assert done.returncode == 4
    lines = done.stdout.splitlines()
    assert lines[0] == f"{TEXT_PDF}: reject [acme] (policy.yaml:5: we buy elsewhere)"
    assert lines[1] == "  not policy.yaml:3: amount (line 3): the total is 1250.00 USD"
    assert lines[2].startswith(f"{tmp_path / 'none.pdf'}: reject: it cannot be read:")


def test_a_batch_obeys_a_policy(policy: Path, tmp_path: Path) -> None:
    write_invoices(tmp_path / "in", 1)
    (tmp_path / "in" / "acme.pdf").write_bytes(TEXT_PDF.read_bytes())
    done = call("batch", tmp_path / "in", "--store", tmp_path / "books.db", "--policy", policy, "--jobs", 1)
    assert "1 accepted, 0 review, 1 rejected" in done.stdout, done.stdout + done.stderr
    (row,) = map(json.loads, call("export", "--store", tmp_path / "books.db", "--status", "rejected", "--format", "jsonl").stdout.splitlines())
    assert row["source"]["path"].endswith("acme.pdf")


def test_a_policy_with_errors_ends_a_batch_before_it_begins(policy: Path, tmp_path: Path) -> None:
    policy.write_text("format: 1\nroutes: [{then: reviwe}]\n")
    done = call("batch", tmp_path, "--store", tmp_path / "books.db", "--policy", policy)
    assert done.returncode == 5
    assert f"{policy}:2:17: error[unknown-action]" in done.stderr
    assert not (tmp_path / "books.db").exists()


def test_a_duplicate_key_of_no_fields_is_refused(tmp_path: Path) -> None:
    done = call("batch", tmp_path, "--store", tmp_path / "books.db", "--duplicate-key", "seller,nmber")
    assert done.returncode == 2
    assert "'nmber' is none" in done.stderr
