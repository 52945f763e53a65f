"""Lines of print read one by one, in batches and side by side: always the same."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractor.ocr.engines import networks
from extractor.ocr.engines.lines import LineReader, upside_down

TEXTS = ["Total 12.50", "7", "Hazelnut cream, 500 g", "Total 13.90", "Delivered to our warehouse in Bristol on 17 March", "EUR", "Total 14.20"]


def line(text: str, size: int = 32) -> NDArray[np.uint8]:
    font = ImageFont.load_default(size=size)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left) + 16, int(bottom - top) + 12), 255)
    ImageDraw.Draw(image).text((8 - left, 6 - top), text, fill=0, font=font)
    return np.asarray(image)


@pytest.fixture(scope="module")
def latin() -> tuple[networks.Network, list[str]]:
    model = (networks.folder() / networks.LINES).read_bytes()
    known = networks.characters(model)
    kept = [column for column, character in enumerate(known) if networks.is_latin(character)]
    network = networks.OnnxRuntime().load(networks.with_columns(model, kept), threads=1, at_once=3)
    return network, [known[column] for column in kept]


@pytest.mark.parametrize(("threads", "batch"), [(1, 1), (1, 4), (3, 2)])
def test_every_line_gets_its_own_text(latin: tuple[networks.Network, list[str]], threads: int, batch: int) -> None:
    reader = LineReader(*latin, threads=threads, batch=batch)
    lines = [line(text) for text in TEXTS * 3]
    answers = reader.read(lines)
    reader.close()
    assert [text for text, _ in answers] == TEXTS * 3
    assert all(0.8 < score <= 1.001 for _, score in answers)


def test_nothing_to_read_gives_nothing(latin: tuple[networks.Network, list[str]]) -> None:
    assert LineReader(*latin, threads=1, batch=4).read([]) == []


def test_an_empty_line_reads_nothing_and_is_not_sure(latin: tuple[networks.Network, list[str]]) -> None:
    assert LineReader(*latin, threads=1, batch=4).read([np.full((40, 200), 255, np.uint8)]) == [("", 0.0)]


def test_lines_that_stand_on_their_head_are_told() -> None:
    network = networks.OnnxRuntime().load((networks.folder() / networks.DIRECTION).read_bytes(), threads=1, at_once=1)
    lines = [line(text) for text in TEXTS if len(text) > 5]
    assert not upside_down(network, lines)
    assert upside_down(network, [np.rot90(one, 2).copy() for one in lines])
