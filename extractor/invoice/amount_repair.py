"""Owns which amounts a text may be that OCR misread: letters in place of digits and of currency signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.invoice.characters import as_digits

_AFTER_DIGIT = re.compile(r"(?<=[\d.,'])[OoQDlI|!SB]+(?=[\d.,' )*-]|$)")
_BEFORE_MARK = re.compile(r"(?<![^\W\d_])[OoQlI|!SBZ]{1,3}(?=\d*[OoQDlI|SB]*[.,][\dOoQlISB]{2})")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[OoQDlI|!SsBZz](?=\d)")
_MISREAD_SIGN = re.compile(r"([-(]?)([SEf]) ?(?=\d{1,3}(?:[.,']?\d{3})*[.,]\d\d\b)")
_SIGN = {"S": "$", "E": "€", "f": "£"}


def confused_forms(text: str) -> Iterator[str]:
    """What the text may have been before OCR, the likeliest first: `S12.30` is `$12.30` or `512.30`, `1O.5O` is `10.50`.

    Only letters that stand among digits are changed.
    """
    sign = _MISREAD_SIGN.match(text)
    if sign:
        yield sign.group(1) + _SIGN[sign.group(2)] + text[sign.end() :]
    changed = text
    for pattern in (_BETWEEN_DIGITS, _AFTER_DIGIT, _BEFORE_MARK, _AFTER_DIGIT):
        changed = pattern.sub(lambda match: as_digits(match.group()), changed)
    letters = [old for old, new in zip(text, changed, strict=True) if old != new]
    if not letters or len(letters) > 2 * sum(map(str.isdigit, text)):
        return
    # Without a decimal mark, letters may be a unit or part of an article code (5l, 3S, B12): only round zeros are believed.
    if "." in changed or "," in changed or set(letters) <= set("Oo"):
        yield changed
