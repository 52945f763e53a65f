"""Owns identifiers with a checksum: IBAN (ISO 13616), BIC (ISO 9362) and VAT identifiers, read through python-stdnum.

Normal form: capitals and digits without separators. A text that fails its checksum has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import product
from typing import Any

from extractor.invoice.characters import plain

_LABEL = re.compile(r"^(?:IBAN|BIC|SWIFT(?:[ /-]?(?:BIC|Code))?|BIC/SWIFT)(?:[ -]?(?:No|Nr|Code)\b\.?)?[\s:.#]+", re.IGNORECASE)
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]")
_IBAN = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=IBAN)|(?<=Iban))[A-Za-z0-9]{2} ?[0-9A-Za-z]{2}(?:(?: ?[-.] ?| )?[0-9A-Za-z]){11,30}")
_LETTERS_FOR = {"0": "ODQ", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B"}
_DIGIT_FOR = {letter: digit for digit, letters in _LETTERS_FOR.items() for letter in letters} | {"T": "7"}
_MAX_FORCED = 4
"""More misread characters than these are not corrected: a checksum of two digits would soon agree by chance."""


@lru_cache(maxsize=4096)
def stdnum_valid(module: str, number: str, checked: bool = True) -> str | None:
    """The number in the normal form of python-stdnum's module; None where it is not valid. checked: whether its checksum must hold."""
    from stdnum.exceptions import InvalidChecksum, ValidationError

    try:
        return str(_stdnum(module).validate(number))
    except InvalidChecksum:
        return None if checked else str(_stdnum(module).compact(number))
    except ValidationError:
        return None


@lru_cache(maxsize=64)
def _stdnum(module: str) -> Any:
    return import_module(f"stdnum.{module}")


def _compact(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", _LABEL.sub("", plain(text).strip())).upper()


@lru_cache(maxsize=4096)
def _valid_iban(number: str) -> str | None:
    """An IBAN whose check digits hold, the national ones too where python-stdnum knows them; None for others.

    Its lists of banks are not asked: they lack banks that were founded since.
    """
    from stdnum.exceptions import InvalidComponent, ValidationError

    iban = _stdnum("iban")
    try:
        return str(iban.validate(number))
    except InvalidComponent:
        pass
    except ValidationError:
        return None
    try:
        return str(iban.validate(number, check_country=False))
    except ValidationError:
        return None


def normalize_iban(text: str, *, checked: bool = True) -> str | None:
    """The IBAN in a text (a label `IBAN:` before it is passed over), where checksum, country and structure hold; else None.

    checked=False: the checksum may fail, so that a wrongly printed number can be shown.

    >>> normalize_iban("IBAN: DE89 3704 0044 0532 0130 00"), normalize_iban("DE88 3704 0044 0532 0130 00")
    ('DE89370400440532013000', None)
    """
    number = _compact(text)
    if not 15 <= len(number) <= 34:
        return None
    valid = _valid_iban(number)
    if valid or checked:
        return valid
    structure = _structure(number[:2])
    fits = len(structure) == len(number) - 4 and next(_choices(number[2:], "nn" + structure), None) == number[2:]
    return number if fits else None


def is_valid_iban(text: str) -> bool:
    """Whether the text is an IBAN whose checksum, country and structure hold."""
    return normalize_iban(text) is not None


def repair_iban(text: str) -> str | None:
    """The IBAN that a misread text stands for; None where there is none, or more than one.

    Only letters and digits that look alike are exchanged (O/0, I/1, S/5, B/8 ...): all that stand where the country's structure
    allows no such character; else one letter, where it allows both. Digits are never exchanged for other digits: among
    so many the checksum would agree by chance. A valid IBAN is given back as it is.

    >>> repair_iban("DE89 37O4 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    number = _compact(text)
    if not 15 <= len(number) <= 34:
        return None
    valid = _valid_iban(number)
    if valid:
        return valid
    found = {iban for form in _structured(number) if (iban := _valid_iban(form))}
    if not found:
        found = {iban for form in _structured(number) for changed in _one_exchanged(form) if (iban := _valid_iban(changed))}
    return found.pop() if len(found) == 1 else None


def _structured(number: str) -> Iterator[str]:
    """The number with every character exchanged that its country's structure forbids where it stands."""
    for country in _choices(number[:2], "aa"):
        structure = _structure(country)
        if len(structure) != len(number) - 4:
            continue
        forms = list(_choices(number[2:], "nn" + structure))
        if forms and sum(old != new for old, new in zip(number, country + forms[0], strict=True)) <= _MAX_FORCED:
            yield from (country + form for form in forms)


def _choices(characters: str, structure: str) -> Iterator[str]:
    """The characters made to fit the structure (n: digit, a: letter, c: either) by look-alikes only; nothing where they cannot."""
    options = []
    for char, kind in zip(characters, structure, strict=True):
        fits = kind == "c" or char.isdigit() == (kind == "n")
        options.append(char if fits else _DIGIT_FOR.get(char, "") if kind == "n" else _LETTERS_FOR.get(char, ""))
    return ("".join(form) for form in product(*options))


def _one_exchanged(number: str) -> Iterator[str]:
    """The number with one letter turned into its digit where both are allowed; the other way, a wrong digit would find a letter that fits."""
    for position, kind in enumerate(_structure(number[:2]), start=4):
        digit = _DIGIT_FOR.get(number[position]) if kind == "c" else None
        if digit:
            yield number[:position] + digit + number[position + 1 :]


@lru_cache(maxsize=256)
def _structure(country: str) -> str:
    """One letter (n, a, c) for each character of a country's BBAN (SWIFT's IBAN registry); empty where it has no IBAN."""
    properties = _stdnum("numdb").get("iban").info(country)[0][1]
    return "".join(kind * int(count) for count, kind in re.findall(r"(\d+)!([nac])", properties.get("bban", "")))


def find_ibans(text: str, *, repair: bool = False, checked: bool = True) -> list[tuple[int, int]]:
    """Where valid IBANs stand in a running line, as (start, end), spaces inside included.

    repair: also those that `repair_iban` restores. checked=False: also those whose checksum fails.

    >>> find_ibans("Konto DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX")
    [(6, 33)]
    """
    line, spans = plain(text), list[tuple[int, int]]()
    match = _IBAN.search(line)
    while match:
        lengths = {len(_structure(country)) + 4 for country in _choices(match.group()[:2].upper(), "aa")} - {4}
        ends = [end for length in lengths if (end := _end_of(match, length)) and _is_iban(line[match.start() : end], repair, checked)]
        spans += [(match.start(), end) for end in ends[:1]]
        match = _IBAN.search(line, ends[0] if ends else match.start() + 1)
    return spans


def _is_iban(text: str, repair: bool, checked: bool) -> bool:
    return bool(normalize_iban(text, checked=checked) or (repair and repair_iban(text)))


def _end_of(match: re.Match[str], length: int) -> int | None:
    """Where the first `length` letters and digits of the match end; None where the word goes on."""
    line, count = match.string, 0
    for position in range(match.start(), match.end()):
        count += line[position].isalnum()
        if count == length:
            return position + 1 if _is_word_end(line, position + 1) else None
    return None


def _is_word_end(line: str, end: int) -> bool:
    """Whether a number may end here: OCR joins the word after it (`...3000BIC`), but not the digit after a digit."""
    following = line[end : end + 1]
    return not following.isalnum() or (line[end - 1].isdigit() and following.isalpha())


def normalize_bic(text: str) -> str | None:
    """The BIC in a text (a label before it is passed over), where structure and country hold; else None. A BIC has no checksum.

    >>> normalize_bic("BIC: COBA DE FF XXX"), normalize_bic("COBA1EFF")
    ('COBADEFFXXX', None)
    """
    number = _compact(text)
    return stdnum_valid("bic", number) if len(number) in (8, 11) else None


_VAT_SUFFIX = re.compile(r"(?:MWST|TVA|IVA|TPV|VAT|HR)+$")
_VAT_LABEL = re.compile(r"^(?:VAT|TVA|IVA|UID|USt|BTW|MwSt|NIP|DIČ|P\.? ?IVA|MVA|TAX)[^\d:]{0,25}[:.#]\s*", re.IGNORECASE)
_PREFIXES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|GR|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|GB"
_COUNTRIES = frozenset(_PREFIXES.split("|"))
_VAT_RUN = re.compile(rf"(?<![0-9A-Z])(?:(?:{_PREFIXES}|NO)(?:[ .-]{{0,2}}[0-9A-Z+*]){{7,14}}|CHE(?:[ .-]{{0,2}}\d){{9}})")
_MVA = re.compile(r"(?<![0-9A-Za-z])(?:NO[ -]?)?\d{3} ?\d{3} ?\d{3} ?MVA\b")


def normalize_vat_id(text: str, country: str | None = None, *, checked: bool = True) -> str | None:
    """The VAT identifier in a text, with its country prefix, where its checksum holds; else None.

    The EU (with XI), GB, CH and NO are known. country: ISO 3166 code that is put before a number printed without one.
    Swiss numbers lose their language's suffix (MWST, TVA, IVA), Greek ones have EL, Norwegian ones NO and MVA.
    checked=False: the checksum may fail, so that a wrongly printed number can be shown.

    >>> normalize_vat_id("DE 136 695 976"), normalize_vat_id("136695976", "DE"), normalize_vat_id("CHE-107.787.577 IVA")
    ('DE136695976', 'DE136695976', 'CHE107787577')
    """
    number = re.sub(r"[^0-9A-Z+*]", "", _VAT_LABEL.sub("", plain(text).strip()).upper())
    if not 6 <= len(number) <= 20:
        return None
    home = country.upper() if country else ""
    return _prefixed_vat(number, checked) or (_prefixed_vat({"GR": "EL", "CH": "CHE"}.get(home, home) + number, checked) if home else None)


def _prefixed_vat(number: str, checked: bool) -> str | None:
    prefix = number[:2]
    if number.startswith("CHE"):
        return stdnum_valid("ch.uid", _VAT_SUFFIX.sub("", number), checked)
    if prefix == "NO":
        valid = stdnum_valid("no.mva", number if number.endswith("MVA") else number + "MVA", checked)
        return f"NO{valid}" if valid else None
    if prefix == "GB":
        valid = stdnum_valid("gb.vat", number, checked)
        return f"GB{valid}" if valid else None
    if prefix not in _COUNTRIES:
        return None
    valid = stdnum_valid("eu.vat", "EL" + number[2:] if prefix == "GR" else number, checked)
    return "EL" + valid[2:] if valid and prefix == "GR" else valid


def repair_vat_id(text: str) -> str | None:
    """The VAT identifier that a text stands for in which OCR took one or more digits for letters; None where there is none, or more than one.

    Only letters are exchanged, for the digit that looks like them: all of them, or any one. A valid one is given back as it is.

    >>> repair_vat_id("DE 136 695 97G"), repair_vat_id("DE 136 695 975")
    ('DE136695976', None)
    """
    number = re.sub(r"[^0-9A-Z]", "", _VAT_LABEL.sub("", plain(text).strip()).upper())
    valid = normalize_vat_id(number)
    if valid or not 8 <= len(number) <= 15:
        return valid
    start = 3 if number.startswith("CHE") else 2
    places = [place for place in range(start, len(number)) if number[place] in _DIGIT_FOR]
    if not 0 < len(places) <= _MAX_FORCED:
        return None
    forms = [_with_digits(number, [place]) for place in places] + [_with_digits(number, places)]
    found = {mended for form in forms if (mended := normalize_vat_id(form))}
    return found.pop() if len(found) == 1 else None


def _with_digits(number: str, places: Sequence[int]) -> str:
    return "".join(_DIGIT_FOR[char] if place in places else char for place, char in enumerate(number))


def find_vat_ids(text: str, *, checked: bool = True) -> list[tuple[int, int, str]]:
    """Where VAT identifiers with a prefix and a valid checksum stand in a running line: (start, end, normal form).

    checked=False: also those whose checksum fails.

    >>> find_vat_ids("USt-IdNr. DE 136695976, IBAN DE89370400440532013000")
    [(10, 22, 'DE136695976')]
    """
    line = plain(text)
    taken = find_ibans(line, checked=checked)
    found: list[tuple[int, int, str]] = []
    for pattern in (_MVA, _VAT_RUN):
        for match in pattern.finditer(line):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            vat_id = _vat_id_in(match, checked)
            if vat_id:
                found.append(vat_id)
                taken.append(vat_id[:2])
    return sorted(found)


def _vat_id_in(match: re.Match[str], checked: bool) -> tuple[int, int, str] | None:
    if match.re is _VAT_RUN and match.group().startswith("NO"):
        return None  # `No. 123456789` is a number of something; Norwegian VAT numbers end in MVA
    for end in _word_ends(match):
        value = normalize_vat_id(match.string[match.start() : end], "NO" if match.re is _MVA else None, checked=checked)
        if value:
            return match.start(), end, value
    return None


def _word_ends(match: re.Match[str]) -> Iterator[int]:
    """Where the words of the match end, the longest first."""
    line = match.string
    for end in range(match.end(), match.start() + 7, -1):
        if line[end - 1].isalnum() and _is_word_end(line, end):
            yield end
