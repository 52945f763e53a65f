"""E-invoices: what the XML states that a document is or carries, with the XPath of each value, and whether it keeps its own rules."""

from extractor.witnesses.einvoice.reading import einvoices

__all__ = ["einvoices"]
