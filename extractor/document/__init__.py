"""Opening documents: a path, bytes, a file object or a PIL image in; pages with size, pixels and text layer out."""

from extractor.document.load import load_document
from extractor.document.model import RENDER_DPI, UNREADABLE, Document, Limits, Page, TextLayer, TextRun
from extractor.document.textlayer import Trust, Verdict, is_trustworthy, uncovered_image_areas

__all__ = [
    "RENDER_DPI",
    "UNREADABLE",
    "Document",
    "Limits",
    "Page",
    "TextLayer",
    "TextRun",
    "Trust",
    "Verdict",
    "is_trustworthy",
    "load_document",
    "uncovered_image_areas",
]
