"""The engine `aspose`, for real and in evaluation mode: what it reads, how it says that texts are cut, and how it survives its child."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PIL import Image

from extractor.errors import EngineUnavailable, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr.engines.aspose import AsposeEngine, aspose_language, without_notice
from extractor.ocr.language import Language

from .drawing import DrawnPage, region_of, stands_at

ENGLISH = (Language.ENGLISH,)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def openssl() -> str:
    """The value of LD_LIBRARY_PATH with which Aspose finds OpenSSL 1.1."""
    try:
        metadata.version("aspose-ocr-python-net")
    except metadata.PackageNotFoundError:
        pytest.skip("aspose-ocr-python-net is not installed")
    folders = os.environ.get("EXTRACTOR_TEST_OPENSSL11")
    if not folders:
        pytest.skip("EXTRACTOR_TEST_OPENSSL11 does not say where OpenSSL 1.1 is; .ci/openssl11.py prepares it")
    return folders


@pytest.fixture(scope="module")
def engine(openssl: str) -> Iterator[AsposeEngine]:
    engine = AsposeEngine(library_path=openssl)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def page(drawn: DrawnPage) -> DrawnPage:
    """A part of the drawn page that is quickly read."""
    area = Box(0, 200, 960, 320)
    places = {text: place.moved(0, -area.y) for text, place in drawn.places.items() if area.intersection(place) == place}
    return DrawnPage(drawn.image.crop((0, 200, 960, 520)), places)


@pytest.fixture
def frozen(engine: AsposeEngine) -> Iterator[int]:
    """The id of a child that has started and answers no more."""
    pid = engine._running_child().pid
    os.kill(pid, signal.SIGSTOP)
    yield pid
    engine.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def test_reads_lines_where_they_stand(engine: AsposeEngine, page: DrawnPage) -> None:
    regions = engine.read(page.image, ENGLISH).regions
    for text in ("INVOICE", "Invoice number", "INV-20417"):
        assert stands_at(region_of(text, regions), page.places[text])
    assert {region.source for region in regions} == {"aspose"}


def test_evaluation_mode_is_said_and_its_notice_is_no_text(engine: AsposeEngine, page: DrawnPage) -> None:
    reading = engine.read(page.image, ENGLISH)
    assert reading.truncated
    assert len(reading.regions) < len(page.places)
    assert "EXTRACTOR_ASPOSE_LICENSE" in reading.warnings[0]
    assert not any("licen" in region.text.casefold() for region in reading.regions)
    assert {region.confidence for region in reading.regions} == {None}


def test_a_grey_empty_page_has_no_regions(engine: AsposeEngine) -> None:
    assert engine.read(Image.new("L", (300, 200), 255), ENGLISH).regions == ()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_finds_how_the_print_is_turned(engine: AsposeEngine, drawn: DrawnPage, degrees: int) -> None:
    assert engine.orientation(drawn.turned(degrees).image) == degrees


def test_a_page_with_little_print_is_not_turned(engine: AsposeEngine, drawn: DrawnPage) -> None:
    for size in ((300, 200), (1, 1)):
        assert engine.orientation(Image.new("L", size, 255)) == 0
    for texts in (("94.80", "VAT 20 %", "INV-20417"), ("94.80", "Total", "186.00"), ("Total", "12", "40")):
        sparse = Image.new("RGB", drawn.image.size, "white")
        for place in map(drawn.places.__getitem__, texts):
            area = (int(place.x) - 4, int(place.y) - 4, int(place.right) + 4, int(place.bottom) + 4)
            sparse.paste(drawn.image.crop(area), area)
        assert engine.orientation(sparse) == 0


def test_version_is_the_packages(engine: AsposeEngine) -> None:
    assert engine.version == metadata.version("aspose-ocr-python-net")


def test_settings_tell_evaluation_from_licence() -> None:
    assert AsposeEngine(license_path="aspose.lic").settings != AsposeEngine().settings != AsposeEngine(areas="lean").settings


def test_unknown_areas_are_refused() -> None:
    with pytest.raises(ValueError, match="universal, lean"):
        AsposeEngine(areas="everything")


def test_nothing_is_missing_with_openssl(openssl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_ASPOSE_LIBRARY_PATH", openssl)
    assert AsposeEngine.missing() is None


def test_without_openssl_the_caller_lives_and_learns_what_to_install(openssl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    for soname in ("libssl.so.1.1", "libssl.so.1.0.0"):
        try:
            ctypes.CDLL(soname)
        except OSError:
            continue
        pytest.skip(f"this system has {soname}")
    with pytest.raises(EngineUnavailable, match=r"OpenSSL 1\.1 .*EXTRACTOR_ASPOSE_LIBRARY_PATH"):
        AsposeEngine(library_path=tmp_path).read(Image.new("L", (50, 50), 255), ENGLISH)
    monkeypatch.setenv("EXTRACTOR_ASPOSE_LIBRARY_PATH", str(tmp_path))
    assert "OpenSSL 1.1" in (AsposeEngine.missing() or "")


def test_without_the_package_pip_is_named() -> None:
    # -S leaves out site-packages, and with it every installed package
    script = "from extractor.ocr.engines.aspose import AsposeEngine as E; from extractor.errors import EngineUnavailable\nprint(E.missing())"
    done = subprocess.run([sys.executable, "-S", "-c", script], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert "pip install 'invoice-extractor[aspose]'" in done.stdout


def test_a_licence_that_is_none_is_named(openssl: str, tmp_path: Path) -> None:
    licence = tmp_path / "aspose.lic"
    licence.write_text("<License/>")
    with pytest.raises(EngineUnavailable, match=r"licence file .*aspose\.lic was not accepted"):
        AsposeEngine(library_path=openssl, license_path=licence).read(Image.new("L", (50, 50), 255), ENGLISH)


def test_a_missing_model_is_named_and_the_child_lives(engine: AsposeEngine, page: DrawnPage) -> None:
    pid = engine._running_child().pid
    with pytest.raises(EngineUnavailable, match=r"model file aspose-ocr-cyrillic-v\d\.ocr .*EXTRACTOR_ASPOSE_MODELS"):
        engine.read(page.image, (Language.RUSSIAN,))
    assert engine._running_child().pid == pid


def test_leaves_nothing_in_the_current_folder(openssl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = AsposeEngine(library_path=openssl)
    engine.read(Image.new("L", (50, 50), 255), ENGLISH)
    engine.close()
    assert list(tmp_path.iterdir()) == []


def test_noise_on_standard_output_does_no_harm(openssl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: DrawnPage) -> None:
    noise = "import os, threading, time\nos.write(1, b'{\"id\": 0} no')\ndef talk():\n    while True:\n        os.write(1, b'noise {'); time.sleep(0.01)\n"
    (tmp_path / "sitecustomize.py").write_text(noise + "threading.Thread(target=talk, daemon=True).start()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = AsposeEngine(library_path=openssl)
    assert "INVOICE" in [region.text for region in engine.read(page.image, ENGLISH).regions]
    engine.close()


def test_a_child_that_died_between_reads_is_replaced(engine: AsposeEngine, page: DrawnPage) -> None:
    child = engine._running_child()
    os.kill(child.pid, signal.SIGKILL)
    assert wait_until(lambda: not child.is_usable())
    assert engine.read(page.image, ENGLISH).regions
    assert engine._running_child() is not child


def test_a_child_that_dies_while_reading_is_an_error_and_replaced(engine: AsposeEngine, frozen: int, page: DrawnPage) -> None:
    threading.Timer(0.3, os.kill, (frozen, signal.SIGKILL)).start()
    with pytest.raises(RecognitionFailed, match="ended while it was reading: signal 9"):
        engine.read(page.image, ENGLISH)
    assert engine.read(page.image, ENGLISH).regions


def test_a_read_that_overruns_its_time_ends_the_child(openssl: str, page: DrawnPage) -> None:
    engine = AsposeEngine(library_path=openssl, read_timeout=0.3)
    pid = engine._running_child().pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(RecognitionFailed, match=r"longer than 0\.3 s"):
        engine.read(page.image, ENGLISH)
    assert not alive(pid)


def test_a_start_that_overruns_its_time_is_unavailable(openssl: str, page: DrawnPage) -> None:
    with pytest.raises(EngineUnavailable, match=r"longer than 0\.001 s"):
        AsposeEngine(library_path=openssl, start_timeout=0.001).read(page.image, ENGLISH)


def test_an_interrupted_read_ends_the_child(engine: AsposeEngine, frozen: int, page: DrawnPage) -> None:
    threading.Timer(0.3, signal.pthread_kill, (threading.get_ident(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        engine.read(page.image, ENGLISH)
    assert not alive(frozen)
    assert engine.read(page.image, ENGLISH).regions


def test_the_child_ends_with_an_engine_that_nobody_holds(openssl: str) -> None:
    engine = AsposeEngine(library_path=openssl)
    pid = engine._running_child().pid
    del engine
    assert not alive(pid)


def test_the_child_ends_with_a_caller_that_is_killed(openssl: str) -> None:
    script = "import sys, time; from extractor.ocr.engines.aspose import AsposeEngine\n"
    script += "engine = AsposeEngine(library_path=sys.argv[1]); print(engine._running_child().pid, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script, openssl], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        caller.kill()
    assert wait_until(lambda: not alive(pid))


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        ((), "ENG"),
        ((Language.FRENCH,), "FRA"),
        ((Language.GERMAN, Language.FRENCH), "EXT_LATIN"),
        ((Language.RUSSIAN,), "RUS"),
        ((Language.RUSSIAN, Language.BULGARIAN), "CYRILLIC"),
        ((Language.UKRAINIAN, Language.ENGLISH), "EUROPEAN"),
        ((Language.CHINESE, Language.ENGLISH), "CHINESE"),
    ],
)
def test_several_languages_find_the_model_that_reads_them_all(languages: tuple[Language, ...], name: str) -> None:
    assert aspose_language(languages) == name


@pytest.mark.parametrize("languages", [(Language.GREEK,), (Language.GERMAN, Language.RUSSIAN), (Language.ARABIC, Language.HINDI)])
def test_languages_that_no_model_reads_are_refused(languages: tuple[Language, ...]) -> None:
    with pytest.raises(UnsupportedLanguage, match="'aspose'"):
        aspose_language(languages)


def test_every_language_is_one_of_asposes(openssl: str) -> None:
    names = {aspose_language((language,)) for language in AsposeEngine.languages} | {"EXT_LATIN", "CYRILLIC", "EUROPEAN"}
    script = "import aspose.ocr, sys; print(*(name for name in sys.argv[1:] if not hasattr(aspose.ocr.Language, name)))"
    done = subprocess.run([sys.executable, "-c", script, *sorted(names)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_only_the_notice_is_taken_out_of_a_text() -> None:
    assert without_notice("\n ************* Trial Licenses ************* \n") == ""
    assert without_notice("Trial licence, 12 months ***") == "Trial licence, 12 months ***"
