"""Owns what becomes of a field when the document's e-invoices and codes state it as well: agreement, or a conflict that is told.

The print and every witness are heard on each field. Where all say the same, the value is all but certain. A witness whose value
stands on the page, only not where the rules looked for it, agrees with the page. Where one says what none of the others does,
the field has the status `conflict` and all that was said, whoever leads. Who leads only decides which value is shown: a trusted
e-invoice that is to be preferred, else the page, else the first witness. docs/witnesses.md has it in a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.layout.printed import Printed
from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.evidence import Alternative, Claim, FieldStatus, FieldValue, Origin
from extractor.resolve.resolution import Resolution
from extractor.resolve.same_value import same, says_another_number
from extractor.resolve.stated_rows import TRUST, with_stated_rows
from extractor.witnesses import Statement, Witness, WitnessKind


class EInvoice(StrEnum):
    """What becomes of an e-invoice: its values lead, they are only compared with the page, or it is not looked at."""

    PREFER = "prefer"
    CHECK = "check"
    IGNORE = "ignore"


DOUBT = 0.5
"""The highest confidence of a value that is contradicted."""
SURE = 0.95
"""A printed value of this confidence is not given up for another one that stands on the page as well."""
COMPARED = frozenset(
    {"number", "date", "kind", "currency", "seller_name", "seller_vat_id", "seller_tax_id", "buyer_vat_id", "iban"}
    | {"payment_reference", "net", "tax", "total", "amount_due"}
)
"""Fields of which a disagreement is a conflict: they decide who is owed what, and how it is paid. Of the others the one that leads is believed."""
ONE_OF_SEVERAL = frozenset({"iban", "bic", "seller_tax_id", "payment_reference"})
"""A page may print several of these; a witness that names any of them agrees."""
PRINTED = "it is what the page says"
"""Why a printed value stands among the alternatives of one that a witness states."""
OTHER_PARTY = {"seller_name": "buyer_name", "seller_vat_id": "buyer_vat_id", "buyer_vat_id": "seller_vat_id"}
"""Where the page is read to name one party as the other, and a witness knows both, the page was misread and contradicts nobody."""
SAME_SUM = {"amount_due": "total"}
"""What a code asks to be paid is the amount due, or the total where nothing else is due."""


def reconcile(resolution: Resolution, witnesses: Sequence[Witness], printed: Printed, mode: EInvoice = EInvoice.PREFER) -> Resolution:
    """The resolution after all witnesses were heard. printed: what else stands on the pages."""
    heard = [witness for witness in witnesses if mode is not EInvoice.IGNORE or witness.kind is not WitnessKind.EINVOICE]
    if not heard:
        return resolution
    leads = _leader(heard, mode, bool(printed))
    court = _Court(resolution.fields, heard, printed, leads)
    fields = {name: court.decide(name) for name in FIELDS}
    rest = {name: value for name, value in resolution.fields.items() if name not in FIELDS}
    return with_stated_rows(resolution.invoice, fields, rest, leads)


def _leader(witnesses: Sequence[Witness], mode: EInvoice, page_speaks: bool) -> Witness | None:
    """The e-invoice whose values are shown: where there is no page to read, the first one, whatever it is worth."""
    found = [witness for witness in witnesses if witness.kind is WitnessKind.EINVOICE]
    if not page_speaks:
        return next(iter(found), None)
    return next((witness for witness in found if witness.trusted), None) if mode is EInvoice.PREFER else None


class _Court:
    """Hears the page and the witnesses on one field after the other."""

    def __init__(self, fields: Mapping[str, FieldValue], witnesses: Sequence[Witness], printed: Printed, leader: Witness | None) -> None:
        self._fields = fields
        self._witnesses = witnesses
        self._printed = printed
        self._leader = leader

    def decide(self, name: str) -> FieldValue:
        """The field with what the witnesses say of it."""
        said = list(self._said(name))
        if not said:
            return self._fields[name]
        page = self._page(name, said)
        shown = self._shown(name, page, said)
        claims = tuple(Claim(w.name, s.value, s.text, s.where, self._agree(name, shown.value, s.value)) for w, s in said)
        if name in COMPARED and not (all(claim.agrees for claim in claims) and self._page_agrees(name, page, shown.value)):
            return self._conflict(page, replace(shown, claims=claims))
        return replace(shown, claims=claims)

    def _page(self, name: str, said: Sequence[tuple[Witness, Statement]]) -> FieldValue:
        """What the page says of a field: of the sum to pay, where it prints none, the total."""
        page, whole = self._fields[name], self._fields.get(SAME_SUM.get(name, ""))
        printed = page.value is not None and page.origin is not Origin.DERIVED
        if printed or whole is None or whole.value is None or any(same("amount", page.value, statement.value) for _, statement in said):
            return page
        return replace(whole, name=name)

    def _said(self, name: str) -> Iterator[tuple[Witness, Statement]]:
        page = self._fields[name]
        for witness in self._witnesses:
            if name in witness.stated:
                yield witness, witness.stated[name]
            elif name == "number" and page.value is not None and (other := says_another_number(witness.remittance, page.value)) is not None:
                yield witness, Statement(other, witness.remittance, "remittance information")

    def _shown(self, name: str, page: FieldValue, said: Sequence[tuple[Witness, Statement]]) -> FieldValue:
        """The value that is shown, before anyone contradicts it."""
        led = next((statement for witness, statement in said if witness is self._leader), None)
        statement = led or said[0][1]
        if page.value is None:
            return self._stated(name, page, statement)
        if same(FIELDS[name].kind, page.value, statement.value):
            return replace(self._confirmed(page), value=statement.value if led else page.value)
        if led is None and any(same(FIELDS[name].kind, page.value, other.value) for _, other in said):
            return self._confirmed(page)
        return self._stated(name, page, statement) if led or self._is_meant(name, page, statement) else page

    def _is_meant(self, name: str, page: FieldValue, statement: Statement) -> bool:
        """Whether the page prints what a code states, and the rules took another print for it."""
        if page.origin is Origin.DERIVED:
            return True
        return (name in ONE_OF_SEVERAL or not _is_sure(page)) and self._printed.find(FIELDS[name].kind, statement.value) is not None

    def _confirmed(self, page: FieldValue) -> FieldValue:
        """The value of the page, surer because a witness says the same."""
        parts = page.parts or Parts(1.0, 1.0)
        parts = Parts(parts.ocr, parts.rule, 1.0, parts.rival)
        confidence = max(page.confidence, TRUST, confidence_of(FIELDS[page.name].kind, parts))
        return replace(page, status=FieldStatus.OK, parts=parts, confidence=confidence)

    def _stated(self, name: str, page: FieldValue, statement: Statement) -> FieldValue:
        """A value that a witness states; with its place where it is printed all the same."""
        place = self._printed.find(FIELDS[name].kind, statement.value)
        read = () if page.value is None else (_as_alternative(page),)
        value = FieldValue(name, statement.value, FieldStatus.OK, statement.text, confidence=TRUST, origin=Origin.STATED)
        value = replace(value, alternatives=(*read, *page.alternatives))
        return replace(value, page=place.page, bounds=place.bounds) if place is not None else value

    def _agree(self, name: str, one: Any, other: Any) -> bool:
        if same(FIELDS[name].kind, one, other):
            return True
        if name in ONE_OF_SEVERAL and self._printed.find(FIELDS[name].kind, one) and self._printed.find(FIELDS[name].kind, other):
            return True
        whole = self._fields.get(SAME_SUM.get(name, ""))
        if whole is None or whole.value is None or not same("amount", whole.value, other):
            return False
        due = self._fields[name].value  # where something was paid already, the total is too much
        return due is None or same("amount", due, whole.value)

    def _page_agrees(self, name: str, page: FieldValue, shown: Any) -> bool:
        """Whether the page says the same, or nothing that it would take back."""
        if page.value is None or page.origin in (Origin.DERIVED, Origin.CONSTANT) or self._agree(name, page.value, shown):
            return True
        if not _is_sure(page) and self._printed.find(FIELDS[name].kind, shown) is not None:
            return True
        others = (witness.stated.get(OTHER_PARTY.get(name, "")) for witness in self._witnesses)
        return any(other is not None and same(FIELDS[name].kind, page.value, other.value) for other in others)

    def _conflict(self, page: FieldValue, shown: FieldValue) -> FieldValue:
        """The value with what the page says among its alternatives."""
        read = () if page.value is None or same(FIELDS[page.name].kind, page.value, shown.value) else (_as_alternative(page),)
        others = tuple(dict.fromkeys((*read, *shown.alternatives)))
        return replace(shown, status=FieldStatus.CONFLICT, confidence=min(shown.confidence, DOUBT), alternatives=others)


def _is_sure(page: FieldValue) -> bool:
    return page.confidence >= SURE and page.status is FieldStatus.OK


def _as_alternative(page: FieldValue) -> Alternative:
    return Alternative(page.value, page.text, page.rule_id or "", page.confidence, PRINTED, page.page, page.bounds)
