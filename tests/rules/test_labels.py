"""Labels are found despite OCR errors, the longest wins, and nothing that only looks like a label counts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.pages import Print, page_layout, words

from extractor.rules.labels import LabelIndex, LabelSearch, _Comparison, allowed_errors, fold, folded_label

LABELS = {
    "number": ["Invoice No", "Invoice number", "Rechnungs-Nr.", "No"],
    "total": ["Total", "Total amount", "Gesamtbetrag"],
    "net": ["Subtotal", "Total excl. VAT"],
    "purchase_order": ["PO", "Order number"],
    "date": ["Date", "Invoice date"],
    "decoy": ["Total quantity", "Best before date"],
}
INDEX = LabelIndex(LABELS)


def found(text: str, index: LabelIndex = INDEX) -> list[tuple[str, str]]:
    """(owner, print) of each label in one line of print."""
    hits = index.find(page_layout([Print(60, 60, text)]))
    return [("/".join(sorted(hit.owners)), hit.line.text[hit.span.start : hit.span.end]) for hit in hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Invoice No: 4711", ("number", "Invoice No")),
        ("INVOICE NO. 4711", ("number", "INVOICE NO")),
        ("lnvoice N0 4711", ("number", "lnvoice N0")),
        ("Invo1ce No 4711", ("number", "Invo1ce No")),
        ("Involce Nurnber 4711", ("number", "Involce Nurnber")),
        ("Invoicenumber 4711", ("number", "Invoicenumber")),
        ("Rechnungs Nr 4711", ("number", "Rechnungs Nr")),
        ("RechnungsNr.: 4711", ("number", "RechnungsNr")),
        ("Gesamtbetraq 12,00", ("total", "Gesamtbetraq")),
        ("Gesarntbetrag 12,00", ("total", "Gesarntbetrag")),
        ("TotaI amount 12.00", ("total", "TotaI amount")),
        ("Tota1 12.00", ("total", "Tota1")),
    ],
)
def test_labels_with_ocr_errors_are_found(text, expected):
    assert found(text)[0] == expected


@pytest.mark.parametrize("text", ["InvoiceNo4711", "Invoice No4711", "Invoice NoRE-4711", "Invoice No£4711"])
def test_labels_that_are_glued_to_their_value_are_found(text):
    assert [owner for owner, _ in found(text)] == ["number"]


def test_a_label_glued_to_the_word_before_it_is_found():
    assert found("17.03.2024Invoice No 4711")[0][0] == "number"


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Total excl. VAT", "net"),
        ("Subtotal", "net"),
        ("Total amount", "total"),
        ("Total quantity", "decoy"),
        ("Invoice date", "date"),
        ("Best before date", "decoy"),
    ],
)
def test_the_longest_label_wins(text, owner):
    assert [name for name, _ in found(f"{text} 12.00")] == [owner]


@pytest.mark.parametrize("text", ["Totally new 12", "Subtotals of all", "Updated 12", "Candidate 4", "Porto 4", "spot 9", "Norway 12", "Notes", "Dates"])
def test_part_of_a_longer_word_is_no_label(text):
    assert found(text) == []


def test_subtotal_is_no_total():
    assert found("Subtotal 12.00", LabelIndex({"total": ["Total"]})) == []


@pytest.mark.parametrize("text", ["INV-30917", "INV-30917 / 2024", "inv 10-20", "1NV-30 2024"])
def test_the_digits_of_a_number_are_not_the_letters_of_a_label(text):
    assert found(text, LabelIndex({"number": ["Inv no", "Invoice", "Inv so"]})) == []


def test_a_digit_by_itself_is_no_letter_of_a_label():
    index = LabelIndex({"total": ["Total", "Totali"]})
    assert found("Total 1.107,00", index) == [("total", "Total")]
    assert found("Total 1", index) == [("total", "Total")]
    assert found("Tota1i 9,00", index) == [("total", "Tota1i")]


def test_a_short_label_that_a_dash_joins_to_a_figure_begins_a_number():
    assert found("PO-4711") == []
    assert found("PO - 4711") == [("purchase_order", "PO")]
    assert found("Total-4711") == [("total", "Total")]


@pytest.mark.parametrize(
    ("text", "expected"), [("PO 4711", 1), ("P0 4711", 1), ("PQ 4711", 0), ("NO: 4711", 1), ("Na: 4711", 0), ("Dafe 12", 0), ("DATE 12", 1)]
)
def test_short_labels_must_be_read_exactly(text, expected):
    assert len(found(text)) == expected


def test_a_label_does_not_reach_across_a_wide_gap():
    page = page_layout([Print(60, 60, "Invoice"), Print(300, 60, "No 4711")])
    assert [hit.label for hit in INDEX.find(page)] == ["No"]


def test_a_label_cut_into_words_is_found_as_one():
    [hit] = INDEX.find(page_layout(words([Print(60, 60, "Total excl. VAT")])))
    assert (hit.label, hit.errors) == ("Total excl. VAT", 0)


def test_one_text_may_belong_to_several_fields():
    index = LabelIndex({"total": ["Amount"], "column.amount": ["amount"]})
    [hit] = index.find(page_layout([Print(60, 60, "Amount")]))
    assert hit.owners == {"total", "column.amount"}


def test_labels_come_in_reading_order_with_their_own_print():
    assert found("Date 17.03.2024 Invoice No 4711 PO 12") == [("date", "Date"), ("number", "Invoice No"), ("purchase_order", "PO")]


def test_signs_tell_labels_apart():
    index = LabelIndex({"number": ["Invoice #"], "kind": ["Invoice"]})
    assert [owner for owner, _ in found("Invoice # 12", index)] == ["number"]
    assert [owner for owner, _ in found("Invoice 12", index)] == ["kind"]


def test_a_label_that_leads_fits_better_than_one_amid_text():
    leading, amid = INDEX.find(page_layout([Print(60, 60, "Total 5.00"), Print(60, 90, "is due in Total 5.00")]))
    assert leading.fit > amid.fit


def test_errors_lower_the_fit():
    clean, misread = INDEX.find(page_layout([Print(60, 60, "Gesamtbetrag"), Print(60, 90, "Gesamthetraq")]))
    assert clean.fit > misread.fit > 0


def test_labels_of_nothing_but_punctuation_are_left_aside():
    assert found("-- Total", LabelIndex({"total": ["--", "", ":"], "net": []})) == []


def test_labels_of_other_scripts_are_found():
    index = LabelIndex({"total": ["合计", "Σύνολο"], "date": ["日期"]})
    assert [owner for owner, _ in found("合计: 12.00", index)] == ["total"]
    assert [owner for owner, _ in found("ΣΥΝΟΛΟ 12.00", index)] == ["total"]


@settings(deadline=None)
@given(st.sampled_from(["Invoice number", "Gesamtbetrag", "Total excl. VAT", "Rechnungs-Nr."]), st.data())
def test_a_label_with_one_letter_misread_is_found(label, data):
    places = [i for i, c in enumerate(label) if c.isalpha() and i > 0]
    place = data.draw(st.sampled_from(places))
    misread = label[:place] + data.draw(st.sampled_from("cqhtf")) + label[place + 1 :]
    assert label in [hit.label for hit in INDEX.find(page_layout([Print(60, 60, f"{misread}: x")]))]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_hits_that_lie_on_it(text):
    page = page_layout([Print(60, 60, "x"), (text, Print(60, 90, "a line of print").box)])
    for hit in INDEX.find(page):
        assert 0 <= hit.span.start < hit.span.end <= len(hit.line.text)


@given(st.text(max_size=30))
def test_folding_keeps_where_each_character_stood(text):
    folded, positions = fold(text)
    assert len(folded) == len(positions)
    assert positions == sorted(positions)
    assert all(0 <= position < len(text) for position in positions)


def test_longer_labels_may_hold_more_errors():
    allowed = [allowed_errors(length) for length in range(1, 40)]
    assert allowed == sorted(allowed)
    assert allowed[3] == 0


@pytest.mark.parametrize("text", ["PO-7788", "PO4512", "PO/17"])
def test_a_short_label_that_runs_into_a_number_is_a_part_of_it(text):
    assert ("purchase_order", "PO") not in found(text)


def test_a_label_in_brackets_is_worth_less_than_one_in_running_print():
    [bracketed], [running], [leading] = (INDEX.find(page_layout([Print(60, 60, text)])) for text in ("Fee (total: 0) 5.00", "Fee total 5.00", "Total 5.00"))
    assert bracketed.fit < running.fit < leading.fit


def distance_to_a_beginning(label: str, text: str) -> int:
    """The Levenshtein distance of a label to that beginning of a text, of one character at least, which is nearest; row by row."""
    before = list(range(len(text) + 1))
    for number, letter in enumerate(label, 1):
        row = [number]
        for at, other in enumerate(text, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != other)))
        before = row
    return min(before[1:], default=len(label))


LETTERS = st.text("abc", min_size=5, max_size=22)


@given(LETTERS, st.text("abc", max_size=25))
def test_the_distance_in_bits_is_that_of_the_textbook(label, text):
    assert _Comparison(label)._is_near(text) == (distance_to_a_beginning(label, text) <= allowed_errors(len(label)))


@given(LETTERS, st.data())
def test_a_label_that_differs_by_as_many_errors_as_are_allowed_is_compared(label, data):
    """What sorts out before the costly comparison loses nothing that has its first letters in common."""
    text = list(label)
    for _ in range(allowed_errors(len(label))):
        at = data.draw(st.integers(4, len(text)))
        change = data.draw(st.sampled_from(["add", "drop", "change"]))
        text[at : at + (change != "add")] = [] if change == "drop" else [data.draw(st.sampled_from("abcx"))]
    near = page_layout([Print(60, 60, "".join(text))])
    folded = fold("".join(text))[0]
    search = LabelSearch([folded_label(label)])
    alike = search._alike(folded, 0)
    assert alike == {folded_label(label)}
    expected = distance_to_a_beginning(folded_label(label), folded) <= allowed_errors(len(label))
    assert expected
    assert [each for found in search.on_pages([near]) for each in found.found if each[0] == 0]


def test_one_search_serves_several_files_as_one_of_their_own_would():
    texts = ["Invoice No: 4711", "lnvoice N0 4711", "Rechnungs Nr 4711", "Tota1 12.00", "Subtotal 12.00", "Order number PO-7788", "Best before date 1.2.2024"]
    page = page_layout([Print(60, 60 + 40 * at, text) for at, text in enumerate(texts)])
    indexes = [INDEX, LabelIndex({"total": ["Total", "Totali"]}), LabelIndex({"number": ["Invoice #"], "kind": ["Invoice"]}), LabelIndex({})]
    shared = LabelSearch(dict.fromkeys(label for index in indexes for label in index.labels)).on_pages([page])
    for index in indexes:
        assert index.among(shared) == index.find(page)
    assert len(indexes[0].find(page)) >= len(texts)


def test_a_label_is_found_alike_before_and_after_its_regex_is_compiled():
    page = page_layout([Print(60, 60, "Gesarntbetrag 12,00"), Print(60, 100, "Gesxxxxxxtrag 12,00")])
    index = LabelIndex({"total": ["Gesamtbetrag"]})
    assert len({tuple((hit.span, hit.errors, hit.line.index) for hit in index.find(page)) for _ in range(80)}) == 1
