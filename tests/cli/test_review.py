"""Reviewing on the command line, from the queue to an example that the vendor's rule file has to pass."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from papers import call, invoice_pdf
from split.stacks import stacked

RULES = """\
# Harbour Lantern Works
format: 1
vendor: {name: Harbour Lantern Works Ltd}
extends: [generic/en]
identify:
  all: [Harbour Lantern Works Ltd]
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rule file, and a store of two documents in one file, one of them doubtful."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "in").mkdir()
    (folder / "in" / "two invoices.pdf").write_bytes(stacked(invoice_pdf("HL-1"), invoice_pdf("HL-2", "2025-02-01")))
    (folder / "harbour.yaml").write_text(RULES)
    done = call("batch", folder / "in", "--store", folder / "books.db", "--rules", folder / "harbour.yaml", "--split", "auto", "--mode", "text", "-j", 1)
    assert done.returncode == 1, done.stderr
    return folder


class Reviewing:
    """The commands on a copy of the store. Paths in it are those of the first one, whose documents stay there."""

    def __init__(self, folder: Path, filled: Path) -> None:
        shutil.copy(filled / "books.db", folder)
        shutil.copy(filled / "harbour.yaml", folder)
        self.rules = folder / "harbour.yaml"
        self.store = folder / "books.db"

    def __call__(self, *arguments: object, code: int = 0) -> str:
        done = call("review", *arguments, "--store", self.store)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code in (0, 1) else done.stderr

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("list", "--json"))["documents"]
        return found


@pytest.fixture
def review(tmp_path: Path, filled: Path) -> Reviewing:
    return Reviewing(tmp_path, filled)


def test_a_document_goes_from_the_queue_into_the_export(review: Reviewing) -> None:
    (waiting,) = review.listed()
    assert waiting["source"]["pages"] == [2]
    assert "two invoices.pdf, page 2" in review("list")
    short = waiting["id"][:8]
    assert "due_date" in review("show", short)
    said = review("set", short, "due_date=2025-04-13", "--rules", review.rules, "--by", "anna", "--version", 1)
    assert said == f"due_date: 2025-02-01 -> 2025-04-13\n{waiting['id']} is review (version 2)\n"
    assert "accepted" in review("accept", short, "--by", "ben", "--reason", "checked by phone")
    assert review.listed() == []
    history = review("show", short).splitlines()[-2:]
    assert [line.partition("UTC  ")[2] for line in history] == ["anna set due_date: 2025-02-01 -> 2025-04-13", "ben: accept, because checked by phone"]
    exported = [json.loads(line) for line in call("export", "--store", review.store).stdout.splitlines()]
    assert [(row["number"], row["due_date"], row["source"]["pages"]) for row in exported] == [("HL-1", "2025-04-13", [1]), ("HL-2", "2025-04-13", [2])]
    told = json.loads(call("vendors", "--store", review.store, "--json").stdout)["vendors"]
    assert [(row["rules"], row["straight_through_rate"], row["corrected"]) for row in told] == [("harbour", 0.5, {"due_date": 1})]
    assert "due_date (1)" in call("vendors", "--store", review.store).stdout


def test_faults_are_told_with_their_exit_codes(review: Reviewing) -> None:
    short = review.listed()[0]["id"][:8]
    assert "did you mean 'total'" in review("set", short, "totl=1", code=2)
    assert "Missing option '--reason'" in review("reject", short, code=2)
    assert "has no document with the id" in review("show", "ffffffff", code=9)
    review("reject", short, "--reason", "paid already", "--by", "anna")
    assert "anna changed it at" in review("accept", short, "--version", 1, code=9)
    assert "there is no store" in call("review", "list", "--store", review.store.with_name("none.db")).stderr
    assert "is not at hand" in call("review", "set", short, "total=1200.00", "--store", review.store).stderr


def test_a_corrected_document_becomes_an_example_that_the_rules_must_pass(review: Reviewing) -> None:
    short = review.listed()[0]["id"][:8]
    said = review("set", short, "customer_number=C-17", "--rules", review.rules, "--example", review.rules, code=1)
    assert "customer_number  missing     expected 'C-17'  found None" in said
    assert said.endswith("0 of 1 examples of it come out\n")
    text = review.rules.read_text()
    assert text.startswith("# Harbour Lantern Works\nformat: 1\n")
    (recording,) = (review.rules.parent / "harbour").iterdir()
    assert f"document: harbour/{recording.name}" in text.replace("'", "")
    assert [page["number"] for page in json.loads(recording.read_text())["pages"]] == [2]
    assert call("rules", "test", review.rules).returncode == 1
    review.rules.write_text(text.replace("examples:", "fields:\n  customer_number:\n    - {id: known, value: C-17}\nexamples:"))
    done = call("rules", "test", review.rules)
    assert (done.returncode, done.stdout) == (0, "1 of 1 cases match\n")


def test_an_example_can_be_made_of_what_was_right(review: Reviewing) -> None:
    (right,) = json.loads(review("list", "--status", "accepted", "--json"))["documents"]
    assert review("example", right["id"][:8], review.rules).endswith("1 of 1 examples of it come out\n")
    assert "was added before" in review("example", right["id"][:8], review.rules, code=6)


def test_no_example_is_made_of_another_file(review: Reviewing, filled: Path) -> None:
    (right,) = json.loads(review("list", "--status", "accepted", "--json"))["documents"]
    path = filled / "in" / "two invoices.pdf"
    kept = path.read_bytes()
    try:
        path.write_bytes(kept + b"\n")
        assert "another file" in review("example", right["id"][:8], review.rules, code=9)
        path.unlink()
        assert "cannot be read again" in review("example", right["id"][:8], review.rules, code=9)
    finally:
        path.write_bytes(kept)


POLICY = """\
format: 1
routes:
  - when: {status: valid, fields: {due_date: {confidence: {at_least: '1'}}}, vendor: harbour, pages: {at_most: 1}}
    then: accept
    tags: [set-right]
  - when: {amount: {above: 1000}}
    then: reject
    why: too large
"""


def test_a_policy_decides_about_what_was_corrected_unless_a_person_has(review: Reviewing, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    given = ("--rules", review.rules, "--policy", policy)
    (waiting,) = review.listed()
    document = waiting["id"]
    assert "is rejected" in review("set", document, "customer_number=C-1", *given)  # still due before it was issued
    shown = json.loads(review("show", document, "--json"))
    assert [shown[name] for name in ("decision", "route", "route_reason")] == ["reject", "policy.yaml:6", "too large"]
    assert "is accepted" in review("set", document, "due_date=2025-04-13", *given)
    shown = json.loads(review("show", document, "--json"))
    assert [shown[name] for name in ("decision", "route", "tags")] == ["accept", "policy.yaml:3", ["set-right"]]
    assert "decided_by" not in shown
    review("reject", document, "--by", "ben", "--reason", "not ours")
    assert "is review" in review("set", document, "due_date=2025-02-01", "--rules", review.rules)
    review("accept", document, "--by", "ben")
    assert "is accepted" in review("set", document, "due_date=2025-04-14", *given)
    assert json.loads(review("show", document, "--json"))["decided_by"] == "ben"
    policy.write_text("format: 2\n", encoding="utf-8")
    assert "bad-format" in review("set", document, "due_date=", *given, code=5)
