from __future__ import annotations

import gc
import io
import itertools
import threading
from collections.abc import Sequence

import pypdfium2
import pytest
from pypdfium2 import raw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractor.document import RENDER_DPI, UNREADABLE, Limits, TextRun, Verdict, is_trustworthy, load_document
from extractor.errors import DocumentTooLarge, EncryptedDocument
from extractor.geometry import Box, union

from .samples import A4, SENTENCES, corner, hidden_text, pdf, picture, text_page


def runs_of(data: bytes) -> tuple[TextRun, ...]:
    with load_document(data) as document:
        layer = document.pages[0].text_layer()
    assert layer is not None
    return layer.runs


def said(runs: tuple[TextRun, ...], visible: bool = True) -> str:
    return " ".join(run.text for run in runs if run.visible is visible)


def edited(data: bytes, rotation: int = 0, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """The same PDF with its first page turned and cropped."""
    with pypdfium2.PdfDocument(data) as file:
        page = file[0]
        page.set_rotation(rotation)
        if crop:
            page.set_cropbox(*crop)
        buffer = io.BytesIO()
        file.save(buffer)
    return buffer.getvalue()


def ink(data: bytes) -> Box:
    """The box around all that is not white."""
    with load_document(data) as document:
        box = document.pages[0].image().convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return Box(box[0], box[1], box[2] - box[0], box[3] - box[1])


def test_pages_are_measured_at_the_rendering_resolution() -> None:
    with load_document(pdf(text_page, text_page)) as document:
        assert [page.number for page in document.pages] == [1, 2]
        page = document.pages[1]
        assert (page.width, page.height, page.dpi) == (1653, 2339, RENDER_DPI)
        assert page.image().size == (1653, 2339)
        assert page.image().mode == "RGB"


def test_words_come_in_content_order_with_the_bounds_of_their_print() -> None:
    runs = runs_of(pdf(text_page))
    assert said(runs) == " ".join(SENTENCES)
    first = [run for run in runs if run.bounds.y < 400]
    assert said(tuple(first)) == SENTENCES[0]
    assert len({(run.bounds.y, run.bounds.height) for run in first}) == 1
    assert all(left.bounds.right < right.bounds.x for left, right in itertools.pairwise(first))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50.0, 300.0, 560.0, 800.0)])
def test_bounds_lie_on_the_ink_however_the_page_is_turned_and_cropped(rotation: int, crop: tuple[float, float, float, float] | None) -> None:
    data = edited(pdf(lambda canvas: canvas.drawString(90, 600, "Total 1.234,56")), rotation, crop)
    runs = runs_of(data)
    assert said(runs) == "Total 1.234,56"
    around, printed = union(run.bounds for run in runs), ink(data)
    assert around.intersection(printed).area > 0.9 * printed.area
    assert around.area < 2 * printed.area
    long, short = max(around.width, around.height), min(around.width, around.height)
    assert (around.width > around.height) == (rotation % 180 == 0)
    assert long / short > 4


def test_turned_print_on_an_upright_page_stays_in_words() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Turned by ninety degrees")

    runs = runs_of(pdf(draw))
    assert said(runs) == "Turned by ninety degrees"
    assert all(run.bounds.height > run.bounds.width for run in runs if len(run.text) > 2)


def test_columns_that_touch_no_space_are_words_of_their_own() -> None:
    def draw(canvas: Canvas) -> None:
        for x, text in ((72, "Quantity"), (140, "12"), (160, "95,00")):
            canvas.drawString(x, 500, text)

    assert [run.text for run in runs_of(pdf(draw))] == ["Quantity", "12", "95,00"]


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Delivery of the Online-")
        canvas.drawString(72, 686, "Marketing package")

    assert said(runs_of(pdf(draw))) == "Delivery of the Online- Marketing package"


@pytest.mark.parametrize("mode", [3, 7])
def test_text_that_is_not_painted_is_invisible(mode: int) -> None:
    runs = runs_of(pdf(lambda canvas: hidden_text(canvas, mode)))
    assert said(runs, visible=False) == " ".join(SENTENCES)
    assert said(runs) == ""


def test_visible_and_invisible_text_are_told_apart_word_by_word() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.textOut("seen ")
        text.setTextRenderMode(3)
        text.textOut("unseen")
        canvas.drawText(text)

    runs = runs_of(pdf(draw))
    assert (said(runs), said(runs, visible=False)) == ("seen", "unseen")


def test_text_under_a_scan_is_invisible_and_text_on_it_is_not() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "below")
        picture(canvas, 0, 0, *A4)
        canvas.drawString(72, 700, "above")

    runs = runs_of(pdf(draw))
    assert (said(runs), said(runs, visible=False)) == ("above", "below")


def test_text_beside_the_page_and_text_too_small_to_see_is_invisible() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "here")
        canvas.drawString(700, 700, "outside")
        canvas.setFont("Helvetica", 0.4)
        canvas.drawString(72, 600, "dust")

    runs = runs_of(pdf(draw))
    assert said(runs) == "here"
    assert all(0 <= run.bounds.x <= run.bounds.right <= 1653 for run in runs)


def test_images_are_found_where_they_lie_also_inside_forms() -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas, 400, 600, 100, 50)
        canvas.beginForm("stamp")
        picture(canvas, 10, 10, 50, 25)
        canvas.drawString(10, 50, "In a form")
        canvas.endForm()
        canvas.translate(100, 100)
        canvas.scale(2, 2)
        canvas.doForm("stamp")

    with load_document(pdf(draw)) as document:
        layer = document.pages[0].text_layer()
    assert layer is not None
    assert said(layer.runs) == "In a form"
    pixel = RENDER_DPI / 72
    expected = [(400, 842 - 650, 100, 50), (120, 842 - 170, 100, 50)]
    found = [(area.x, area.y, area.width, area.height) for area in layer.image_areas]
    assert found == [pytest.approx([side * pixel for side in box], abs=2) for box in expected]


def test_image_areas_end_at_the_page() -> None:
    with load_document(pdf(lambda canvas: picture(canvas, -100, -100, 2000, 2000))) as document:
        page = document.pages[0]
        layer = page.text_layer()
    assert layer is not None
    assert layer.image_areas == (Box(0, 0, page.width, page.height),)


def test_what_is_typed_into_a_form_is_drawn_and_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Amount")
        canvas.acroForm.textfield(name="amount", x=300, y=500, width=200, height=20, value="77.10", borderWidth=0, fillColor=None)

    data = pdf(draw)
    with load_document(data) as document:
        page = document.pages[0]
        before = page.image()
        layer = page.text_layer()
        after = page.image()
    assert layer is not None
    assert said(layer.runs) == "Amount 77.10"
    typed = layer.runs[-1].bounds
    area = (int(typed.x), int(typed.y), int(typed.right), int(typed.bottom))
    for image in (before, after):
        assert image.crop(area).convert("L").getextrema()[0] < 100


def test_a_document_with_a_form_says_the_same_twice() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="amount", x=300, y=500, value="77.10")

    with load_document(pdf(draw)) as document:
        assert document.pages[0].text_layer() == document.pages[0].text_layer()


def test_a_huge_page_is_drawn_at_a_lower_resolution() -> None:
    limits = Limits(max_pixels=4_000_000)
    with load_document(pdf(text_page, size=(2384, 3370)), limits=limits) as document:
        page = document.pages[0]
        assert 30 < page.dpi < RENDER_DPI
        assert 3_900_000 < page.width * page.height <= 4_000_000
        assert page.width / page.dpi * 72 == pytest.approx(2384, rel=1e-3)
        assert page.image().size == (page.width, page.height)
        layer = page.text_layer()
    assert layer is not None
    assert layer.runs[0].bounds.x == pytest.approx(72 / 72 * page.dpi, abs=2)


def test_a_page_that_would_be_unreadable_within_the_limit_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="max_pixels"):
        load_document(pdf(text_page, size=(2384, 3370)), limits=Limits(max_pixels=100_000))


def test_a_very_long_page_keeps_within_what_image_libraries_can_count() -> None:
    with load_document(pdf(text_page, size=(200, 14_000))) as document:
        assert document.pages[0].height <= 30_000


def test_pages_are_counted_before_they_are_opened() -> None:
    data = pdf(text_page, text_page, text_page)
    with pytest.raises(DocumentTooLarge, match=r"3 pages, more than 2.*max_pages"):
        load_document(data, limits=Limits(max_pages=2))


def test_a_page_that_takes_too_long_to_draw_is_given_up() -> None:
    def draw(canvas: Canvas) -> None:
        for step in range(20_000):
            canvas.line(step % 595, 0, 595 - step % 595, 842)

    with load_document(pdf(draw), limits=Limits(max_seconds=0.0)) as document, pytest.raises(DocumentTooLarge, match="max_seconds"):
        document.pages[0].image()


def test_an_image_of_gigapixels_on_a_page_is_refused_before_it_is_decoded() -> None:
    data = pdf(lambda canvas: picture(canvas, 0, 0, 100, 100), compress=False)
    bomb = data.replace(b"/Width 40", b"/Width 70000").replace(b"/Height 30", b"/Height 70000")
    assert bomb.count(b"70000") == 2
    with load_document(bomb) as document, pytest.raises(DocumentTooLarge, match=r"page 1: an image of 4,900,000,000 pixels"):
        document.pages[0].image()


def test_forms_inside_forms_are_walked_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.document import pdfobjects

    def draw(canvas: Canvas) -> None:
        canvas.beginForm("level0")
        picture(canvas, 0, 0, 100, 100)
        canvas.endForm()
        for level in range(1, 5):
            canvas.beginForm(f"level{level}")
            for _ in range(4):
                canvas.doForm(f"level{level - 1}")
            canvas.endForm()
        canvas.doForm("level4")

    def images() -> int:
        with load_document(pdf(draw)) as document:
            layer = document.pages[0].text_layer()
        assert layer is not None
        return len(layer.image_areas)

    assert images() == 4**4
    monkeypatch.setattr(pdfobjects, "_MAX_OBJECTS", 100)
    assert 0 < images() < 100


def test_a_password_opens_an_encrypted_pdf() -> None:
    data = pdf(text_page, password="geheim")
    with load_document(data, password="geheim") as document:
        layer = document.pages[0].text_layer()
    assert layer is not None
    assert said(layer.runs) == " ".join(SENTENCES)


def test_a_missing_and_a_wrong_password_are_told_apart() -> None:
    data = pdf(text_page, password="geheim")
    with pytest.raises(EncryptedDocument, match="give its password"):
        load_document(data)
    for wrong in ("guess", "\ud800"):
        with pytest.raises(EncryptedDocument, match="password"):
            load_document(data, password=wrong)
    with pytest.raises(EncryptedDocument, match="wrong"):
        load_document(data, password="guess")


def test_a_password_that_is_not_needed_is_ignored() -> None:
    assert load_document(pdf(text_page), password="anything").pages


def test_bytes_before_the_header_are_skipped() -> None:
    data = pdf(text_page)
    assert said(runs_of(b"\r\nHTTP/1.1 200 OK\r\n\r\n" + data)) == " ".join(SENTENCES)


def nameless(sentences: Sequence[str]) -> bytes:
    """A PDF whose only font numbers its glyphs by their first use and does not say what they mean."""
    number = {char: code for code, char in enumerate(dict.fromkeys("".join(sentences)), 1)}
    names = " ".join(f"/g{code}" for code in number.values())
    shapes = " ".join(f"/g{code} 5 0 R" for code in number.values())
    widths = " ".join("600" for _ in number)
    shape = "600 0 0 0 500 700 d1 50 0 400 700 re f"
    lines = " ".join(f"<{''.join(f'{number[char]:02x}' for char in sentence)}> Tj 0 -20 Td" for sentence in sentences)
    content = f"BT /F1 12 Tf 72 700 Td {lines} ET"
    font = (
        f"/Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 /LastChar {len(number)} "
        f"/Widths [{widths}] /Encoding << /Type /Encoding /Differences [1 {names}] >> /CharProcs << {shapes} >> /Resources << >>"
    )
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        f"<< {font} >>",
        f"<< /Length {len(shape)} >>\nstream\n{shape}\nendstream",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    )
    body = "".join(f"{index} 0 obj\n{text}\nendobj\n" for index, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<< /Root 1 0 R >>\n%%EOF\n".encode()


def test_glyphs_without_a_meaning_are_unreadable_and_the_page_garbled() -> None:
    with load_document(nameless(SENTENCES)) as document:
        assert document.pages[0].image().convert("L").getextrema()[0] < 50
        layer = document.pages[0].text_layer()
    assert layer is not None
    text = said(layer.runs)
    assert text.count(UNREADABLE) > 0.2 * len(text)
    assert is_trustworthy(layer).verdict is Verdict.GARBLED


def test_several_threads_may_read_one_document_and_drop_others() -> None:
    data = pdf(*[text_page] * 6)
    texts: list[str] = []
    with load_document(data) as document:

        def read(number: int) -> None:
            load_document(data)  # left to the garbage collector
            page = document.pages[number]
            page.image()
            layer = page.text_layer()
            texts.append(said(layer.runs) if layer else "")
            gc.collect()

        threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == [" ".join(SENTENCES)] * 6


def test_annotations_are_drawn() -> None:
    with pypdfium2.PdfDocument(pdf(lambda canvas: None)) as file:
        page = file[0]
        stamp = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_SQUARE)
        raw.FPDFAnnot_SetRect(stamp, raw.FS_RECTF(100, 700, 300, 600))
        raw.FPDFAnnot_SetColor(stamp, raw.FPDFANNOT_COLORTYPE_InteriorColor, 0, 0, 0, 255)
        raw.FPDFPage_CloseAnnot(stamp)
        buffer = io.BytesIO()
        file.save(buffer)
    around = ink(buffer.getvalue())
    assert around.width == pytest.approx(200 / 72 * RENDER_DPI, abs=6)


def test_a_scan_in_a_pdf_is_rendered_upright() -> None:
    data = pdf(lambda canvas: canvas.drawImage(ImageReader(corner()), 0, 0, *A4))
    with load_document(data) as document:
        image = document.pages[0].image().convert("L")
    assert image.getpixel((10, 10)) < 50
    assert image.getpixel((1600, 2300)) > 200


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_part_of_a_page_is_drawn_as_it_is_on_the_whole(rotation: int) -> None:
    data = edited(pdf(lambda canvas: (text_page(canvas), canvas.drawImage(ImageReader(corner()), 100, 100, 300, 200))), rotation)  # type: ignore[func-returns-value]
    area = (137, 211, 1203, 1500)
    with load_document(data) as document:
        part, whole = document.pages[0].crop(area), document.pages[0].image()
    assert part.size == (1066, 1289)
    assert part.tobytes() == whole.crop(area).tobytes()
    assert len(set(part.convert("L").tobytes())) > 10
