"""Reading only what is needed: which fields a vendor's file asks for, where its documents print them, and when that is enough."""

from __future__ import annotations

from extractor.needed.asked import AMOUNTS, Regions, asked_of, only
from extractor.needed.places import Places
from extractor.needed.reading import Interpreted, NeededReading

__all__ = ["AMOUNTS", "Interpreted", "NeededReading", "Places", "Regions", "asked_of", "only"]
