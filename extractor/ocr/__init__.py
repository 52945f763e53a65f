"""Reading pixels: documents in, regions of text with confidence and bounds out. Stands alone as well:

    import extractor.ocr as ocr
    engine = ocr.OcrEngine()
    engine.language = ocr.Language.ENGLISH
    result = engine.process(ocr.Image.load("invoice.png"))
    result.to_json()
    result.save_as_csv("invoice.csv")

Names are imported when they are first used, so that importing this package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.ocr.barcodes import Barcode, recognize_barcodes
    from extractor.ocr.cache import OcrCache
    from extractor.ocr.engine import OcrEngine
    from extractor.ocr.engines.base import Engine, Reading
    from extractor.ocr.engines.replay import ReplayEngine
    from extractor.ocr.image import Image
    from extractor.ocr.language import Language
    from extractor.ocr.reading import Mode, recognize
    from extractor.ocr.registry import EngineInfo, create_engine, describe_engines, known_engines
    from extractor.ocr.result import TEXT_LAYER, OcrPage, OcrRegion, OcrResult

__all__ = [
    "TEXT_LAYER",
    "Barcode",
    "Engine",
    "EngineInfo",
    "Image",
    "Language",
    "Mode",
    "OcrCache",
    "OcrEngine",
    "OcrPage",
    "OcrRegion",
    "OcrResult",
    "Reading",
    "ReplayEngine",
    "create_engine",
    "describe_engines",
    "known_engines",
    "recognize",
    "recognize_barcodes",
]

_HOMES = {
    "barcodes": ("Barcode", "recognize_barcodes"),
    "cache": ("OcrCache",),
    "engine": ("OcrEngine",),
    "engines.base": ("Engine", "Reading"),
    "engines.replay": ("ReplayEngine",),
    "image": ("Image",),
    "language": ("Language",),
    "reading": ("Mode", "recognize"),
    "registry": ("EngineInfo", "create_engine", "describe_engines", "known_engines"),
    "result": ("TEXT_LAYER", "OcrPage", "OcrRegion", "OcrResult"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
