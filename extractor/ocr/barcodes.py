"""Owns `Barcode`: a code that was read from the pixels of a page."""

from __future__ import annotations

from typing import Any

from extractor.geometry import Box
from extractor.record import record


@record
class Barcode:
    """One code. text: what it holds. symbology: `qr`, `code128`, `ean13`, `datamatrix` ... bounds: page pixels, as those of regions."""

    text: str
    symbology: str
    bounds: Box

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "symbology": self.symbology, "bounds": self.bounds.to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Barcode:
        return cls(str(data["text"]), str(data["symbology"]), Box.from_dict(data["bounds"]))
