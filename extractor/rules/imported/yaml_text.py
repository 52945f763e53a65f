"""Owns writing plain values as the YAML of a rule file, readable and with every text quoted that YAML could take for something else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractor.rules.source import resolve

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./ -]*(?<! )")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})


def yaml_text(value: Mapping[str, Any]) -> str:
    """The mapping as YAML text.

    >>> print(yaml_text({"format": 1, "fields": {"total": [{"regex": "Sum: (.*)"}], "date": {"value": "2024-01-02"}}, "none": ["no", "a b"]}), end="")
    format: 1
    fields:
      total:
        - regex: 'Sum: (.*)'
      date:
        value: 2024-01-02
    none:
      - 'no'
      - a b
    """
    return "".join(f"{line}\n" for line in _lines(value, ""))


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, Mapping | list | tuple):
                yield f"{indent}{_scalar(key)}:"
                yield from _lines(item, f"{indent}  ")
            else:
                yield f"{indent}{_scalar(key)}: {_scalar(item)}"
    elif isinstance(value, Sequence):
        for item in value:
            if isinstance(item, Mapping):
                first, *rest = _lines(item, f"{indent}  ")
                yield f"{indent}- {first[len(indent) + 2 :]}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(item)}"


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and isinstance(resolve(value), str) and value.casefold() not in _WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value)
