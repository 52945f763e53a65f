"""Makes the picture that the tutorial of rule files starts from: `python docs/picture.py`, or `--check` to see whether it is current.

The first rule file in `rules.md` is run on a fixture; labels that led to values are framed blue, values green with their field's name.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from extractor.geometry import Box
from extractor.ocr import OcrResult
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor

DOCS = Path(__file__).parent
PAGE = DOCS.parent / "fixtures/acme-supplies/clean/page-1"
PICTURE = DOCS / "rules-tutorial.png"
SHOWN = 0.52
"""How much of the page's height the picture shows."""
SCALE = 0.7
LABEL, VALUE = "#0048e8", "#0a8a2c"
MARGIN = 2
ALIKE = 6.0
"""How far two pictures may differ on average, in steps of grey: drawn text is not the same everywhere."""


def first_rules() -> str:
    """The rule file that the tutorial begins with."""
    match = re.search(r"^```yaml\n(format: 1\n.*?)^```", (DOCS / "rules.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert match is not None
    return match[1]


def extracted() -> ExtractionResult:
    """What the tutorial's rules find on the page."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "acme.yaml").write_text(first_rules(), encoding="utf-8")
        ocr = OcrResult.from_json(PAGE.with_suffix(".ocr.json").read_bytes())
        return Extractor(rules=folder, shipped_rules=False).interpret(ocr)


def drawn(result: ExtractionResult) -> Image.Image:
    """The page with a frame around each label and value."""
    with Image.open(PAGE.with_suffix(".png")) as image:
        page = image.convert("RGB")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(22)
    found = [(each.name, each.bounds, each.label_bounds) for each in result.fields.values() if each.label_bounds]
    for _, _, label in found:
        if label is not None:
            _frame(draw, label, LABEL)
    for name, value, _ in found:
        if value is not None:  # a value that is another one's label is green
            _frame(draw, value, VALUE)
            draw.text((value.right + 6 * MARGIN, value.center_y), name, fill=VALUE, font=font, anchor="lm")
    shown = page.crop((0, 0, page.width, round(page.height * SHOWN)))
    return shown.resize((round(shown.width * SCALE), round(shown.height * SCALE)), Image.Resampling.LANCZOS)


def _frame(draw: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    draw.rectangle((box.x - MARGIN, box.y - MARGIN, box.right + MARGIN, box.bottom + MARGIN), outline=colour, width=3)


def is_current() -> bool:
    """Whether the picture on disk is the one that would be made."""
    with Image.open(PICTURE) as image:
        old, new = image.convert("RGB"), drawn(extracted())
    return old.size == new.size and max(ImageStat.Stat(ImageChops.difference(old, new)).mean) < ALIKE


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if is_current() else f"{PICTURE.name} is not current; run python docs/picture.py")
    drawn(extracted()).quantize(96).save(PICTURE, optimize=True)
