"""Owns what the lines of a postal address look like: the line with postcode and town, and the line with the street."""

from __future__ import annotations

import regex

_TOWN = r"\p{Lu}[\p{L}'’.()-]+(?:[ -][\p{L}'’.()/-]+){0,5}"
_CODES = (
    # the code before the town: 80331 München, F-75018 Paris, 1234 AB Delft, 00-950 Warszawa, 1000-205 Lisboa
    rf"(?:[A-Z]{{1,3}}[ -]{{1,3}})?\d{{4,6}}(?: ?[A-Z]{{2}}\b)?,?[ ]*{_TOWN}",
    rf"(?:[A-Z]{{1,3}}[ -]{{1,3}})?(?:\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{5}}-\d{{3}}|\d{{3}} \d{{2}}),?[ ]+{_TOWN}",
    # the code behind the town: Springfield, IL 62704; San Tule, California 90000; Bengaluru - 560001; Toronto ON M5V 2T6; Sydney NSW 2000
    rf"{_TOWN},? [A-Z]{{2}}\.?,? \d{{5}}(?:-\d{{4}})?",
    rf"{_TOWN}, \p{{Lu}}\p{{Ll}}{{3,}}(?: \p{{Lu}}\p{{Ll}}{{3,}})?,? \d{{5}}(?:-\d{{4}})?",
    r"\p{Lu}\p{L}{3,}(?:[ -]\p{L}{2,}){0,4}(?:,? | - )\d{5,6}",
    rf"{_TOWN},? (?:NSW|VIC|QLD|TAS|ACT|SA|WA|NT),? \d{{4}}",
    rf"(?:{_TOWN},? )?(?:[A-Z]{{2}},? )?[A-Z]\d[A-Z] ?\d[A-Z]\d",
    # British and Irish codes on either side
    rf"(?:{_TOWN},? )?[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}(?:,? {_TOWN})?",
    rf"(?:{_TOWN},? )?[A-Z]\d[\dW] [A-Z\d]{{4}}(?:,? {_TOWN})?",
)
_PLACE = regex.compile(rf"\s*(?:{'|'.join(_CODES)})(?:\s*[,/(-]\s*\(?(?:[A-Z]{{2,3}}|{_TOWN})\)?|\s+[A-Z]{{2,3}})?[\s.,]*")
_CAPITAL, _DIGIT = regex.compile(r"\p{Lu}"), regex.compile(r"\d")
_STREET_WORD = regex.compile(
    r"(?i)(?:stra(?:ß|ss)e|str\.|\bweg|platz|allee|gasse|\bring|damm|ufer|street|\bst\.?|road|\brd\.?|avenue|\bave?\.?|lane|drive|\bdr\.|boulevard"
    r"|\bblvd\.?|\bway|square|court"
    r"|suite|floor|building|p\. ?o\. ?box|postfach|\brue|chemin|impasse|allée|\bvia|piazza|corso|viale|calle|avda|plaza|paseo|\brua|avenida|travessa"
    r"|straat|laan|gracht|plein|\bul\.|jalan|\bjln)\b"
)


def is_place(text: str) -> bool:
    """Whether a text is the postcode and the town of an address, in either order.

    >>> [is_place(text) for text in ("80331 München", "Springfield, IL 62704", "M1 1AA Manchester", "12 Mill Lane")]
    [True, True, True, False]
    """
    # a place has a capital and a digit, and the pattern is tried on every piece of print
    return _CAPITAL.search(text) is not None and _DIGIT.search(text) is not None and _PLACE.fullmatch(text) is not None


def is_street(text: str) -> bool:
    """Whether a text may be a line of an address above its town: it has a number, or a word for a street.

    >>> is_street("12 Mill Lane"), is_street("P.O. Box"), is_street("Amber Kettle Ltd")
    (True, True, False)
    """
    return any(c.isdigit() for c in text) or _STREET_WORD.search(text) is not None
