"""Codes that state values of an invoice: for payment (EPC, Swiss QR-bill) and for the tax office (ZATCA, GST, KSeF)."""

from __future__ import annotations

from extractor.witnesses.codes.read import payment_codes, read_payload

__all__ = ["payment_codes", "read_payload"]
