"""An OCR engine that kills, stops or stalls the process it runs in, by the colour of the image; registered as a third party's would be."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from PIL import Image

from extractor.ocr import Engine, Language, Reading

COLOURS = {"fine": (255, 255, 255), "killed": (255, 80, 80), "stalled": (80, 255, 255), "killed-once": (80, 255, 80), "stopped": (255, 255, 80)}
ONCE = "HAZARDS_FOLDER"
"""Environment variable that names a folder for the traces of what happens only once."""


class HazardEngine(Engine):
    """Reads nothing."""

    name = "hazard"
    languages = frozenset(Language)

    @classmethod
    def missing(cls) -> str | None:
        return None

    @property
    def version(self) -> str:
        return "1"

    def read(self, image: Any, languages: tuple[Language, ...]) -> Reading:
        hazard = _hazard(image)
        trace = Path(os.environ.get(ONCE, "")) / f"{image.width}"
        if hazard == "killed" or (hazard == "killed-once" and not trace.exists()):
            trace.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if hazard == "stopped":
            os.kill(os.getpid(), signal.SIGSTOP)
        if hazard == "stalled":
            time.sleep(600)
        return Reading(())


def _hazard(image: Any) -> str:
    pixel = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
    return next(name for name, colour in COLOURS.items() if [value > 150 for value in pixel] == [value > 150 for value in colour])


def write_image(path: Path, hazard: str, width: int = 300) -> Path:
    """An image that the engine meets in this way. width: pixels, tells those apart that happen once each."""
    image = Image.new("RGB", (width, 200), COLOURS[hazard])
    image.paste((0, 0, 0), (20, 90, 60, 100))
    image.save(path)
    return path


def register(folder: Path) -> list[str]:
    """Makes the metadata of a package that brings the engine. Returns the folders to be searched for modules."""
    metadata = folder / "hazards-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hazards\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[extractor.ocr_engines]\nhazard = hazards:HazardEngine\n", encoding="utf-8")
    return [str(folder), str(Path(__file__).parent)]
