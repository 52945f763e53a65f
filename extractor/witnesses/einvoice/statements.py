"""Owns the statements of an e-invoice: every field that its XML has, typed, with its text and its XPath."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field
from extractor.issues import Issue, Level
from extractor.witnesses.einvoice import terms
from extractor.witnesses.einvoice.terms import Term
from extractor.witnesses.einvoice.tree import UBL, EinvoiceTree, text_of
from extractor.witnesses.einvoice.values import READERS, NotAValue, currency_of, date_of
from extractor.witnesses.model import Statement

if TYPE_CHECKING:
    from lxml.etree import _Element

_CURRENCY = next(term for term in terms.HEADER if term.field == "currency")


def read_statements(tree: EinvoiceTree, name: str) -> tuple[dict[str, Statement], list[Issue]]:
    """The statements by field, and findings about values that are none of their kind. name: for messages."""
    reader = _Reader(tree, name)
    return reader.read(), reader.issues


class _Reader:
    def __init__(self, tree: EinvoiceTree, name: str) -> None:
        self.tree = tree
        self.name = name
        self.issues: list[Issue] = []

    def read(self) -> dict[str, Statement]:
        self.tree.currency = self._currency()
        stated = dict(self._fields("", terms.HEADER, FIELDS, self.tree.root))
        stated.setdefault("kind", Statement(self._kind_of_root(), "", self.tree.where(self.tree.root)))
        stated |= self._account()
        stated |= self._rows(terms.TAXES, terms.TAX, TAX_FIELDS)
        stated |= self._rows(terms.LINES, terms.LINE, LINE_FIELDS)
        return _with_signs(stated)

    def _currency(self) -> str:
        """The currency of the invoice, which other paths need; empty where it has none."""
        item = self.tree.find(_CURRENCY)
        try:
            return currency_of(text_of(item)) if item is not None else ""
        except NotAValue:
            return ""

    def _kind_of_root(self) -> str:
        return "credit_note" if str(self.tree.root.tag).endswith("}CreditNote") else "invoice"

    def _fields(self, prefix: str, rows: tuple[Term, ...], table: dict[str, Field], node: _Element) -> Iterator[tuple[str, Statement]]:
        for term in rows:
            found = self._statement(term, table, node, prefix)
            if found is not None:
                yield prefix + term.field, found

    def _statement(self, term: Term, table: dict[str, Field], node: _Element, prefix: str = "") -> Statement | None:
        item = self.tree.find(term, node)
        if item is None:
            return None
        kind = table[term.field].kind
        if kind == "address":
            return self._address(item)
        text = text_of(item)
        try:
            value = self._date(item, text, term.field) if kind == "date" else READERS[kind](text)
        except NotAValue as error:
            self._finding(prefix + term.field, item, text, str(error))
            return None
        return Statement(value, text, self.tree.where(item))

    def _date(self, item: Any, text: str, field: str) -> Any:
        if self.tree.syntax == UBL or not str(item.tag).endswith("}DateTimeString"):
            return date_of(text, None)
        code = item.get("format") or "102"
        try:
            return date_of(text, code, last=field == "period_end")
        except NotAValue as error:
            value = _date_as_iso(text)
            if code != "102" or value is None:
                raise
            self._finding(field, item, text, str(error))
            return value

    def _finding(self, field: str, item: Any, text: str, why: str) -> None:
        message = f"{self.name}: {field}: {text[:80]!r} {why} ({self.tree.where(item)})"
        self.issues.append(Issue("einvoice-value", Level.WARNING, message, field=field))

    def _address(self, item: Any) -> Statement | None:
        parts: dict[str, list[str]] = {"street": [], "postcode": [], "town": [], "country": []}
        for term in terms.ADDRESS:
            found = self.tree.find(term, item)
            if found is not None:
                parts[term.field].append(text_of(found))
        lines = [*parts["street"], " ".join([*parts["postcode"], *parts["town"]]), *parts["country"]]
        text = "\n".join(line for line in lines if line)
        return Statement(text, text, self.tree.where(item)) if text else None

    def _account(self) -> dict[str, Statement]:
        """IBAN and BIC of the first way to pay that has an IBAN."""
        for node in self.tree.find_all(terms.MEANS):
            kept = len(self.issues)
            found = dict(self._fields("", terms.ACCOUNT, FIELDS, node))
            del self.issues[kept:]  # an account may have a number that is no IBAN
            if "iban" in found:
                return found
        return {}

    def _rows(self, where: Term, columns: tuple[Term, ...], table: dict[str, Field]) -> dict[str, Statement]:
        stated: dict[str, Statement] = {}
        index = 0
        for node in self.tree.rows(where):
            prefix = f"{where.field}[{index}]."
            row = dict(self._fields(prefix, columns, table, node))
            if row:
                stated |= row
                index += 1
        return stated


def _date_as_iso(text: str) -> Any | None:
    """A day as ISO 8601 writes it, which leaves no doubt what is meant, whatever format is said; None for other texts."""
    try:
        return date_of(text, None)
    except NotAValue:
        return None


def _with_signs(stated: dict[str, Statement]) -> dict[str, Statement]:
    """The amounts of a credit note are positive in an invoice, whatever signs its XML has."""
    total = stated.get("total")
    if total is None or total.value >= 0 or stated["kind"].value != "credit_note":
        return stated
    return {name: _turned(name, statement) for name, statement in stated.items()}


_NEGATED = frozenset({"discount", "shipping", "net", "tax", "total", "prepaid", "rounding", "amount_due", "amount", "base"})
_NEVER_NEGATIVE = frozenset({"quantity", "unit_price"})


def _turned(name: str, statement: Statement) -> Statement:
    column = name.rpartition(".")[2]
    if not isinstance(statement.value, Decimal) or not statement.value:
        return statement
    turned = column in _NEGATED or (column in _NEVER_NEGATIVE and statement.value < 0)
    return replace(statement, value=-statement.value) if turned else statement
