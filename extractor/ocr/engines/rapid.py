"""Owns the default engine: the PP-OCR networks of RapidOCR's own wheel, run by ONNX Runtime or OpenVINO, offline.

The page is searched for text once. The quads that were found tell how the print lies, and every line is cut out of the
page along its own reading direction: turned and skewed pages cost no second search and are never resampled as a whole.
Finding (`find`) is cheap, reading (`texts`) is not, and each line can be read by itself.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from extractor.errors import EngineUnavailable, ExtractorError, RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.engines import networks
from extractor.ocr.engines import quads as geometry
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.engines.lines import STEPS, LineReader, Text, upside_down
from extractor.ocr.engines.search import AREA, LETTER, find_print
from extractor.ocr.language import Language, require
from extractor.ocr.result import OcrRegion
from extractor.ocr.skew import MIN_SKEW

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Array = NDArray[Any]

_WITHOUT_CHARACTERS = {"el", "ru", "uk", "bg", "ar", "hi", "ko"}
"""Languages whose letters the recognition model does not know; it knows Latin, Chinese and Japanese ones."""
_EASTERN = frozenset({Language.CHINESE, Language.JAPANESE})
"""Languages that need more than the Latin columns of the recognition network."""
_PROOFS = 4
"""Lines, the longest ones, that are read first: they show whether the page may stand on its head."""
_FIRST_PROOFS = 2
"""Lines, the first ones, that are read instead where little of the page will be read."""
_TELLING = 4
"""How many times as long as high a line must be for that."""
_SURE = 0.9
"""Mean probability of the proofs from which nobody asks whether the page is upside down: such print is not read that well."""
_DIRECTION_SAMPLES = 12
"""Lines that are asked whether they stand on their head: single answers are wrong now and then, the majority is not."""


@dataclass(frozen=True, slots=True)
class FoundPrint:
    """The print that was found on an image, in reading order.

    pixels: (height, width) or (height, width, 3: red, green, blue). quads: (n, 4, 2), corners clockwise from where the line
    begins, in these pixels. rotation, skew: how the print lies, as in `OcrPage`. read: what is known already, by index.
    """

    pixels: Array
    quads: Array
    rotation: int = 0
    skew: float = 0.0
    read: dict[int, Text] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.quads)

    def bounds(self, index: int) -> Box:
        """The box around a line, in pixels."""
        return Box.from_points([(float(x), float(y)) for x, y in self.quads[index]])


class RapidOcrEngine(Engine):
    """RapidOCR's networks on the processor, run by ONNX Runtime.

    threads: that read side by side, all processors where None (give each of several worker processes 1).
    min_confidence: regions below it (0 to 100) are dropped as noise.
    Regions are fragments of lines. Raises EngineUnavailable at the first `read` where a package or model is missing.
    """

    name = "rapidocr"
    languages = frozenset(language for language in Language if language.value not in _WITHOUT_CHARACTERS)
    finds_rotation = True
    batch: ClassVar[int] = 4
    """Lines of one width that are read in one call: more take memory and gain nothing."""

    def __init__(self, *, threads: int | None = None, min_confidence: float = 50.0) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1: {threads}")
        self._threads = threads or networks.processors()
        self._min_confidence = min_confidence
        self._runtime: networks.Runtime | None = None
        self._loaded: dict[str, networks.Network] = {}
        self._readers: dict[bool, LineReader] = {}
        self._loading = threading.Lock()

    @classmethod
    def missing(cls) -> str | None:
        for package in ("rapidocr", "onnxruntime", "cv2"):
            if importlib.util.find_spec(package) is None:
                return f"the Python package {package!r} is not installed; run: pip install rapidocr onnxruntime"
        absent = [name for name in (networks.SEARCH, networks.LINES, networks.DIRECTION) if not (networks.folder() / name).is_file()]
        if absent:
            return f"the installed rapidocr does not carry the models {', '.join(absent)}; run: pip install --force-reinstall 'rapidocr>=3.9'"
        return None

    @property
    def version(self) -> str:
        return _version("rapidocr")

    @property
    def settings(self) -> str:
        shown = f"{AREA} {LETTER} without blank, lines of {STEPS} steps"
        return f"{networks.SEARCH} {networks.LINES} {shown} Latin columns {self._min_confidence:g}"

    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        try:
            found = self.find(image, languages)
            picked = self.pick(found, range(len(found)), languages)
        except (ExtractorError, MemoryError):
            raise
        except Exception as error:  # OpenCV, ONNX Runtime and OpenVINO each raise their own
            raise RecognitionFailed(f"RapidOCR failed on an image of {image.width} x {image.height} pixels: {error}") from error
        regions = tuple(region for region in picked if region is not None)
        return Reading(regions, rotation=found.rotation, skew=found.skew) if regions else Reading(())

    def find(self, image: Image, languages: tuple[Language, ...], *, sparing: bool = False) -> FoundPrint:
        """Finds all print on an RGB or L image, and how it lies. Raises as `read`.

        sparing: not all will be read. Then the first lines, which are short and read soon, show first whether the page stands on its head.
        """
        import numpy as np

        require(languages, self.languages, self.name)
        pixels = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
        quads = find_print(self._network(networks.SEARCH), pixels)
        if not len(quads):
            return FoundPrint(pixels, quads)
        axis, skew = geometry.axis_and_skew(quads)
        skew = skew if abs(skew) >= MIN_SKEW else 0.0
        quads = geometry.along(quads, axis + skew)
        found = FoundPrint(pixels, quads[geometry.reading_order(quads, axis + skew)], axis, skew)
        if (sparing and self._is_well_read(found, languages)) or not self._stands_on_head(found, languages):
            return found
        quads = geometry.along(quads, axis + 180 + skew)
        return FoundPrint(pixels, quads[geometry.reading_order(quads, axis + 180 + skew)], (axis + 180) % 360, skew)

    def texts(self, found: FoundPrint, indices: Iterable[int], languages: tuple[Language, ...]) -> list[Text]:
        """Text and score (0 to 1) of some lines; none is read twice. Raises as `read`."""
        indices = list(indices)
        wanted = [index for index in dict.fromkeys(indices) if index not in found.read]
        found.read.update(zip(wanted, self._recognize(found.pixels, found.quads[wanted], languages), strict=True))
        return [found.read[index] for index in indices]

    def pick(self, found: FoundPrint, indices: Iterable[int], languages: tuple[Language, ...]) -> list[OcrRegion | None]:
        """Some lines as regions; None for what is taken for noise. None is read twice. Raises as `read`."""
        indices = list(indices)
        return [self._region(found.bounds(index), *text) for index, text in zip(indices, self.texts(found, indices, languages), strict=True)]

    def close(self) -> None:
        with self._loading:
            for reader in self._readers.values():
                reader.close()
            self._readers, self._loaded, self._runtime = {}, {}, None

    def _region(self, bounds: Box, text: str, score: float) -> OcrRegion | None:
        confidence = min(100.0, max(0.0, 100 * score))
        if not text.strip() or confidence < self._min_confidence:
            return None
        return OcrRegion(text.strip(), confidence, bounds, self.name)

    def _is_well_read(self, found: FoundPrint, languages: tuple[Language, ...]) -> bool:
        """Whether the first lines that are long enough to tell are read as print is that stands upright."""
        import numpy as np

        lengths, heights = (np.hypot(*(found.quads[:, to] - found.quads[:, 0]).T) for to in (1, 3))
        first = [int(index) for index in np.flatnonzero(lengths >= _TELLING * heights)[:_FIRST_PROOFS]]
        scores = [score for _, score in self.texts(found, first, languages)]
        return len(scores) == _FIRST_PROOFS and min(scores) >= _SURE

    def _stands_on_head(self, found: FoundPrint, languages: tuple[Language, ...]) -> bool:
        """Whether the print is upside down: its longest lines are read badly, most look so, and they are read better turned."""
        import numpy as np

        lengths = np.hypot(*(found.quads[:, 1] - found.quads[:, 0]).T)
        longest = [int(index) for index in lengths.argsort(kind="stable")[::-1][:_DIRECTION_SAMPLES]]
        scores = [score for _, score in self.texts(found, longest[:_PROOFS], languages)]
        if sum(scores) / len(scores) >= _SURE:
            return False
        cuts = [geometry.cut_out(found.pixels, found.quads[index]) for index in longest]
        if not upside_down(self._network(networks.DIRECTION), cuts):
            return False
        turned = self._reader(languages).read([np.rot90(cut, 2).copy() for cut in cuts[:_PROOFS]])
        return sum(score for _, score in turned) > sum(scores)

    def _recognize(self, pixels: Array, quads: Array, languages: tuple[Language, ...]) -> list[Text]:
        """Text and score of each quad; sideways print is tried in both of its directions."""
        import numpy as np

        if not len(quads):
            return []
        across = geometry.sideways(quads)
        cuts = [geometry.cut_out(pixels, quad) for quad in quads]
        lines = [np.rot90(cut, -1).copy() if side else cut for cut, side in zip(cuts, across, strict=True)]
        places = [int(place) for place in across.nonzero()[0]]
        answers = self._reader(languages).read([*lines, *(np.rot90(lines[place], 2).copy() for place in places)])
        for place, answer in zip(places, answers[len(lines) :], strict=True):
            answers[place] = max(answers[place], answer, key=lambda text: text[1])
        return answers[: len(lines)]

    def _reader(self, languages: Sequence[Language]) -> LineReader:
        """What reads lines of some languages; kept. The columns of Chinese and Japanese are there only where they are asked for."""
        whole = not _EASTERN.isdisjoint(languages)
        with self._loading:
            if whole not in self._readers:
                model = self._model(networks.LINES).read_bytes()
                known = networks.characters(model)
                kept = [column for column, character in enumerate(known) if whole or networks.is_latin(character)]
                network = self._load(model if whole else networks.with_columns(model, kept), threads=1, at_once=self._threads)
                self._readers[whole] = LineReader(network, [known[column] for column in kept], threads=self._threads, batch=self.batch)
            return self._readers[whole]

    def _network(self, name: str) -> networks.Network:
        """One of the networks that see a whole page or a few lines in one call; kept."""
        with self._loading:
            if name not in self._loaded:
                self._loaded[name] = self._load(self._model(name), threads=self._threads, at_once=1)
            return self._loaded[name]

    def _model(self, name: str) -> Path:
        lacking = self.missing()
        if lacking:
            raise EngineUnavailable(f"OCR engine {self.name!r} cannot run: {lacking}")
        return networks.folder() / name

    def _load(self, model: bytes | Path, *, threads: int, at_once: int) -> networks.Network:
        if self._runtime is None:
            self._runtime = self.runtime()
        return self._runtime.load(model, threads=threads, at_once=at_once)

    def runtime(self) -> networks.Runtime:
        """What runs the networks; asked once, at the first page."""
        return networks.OnnxRuntime()


class OpenVinoEngine(RapidOcrEngine):
    """The same networks run by OpenVINO, about 1.4 times as fast; the extra `fast` brings it.

    precision: `f32` computes as exactly as `rapidocr` does, `bf16` faster; None takes bf16 where the processor has it.
    An engine of its own, not a faster `rapidocr`: what it reads may differ in a character, and nothing that is installed later
    may change what `rapidocr` reads. Other options as there.
    """

    name = "rapidocr-openvino"
    # each shape of input that OpenVINO meets costs memory for good
    batch = 1

    def __init__(self, *, threads: int | None = None, min_confidence: float = 50.0, precision: str | None = None) -> None:
        super().__init__(threads=threads, min_confidence=min_confidence)
        if precision not in (None, "bf16", "f32"):
            raise ValueError(f"precision must be bf16 or f32: {precision}")
        self._precision = precision

    @classmethod
    def missing(cls) -> str | None:
        if importlib.util.find_spec("openvino") is None:
            return "the Python package 'openvino' is not installed; run: pip install 'invoice-extractor[fast]'"
        return super().missing()

    @property
    def version(self) -> str:
        return f"{super().version} openvino {_version('openvino')}"

    @property
    def settings(self) -> str:
        return f"{super().settings} {self._precision} plain convolutions"

    def runtime(self) -> networks.Runtime:
        return networks.OpenVino(self._precision)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
