"""The same networks on OpenVINO read the same page; where it is not installed, the extra is named."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from extractor.errors import EngineUnavailable, OcrError
from extractor.ocr.engines import networks
from extractor.ocr.engines.rapid import OpenVinoEngine, RapidOcrEngine
from extractor.ocr.engines.search import as_input
from extractor.ocr.language import Language
from extractor.ocr.registry import create_engine

from .drawing import VALUES, DrawnPage, region_of, stands_at

INSTALLED = importlib.util.find_spec("openvino") is not None


@pytest.mark.skipif(not INSTALLED, reason="OpenVINO (the extra `fast`) is not installed")
@pytest.mark.parametrize("precision", [None, "f32"])
def test_it_reads_what_the_default_engine_reads(drawn: DrawnPage, rapid: RapidOcrEngine, precision: str | None) -> None:
    engine = OpenVinoEngine(threads=2, precision=precision)
    page = drawn.turned(180)
    found, expected = (some.read(page.image, (Language.ENGLISH,)) for some in (engine, rapid))
    engine.close()
    assert (found.rotation, [region.text for region in found.regions]) == (180, [region.text for region in expected.regions])
    assert {region.source for region in found.regions} == {"rapidocr-openvino"}
    for value in VALUES:
        assert stands_at(region_of(value, found.regions), page.places[value])


@pytest.mark.skipif(not INSTALLED, reason="OpenVINO (the extra `fast`) is not installed")
def test_plain_convolutions_in_place_of_transposed_ones_find_the_same(drawn: DrawnPage) -> None:
    page = as_input([np.asarray(drawn.image.convert("RGB").resize((320, 416)))])
    model = networks.folder() / networks.SEARCH
    found, expected = (kind.load(model, threads=1, at_once=1)(page) for kind in (networks.OpenVino("f32"), networks.OnnxRuntime()))
    assert found.shape == (1, 1, 416, 320)
    assert expected.max() > 0.5
    np.testing.assert_allclose(found, expected, atol=1e-3)


_LISTENING = """
import socket, sys
asked = []
def resolve(host, *rest, **options):
    asked.append(host)
    raise OSError("no network here")
socket.getaddrinfo = resolve
from extractor.ocr.engines import networks
networks.OpenVino().load(networks.folder() / networks.DIRECTION, threads=1, at_once=1)
assert "openvino_telemetry" not in sys.modules, "its telemetry was imported"
import time
time.sleep(1)
assert not asked, asked
"""


@pytest.mark.skipif(not INSTALLED, reason="OpenVINO (the extra `fast`) is not installed")
def test_it_tells_nobody_that_it_was_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _LISTENING], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(INSTALLED, reason="OpenVINO is installed")
def test_without_openvino_the_extra_is_named() -> None:
    with pytest.raises(EngineUnavailable, match=r"'rapidocr-openvino' cannot run: .*'invoice-extractor\[fast\]'"):
        create_engine("rapidocr-openvino").read(Image.new("L", (100, 100), 255), (Language.ENGLISH,))


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(OcrError, match="precision must be bf16 or f32: int4"):
        create_engine("rapidocr-openvino", precision="int4")


def test_its_readings_are_kept_apart_from_the_default_engines() -> None:
    engines = [RapidOcrEngine(), OpenVinoEngine(), OpenVinoEngine(precision="f32")]
    assert len({(engine.name, engine.version, engine.settings) for engine in engines}) == 3
