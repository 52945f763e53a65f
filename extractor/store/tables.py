"""Owns the tables of the store. The columns of invoices, lines and taxes follow from the table of fields.

What holds for all of them: a row belongs to one document, and a document's rows are written and replaced in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, ForeignKey, Index, Integer, MetaData, String, Table, and_
from sqlalchemy.types import TypeEngine

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field
from extractor.resolve.evidence import Origin
from extractor.store.columns import AnyText, ExactDecimal, UtcTime

ID_LENGTH = 32
_DIGEST_LENGTH = 64
_DECIMAL_KINDS = frozenset({"amount", "quantity", "percent"})

metadata = MetaData()


def column_type(kind: str) -> TypeEngine[Any]:
    """The column type of a kind of value (see `extractor.invoice.fields`)."""
    if kind in _DECIMAL_KINDS:
        return ExactDecimal()
    return Date() if kind == "date" else AnyText()


def field_columns(table: Mapping[str, Field]) -> list[Column[Any]]:
    """One column for each row of a table of fields."""
    return [Column(field.name, column_type(field.kind), comment=f"{field.term}: {field.description}") for field in table.values()]


def _document() -> Column[str]:
    return Column("document_id", String(ID_LENGTH), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


def _position() -> Column[int]:
    return Column("position", Integer, primary_key=True, autoincrement=False, comment="From 1, in the order of the document")


runs = Table(
    "runs",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, comment="None while it goes on, and where it was killed"),
    Column("host", AnyText),
    Column("process", Integer, comment="Process id on the host"),
    Column("extractor_version", AnyText),
    Column("known", Integer, nullable=False, default=0, comment="Documents that were in the store already and not done again"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True, comment="Follows from source, SHA-256 and pages, so that it is the same in every store"),
    Column("source", AnyText, nullable=False, comment="Absolute path or URL"),
    Column("sha256", String(_DIGEST_LENGTH), comment="Of the bytes, in hex; none where they could not be read"),
    Column("status", String(16), nullable=False, comment="accepted, review, rejected or duplicate"),
    Column("verdict", String(16), comment="Of the extraction: valid, review, invalid; error where there is no result; none for duplicates"),
    Column("duplicate_of", String(ID_LENGTH), comment="Id of the first document with the same content"),
    Column("duplicate_by", String(16), comment="What is the same: `bytes`, the business `key`, or what the `pages` show"),
    Column("decision", String(16), comment="accept, review or reject, as the policy or the verdict has it, whether or not it is a duplicate"),
    Column("route", AnyText, comment="The line of the policy that decided: `policy.yaml:12`; none where the verdict did"),
    Column("route_reason", AnyText, comment="What the policy says about it, and why an `accept` was held back"),
    Column("tags", JSON(none_as_null=True), comment="Tags that the policy gives"),
    Column("policy_version", String(_DIGEST_LENGTH), comment="Digest of the policy; none where there was none"),
    Column("error_kind", AnyText, comment="Class of the error where the document could not be read"),
    Column("error_message", AnyText, comment="What it said"),
    Column("pages", Integer, comment="How many it has"),
    Column("file_id", String(ID_LENGTH), comment="Id of the whole file; the same as `id` where it holds one invoice"),
    Column("page_numbers", JSON(none_as_null=True), comment="Where the file holds several invoices: the pages of this one, from 1"),
    Column("part_number", Integer, nullable=False, default=1, comment="Which invoice of the file it is, from 1"),
    Column("part_count", Integer, nullable=False, default=1, comment="How many invoices the file holds"),
    Column("read_by", AnyText, comment="What read the pages: an OCR engine, or `text_layer`"),
    Column("rules_id", AnyText, comment="The rule set that was applied"),
    Column("rules_vendor", Boolean, comment="Whether that is a vendor's; else general rules"),
    Column("rules_clues", JSON(none_as_null=True), comment="What on the page spoke for it"),
    Column("rules_version", String(_DIGEST_LENGTH), comment="Digest of that rule set; of all general ones where it is none of a vendor"),
    Column("identity_version", String(_DIGEST_LENGTH), comment="Digest of how all vendors are identified"),
    Column("schema_version", String(_DIGEST_LENGTH), comment="Digest of the JSON Schema"),
    Column("engine_version", AnyText, comment="OCR engine, its version and settings, languages"),
    Column("settings_version", AnyText, comment="Version of this program, thresholds"),
    Column("attempts", Integer, nullable=False, comment="How often it was done"),
    Column("first_seen", UtcTime, nullable=False, comment="When it was done for the first time"),
    Column("finished_at", UtcTime, nullable=False, comment="When it was done last"),
    Column("seconds", Float, comment="What extraction took"),
    Column("size", BigInteger, comment="Bytes"),
    Column("stamp", AnyText, comment="Size and time of change of the file: while they stay, its bytes are not looked at again"),
    Column("run_id", String(ID_LENGTH), comment="The run that did it"),
    Column(
        "version",
        Integer,
        nullable=False,
        default=1,
        comment="Goes up whenever the document is done again, corrected or decided on, or its account is found to be changed or known",
    ),
    Column("changed_at", UtcTime, comment="When that was last"),
    Column("reviewed_by", AnyText, comment="Who corrected it or decided on it last; it is not done again then"),
    Column("reviewed_at", UtcTime, comment="When that was"),
    Column("decided_by", AnyText, comment="The person who accepted or rejected it; none where the policy or the verdict did"),
)
Index("documents_by_source", documents.c.source)
Index("documents_by_status", documents.c.status, documents.c.finished_at)
Index("documents_by_rules", documents.c.rules_id)
Index("documents_by_sha256", documents.c.sha256)
Index("documents_by_first", documents.c.duplicate_of)
_FIRST = and_(documents.c.sha256.is_not(None), documents.c.duplicate_of.is_(None), documents.c.part_number == 1)
Index("documents_first", documents.c.sha256, unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST)

arrivals = Table(
    "arrivals",
    metadata,
    Column("position", Integer, primary_key=True, comment="In the order in which files were taken up"),
    Column("document_id", String(ID_LENGTH), nullable=False, comment="Id of the whole file"),
)
Index("arrivals_by_document", arrivals.c.document_id, unique=True)

invoices = Table(
    "invoices", metadata, _document(), *field_columns(FIELDS), Column("extra", JSON(none_as_null=True), comment="Fields that a rule file declares")
)
lines = Table("lines", metadata, _document(), _position(), *field_columns(LINE_FIELDS))
taxes = Table("taxes", metadata, _document(), _position(), *field_columns(TAX_FIELDS))

fields = Table(
    "fields",
    metadata,
    _document(),
    Column("name", AnyText, primary_key=True, comment="`number`, `lines[0].amount`, `extra.NAME`"),
    Column("value", AnyText, comment="Amounts as decimal text, dates as ISO 8601"),
    Column("status", String(16), nullable=False, comment="ok, low_confidence, ambiguous, missing or conflict"),
    Column("text", AnyText, nullable=False, comment="As printed"),
    Column("origin", String(16), nullable=False, comment=f"Where it comes from: {', '.join(Origin)}"),
    Column("confidence", Float, nullable=False, comment="0 to 1"),
    Column("ocr", Float, comment="The engine's own confidence, 0 to 1"),
    Column("rule", Float, comment="How well the print answers the rule, 0 to 1"),
    Column("support", Float, comment="How far other values agree, 0 to 1"),
    Column("rule_id", AnyText, comment="The rule that found it"),
    Column("label", AnyText, comment="The label that led there"),
    Column("page", Integer, comment="From 1"),
    Column("x", Float, comment="Page pixels, origin top left; so are y, width and height"),
    Column("y", Float),
    Column("width", Float),
    Column("height", Float),
    Column("label_bounds", JSON(none_as_null=True), comment="x, y, width and height of the label"),
    Column("label_dx", Float, comment="From the left edge of the label to that of the value, in mm, to the right"),
    Column("label_dx_end", Float, comment="From the left edge of the label to the right one of the value, in mm, to the right"),
    Column("label_dy", Float, comment="From the middle of the label to that of the value, in mm, downwards"),
    Column("alternatives", JSON(none_as_null=True), comment="Values that lost, with score and reason"),
    Column("claims", JSON(none_as_null=True), comment="What e-invoices and codes state of it: witness, value, text, where, and whether that is the value"),
)

issues = Table(
    "issues",
    metadata,
    _document(),
    _position(),
    Column("id", AnyText, nullable=False, comment="Kind of finding"),
    Column("level", String(16), nullable=False, comment="error, warning or info"),
    Column("message", AnyText, nullable=False, comment="In words"),
    Column("field", AnyText, comment="The field that it is about"),
    Column("page", Integer),
)

figures = Table("figures", metadata, _document(), Column("figures", JSON, nullable=False, comment="Digits of all figures on the pages, as hashes"))

duplicate_keys = Table(
    "duplicate_keys",
    metadata,
    _document(),
    Column("part", AnyText, primary_key=True, comment="The values that it was made of"),
    Column("digest", String(_DIGEST_LENGTH), nullable=False, comment="Digest of these values in normal form"),
)
Index("duplicate_keys_by_digest", duplicate_keys.c.digest)

accounts = Table(
    "accounts",
    metadata,
    _document(),
    Column("seller", String(_DIGEST_LENGTH), nullable=False, comment="Digest of who the seller is"),
    Column("iban", AnyText, comment="The account to pay to; none where its check digits are wrong"),
    Column("position", Integer, nullable=False, comment="When the file was taken up, of `arrivals`"),
    Column("part_number", Integer, nullable=False, comment="Which invoice of the file it is"),
    Column("known", Boolean, nullable=False, comment="Whether later documents of the seller may name this account"),
    Column("stated", JSON(none_as_null=True), comment="Accounts that the vendor's rule file states"),
    Column("is_old", Boolean, nullable=False, comment="Whether it was there before accounts were compared, so that it is never called changed"),
    Column("before", JSON(none_as_null=True), comment="Where the account changed: what verdict, decision and reason are without that, and what is told"),
)
Index("accounts_by_seller", accounts.c.seller, accounts.c.iban, accounts.c.known, accounts.c.position, accounts.c.part_number)

corrections = Table(
    "corrections",
    metadata,
    _document(),
    _position(),
    Column("field", AnyText, nullable=False, comment="`number`, `lines[0].amount`, `extra.NAME`; `lines[0]` where a row was taken out"),
    Column("old_value", AnyText, comment="What it was before; a row as JSON"),
    Column("new_value", AnyText, comment="What it is since; none where it was taken out"),
    Column("corrected_by", AnyText, nullable=False, comment="Who"),
    Column("corrected_at", UtcTime, nullable=False, comment="When"),
)

reviews = Table(
    "reviews",
    metadata,
    _document(),
    _position(),
    Column("decision", String(16), nullable=False, comment="accept or reject"),
    Column("reason", AnyText, comment="Why"),
    Column("decided_by", AnyText, nullable=False, comment="Who"),
    Column("decided_at", UtcTime, nullable=False, comment="When"),
)

originals = Table(
    "originals",
    metadata,
    _document(),
    Column("verdict", String(16), comment="Of the extraction"),
    Column("invoice", JSON, nullable=False, comment="What extraction found, before the first correction"),
    Column("issues", JSON, nullable=False, comment="What was wrong with that"),
)

CONTENT = (invoices, lines, taxes, fields, issues, figures, duplicate_keys, accounts)
"""Tables that hold what was found on a document, to be replaced when it is done again."""
BY_FIELDS = ((invoices, FIELDS), (lines, LINE_FIELDS), (taxes, TAX_FIELDS))
"""Tables whose columns follow from a table of fields."""
