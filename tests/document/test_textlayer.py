from __future__ import annotations

import random
import string

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractor.document import UNREADABLE, TextLayer, TextRun, Trust, Verdict, is_trustworthy, load_document, uncovered_image_areas
from extractor.geometry import Box

from .samples import A4, hidden_text, pdf, picture, text_page

ENGLISH = """Invoice number date of delivery customer please transfer the amount within thirty days without deduction
quantity description unit price total including value added tax bank account payment reference thank you for your order"""
GERMAN = """Rechnung Nummer Datum Lieferung Kunde bitte überweisen Sie den Betrag innerhalb von dreißig Tagen ohne Abzug
Menge Bezeichnung Einzelpreis Gesamtbetrag zuzüglich Umsatzsteuer Bankverbindung Verwendungszweck vielen Dank für Ihren Auftrag"""
FINNISH = """Laskun numero päivämäärä toimitus asiakas maksakaa summa kolmenkymmenen päivän kuluessa ilman vähennyksiä
määrä kuvaus yksikköhinta yhteensä arvonlisävero pankkiyhteys viitenumero kiitos tilauksestanne tavaroiden vastaanottaja"""
POLISH = """Faktura numer data dostawy klient prosimy o wpłatę kwoty w ciągu trzydziestu dni bez potrąceń
ilość opis cena jednostkowa razem podatek rachunek bankowy tytuł przelewu dziękujemy za zamówienie sprzedawca nabywca"""
TURKISH = """Fatura numarası tarih teslimat müşteri lütfen tutarı otuz gün içinde kesintisiz olarak ödeyiniz
miktar açıklama birim fiyat toplam katma değer vergisi banka hesabı ödeme referansı siparişiniz için teşekkür ederiz"""
GREEK = "Τιμολόγιο αριθμός ημερομηνία παράδοσης πελάτης παρακαλούμε εξοφλήστε το ποσό εντός τριάντα ημερών χωρίς έκπτωση " * 2
CHINESE = "发票 号码 日期 客户 金额 数量 单价 合计 税额 银行账号 付款 " * 5
CODES = "ABX-2231 4711 X99 12,50 19% 1.234,56 DE811569869 GENODEF1 " * 8


def layer(text: str, visible: bool = True, image_areas: tuple[Box, ...] = ()) -> TextLayer:
    return TextLayer.of((TextRun(word, Box(10, 10, 50, 10), visible) for word in text.split()), image_areas)


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, FINNISH, POLISH, TURKISH, GREEK, CHINESE, CODES, "Page 1", "chicken " * 400])
def test_text_of_any_language_is_trusted(text: str) -> None:
    assert is_trustworthy(layer(text)) == Trust(Verdict.TRUSTED)


@pytest.mark.parametrize("empty", [None, TextLayer.of(()), TextLayer.of((), (Box(0, 0, 10, 10),))])
def test_no_text_is_empty(empty: TextLayer | None) -> None:
    assert is_trustworthy(empty).verdict is Verdict.EMPTY
    assert not is_trustworthy(empty)


def test_text_under_a_scan_is_invisible() -> None:
    assert is_trustworthy(layer(ENGLISH, visible=False)).verdict is Verdict.INVISIBLE


def test_an_invisible_layer_is_not_judged_where_visible_text_stands() -> None:
    mixed = TextLayer.of(layer(ENGLISH).runs + layer(UNREADABLE * 500, visible=False).runs)
    assert is_trustworthy(mixed)


def test_many_unreadable_characters_are_garbled() -> None:
    trust = is_trustworthy(layer(ENGLISH + f" {UNREADABLE * 20}"))
    assert trust.verdict is Verdict.GARBLED
    assert "20 of" in trust.reason


def test_a_few_bullets_and_icons_are_not() -> None:
    assert is_trustworthy(layer(ENGLISH + f" {UNREADABLE} {UNREADABLE} {UNREADABLE}"))


def test_one_font_without_meaning_on_a_long_page_is_garbled() -> None:
    assert is_trustworthy(layer(ENGLISH * 10 + f" {UNREADABLE * 7} {UNREADABLE * 6} {UNREADABLE * 9}")).verdict is Verdict.GARBLED


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, FINNISH, POLISH])
@pytest.mark.parametrize("shift", [1, 3, 7, 11, 20])
def test_shifted_letters_are_garbled(text: str, shift: int) -> None:
    letters = string.ascii_lowercase
    table = str.maketrans(letters, letters[shift:] + letters[:shift])
    assert is_trustworthy(layer(text.lower().translate(table))).verdict is Verdict.GARBLED


def test_glyph_numbers_in_place_of_codes_are_garbled() -> None:
    # Fonts made from TrueType files commonly number their glyphs 29 below the ASCII code.
    text = " ".join("".join(chr(ord(char) - 29) if char.isascii() else char for char in word) for word in GERMAN.split())
    assert is_trustworthy(layer(text)).verdict is Verdict.GARBLED


@pytest.mark.parametrize("seed", range(5))
def test_letters_exchanged_at_random_are_garbled(seed: int) -> None:
    letters = list(string.ascii_lowercase)
    random.Random(seed).shuffle(letters)
    text = (ENGLISH + " " + GERMAN).lower().translate(str.maketrans(string.ascii_lowercase, "".join(letters)))
    assert is_trustworthy(layer(text)).verdict is Verdict.GARBLED


def test_a_page_drawn_as_shapes_is_outlined_unless_it_has_text() -> None:
    few, many = layer("Page 1 of 2").runs, layer(ENGLISH + " " + GERMAN).runs
    assert is_trustworthy(TextLayer.of(few, (), 10_000)).verdict is Verdict.OUTLINED
    assert is_trustworthy(TextLayer.of(few, (), 500))
    assert is_trustworthy(TextLayer.of(many, (), 10_000))


DPI = 200.0
MM = DPI / 25.4
PAGE = (1654, 2339)


def areas(runs: tuple[TextRun, ...], images: tuple[Box, ...]) -> tuple[Box, ...]:
    return uncovered_image_areas(TextLayer.of(runs, images), *PAGE, DPI)


def millimetres(x: float, y: float, width: float, height: float) -> Box:
    return Box(x * MM, y * MM, width * MM, height * MM)


def test_a_page_without_images_has_nothing_uncovered() -> None:
    assert areas(layer(ENGLISH).runs, ()) == ()


def test_a_logo_is_an_area_of_exactly_its_size() -> None:
    logo = millimetres(130.7, 11.3, 50.5, 19.9)
    (found,) = areas((), (logo,))
    assert (found.x, found.y, found.right, found.bottom) == pytest.approx((logo.x, logo.y, logo.right, logo.bottom))


def test_images_too_small_for_print_are_left_out() -> None:
    assert areas((), (millimetres(10, 10, 12, 12), millimetres(50, 50, 100, 3))) == ()


def test_the_strips_of_a_scan_are_one_area() -> None:
    strips = tuple(millimetres(0, 5.0 * number, 210, 5.0) for number in range(20))
    (found,) = areas((), strips)
    assert (found.width, found.height) == pytest.approx((PAGE[0], 100 * MM), abs=1)


def test_a_background_covered_with_visible_text_is_not_read_again() -> None:
    lines = tuple(TextRun("word", millimetres(5, 5 + 6 * row, 200, 4)) for row in range(48))
    assert areas(lines, (Box(0, 0, *PAGE),)) == ()


def test_of_letter_paper_the_free_head_and_foot_are_areas() -> None:
    text = tuple(TextRun("word", millimetres(20, 60 + 6 * row, 170, 4)) for row in range(33))
    head, foot = areas(text, (Box(0, 0, *PAGE),))
    assert (head.x, head.y) == (0, 0)
    assert 50 * MM < head.bottom < 60 * MM
    assert 255 * MM < foot.y < 262 * MM
    assert foot.bottom == PAGE[1]


def test_invisible_text_covers_nothing() -> None:
    scan = Box(0, 0, *PAGE)
    lines = tuple(TextRun("word", millimetres(5, 5 + 6 * row, 200, 4), visible=False) for row in range(48))
    assert areas(lines, (scan,)) == (scan,)


def test_a_scan_with_a_visible_stamp_is_uncovered_as_a_whole() -> None:
    (found,) = areas((TextRun("PAID", millimetres(90, 120, 30, 10)),), (Box(0, 0, *PAGE),))
    assert found == Box(0, 0, *PAGE)


def test_areas_do_not_overlap_and_lie_on_the_page() -> None:
    rng = random.Random(7)
    for _ in range(30):
        images = tuple(millimetres(*(rng.uniform(-20, 200) for _ in range(2)), *(rng.uniform(1, 150) for _ in range(2))) for _ in range(5))
        runs = tuple(TextRun("word", millimetres(rng.uniform(0, 200), rng.uniform(0, 290), 30, 4)) for _ in range(30))
        found = areas(runs, images)
        for box in found:
            assert box.x >= 0
            assert box.y >= 0
            assert box.right <= PAGE[0] + 1e-6
            assert box.bottom <= PAGE[1] + 1e-6
        for number, box in enumerate(found):
            assert all(box.intersection(other).area < 1e-6 for other in found[number + 1 :])


def judged(draw: object) -> tuple[Trust, tuple[Box, ...]]:
    assert callable(draw)
    with load_document(pdf(draw)) as document:
        page = document.pages[0]
        found = page.text_layer()
    assert found is not None
    return is_trustworthy(found), uncovered_image_areas(found, page.width, page.height, page.dpi)


def test_a_born_digital_page_with_a_logo() -> None:
    def draw(canvas: Canvas) -> None:
        text_page(canvas)
        picture(canvas, 400, 760, 120, 60)

    trust, found = judged(draw)
    assert trust
    assert len(found) == 1


def test_print_drawn_as_shapes_is_told_from_rules_and_boxes() -> None:
    def shapes(canvas: Canvas) -> None:
        canvas.drawString(72, 800, "Page 1 of 1")
        for number in range(300):
            canvas.circle(72 + number % 30 * 15, 100 + number // 30 * 20, 4)
            path = canvas.beginPath()
            path.moveTo(72, 700)
            for step in range(5):
                path.curveTo(72, 700, 73 + step, 710, 80, 705)
                path.lineTo(75, 700 + step)
            canvas.drawPath(path, fill=1)

    def table(canvas: Canvas) -> None:
        canvas.drawString(72, 800, "Page 1 of 1")
        for number in range(900):
            canvas.rect(72, 100 + number / 2, 100, 10)

    assert judged(shapes)[0].verdict is Verdict.OUTLINED
    assert judged(table)[0]


def test_a_scan_with_an_ocr_layer() -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas, 0, 0, *A4)
        hidden_text(canvas)

    trust, _ = judged(draw)
    assert trust.verdict is Verdict.INVISIBLE


def test_text_printed_on_letter_paper_is_trusted() -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas, 0, 0, *A4)
        text_page(canvas)

    trust, found = judged(draw)
    assert trust
    assert found
