"""Codes of pages: read at every angle and resolution, also alone, beside text layers, out of the cache and of documents read in part."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import Extractor
from extractor.document import load_document
from extractor.errors import DocumentTooLarge
from extractor.geometry import Box
from extractor.invoice.fields import plain
from extractor.ocr import Barcode, Image, OcrCache, OcrEngine, OcrPage, OcrResult, recognize_barcodes
from extractor.ocr.barcodes import MAX_CHARACTERS, MAX_CODES, SYMBOLOGIES, find_barcodes
from extractor.ocr.dense_areas import dense_areas
from extractor.witnesses.codes import payment_codes

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "fixtures" / "codes"
TRUTH: dict[str, Any] = json.loads((PAGES / "codes.json").read_text(encoding="utf-8"))
QR = [name for name, row in TRUTH.items() if row["format"] == "QRCode"]
SHARED = ROOT.parent / "shared" / "data" / "swiss_qr"


def rendered(name: str, dpi: int, degrees: float = 0) -> PIL.Image.Image:
    """A page with a code, turned clockwise."""
    import pypdfium2

    with pypdfium2.PdfDocument(PAGES / name) as pdf:
        page = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    return page.rotate(-degrees, PIL.Image.Resampling.BICUBIC, expand=True, fillcolor=255) if degrees else page


def content(code: Barcode) -> str:
    """What a code holds, in Latin-1 where it does not say its encoding."""
    return code.data.decode("latin-1") if code.data else code.text


def symbol(text: str | bytes, kind: str = "QRCode", scale: int = 4) -> PIL.Image.Image:
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=scale)
    return PIL.Image.fromarray(np.asarray(made))


def picture(*codes: tuple[PIL.Image.Image, int, int], size: tuple[int, int] = (1240, 1754)) -> PIL.Image.Image:
    page = PIL.Image.new("L", size, 255)
    for code, x, y in codes:
        page.paste(code, (x, y))
    return page


@pytest.mark.parametrize("degrees", [0, 7, 90, 180, 270])
@pytest.mark.parametrize("dpi", [120, 200, 300])
def test_codes_on_a_page_of_print_are_read(dpi: int, degrees: int) -> None:
    for name in QR:
        (code,) = find_barcodes(rendered(name, dpi, degrees))
        assert (content(code), code.symbology) == (TRUTH[name]["content"], "qr"), name


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize(("name", "symbology"), [("code128.pdf", "code128"), ("ean13.pdf", "ean13"), ("datamatrix.pdf", "datamatrix")])
def test_bars_and_data_matrix_codes_are_read(name: str, symbology: str, dpi: int) -> None:
    for degrees in (0, 7, 90, 180):
        (code,) = find_barcodes(rendered(name, dpi, degrees))
        assert (code.text, code.symbology) == (TRUTH[name]["content"], symbology), degrees


@pytest.mark.parametrize("name", QR)
def test_what_codes_state_comes_from_their_pixels(name: str) -> None:
    codes = recognize_barcodes(rendered(name, 150, 7))
    (witness,) = payment_codes(OcrResult((OcrPage(1, 2000, 2000, barcodes=tuple(codes)),), "replay"))
    stated = {field: plain(statement.value) for field, statement in witness.stated.items()}
    assert {field: stated.get(field) for field in TRUTH[name]["states"]} == TRUTH[name]["states"]
    assert witness.trusted, witness.issues


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 7])
def test_bounds_are_where_the_code_is(degrees: int) -> None:
    page = rendered("swiss.pdf", 150, degrees)
    (code,) = find_barcodes(page)
    ink = PIL.Image.eval(page, lambda level: 255 if level < 128 else 0)
    around = ink.crop((round(code.bounds.x) - 8, round(code.bounds.y) - 8, round(code.bounds.right) + 8, round(code.bounds.bottom) + 8))
    assert around.getbbox() == pytest.approx((8, 8, around.width - 8, around.height - 8), abs=3)


def test_several_codes_on_a_page_come_from_top_to_bottom() -> None:
    page = picture((symbol("second"), 100, 900), (symbol("4006381333931", "EAN13", 2), 600, 300), (symbol("third", "DataMatrix", 6), 800, 1200))
    assert [(code.text, code.symbology) for code in find_barcodes(page)] == [("4006381333931", "ean13"), ("second", "qr"), ("third", "datamatrix")]


def test_one_code_is_read_once_and_two_alike_twice() -> None:
    page = picture((symbol("same"), 100, 300), (symbol("same"), 700, 300))
    assert [code.text for code in recognize_barcodes(page)] == ["same", "same"]


@pytest.mark.parametrize("kind", [kind for kind in SYMBOLOGIES if kind not in ("EAN13", "EAN8", "UPCA", "ITF", "Code93")])
def test_every_kind_of_code_is_read_and_named(kind: str) -> None:
    (code,) = recognize_barcodes(picture((symbol("12345", kind, 5), 60, 60), size=(700, 700)))
    assert (code.text, code.symbology) == ("12345", SYMBOLOGIES[kind])


def test_light_codes_on_dark_are_read_where_asked_for_codes_alone() -> None:
    page = PIL.Image.eval(picture((symbol("inverted"), 100, 100), size=(400, 400)), lambda level: 255 - level)
    assert [code.text for code in recognize_barcodes(page)] == ["inverted"]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P", "CMYK", "I;16", "F"])
def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    grey = picture((symbol("mode"), 100, 100), size=(400, 400))
    image = PIL.Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    assert [code.text for code in recognize_barcodes(image)] == ["mode"]


def test_an_image_of_the_ocr_layer_is_taken_with_all_its_pages() -> None:
    buffer = io.BytesIO()
    first, second = (picture((symbol(text), 100, 100), size=(400, 400)) for text in ("one", "two"))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    with Image.load(buffer.getvalue()) as image:
        assert [code.text for code in recognize_barcodes(image)] == ["one", "two"]


def test_photos_of_codes_are_read() -> None:
    page = np.asarray(picture((symbol("photo", scale=6), 300, 300), size=(1000, 1300)), dtype=np.float64)
    shade = np.linspace(0.35, 1, page.shape[1])[None, :] * np.linspace(1, 0.6, page.shape[0])[:, None]
    noise = np.random.default_rng(7).normal(0, 8, page.shape)
    photo = PIL.Image.fromarray((page * 0.8 * shade + 20 + noise).clip(0, 255).astype(np.uint8))
    tilted = photo.transform(photo.size, PIL.Image.Transform.PERSPECTIVE, (1, 0.08, -40, 0.02, 1.05, -20, 5e-5, 8e-5), PIL.Image.Resampling.BICUBIC)
    assert [code.text for code in find_barcodes(tilted)] == ["photo"]


def test_pages_of_print_have_no_codes() -> None:
    for path in sorted(ROOT.glob("fixtures/*/scan.jpg")):
        found = [code for code in find_barcodes(PIL.Image.open(path).convert("L")) if not code.text.startswith("SPC")]
        assert found == [], path


# Limits


def test_codes_of_a_page_and_characters_of_a_code_are_limited() -> None:
    small = symbol("x" * 20, scale=2)
    many = picture(*((small, x, y) for x in range(20, 1100, 90) for y in range(20, 1600, 90)))
    assert len(find_barcodes(many)) == MAX_CODES
    (digits,) = recognize_barcodes(picture((symbol("7" * 4096, scale=3), 40, 40), size=(700, 700)))
    assert digits.text == "7" * 4096
    assert len(Barcode.from_dict({"text": "7" * 100_000, "symbology": "qr", "bounds": digits.bounds.to_dict()}).text) == MAX_CHARACTERS


def test_codes_of_bytes_keep_them() -> None:
    data = bytes(range(256))
    (code,) = recognize_barcodes(picture((symbol(data), 40, 40), size=(400, 400)))
    assert code.data == data
    page = OcrPage(1, 400, 400, barcodes=(code,))
    assert OcrPage.from_dict(json.loads(json.dumps(page.to_dict()))) == page.rounded()


def test_pictures_that_are_too_large_are_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        recognize_barcodes(PIL.Image.new("L", (30_000, 5_000)))


@settings(max_examples=25)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1), st.integers(1, 16))
def test_noise_of_any_size_does_no_harm(width: int, height: int, seed: int, grain: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 2, (height // grain + 1, width // grain + 1), dtype=np.uint8) * 255
    image = PIL.Image.fromarray(noise).resize((width, height), PIL.Image.Resampling.NEAREST)
    recognize_barcodes(image)
    assert all(area.bounds.is_finite() for area in dense_areas(image))


# On the way of a document


def scan(name: str, degrees: int = 0) -> bytes:
    buffer = io.BytesIO()
    rendered(name, 150, degrees).save(buffer, "PNG", dpi=(150, 150))
    return buffer.getvalue()


def test_scans_have_their_codes_also_turned_and_out_of_the_cache(tmp_path: Path) -> None:
    document, texts = scan("epc-1.pdf", 90), []
    for cache in (None, OcrCache(tmp_path), OcrCache(tmp_path)):
        with OcrEngine(cache=cache) as engine:
            result = engine.process(document)
        (code,) = result.pages[0].barcodes
        assert result.pages[0].rotation == 90
        assert OcrResult.from_json(result.to_json()) == result
        texts.append((code.text, code.bounds))
    assert texts[0] == texts[1] == texts[2]
    with OcrEngine("replay", recording=result) as engine:
        assert engine.process(document).pages[0].barcodes == (code,)


def test_codes_are_left_alone_where_nobody_wants_them(tmp_path: Path) -> None:
    document, cache = scan("epc-1.pdf"), OcrCache(tmp_path)
    with OcrEngine(cache=cache, barcodes=False) as without, OcrEngine(cache=cache) as engine:
        assert without.process(document).pages[0].barcodes == ()
        assert len(engine.process(document).pages[0].barcodes) == 1
        assert without.process(PAGES / "epc-1.pdf").pages[0].barcodes == ()
        assert without.version != engine.version


@pytest.mark.parametrize("mode", ["auto", "text"])
@pytest.mark.parametrize("name", sorted(TRUTH))
def test_codes_drawn_as_shapes_beside_text_are_read(name: str, mode: str) -> None:
    with OcrEngine(mode=mode) as engine:
        page = engine.process(PAGES / name).pages[0]
    (code,) = page.barcodes
    assert content(code) == TRUTH[name]["content"]
    assert {region.source for region in page.regions} == {"text_layer"}


@pytest.fixture(scope="module")
def generated() -> Any:
    """The module that draws pages with codes."""
    sys.path.insert(0, str(ROOT / "fixtures"))
    try:
        from generator import codes
    finally:
        sys.path.remove(str(ROOT / "fixtures"))
    return codes


def test_codes_that_are_pictures_are_read_and_not_taken_for_print(generated: Any) -> None:
    pdf = generated.page(generated.CODES["swiss"], generated.CODES["code128"], drawn="picture")
    with OcrEngine() as engine:
        page = engine.process(pdf).pages[0]
    assert sorted(code.symbology for code in page.barcodes) == ["code128", "qr"]
    assert {region.source for region in page.regions} == {"text_layer"}


def test_pictures_without_codes_are_looked_at_once(generated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.document.pdf import PdfPage

    drawn: list[Any] = []
    crop = PdfPage.crop

    def counted(page: PdfPage, area: Any) -> PIL.Image.Image:
        drawn.append(area)
        return crop(page, area)

    monkeypatch.setattr(PdfPage, "crop", counted)
    logo = PIL.Image.linear_gradient("L").resize((300, 120))
    pdf = with_picture(logo)
    with OcrEngine(mode="text") as engine:
        assert engine.process(pdf).pages[0].barcodes == ()
        assert len(drawn) == 1
        engine.process(pdf)
        assert len(drawn) == 1
        assert [code.text for code in engine.process(with_picture(symbol("logo", scale=3))).pages[0].barcodes] == ["logo"]


def with_picture(image: PIL.Image.Image) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(buffer := io.BytesIO(), invariant=1)
    for line in range(30):
        canvas.drawString(60, 700 - 15 * line, f"Invoice number 4711 of the Harbour Lantern Works, line {line}")
    canvas.drawImage(ImageReader(image), 300, 740, 90, 60)
    canvas.save()
    return buffer.getvalue()


def test_bars_in_the_frame_of_a_form_are_found_by_how_they_are_drawn() -> None:
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(buffer := io.BytesIO(), invariant=1)
    for row in range(30):
        canvas.drawString(60, 600 - 15 * row, f"Invoice number 4711 of the Harbour Lantern Works, line {row}")
    for x in range(60, 500, 40):  # boxes of lines that are as short as bars, close to them
        for y in (690, 735):
            canvas.rect(x, y, 40, 1.2, stroke=0, fill=1)
        canvas.rect(x, 660, 1.2, 30, stroke=0, fill=1)
    Code128("35200159594315000157550010000000220", barWidth=0.8, barHeight=36, quiet=0).drawOn(canvas, 180, 695)
    canvas.save()
    with OcrEngine(mode="text") as engine:
        assert [code.text for code in engine.process(buffer.getvalue()).pages[0].barcodes] == ["35200159594315000157550010000000220"]


def test_pages_of_tables_and_rules_are_not_drawn() -> None:
    with load_document(ROOT / "fixtures" / "acme-supplies" / "text.pdf") as document:
        layer = document.pages[0].text_layer()
    assert layer is not None
    assert layer.code_areas == ()


def test_documents_read_in_part_have_the_codes_of_all_pages(tmp_path: Path) -> None:
    first, second = rendered("code128.pdf", 150), rendered("epc-1.pdf", 150)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[second], dpi=(150, 150))
    with load_document(buffer.getvalue()) as document, OcrEngine() as engine:
        parts = engine.in_parts(document)
        assert parts is not None
        parts.page(1)  # the second stays unopened
        assert [[code.symbology for code in page.barcodes] for page in parts.as_read().pages] == [["code128"], ["qr"]]
    with Extractor(regions="needed", rules=()) as extractor:
        assert [len(page.barcodes) for page in extractor.extract(buffer.getvalue()).ocr.pages] == [1, 1]


# Documents from elsewhere


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of Swiss QR-bills, ../shared/data/swiss_qr, is not here")
@pytest.mark.parametrize("degrees", [0, 7, 90, 180, 270])
def test_swiss_bills_are_read_exactly(degrees: int) -> None:
    for truth_path in sorted(SHARED.glob("*.json")):
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        expected = {field: _compared(value) for field, value in truth.items() if field not in ("meta", "kind")}
        (path,) = (path for path in SHARED.glob(f"{truth_path.stem}.*") if path.suffix != ".json")
        with load_document(path) as document:
            page = document.pages[0].image().convert("L").rotate(-degrees, PIL.Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        codes = tuple(find_barcodes(page))
        witnesses = payment_codes(OcrResult((OcrPage(1, *page.size, barcodes=codes),), "replay"))
        stated = {field: _compared(plain(statement.value)) for witness in witnesses for field, statement in witness.stated.items()}
        assert {field: stated.get(field) for field in expected} == expected, path.name
        assert bool(codes) == bool(expected)
        assert all(witness.trusted for witness in witnesses)


def _compared(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def test_barcodes_compare_by_what_they_are() -> None:
    assert Barcode("a", "qr", Box(1, 2, 3, 4)) == Barcode.from_dict(Barcode("a", "qr", Box(1, 2, 3, 4)).to_dict())
