"""Owns the default engine: RapidOCR with the PP-OCR models of its own wheel, run by ONNX Runtime, offline.

The page is searched for text once. The quads that were found tell how the print lies, and every line is cut out of the
page along its own reading direction: turned and skewed pages cost no second search and are never resampled as a whole.
"""

from __future__ import annotations

import importlib.util
import math
import threading
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import EngineUnavailable, RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.engines import quads as geometry
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language, require
from extractor.ocr.result import OcrRegion
from extractor.ocr.skew import MIN_SKEW

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Array = NDArray[Any]

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx", "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx"}
_WITHOUT_CHARACTERS = {"el", "ru", "uk", "bg", "ar", "hi", "ko"}
"""Languages whose letters the recognition model does not know; it knows Latin, Chinese and Japanese ones."""
_DETECTION_SHAPE = (1280, 905)
"""The search runs on an image of this many pixels, whatever its proportions: an A4 page has then 1280 pixels on its long side.
At 736 short words are lost (426 of 548 were found, against 491 at 1280)."""
_MAX_ENLARGEMENT = 1.5
_DIRECTION_SAMPLES = 12
"""Lines that are asked whether the page stands on its head: single answers are wrong now and then, the majority is not."""
_PROOFS = 4
"""Lines that are read in both directions before a page is called upside down."""
_CLASSIFIER_RATIO = 4
"""Width to height of the direction classifier's input (192 x 48); longer lines would be squeezed, so only their start is shown."""


class RapidOcrEngine(Engine):
    """RapidOCR on the processor.

    threads: of ONNX Runtime, all cores where None (give each of several worker processes 1).
    min_confidence: regions below it (0 to 100) are dropped as noise.
    Regions are fragments of lines. Raises EngineUnavailable at the first `read` where a package or model is missing.
    """

    name = "rapidocr"
    languages = frozenset(language for language in Language if language.value not in _WITHOUT_CHARACTERS)
    finds_rotation = True

    def __init__(self, *, threads: int | None = None, min_confidence: float = 50.0) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1: {threads}")
        self._threads = threads
        self._min_confidence = min_confidence
        self._rapid: Any = None
        # RapidOCR keeps the switches of a call in the instance, so that two calls at once would mix them up
        self._lock = threading.Lock()

    @classmethod
    def missing(cls) -> str | None:
        for package in ("rapidocr", "onnxruntime", "cv2"):
            if importlib.util.find_spec(package) is None:
                return f"the Python package {package!r} is not installed; run: pip install rapidocr onnxruntime"
        absent = [name for name in _MODELS.values() if not (_model_folder() / name).is_file()]
        if absent:
            return f"the installed rapidocr does not carry the models {', '.join(absent)}; run: pip install --force-reinstall 'rapidocr>=3.9'"
        return None

    @property
    def version(self) -> str:
        try:
            return metadata.version("rapidocr")
        except metadata.PackageNotFoundError:
            return ""

    @property
    def settings(self) -> str:
        return f"{_MODELS['Det']} {_MODELS['Rec']} {_DETECTION_SHAPE} {self._min_confidence:g}"

    def read(self, image: Image, languages: tuple[Language, ...]) -> Reading:
        require(languages, self.languages, self.name)
        import numpy as np

        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        with self._lock:
            try:
                return self._read(pixels)
            except (EngineUnavailable, MemoryError):
                raise
            except Exception as error:  # RapidOCR, OpenCV and ONNX Runtime each raise their own
                raise RecognitionFailed(f"RapidOCR failed on an image of {image.width} x {image.height} pixels: {error}") from error

    def close(self) -> None:
        self._rapid = None

    def _read(self, pixels: Array) -> Reading:
        quads = self._search(pixels)
        if not len(quads):
            return Reading(())
        axis, skew = geometry.axis_and_skew(quads)
        skew = skew if abs(skew) >= MIN_SKEW else 0.0
        rotation = (axis + 180) % 360 if self._stands_on_head(pixels, geometry.along(quads, axis + skew)) else axis
        quads = geometry.along(quads, rotation + skew)
        quads = quads[geometry.reading_order(quads, rotation + skew)]
        texts = self._recognize(pixels, quads)
        found = (self._region(quad, text, score) for quad, (text, score) in zip(quads, texts, strict=True))
        regions = tuple(region for region in found if region is not None)
        return Reading(regions, rotation=rotation, skew=skew) if regions else Reading(())

    def _region(self, quad: Array, text: str, score: float) -> OcrRegion | None:
        confidence = min(100.0, max(0.0, 100 * score))
        if not text.strip() or confidence < self._min_confidence:
            return None
        return OcrRegion(text.strip(), confidence, Box.from_points([(float(x), float(y)) for x, y in quad]), self.name)

    def _search(self, pixels: Array) -> Array:
        """The quads around all print, clockwise, in the pixels of the image."""
        import cv2
        import numpy as np

        height, width = pixels.shape[:2]
        scale = min(_MAX_ENLARGEMENT, math.sqrt(math.prod(_DETECTION_SHAPE) / (height * width)))
        # sides that are a multiple of 32 are what the network takes
        size = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
        found = self._engine()(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), use_det=True, use_cls=False, use_rec=False)
        if getattr(found, "boxes", None) is None or not len(found.boxes):
            return np.zeros((0, 4, 2), dtype=np.float32)
        return geometry.clockwise(np.asarray(found.boxes, dtype=np.float32) * (width / size[0], height / size[1]))

    def _stands_on_head(self, pixels: Array, quads: Array) -> bool:
        """Whether the longest lines, as they were cut out, are upside down: most of them look so, and they are read better turned."""
        import numpy as np

        lengths = np.hypot(*(quads[:, 1] - quads[:, 0]).T)
        cuts = [geometry.cut_out(pixels, quads[index]) for index in lengths.argsort()[::-1][:_DIRECTION_SAMPLES]]
        _, answer = self._engine().cls_and_rotate([np.ascontiguousarray(cut[:, : _CLASSIFIER_RATIO * cut.shape[0]]) for cut in cuts])
        if sum(score if label == "180" else -score for label, score in answer.cls_res) <= 0:
            return False
        both = cuts[:_PROOFS], [np.ascontiguousarray(np.rot90(cut, 2)) for cut in cuts[:_PROOFS]]
        as_it_is, turned = (sum(score for _, score in self._texts(some)) for some in both)
        return turned > as_it_is

    def _recognize(self, pixels: Array, quads: Array) -> list[tuple[str, float]]:
        """Text and score (0 to 1) of each quad; sideways print is tried in both of its directions."""
        import numpy as np

        across = geometry.sideways(quads)
        cuts = [
            np.ascontiguousarray(np.rot90(cut, -1)) if side else cut for cut, side in zip((geometry.cut_out(pixels, q) for q in quads), across, strict=True)
        ]
        answers = self._texts(cuts)
        places = [int(place) for place in across.nonzero()[0]]
        other_way = self._texts([np.ascontiguousarray(np.rot90(cuts[place], 2)) for place in places])
        for place, answer in zip(places, other_way, strict=True):
            answers[place] = max(answers[place], answer, key=lambda found: found[1])
        return answers

    def _texts(self, cuts: list[Array]) -> list[tuple[str, float]]:
        if not cuts:
            return []
        answer = self._engine().recognize_txt(cuts)
        return list(zip(answer.txts, map(float, answer.scores), strict=True))

    def _engine(self) -> Any:
        if self._rapid is None:
            lacking = self.missing()
            if lacking:
                raise EngineUnavailable(f"OCR engine {self.name!r} cannot run: {lacking}")
            from rapidocr import RapidOCR

            self._rapid = RapidOCR(params=self._params())
        return self._rapid

    def _params(self) -> dict[str, Any]:
        # the smallest batch width and small batches waste the least on padding; the arena halves the time of allocations
        params = {
            "Global.log_level": "critical",
            "Global.max_side_len": 100_000,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": self._threads or -1,
            "Rec.rec_img_shape": [3, 48, 96],
            "Rec.rec_batch_num": 2,
            "Det.limit_type": "max",
            "Det.limit_side_len": 100_000,
            "Det.thresh": 0.2,
            "Det.box_thresh": 0.3,
            "Det.unclip_ratio": 1.8,
        }
        return params | {f"{part}.model_path": str(_model_folder() / name) for part, name in _MODELS.items()}


def _model_folder() -> Path:
    spec = importlib.util.find_spec("rapidocr")
    return Path(spec.origin).parent / "models" if spec and spec.origin else Path()
