"""Proving finds the weak rules, and only those; the same seed gives the same proof however it is computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from mill import BOUND_TO_ONE, NO_MARGIN, write_rules
from papers import ROOT

from extractor.authoring.prove import Proof, prove
from extractor.authoring.survival import VENDOR

FEW = 8


def fragile(proof: Proof) -> dict[str, set[str]]:
    """Fields under the threshold, each with the kinds of noise that it does not survive."""
    found: dict[str, set[str]] = {}
    for issue in proof.issues:
        if issue.id == "fragile-field" and issue.field:
            found.setdefault(issue.field, set()).add(issue.message.split("'")[1])
    return found


def test_good_rules_survive(tmp_path: Path) -> None:
    proof = prove([write_rules(tmp_path)], variants=FEW)
    assert [str(issue) for issue in proof.issues] == []
    file = proof.files[0]
    assert file.fields.keys() == {VENDOR, "number", "date", "due_date", "net", "tax", "total"}
    assert all(field.tallies["shift"].survived == FEW for field in file.fields.values())
    assert not proof.failed


def test_a_regex_that_is_bound_to_one_number_is_found_among_good_rules(tmp_path: Path) -> None:
    proof = prove([write_rules(tmp_path, number=BOUND_TO_ONE)], variants=FEW)
    assert fragile(proof).keys() == {"number"}
    assert "other-values" in fragile(proof)["number"]
    assert proof.files[0].fields["number"].tallies["other-values"].survived == 0
    assert proof.failed


def test_a_zone_without_margin_is_found_among_good_rules(tmp_path: Path) -> None:
    path = write_rules(tmp_path, number=NO_MARGIN)
    proof = prove([path], variants=FEW)
    assert fragile(proof).keys() == {"number"}
    assert "shift" in fragile(proof)["number"]
    assert proof.files[0].fields["number"].margins.zone == pytest.approx(1.3, abs=1.3)
    issue = next(issue for issue in proof.issues)
    assert issue.place is not None
    assert path.read_text(encoding="utf-8").splitlines()[issue.place.line - 1].strip().startswith("number:")


def test_a_weak_rule_that_a_fallback_makes_up_for_is_found_too(tmp_path: Path) -> None:
    proof = prove([write_rules(tmp_path, extends="[generic/en]", number=BOUND_TO_ONE)], variants=FEW, kinds=["other-values", "shift"])
    assert [(issue.id, issue.field) for issue in proof.issues] == [("weak-rule", "number")]
    assert "the rule of number survives 0% of 'other-values'" in proof.issues[0].message
    assert not proof.failed


def test_processes_change_nothing_and_seeds_do(tmp_path: Path) -> None:
    path = write_rules(tmp_path, number=NO_MARGIN)
    settings = {"variants": 4, "kinds": ["shift", "margins", "confusions"]}
    one, two, other = prove([path], **settings), prove([path], jobs=2, **settings), prove([path], seed=1, **settings)
    assert one.to_dict() == two.to_dict()
    assert one.to_dict() != other.to_dict()


def test_an_example_that_does_not_hold_is_told_and_not_proven(tmp_path: Path) -> None:
    proof = prove([write_rules(tmp_path, expect="{number: WM-1, total: '1200.00'}")], variants=2, kinds=["shift"])
    assert [issue.id for issue in proof.issues] == ["broken-example"]
    assert "'WM-20417' in place of 'WM-1'" in proof.issues[0].message
    assert "number" not in proof.files[0].fields
    assert proof.failed


def test_a_file_that_does_not_apply_to_its_example_is_told(tmp_path: Path) -> None:
    proof = prove([write_rules(tmp_path, page="Somebody else\nInvoice number: 17", expect="{number: '17'}")], variants=2, kinds=["shift"])
    assert [issue.message for issue in proof.issues] == ["this file does not apply to its example"]


def test_an_example_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    path = write_rules(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "  - document: gone.pdf\n    expect: {number: '17'}\n", encoding="utf-8")
    proof = prove([path], variants=2, kinds=["shift"])
    assert [(issue.id, issue.place and issue.place.line) for issue in proof.issues] == [
        ("broken-example", len(path.read_text(encoding="utf-8").splitlines()) - 1)
    ]
    assert "gone.pdf" in proof.issues[0].message
    assert proof.files[0].fields["number"].tallies["shift"].survived == 2


def test_what_must_be_missing_must_stay_missing(tmp_path: Path) -> None:
    page = "Windmill Paper Mill Ltd\nInvoice number: pending\nTotal: 12.00"
    proof = prove([write_rules(tmp_path, page=page, expect="{number: null, total: '12.00'}")], variants=FEW)
    assert fragile(proof) == {}
    assert proof.files[0].fields["number"].tallies["jitter"].survived == FEW


def test_a_file_without_examples_cannot_be_proven(tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    path.write_text("format: 1\nextends: [generic/en]\nidentify: {all: [Bare Ltd]}\n", encoding="utf-8")
    proof = prove([path])
    assert [issue.id for issue in proof.issues] == ["no-examples"]
    assert not proof.failed


def test_an_unknown_kind_of_noise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown kind of noise: rain; known: other-values"):
        prove([write_rules(tmp_path)], kinds=["rain"])


def test_the_finding_that_the_documentation_quotes_is_made(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "bench-prove.md").read_text(encoding="utf-8")
    path = tmp_path / "windmill.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    quoted = next(line for line in page.splitlines() if line.startswith("warning[weak-rule]"))
    assert any(str(issue).endswith(quoted) for issue in prove([path], variants=FEW).issues)


def test_an_example_that_is_left_to_other_rules_is_no_sample(tmp_path: Path) -> None:
    rules = tmp_path / "kiln.yaml"
    rules.write_text(
        "format: 1\nidentify: {all: [Kiln & Clay], none: [Statement]}\nfields: {number: {label: Invoice no}}\nexamples:\n"
        "  - {text: 'Kiln & Clay  Invoice no  4711', expect: {number: '4711'}}\n"
        "  - {text: 'Kiln & Clay  Statement', applies: false, expect: {}}\n",
        encoding="utf-8",
    )
    (file,) = prove([rules], variants=1).files
    assert (file.examples, file.broken) == (1, [])


def test_the_shipped_vendor_files_stand_moved_print_and_a_weak_rule_among_them_is_found(tmp_path: Path) -> None:
    shipped = sorted((ROOT / "rules" / "vendors").glob("*.yaml"))
    proof = prove([*shipped, write_rules(tmp_path, number=NO_MARGIN)], variants=FEW, kinds=["shift"])
    assert len(proof.files) == len(shipped) + 1
    assert [(issue.id, issue.field, issue.place and Path(issue.place.file).parent) for issue in proof.issues] == [("fragile-field", "number", tmp_path)]
