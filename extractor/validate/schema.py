"""Owns validation against a JSON Schema: the shipped one for invoices, or a caller's own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from extractor.errors import SchemaError
from extractor.issues import Issue, Level
from extractor.shipped import shipped_schema

_REFERENCE = re.compile(r"\$(?:ref|dynamicRef|recursiveRef)\b")

SchemaSource = Mapping[str, Any] | str | os.PathLike[str]


class InvoiceSchema:
    """A JSON Schema ready to validate any number of invoices.

    source: a schema as a mapping, or the path of a file that holds one; None for the shipped `invoice-v1`.
    Raises SchemaError where it cannot be read or is no valid schema.
    """

    def __init__(self, source: SchemaSource | None = None) -> None:
        self.schema: Mapping[str, Any] = shipped_schema("invoice-v1") if source is None else _load(source)
        if source is not None:
            _check(self.schema)

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft202012Validator, FormatChecker
        from jsonschema.validators import extend, validator_for
        from referencing import Registry

        draft = validator_for(self.schema, default=Draft202012Validator)
        if draft.VALIDATORS.get("properties") is Draft202012Validator.VALIDATORS["properties"] and not _REFERENCE.search(repr(self.schema)):
            draft = extend(draft, {"properties": _Properties()})  # type: ignore[no-untyped-call]
        # the registry holds nothing, so that a `$ref` to elsewhere is an error, and not a download
        return draft(self.schema, format_checker=FormatChecker(), registry=Registry())

    def issues(self, invoice: Mapping[str, Any]) -> list[Issue]:
        """What in an invoice (`Invoice.to_dict()`) violates the schema, each with the field that it is about.

        Raises SchemaError where the schema refers to what it does not hold, or to itself without end.
        """
        errors = sorted(self._errors(invoice), key=lambda error: [str(part) for part in error.absolute_path])
        return [_issue(error) for error in errors]

    def allows(self, name: str, value: Any) -> bool:
        """Whether an invoice may have a property of this name and value at its top level. Raises SchemaError as `issues` does."""
        without, having = ({tuple(error.absolute_schema_path) for error in self._errors(invoice)} for invoice in ({}, {name: value}))
        return having <= without

    def _errors(self, invoice: Mapping[str, Any]) -> list[Any]:
        from referencing.exceptions import Unresolvable

        try:
            return list(self._validator.iter_errors(invoice))
        except Unresolvable as error:
            raise SchemaError(f"the JSON Schema refers to {error.ref!r}, which it does not hold; put that under its `$defs`") from error
        except RecursionError as error:
            raise SchemaError("the JSON Schema refers to itself without end") from error


class _Properties:
    """The keyword `properties` of a schema in which nothing is referred to.

    jsonschema makes a validator and a resolver of references for each property of each invoice, which takes four fifths of
    the time of validating. Here each subschema keeps its validator.
    """

    def __init__(self) -> None:
        self._validators: dict[int, Any] = {}

    def __call__(self, validator: Any, properties: Mapping[str, Any], instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        if not validator.is_type(instance, "object"):
            return
        for name, subschema in properties.items():
            if name in instance:
                own = self._validators.get(id(subschema))  # the schema is kept as long as this is
                if own is None:
                    own = self._validators[id(subschema)] = validator.evolve(schema=subschema)
                for error in own.iter_errors(instance[name]):
                    error.path.appendleft(name)
                    error.schema_path.appendleft(name)
                    yield error


def _load(source: SchemaSource) -> Mapping[str, Any]:
    if isinstance(source, Mapping):
        return source
    try:
        schema = json.loads(Path(source).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SchemaError(f"cannot read the JSON Schema {os.fspath(source)!r}: {error}") from error
    if not isinstance(schema, Mapping):
        raise SchemaError(f"the JSON Schema {os.fspath(source)!r} is no object")
    return schema


def _check(schema: Mapping[str, Any]) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as InvalidSchema
    from jsonschema.validators import validator_for

    if not isinstance(schema.get("$schema", ""), str):
        raise SchemaError(f"not a valid JSON Schema: $schema is no text: {schema['$schema']!r}")
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(dict(schema))
    except RecursionError as error:
        raise SchemaError("not a valid JSON Schema: it is nested too deep") from error
    except InvalidSchema as error:
        raise SchemaError(f"not a valid JSON Schema: {error.message} (at {'/'.join(map(str, error.absolute_path)) or 'the top'})") from error


def _issue(error: Any) -> Issue:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required" and not path:
        # one error for each missing name; only its message tells which one it is of
        name = next((name for name in error.validator_value if error.message.startswith(repr(name))), None)
        return Issue("missing-field", Level.ERROR, f"{name} was not found", field=name)
    where = path[0] if path else None
    return Issue("schema", Level.ERROR, f"{'/'.join(path) or 'invoice'}: {error.message}", field=where)
