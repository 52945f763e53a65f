"""Stage "split": the pages of a file that holds several invoices -> which pages each of them is on, and why.

A page begins an invoice only where more speaks for it than against it; where that is not clear the pages stay together and
an issue asks for a person, because an invoice that is cut in two is worse than two that are reported as one.
"""

from __future__ import annotations

from extractor.split.boundary import Boundary
from extractor.split.divide import Division, Part, Split, divide
from extractor.split.einvoices import einvoices_apart
from extractor.split.separators import separator_sheets
from extractor.split.signs import PageReading

__all__ = ["Boundary", "Division", "PageReading", "Part", "Split", "divide", "einvoices_apart", "separator_sheets"]
