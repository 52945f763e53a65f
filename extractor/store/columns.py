"""Owns the column types that mean the same in SQLite and PostgreSQL: exact decimals, moments in UTC, and text as documents hold it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

SQLITE = "sqlite"


class ExactDecimal(TypeDecorator[Decimal]):
    """A `Decimal` with all its digits and zeros: NUMERIC in PostgreSQL; in SQLite, whose NUMERIC is a binary float, decimal text.

    >>> from sqlalchemy.dialects.sqlite import dialect
    >>> ExactDecimal().process_bind_param(Decimal("1E+3"), dialect())
    '1000'
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == SQLITE else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return f"{value:f}" if value is not None and dialect.name == SQLITE else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime.datetime]):
    """A moment, always in UTC: TIMESTAMP WITH TIME ZONE in PostgreSQL, `YYYY-MM-DD HH:MM:SS.ffffff` in SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != SQLITE))

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        moment = value.astimezone(datetime.UTC)
        return moment.replace(tzinfo=None) if dialect.name == SQLITE else moment

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


class AnyText(TypeDecorator[str]):
    """Text of any origin. What no database takes is replaced: lone surrogates by their escapes, the character NUL by U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Text as the store keeps it.

    >>> storable("caf\\udce9\\0")
    'caf\\\\udce9�'
    """
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode("utf-8")
