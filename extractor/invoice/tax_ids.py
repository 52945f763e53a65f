"""Owns national tax and register numbers (BT-32): which country's number a text is, and whether its check digits hold.

The rules of each number are python-stdnum's. A number is only judged where its own form or the seller's country says which it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.invoice.identifiers import stdnum_valid


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """One kind of number. name: as its country calls it. module: of python-stdnum. form: how it looks without spaces, in capitals."""

    name: str
    module: str
    form: re.Pattern[str]


_TELLING: tuple[TaxNumber, ...] = (
    TaxNumber("Brazilian CNPJ", "br.cnpj", re.compile(r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}")),
    TaxNumber("Brazilian CPF", "br.cpf", re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")),
    TaxNumber("Indian GSTIN", "in_.gstin", re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]")),
    TaxNumber("Swiss UID", "ch.uid", re.compile(r"CHE-?\d{3}\.?\d{3}\.?\d{3}")),
)
"""Numbers that are known by their form, wherever the seller is."""
_BY_COUNTRY: Mapping[str, tuple[TaxNumber, ...]] = {
    "AU": (TaxNumber("Australian ABN", "au.abn", re.compile(r"\d{11}")), TaxNumber("Australian ACN", "au.acn", re.compile(r"\d{9}"))),
    "BR": (TaxNumber("Brazilian CNPJ", "br.cnpj", re.compile(r"\d{14}")), TaxNumber("Brazilian CPF", "br.cpf", re.compile(r"\d{11}"))),
    "CH": (TaxNumber("Swiss UID", "ch.uid", re.compile(r"CHE\d{9}")),),
    "ES": (TaxNumber("Spanish NIF", "es.nif", re.compile(r"[A-Z0-9]\d{7}[A-Z0-9]")),),
    "FR": (TaxNumber("French SIRET", "fr.siret", re.compile(r"\d{14}")), TaxNumber("French SIREN", "fr.siren", re.compile(r"\d{9}"))),
    "IT": (
        TaxNumber("Italian Partita IVA", "it.iva", re.compile(r"\d{11}")),
        TaxNumber("Italian codice fiscale", "it.codicefiscale", re.compile(r"[A-Z0-9]{16}")),
    ),
    "NO": (TaxNumber("Norwegian organisation number", "no.orgnr", re.compile(r"\d{9}")),),
    "PL": (TaxNumber("Polish NIP", "pl.nip", re.compile(r"\d{10}")),),
    "PT": (TaxNumber("Portuguese NIF", "pt.nif", re.compile(r"\d{9}")),),
    "SE": (TaxNumber("Swedish organisation number", "se.orgnr", re.compile(r"\d{10}")),),
}
"""Numbers that are bare digits, and known by the country of the seller."""
_SWISS_SUFFIX = re.compile(r"(?<=\d)(?:MWST|TVA|IVA|HR)$")
_LABEL = re.compile(r"^[A-Z. ]{2,12}[:.]\s*")


def tax_number_kind(text: str, country: str | None = None) -> TaxNumber | None:
    """Which number a text is by its form, and by the seller's country (ISO 3166); None where neither tells.

    >>> kind = tax_number_kind("16.727.230/0001-97")
    >>> kind and kind.name, tax_number_kind("83 914 571 673")
    ('Brazilian CNPJ', None)
    """
    written = _number(text)
    bare = re.sub(r"[^0-9A-Z]", "", written)
    telling = next((kind for kind in _TELLING if kind.form.fullmatch(written)), None)
    return telling or next((kind for kind in _BY_COUNTRY.get(country or "", ()) if kind.form.fullmatch(bare)), None)


def tax_id_problem(text: str, country: str | None = None) -> str | None:
    """Why a number cannot be right; None where it can, or where nothing tells what it is.

    >>> tax_id_problem("16.727.230/0001-98"), tax_id_problem("83 914 571 673", "AU")
    ('16.727.230/0001-98 is no Brazilian CNPJ with valid check digits', None)
    """
    kind = tax_number_kind(text, country)
    if kind is None or stdnum_valid(kind.module, _number(text)) is not None:
        return None
    return f"{text} is no {kind.name} with valid check digits"


def _number(text: str) -> str:
    """The text in capitals without spaces, a label before it, and what Swiss numbers end in where they are registered for tax."""
    return _SWISS_SUFFIX.sub("", "".join(_LABEL.sub("", text.upper()).split()))
