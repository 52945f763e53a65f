"""Owns how many errors lie between what is wanted and the beginning of a text."""

from __future__ import annotations

from typing import AnyStr


def fewest_errors(wanted: AnyStr, text: AnyStr, limit: int) -> int:
    """The smallest edit distance between `wanted` and any beginning of `text`; limit + 1 where it is more than the limit.

    What agrees is passed over; where it ends there is an error of one of three kinds (G. Landau, U. Vishkin, Fast parallel and
    serial approximate string matching, 1989). The cost grows with the third power of the limit, which is small.

    >>> [fewest_errors("supplies", text, 2) for text in ("supplies ltd", "supp1ies", "suplies ltd", "sup", "xsuppliesx")]
    [0, 1, 1, 3, 1]
    """
    if text.startswith(wanted):
        return 0
    if not limit or (limit > 1 and not _has_intact_part(wanted, text, limit)):
        return limit + 1
    done = 0
    for one, other in zip(wanted, text, strict=False):
        if one != other:
            break
        done += 1
    is_end = done >= len(text)
    if limit == 1:
        behind = wanted[done + 1 :]
        fits = text.startswith(behind, done) or (not is_end and (text.startswith(behind, done + 1) or text.startswith(wanted[done:], done + 1)))
        return 1 if fits else 2
    rest, here = wanted[done + 1 :], text[done:]
    fewest = 1 + fewest_errors(rest, here, limit - 1)
    if not is_end:
        for then in (rest, wanted[done:]):
            if fewest > 1:
                fewest = min(fewest, 1 + fewest_errors(then, here[1:], fewest - 2))
    return fewest


def _has_intact_part(wanted: AnyStr, text: AnyStr, errors: int) -> bool:
    """Whether one of the parts, more than errors, into which what is wanted can be cut stands near the beginning of a text."""
    near, size = text[: len(wanted) + errors], len(wanted) // (errors + 1)
    return not size or any(wanted[start : start + size] in near for start in range(0, size * (errors + 1), size))
