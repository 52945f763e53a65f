"""What a document says about itself beside its print: e-invoices that travel with it, and codes that are printed on it."""

from __future__ import annotations

from extractor.witnesses.model import Statement, Witness, WitnessKind

__all__ = ["Statement", "Witness", "WitnessKind"]
