from __future__ import annotations

import io
import threading

import numpy as np
import pytest
from PIL import Image

from extractor.document import Limits, load_document
from extractor.document.images import assumed_dpi
from extractor.errors import CorruptDocument, DocumentTooLarge

from .samples import corner, encoded

ORIENTATION = 0x0112
DARK_CORNER = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
"""Where the stored top left corner is shown: (right, bottom), TIFF 6.0, tag 274."""


def dark_corner(image: Image.Image) -> tuple[int, int]:
    grey = image.convert("L")
    last = (grey.width - 1, grey.height - 1)
    (found,) = [(x, y) for x in (0, 1) for y in (0, 1) if (grey.getpixel((x * last[0], y * last[1])) or 0) < 100]
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", DARK_CORNER)
def test_exif_orientation_is_obeyed(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    page = load_document(encoded(corner(), kind, exif=exif)).pages[0]
    assert (page.width, page.height) == ((200, 300) if orientation >= 5 else (300, 200))
    image = page.image()
    assert image.size == (page.width, page.height)
    assert dark_corner(image) == DARK_CORNER[orientation]


def test_a_damaged_exif_block_costs_only_the_orientation() -> None:
    data = encoded(corner(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f")
    assert load_document(data).pages[0].image().size == (300, 200)


def test_all_frames_of_a_tiff_are_pages() -> None:
    frames = [Image.new("L", (100 + number, 50), 20 * number) for number in range(4)]
    document = load_document(encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    assert [(page.number, page.width) for page in document.pages] == [(1, 100), (2, 101), (3, 102), (4, 103)]
    assert [page.image().getpixel((0, 0)) for page in reversed(document.pages)] == [60, 40, 20, 0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_the_page(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "blue", "lime")]
    document = load_document(encoded(frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})))
    (page,) = document.pages
    assert page.image().convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "PA", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "RGBX", "La", "RGBa", "I;16"])
def test_every_pixel_format_becomes_rgb_or_grey(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(corner(mode="L")).astype(np.uint16) * 257)
    elif mode in ("La", "RGBa"):
        image = corner(mode=mode.replace("a", "A")).convert(mode)
    else:
        image = corner(mode=mode)
    assert image.mode == mode
    page = load_document(image).pages[0].image()
    assert page.mode in ("RGB", "L")
    grey = page.convert("L")
    assert grey.getpixel((0, 0)) <= 3
    assert grey.getpixel((299, 199)) >= 252


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("TIFF", "1"), ("TIFF", "CMYK"), ("JPEG", "CMYK"), ("TIFF", "RGBA"), ("BMP", "1")]
)
def test_stored_pixel_formats_become_rgb_or_grey(kind: str, mode: str) -> None:
    page = load_document(encoded(corner(mode=mode), kind)).pages[0].image()
    assert page.mode in ("RGB", "L")
    assert dark_corner(page) == (0, 0)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    for kind in ("PNG", "TIFF"):
        page = load_document(encoded(Image.fromarray(ramp), kind)).pages[0].image()
        assert page.mode == "L"
        assert np.abs(np.asarray(page).astype(int).ravel() - np.arange(256)).max() <= 1


def test_floating_point_with_nothing_in_it_is_no_error() -> None:
    values = np.full((10, 10), np.nan, dtype=np.float32)
    values[0, 0], values[1, 1] = np.inf, -5
    assert load_document(Image.fromarray(values)).pages[0].image().mode == "L"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_lies_on_white(mode: str) -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0)).convert(mode)
    assert load_document(image).pages[0].image().convert("L").getextrema() == (255, 255)


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    image = Image.new("P", (10, 10), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert load_document(encoded(image, "PNG", transparency=0)).pages[0].image().convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("size", "said", "dpi"),
    [
        ((1654, 2339), (200, 200), 200),
        ((1654, 2339), None, 1654 / 210 * 25.4),
        ((1654, 2339), (72, 72), 1654 / 210 * 25.4),  # 583 x 825 mm is no page
        ((1654, 2339), (1, 1), 1654 / 210 * 25.4),
        ((2339, 1654), None, 1654 / 210 * 25.4),
        ((640, 1600), None, 640 / 80 * 25.4),
        ((640, 1600), (2400, 2400), 640 / 80 * 25.4),
        ((800, 1400), (300, 300), 300),
        ((1000, 1000), None, 1000 / 210 * 25.4),
    ],
)
def test_resolution_is_believed_where_it_makes_a_page(size: tuple[int, int], said: tuple[int, int] | None, dpi: float) -> None:
    data = encoded(Image.new("L", size, 255), "TIFF", **({"dpi": said} if said else {}))
    page = load_document(data).pages[0]
    assert page.dpi == pytest.approx(dpi, rel=1e-3)


def test_assumed_resolution_of_a_turned_page() -> None:
    assert assumed_dpi(2339, 1654) == assumed_dpi(1654, 2339)


def test_oblong_pixels_of_a_fax_become_square() -> None:
    fax = Image.new("1", (1728, 1145), 1)
    page = load_document(encoded(fax, "TIFF", dpi=(204, 98))).pages[0]
    assert page.dpi == pytest.approx(204)
    assert (page.width, page.height) == (1728, round(1145 * 204 / 98))
    assert page.image().size == (page.width, page.height)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_the_pixel_limit_is_checked_by_the_header(kind: str) -> None:
    data = encoded(corner((200, 100)), kind)
    assert load_document(data, limits=Limits(max_pixels=20_000)).pages
    with pytest.raises(DocumentTooLarge, match="max_pixels"):
        load_document(data, limits=Limits(max_pixels=19_999))


def test_a_later_tiff_frame_is_held_to_the_limit_too() -> None:
    frames = [Image.new("1", (10, 10)), Image.new("1", (500, 500))]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    with pytest.raises(DocumentTooLarge, match="page 2"):
        load_document(data, limits=Limits(max_pixels=200_000))


def test_pillows_own_guard_neither_warns_nor_refuses_below_our_limit() -> None:
    before = Image.MAX_IMAGE_PIXELS
    data = encoded(Image.new("1", (20_000, 10_000), 1), "PNG")  # 200 million pixels, over Pillow's limit
    page = load_document(data, limits=Limits(max_pixels=200_000_000)).pages[0]
    assert (page.width, page.height) == (20_000, 10_000)
    assert before == Image.MAX_IMAGE_PIXELS


def test_tiff_pages_are_counted_only_up_to_the_limit() -> None:
    frame = Image.new("1", (8, 8))
    data = encoded(frame, "TIFF", save_all=True, append_images=[frame] * 9)
    assert len(load_document(data, limits=Limits(max_pages=10)).pages) == 10
    with pytest.raises(DocumentTooLarge, match="max_pages"):
        load_document(data, limits=Limits(max_pages=9))


def test_a_truncated_photo_is_opened_and_refused_when_decoded() -> None:
    data = encoded(Image.effect_noise((300, 200), 50), "JPEG")
    page = load_document(data[: len(data) // 2]).pages[0]
    assert (page.width, page.height) == (300, 200)
    with pytest.raises(CorruptDocument, match="page 1"):
        page.image()


def test_pages_decode_in_several_threads() -> None:
    frames = [Image.new("L", (60, 40), 10 * number) for number in range(8)]
    document = load_document(io.BytesIO(encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])))
    found: dict[int, object] = {}

    def read(number: int) -> None:
        found[number] = document.pages[number].image().getpixel((5, 5))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: 10 * number for number in range(8)}


def test_images_have_no_text_layer() -> None:
    assert load_document(encoded(corner(), "PNG")).pages[0].text_layer() is None
    assert load_document(corner()).pages[0].text_layer() is None
