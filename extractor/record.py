"""Owns `record`: what is written `@dataclass(frozen=True, slots=True)` elsewhere, for the values that are made by the thousand a page.

A frozen dataclass sets each attribute by a call, which makes it three times as long to make; an eighth of the time of a page went
into that. Of a record it is the type checker that refuses to set attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """A dataclass with slots that compares and hashes by its values, and whose attributes nobody sets.

    >>> @record
    ... class Pair:
    ...     first: int
    ...     second: int
    >>> Pair(1, 2) == Pair(1, 2), len({Pair(1, 2), Pair(1, 2)})
    (True, 1)
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
