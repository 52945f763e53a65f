"""Reading only what is needed, with the real engine on the fixtures: the same values from a part of the print, or a full reading."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from PIL import Image, ImageDraw, ImageFont

from extractor import Extractor
from extractor.needed import asked_of
from extractor.ocr import OcrCache
from extractor.ocr.partly import UNREAD
from extractor.ocr.result import OcrResult
from extractor.output import ExtractionResult

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"


@pytest.fixture
def needed() -> Iterator[Extractor]:
    with Extractor(regions="needed") as extractor:
        yield extractor


def values(result: ExtractionResult) -> dict[str, object]:
    return {name: value.value for name, value in result.fields.items() if value.value is not None}


@pytest.mark.parametrize(
    ("vendor", "next_one"), [("wattle-lane-larder", "scan.jpg"), ("wattle-lane-larder", "upside-down.jpg"), ("feldhase-buerobedarf", "scan.jpg")]
)
def test_the_second_document_of_a_vendor_is_read_in_part_with_the_same_values(needed: Extractor, extractor: Extractor, vendor: str, next_one: str) -> None:
    first = needed.extract(FIXTURES / vendor / "clean" / "page-1.png")
    assert not first.ocr.partial
    document = FIXTURES / vendor / next_one
    part, full = needed.extract(document), extractor.extract(document)
    asked = asked_of(extractor.book.rule_sets[full.rules.id])
    assert part.ocr.partial
    assert len(list(part.ocr.regions)) < 0.6 * len(list(full.ocr.regions))
    assert values(part) == {name: value for name, value in values(full).items() if name.split("[")[0] in asked}
    assert part.status == full.status
    assert "read-in-part" in {issue.id for issue in part.issues}
    assert UNREAD not in part.to_json() + part.ocr.to_json()


def test_a_document_read_whole_gives_what_the_full_reading_gives(needed: Extractor, extractor: Extractor) -> None:
    document = FIXTURES / "atelier-colvert" / "clean" / "page-1.png"
    assert needed.extract(document).to_dict() == extractor.extract(document).to_dict()


def test_a_document_of_no_known_vendor_is_read_whole_every_time(extractor: Extractor) -> None:
    document = FIXTURES / "wattle-lane-larder" / "clean" / "page-1.png"
    options = {"shipped_rules": False, "rules": ROOT / "rules" / "generic"}
    with Extractor(regions="needed", **options) as needed, Extractor(**options) as full:
        results = [needed.extract(document).to_dict() for _ in range(2)]
        assert results == [full.extract(document).to_dict()] * 2


def test_a_document_that_lacks_what_earlier_ones_had_is_read_whole(needed: Extractor, extractor: Extractor) -> None:
    source = Image.open(FIXTURES / "wattle-lane-larder" / "clean" / "page-1.png")
    needed.extract(source)
    total = extractor.extract(source).fields["total"].bounds
    assert total is not None
    without = source.copy()
    ImageDraw.Draw(without).rectangle((total.x - 5, total.y - 5, total.right + 5, total.bottom + 5), fill="white")
    found = needed.extract(without)
    assert not found.ocr.partial
    assert values(found) == values(extractor.extract(without))


def test_a_page_that_nothing_asks_for_is_not_looked_at(needed: Extractor) -> None:
    first = Image.open(FIXTURES / "acme-supplies" / "clean" / "page-1.png").convert("L")
    prose = Image.new("L", first.size, 255)
    for line in range(12):
        text = "Goods stay ours until they are paid for in full."
        ImageDraw.Draw(prose).text((100, 150 + 90 * line), text, fill=0, font=ImageFont.load_default(size=40))
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=[prose, prose])
    assert not needed.extract(file.getvalue()).ocr.partial
    found = needed.extract(file.getvalue())
    assert [(page.partial, page.found is None) for page in found.ocr.pages] == [(True, False), (True, True), (True, True)]
    assert found.invoice.number == "12345"


def test_what_was_read_in_part_says_so_in_its_json_and_comes_back(needed: Extractor) -> None:
    for name in ("clean/page-1.png", "scan.jpg"):
        found = needed.extract(FIXTURES / "wattle-lane-larder" / name)
    written = json.loads(found.ocr.to_json())
    Draft202012Validator(json.loads((ROOT / "schemas" / "ocr-v1.schema.json").read_text(encoding="utf-8"))).validate(written)
    assert written["pages"][0]["partial"] is True
    assert written["pages"][0]["regions_found"] > len(written["pages"][0]["regions"])
    assert OcrResult.from_json(found.ocr.to_json()) == found.ocr


def test_only_full_readings_enter_the_cache_and_they_are_used(tmp_path: Path, extractor: Extractor) -> None:
    cache = OcrCache(tmp_path)
    with Extractor(regions="needed", cache=cache) as needed:
        needed.extract(FIXTURES / "wattle-lane-larder" / "clean" / "page-1.png")
        assert cache.size()[0] == 1
        assert needed.extract(FIXTURES / "wattle-lane-larder" / "scan.jpg").ocr.partial
        assert cache.size()[0] == 1
        again = needed.extract(FIXTURES / "wattle-lane-larder" / "clean" / "page-1.png")
    with Extractor(cache=cache) as full:
        assert full.extract(FIXTURES / "wattle-lane-larder" / "clean" / "page-1.png").to_dict() == again.to_dict()
    assert cache.size()[0] == 1


def test_a_text_layer_is_taken_whole(needed: Extractor, extractor: Extractor) -> None:
    document = FIXTURES / "feldhase-buerobedarf" / "text.pdf"
    results = [needed.extract(document) for _ in range(2)]
    assert [(result.to_dict(), result.ocr) for result in results] == [(extractor.extract(document).to_dict(), extractor.extract(document).ocr)] * 2


def test_an_engine_that_reads_whole_pages_only_says_so() -> None:
    folder = FIXTURES / "wattle-lane-larder"
    with Extractor(engine="replay", recording=folder / "scan.ocr.json", regions="needed") as needed:
        found = needed.extract(folder / "scan.jpg")
    assert not found.ocr.partial
    assert [issue.message for issue in found.issues if issue.id == "ocr-warning"] == ["the OCR engine 'replay' reads whole pages only: everything was read"]


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="some"):
        Extractor(regions="some")
