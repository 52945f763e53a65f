"""Owns what the lines of a postal address look like: the line with postcode and town, and the line with the street."""

from __future__ import annotations

import regex

from extractor.invoice.locales import country_codes

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


_CODE = r"\d{4,6}(?:[ ]?[A-Z]{2}\b)?|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3}|\d{3} \d{2}"
_CODE_AND_TOWN = regex.compile(rf"(?:[A-Z]{{1,3}}[ ]?-[ ]?)?(?P<code>{_CODE}),?[ ]+(?P<town>{_TOWN})")


def place_of(line: str) -> tuple[str, str] | None:
    """Postcode and town of a line that is both, the code first; None for other forms, in which a town and a state are not told apart.

    >>> place_of("D-80331 München"), place_of("1011 AB Amsterdam"), place_of("Springfield, IL 62704")
    (('80331', 'München'), ('1011 AB', 'Amsterdam'), None)
    """
    found = _CODE_AND_TOWN.fullmatch(line.strip())
    return (found["code"], found["town"]) if found else None


_MORE_COUNTRIES = {
    **dict.fromkeys(("usa", "u.s.a.", "united states of america"), "US"),
    **dict.fromkeys(("uk", "u.k.", "great britain", "england", "scotland", "wales", "northern ireland"), "GB"),
    **dict.fromkeys(("the netherlands", "holland"), "NL"),
    "czech republic": "CZ",
}
"""Names in addresses that CLDR does not list."""
_POSTAL_PREFIXES = {"D": "DE", "A": "AT", "F": "FR", "B": "BE", "L": "LU", "I": "IT", "E": "ES"} | {
    code: code for code in ("DE", "AT", "FR", "BE", "LU", "IT", "ES", "CH", "LI", "NL", "DK", "SE", "NO", "FI", "PL", "CZ", "SK", "SI", "HU", "PT", "LT", "LV")
}
"""What stands before a postcode and a hyphen for the country: distinguishing signs of vehicles, and ISO 3166 codes."""
_PREFIXED = regex.compile(r"\s*(?P<prefix>[A-Z]{1,2})[ ]?-[ ]?\d{3}[\d ]{1,3}\b")


def country_of(address: str) -> str | None:
    """The ISO 3166 code of the country that an address names, at its end or before its postcode; None where it names none.

    E-invoices state the code itself, on a line of its own.

    >>> [country_of(text) for text in ("Kade 3\\n1011 AB Amsterdam\\nNetherlands", "1 Main St, Austin, TX 78701, USA", "Ring 1, A-1010 Wien", "Ring 1")]
    ['NL', 'US', 'AT', None]
    >>> country_of("Ring 1\\n1010 Wien\\nAT"), country_of("1 Main St, Austin, TX")
    ('AT', None)
    """
    stated = address.rpartition("\n")[2].strip()
    if stated in country_codes().values():
        return stated
    parts = [part.strip(" .") for part in regex.split(r"[\n,]", address) if part.strip(" .")]
    # Georgia is a state of the USA as well
    if not parts or parts[-1].casefold() == "georgia":
        return None
    last = parts[-1].casefold()
    named = country_codes().get(last) or _MORE_COUNTRIES.get(last)
    prefixes = (_PREFIXED.match(part) for part in parts)
    return named or next((_POSTAL_PREFIXES[found["prefix"]] for found in prefixes if found and found["prefix"] in _POSTAL_PREFIXES), None)
