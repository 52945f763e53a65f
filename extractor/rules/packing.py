"""Owns how compiled rule files are written to disk and read back: pickles of known classes, under a checksum.

Reading makes no object of any other class than those listed, whatever the file holds, and calls nothing else.
"""

from __future__ import annotations

import io
import pickle
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

from extractor.invoice.writing import Writing
from extractor.issues import Issue, Level, Place
from extractor.rules import model

_KNOWN = {
    (known.__module__, known.__qualname__): known
    for known in (
        *(model.Length, model.Label, model.Zone, model.TextView, model.Clue, model.CodePattern, model.Rule, model.LineTable, model.Block),
        *(model.Identify, model.Example, model.RuleSet, model.RuleFile, Writing, Issue, Level, Place, Decimal, date),
    )
}
_CHECKSUM_BYTES = 4


class Damaged(Exception):
    """What was read is not what was written."""


def packed(value: object) -> bytes:
    """A value as bytes."""
    return sealed(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def unpacked(data: bytes) -> Any:
    """The value again. Raises Damaged."""
    try:
        return _Unpickler(io.BytesIO(unsealed(data))).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError, ValueError) as error:
        raise Damaged(str(error)) from None


def sealed(data: bytes) -> bytes:
    """Bytes with their checksum."""
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "little") + data


def unsealed(data: bytes) -> bytes:
    """The bytes again. Raises Damaged."""
    content = data[_CHECKSUM_BYTES:]
    if zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "little") != data[:_CHECKSUM_BYTES]:
        raise Damaged("the checksum is wrong")
    return content


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is not of this package's rules")
        return _KNOWN[module, name]
