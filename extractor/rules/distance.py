"""Owns how many errors lie between what is wanted and the beginning of a text."""

from __future__ import annotations

_UNREACHED = -100
"""Less than any place, by more than any number of errors."""


def fewest_errors(wanted: str, text: str, limit: int) -> int:
    """The smallest edit distance between `wanted` and any beginning of `text`; limit + 1 where it is more than the limit.

    On each diagonal of the table of distances only the farthest place counts that so many errors reach, which makes the cost
    that of the limit squared (G. Landau, U. Vishkin, Fast parallel and serial approximate string matching, 1989).

    >>> [fewest_errors("supplies", text, 2) for text in ("supplies ltd", "supp1ies", "suplies ltd", "sup", "xsuppliesx")]
    [0, 1, 1, 3, 1]
    """
    if text.startswith(wanted):
        return 0
    if limit <= 1:
        return 1 if limit and _has_one_error(wanted, text) else limit + 1
    if not _has_intact_part(wanted, text, limit):
        return limit + 1
    reached = [_agreeing(wanted, text, 0, 0)]  # by how far the text is behind: how many characters of what is wanted are done
    for errors in range(1, limit + 1):
        reached = _with_error(reached, len(text))
        if any(done >= 0 and text.startswith(wanted[done:], done + shift) for shift, done in enumerate(reached, -errors)):
            return errors
        if errors < limit:
            reached = [_agreeing(wanted, text, done, shift) for shift, done in enumerate(reached, -errors)]
    return limit + 1


def _has_one_error(wanted: str, text: str) -> bool:
    """Whether a text that does not begin with what is wanted does so but for one character that is wrong, missing or added."""
    done = _agreeing(wanted, text, 0, 0)
    behind = wanted[done + 1 :]
    return (done < len(text) and text.startswith(behind, done + 1)) or text.startswith(behind, done) or text.startswith(wanted[done:], done + 1)


def _has_intact_part(wanted: str, text: str, errors: int) -> bool:
    """Whether one of the parts, more than errors, into which what is wanted can be cut stands near the beginning of a text."""
    near, size = text[: len(wanted) + errors], len(wanted) // (errors + 1)
    return not size or any(wanted[start : start + size] in near for start in range(0, size * (errors + 1), size))


def _with_error(reached: list[int], length: int) -> list[int]:
    """What is done with one error more: a character that is wrong, missing or added. length: of the text, beyond which nothing is."""
    beside = [_UNREACHED, _UNREACHED, *reached, _UNREACHED, _UNREACHED]
    behind = -(len(reached) // 2) - 1
    return [
        min(max(wrong + 1, missing + 1, added), length - shift)
        for shift, (added, wrong, missing) in enumerate(zip(beside, beside[1:], beside[2:], strict=False), behind)
    ]


def _agreeing(wanted: str, text: str, done: int, shift: int) -> int:
    """How many characters are done when all that agree are."""
    end = min(len(wanted), len(text) - shift) if done >= 0 else done
    while done < end and wanted[done] == text[done + shift]:
        done += 1
    return done
