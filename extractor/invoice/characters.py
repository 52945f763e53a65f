"""Owns which characters mean the same in print, and which ones OCR mistakes for one another.

Both tables map one character to one character, so that positions in the text stay what they were.
"""

from __future__ import annotations

import unicodedata

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\n\f\v"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4\u0060\uff07\u066c"
_DIGIT_ZEROS = "\u0660\u06f0\u0966\u09e6\uff10"

_PLAIN: dict[int, int] = (
    {ord(char): ord(" ") for char in _SPACES + _INVISIBLE}
    | {ord(char): ord("-") for char in _DASHES}
    | {ord(char): ord("'") for char in _APOSTROPHES}
    | {ord(zero) + value: ord("0") + value for zero in _DIGIT_ZEROS for value in range(10)}
    | {0x066A: ord("%"), 0xFF05: ord("%"), 0x066B: ord(","), 0xFF0C: ord(","), 0xFF0E: ord("."), 0xFFE5: ord("¥"), 0xFF04: ord("$"), 0xFFE1: ord("£")}
    | {0xFF08: ord("("), 0xFF09: ord(")"), 0xFF0F: ord("/"), 0xFF1A: ord(":")}
)

CONFUSED_DIGITS = "OoQDlI|!SsBZz"
"""Letters that OCR reads where a digit is printed; `as_digits` says which digit."""

_AS_DIGITS = str.maketrans(CONFUSED_DIGITS, "0000111" + "155822")


def plain(text: str) -> str:
    """The text with one kind of space, dash, apostrophe and digit; of the same length as `text`.

    >>> plain("−1’234,50\u00a0€")
    "-1'234,50 €"
    """
    return text if text.isascii() and text.isprintable() and "`" not in text else text.translate(_PLAIN)


def as_digits(text: str) -> str:
    """The text with every letter that OCR confuses with a digit turned into that digit; of the same length.

    >>> as_digits("l2.3O")
    '12.30'
    """
    return text.translate(_AS_DIGITS)


def folded(word: str) -> str:
    """A word in lower case without accents, as month names are compared: OCR often loses accents.

    >>> folded("Déc"), folded("PAŹDZIERNIKA")
    ('dec', 'pazdziernika')
    """
    word = word.casefold()
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word.replace("ł", "l")) if not unicodedata.combining(char))
