"""Owns how many errors lie between what is wanted and the beginning of a text."""

from __future__ import annotations


def fewest_errors(wanted: str, text: str, limit: int) -> int:
    """The smallest edit distance between `wanted` and any beginning of `text`; limit + 1 where it is more than the limit.

    On each diagonal of the table of distances only the farthest place counts that so many errors reach, which makes the cost
    that of the limit squared (G. Landau, U. Vishkin, Fast parallel and serial approximate string matching, 1989).

    >>> [fewest_errors("supplies", text, 2) for text in ("supplies ltd", "supp1ies", "suplies ltd", "sup", "xsuppliesx")]
    [0, 1, 1, 3, 1]
    """
    reached = {0: _agreeing(wanted, text, 0, 0)}  # by how far the text is behind: how many characters of what is wanted are done
    for errors in range(limit + 1):
        if len(wanted) in reached.values():
            return errors
        if errors < limit:
            reached = {shift: _agreeing(wanted, text, done, shift) for shift, done in _with_error(reached, len(wanted), len(text)).items()}
    return limit + 1


def _agreeing(wanted: str, text: str, done: int, shift: int) -> int:
    """How many characters are done when all that agree are."""
    end = min(len(wanted), len(text) - shift)
    while done < end and wanted[done] == text[done + shift]:
        done += 1
    return done


def _with_error(reached: dict[int, int], wanted: int, text: int) -> dict[int, int]:
    """What is done with one error more: a character that is missing, added or wrong. wanted, text: how long these are."""
    farther: dict[int, int] = {}
    for shift, done in reached.items():
        steps = [(shift - 1, done + 1)] if done < wanted else []
        if done + shift < text:
            steps += [(shift + 1, done), (shift, done + 1)]
        for to, place in steps:
            farther[to] = max(farther.get(to, 0), min(place, wanted))
    return farther
