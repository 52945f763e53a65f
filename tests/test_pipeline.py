"""The way through the house: what `Extractor` takes, gives and refuses."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from papers import BAD, FIXTURES, TEXT_PDF, invoice_pdf

from extractor import Extractor, Limits, Status, extract_invoice
from extractor.errors import EngineNotFound, OcrError, RecognitionFailed, RuleFileError, SchemaError, UnsupportedLanguage
from extractor.geometry import Box
from extractor.issues import Level
from extractor.ocr import TEXT_LAYER, OcrCache, OcrPage, OcrRegion, OcrResult


def test_a_document_becomes_typed_fields(extractor: Extractor) -> None:
    result = extractor.extract(TEXT_PDF)
    assert result.status is Status.VALID
    assert result.invoice.number == "12345"
    assert result.invoice.date == datetime.date(2025, 12, 1)
    assert result.invoice.total == Decimal("1250.00")
    assert result.source == str(TEXT_PDF)
    assert result.ocr.engine == TEXT_LAYER


def test_path_bytes_and_file_objects_give_the_same(extractor: Extractor) -> None:
    data = TEXT_PDF.read_bytes()
    results = [extractor.extract(source) for source in (TEXT_PDF, str(TEXT_PDF), data, io.BytesIO(data))]
    assert len({result.sha256 for result in results}) == 1
    assert all(result.invoice == results[0].invoice for result in results)


def test_a_picture_is_read_by_the_engine_and_once_only(ocr_cache_folder: Path) -> None:
    path = FIXTURES / "acme-supplies" / "clean" / "page-1.png"
    with Extractor(cache=OcrCache(ocr_cache_folder)) as first:
        result = first.extract(path)
    assert result.ocr.engine == "rapidocr"
    assert result.invoice.number == "12345"
    assert result.invoice.total == Decimal("1250.00")
    with Extractor(cache=OcrCache(ocr_cache_folder)) as second:
        second._engine._engine.read = pytest.fail  # type: ignore[method-assign,assignment]
        assert second.extract(path).to_json() == result.to_json()


def test_one_document_in_one_call() -> None:
    result = extract_invoice(invoice_pdf("HL-5"), min_confidence=0.5)
    assert result.invoice.number == "HL-5"
    assert extract_invoice(BAD / "encrypted.pdf", password="secret").sha256


def test_a_recorded_result_is_interpreted_as_the_document_was(extractor: Extractor) -> None:
    result = extractor.extract(TEXT_PDF)
    recorded = OcrResult.from_json(result.ocr.to_json())
    again = extractor.interpret(recorded, source=result.source, sha256=result.sha256)
    assert again.to_json() == result.to_json()


def test_a_recording_goes_through_the_replay_engine(extractor: Extractor) -> None:
    expected = extractor.extract(TEXT_PDF)
    with Extractor(engine="replay", recording=expected.ocr.to_json()) as replay:
        assert replay.extract(TEXT_PDF).to_json() == expected.to_json()
        with pytest.raises(RecognitionFailed, match=r"1 page\(s\)"):
            replay.extract(FIXTURES / "pennyworth-larch" / "text.pdf")


def test_a_page_without_text_says_so(extractor: Extractor) -> None:
    result = extractor.extract(BAD / "blank-page.pdf")
    assert result.status is Status.INVALID
    assert ("no-text", Level.ERROR) in [(issue.id, issue.level) for issue in result.issues]
    assert result.rules.id == "none"


def test_what_the_engine_warns_of_is_told(extractor: Extractor) -> None:
    page = OcrPage(1, 800, 600, (OcrRegion("Invoice", 90.0, Box(10, 10, 100, 20)),))
    result = extractor.interpret(OcrResult((page,), "aspose", truncated=True, warnings=("texts end early",)))
    told = {issue.id: issue for issue in result.issues}
    assert told["ocr-truncated"].level is Level.WARNING
    assert told["ocr-warning"].message == "texts end early"


def test_low_confidence_asks_for_review() -> None:
    strict, lax = (extract_invoice(invoice_pdf(), min_confidence=confidence) for confidence in (1, 0))
    assert strict.status is Status.REVIEW
    assert lax.status is Status.VALID
    assert strict.invoice == lax.invoice


def test_a_schema_of_the_caller_is_what_counts(tmp_path: Path) -> None:
    result = extract_invoice(invoice_pdf(), schema={"required": ["iban"]})
    assert result.status is Status.INVALID
    assert [issue.field for issue in result.issues if issue.id == "missing-field"] == ["iban"]


def test_rules_of_the_caller_come_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(
        "format: 1\nid: harbour\nvendor: {name: Harbour Lantern Works Limited}\nidentify: {all: [Harbour Lantern Works]}\n"
        "extends: [generic/en]\nextra:\n  quay: {type: text, regex: '(?P<value>\\d+) Quay Street'}\n",
        encoding="utf-8",
    )
    for rules in (tmp_path, str(tmp_path / "harbour.yaml"), [tmp_path]):
        result = extract_invoice(invoice_pdf(), rules=rules)
        assert (result.rules.id, result.rules.vendor) == ("harbour", True)
        assert result.rules.clues
        assert result.invoice.seller_name == "Harbour Lantern Works Limited"
        assert result.invoice.extra == {"quay": "12"}
        assert result.invoice.total == Decimal("1200.00")


def test_without_any_rules_there_is_an_invalid_result() -> None:
    result = extract_invoice(invoice_pdf(), shipped_rules=False)
    assert result.status is Status.INVALID
    assert result.rules.id == "none"
    assert "Harbour" in result.ocr.text


def test_progress_counts_pages(extractor: Extractor) -> None:
    told: list[tuple[int, int]] = []
    extractor.extract(FIXTURES / "pennyworth-larch" / "text.pdf", progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_the_same_document_gives_the_same_result(extractor: Extractor) -> None:
    first, second = (extractor.extract(FIXTURES / "enzian-geraetebau" / "text.pdf").to_json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"engine": "nope"}, EngineNotFound, "known: .*rapidocr"),
        ({"language": "xx"}, UnsupportedLanguage, "unknown language 'xx'"),
        ({"unknown_option": 1}, OcrError, "unknown_option"),
        ({"min_confidence": 1.1}, ValueError, "from 0 to 1"),
        ({"min_confidence": float("nan")}, ValueError, "from 0 to 1"),
        ({"mode": "magic"}, ValueError, "magic"),
        ({"language": []}, ValueError, "at least one language"),
        ({"schema": {"type": 7}}, SchemaError, "not a valid JSON Schema"),
        ({"rules": "no/such/file.yaml"}, RuleFileError, "no/such/file.yaml"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_wrong_options_are_refused_when_the_extractor_is_made(options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Extractor(**options)  # type: ignore[arg-type]


def test_an_extractor_can_be_used_after_it_was_closed() -> None:
    with Extractor(limits=Limits(max_pages=1)) as made:
        made.extract(TEXT_PDF)
    assert made.extract(TEXT_PDF).status is Status.VALID
