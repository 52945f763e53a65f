"""Owns other values of the same shape: the numbers, dates and amounts of a page replaced in all their places, expectations with them.

All amounts are multiplied by one factor and all dates moved by one number of days, so that what added up still does.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations
from random import Random
from typing import Any

from extractor.authoring.scene import PrintedValue, Scene, in_one_piece
from extractor.geometry import Box
from extractor.invoice.fields import FIELDS
from extractor.layout.model import relative_widths
from extractor.ocr.result import OcrPage, OcrRegion

NUMBERED = frozenset({"identifier", "text"})
"""Kinds whose digits may be others."""
DATES_TRIED = 40
LONGEST_MOVE = 700
LEAP_CYCLE = 4
"""After so many years every day of a year exists again."""
MONEY = re.compile(
    r"(?<![\w.,/:-])-?\d{1,3}(?:(?P<group>[ .,'’])\d{3})*[.,]\d{2}(?!\d|[.,/:-]\d|\s*%)|(?<![\w.,/:-])-?\d+[.,](?:\d{2}|\d{4})(?!\d|[.,/:-]\d|\s*%)"
)
SAME_SHAPE = [Decimal(tenths) / 10 for tenths in (20, 30, 40, 50, 60, 70, 80, 90, 2, 4, 5, 6, 8, 12, 14, 15, 16, 18, 25)]
"""Factors of amounts; of a page's, only those that leave its amounts whole cents are taken."""
OTHER_SHAPE = [Decimal(n) for n in ("10", "100", "0.1", "20", "0.01", "30", "50")]
MAX_DIGITS = 9
"""Longer amounts are on hardly any invoice."""

Edit = tuple[int, int, str]


def same_shape(random: Random, scene: Scene) -> Scene | None:
    """Other numbers, dates and amounts, printed as the old ones were; None where the page has none."""
    scene = in_one_piece(scene)
    identifiers = {value.text: other_number(random, value.text) for value in _numbers(scene)}
    return _replaced(scene, identifiers, _moved_dates(random, scene), _factor(random, scene, SAME_SHAPE, same_length=True))


def other_length(random: Random, scene: Scene) -> Scene | None:
    """Numbers with a digit more or less, amounts of another magnitude; None where the page has none."""
    scene = in_one_piece(scene)
    identifiers = {value.text: longer_or_shorter(random, value.text) for value in _numbers(scene)}
    return _replaced(scene, identifiers, None, _factor(random, scene, OTHER_SHAPE, same_length=False))


def other_number(random: Random, text: str) -> str:
    """Other digits in the same places. Years stay years, and a long number keeps its first digit, as series do.

    >>> other_number(Random(1), "FA-2025-0873"), other_number(Random(1), "12345")
    ('FA-2024-0914', '12914')
    """

    def group(match: re.Match[str]) -> str:
        digits = match.group()
        if re.fullmatch(r"(19|20)\d\d", digits):
            return f"20{random.randint(20, 35)}"
        kept = len(digits) - len(digits.lstrip("0")) + (1 if len(digits) >= 5 else 0)
        return digits[:kept] + "".join(str(random.randint(1 if not place and not kept else 0, 9)) for place in range(len(digits) - kept))

    return re.sub(r"\d+", group, text)


def longer_or_shorter(random: Random, text: str) -> str:
    """The text with one digit more or less in its last number.

    >>> longer_or_shorter(Random(1), "FA-2025-0873"), longer_or_shorter(Random(4), "R17")
    ('FA-2025-087', 'R173')
    """
    last = list(re.finditer(r"\d+", text))[-1]
    shorter = len(last.group()) > 2 and random.random() < 0.5
    digits = last.group()[:-1] if shorter else last.group() + str(random.randint(0, 9))
    return text[: last.start()] + digits + text[last.end() :]


def _numbers(scene: Scene) -> list[PrintedValue]:
    """The printed values that differ from one invoice to the next and carry no check digits."""
    fixed = "\n".join(scene.fixed)
    return [
        value
        for value in scene.values
        if value.kind in NUMBERED
        and not value.name.startswith(("seller_", "lines["))
        and (value.kind == "identifier" or re.search(r"\d{3}", value.text))
        and re.search(r"\d", value.text)
        and "\n" not in value.text
        and not re.match(r"RF\d\d|[\d ]{24,}$", value.text)
        and value.text not in fixed
        and _stands(scene, value)
    ]


def _stands(scene: Scene, value: PrintedValue) -> bool:
    """Whether a value is printed in one region, as it was read."""
    pages = (page for page in scene.ocr.pages if page.number == value.page)
    return any(value.text in region.text for page in pages for region in page.regions if value.bounds.intersection(region.bounds).area > 0)


def _moved_dates(random: Random, scene: Scene) -> Callable[[datetime.date], datetime.date] | None:
    """A move that all printed dates can make in the form that they are printed in, into the past: a future date is hardly a date of issue."""
    dates = [value for value in scene.values if value.kind == "date" and isinstance(value.value, datetime.date)]
    days = (datetime.timedelta(-random.randint(1, LONGEST_MOVE)) for _ in range(DATES_TRIED))
    moves: Iterator[Callable[[datetime.date], datetime.date]] = (lambda date, by=by: date + by for by in days)  # type: ignore[misc]
    for move in (*moves, _years_earlier):
        if dates and all(_stands(scene, value) and printed_date(value.text, value.value, move(value.value)) for value in dates):
            return move
    return None


def _years_earlier(date: datetime.date) -> datetime.date:
    return date.replace(year=date.year - LEAP_CYCLE)


def printed_date(text: str, old: datetime.date, new: datetime.date) -> str | None:
    """`text`, which prints `old`, with `new` in the same form; None where that cannot be told.

    >>> old = datetime.date(2025, 12, 1)
    >>> printed_date("01.12.25", old, datetime.date(2024, 3, 17)), printed_date("1 Dec 2025", old, datetime.date(2024, 12, 17))
    ('17.03.24', '17 Dec 2024')
    >>> printed_date("1 Dec 2025", old, datetime.date(2024, 3, 17)) is None
    True
    """
    groups = list(re.finditer(r"\d+", text))
    named = len(groups) == 2
    if len(groups) not in (2, 3) or (named and new.month != old.month):
        return None
    orders = [order for order in permutations("yd" if named else "ymd") if all(_shows(g.group(), part, old) for g, part in zip(groups, order, strict=True))]
    forms = {_with_groups(text, groups, order, new) for order in orders}
    return forms.pop() if len(forms) == 1 else None


def _shows(digits: str, part: str, date: datetime.date) -> bool:
    if part == "y":
        return digits in (f"{date.year}", f"{date.year % 100:02}")
    return int(digits) == (date.month if part == "m" else date.day)


def _with_groups(text: str, groups: Iterable[re.Match[str]], order: Iterable[str], date: datetime.date) -> str:
    for match, part in reversed(list(zip(groups, order, strict=True))):
        number = (date.year if len(match.group()) == 4 else date.year % 100) if part == "y" else date.month if part == "m" else date.day
        text = text[: match.start()] + f"{number:0{len(match.group())}}" + text[match.end() :]
    return text


def _factor(random: Random, scene: Scene, factors: list[Decimal], *, same_length: bool) -> Decimal | None:
    """A factor that leaves every amount of the page whole cents and every tax right; of those, one that keeps the largest amount's length where asked."""
    numbers = [_digits(match.group()) for page in scene.ocr.pages for region in page.regions for match in MONEY.finditer(region.text)]
    largest = max(map(abs, numbers), default=0)
    if not largest or not all(_stands(scene, value) and _is_money(value) for value in scene.values if value.kind == "amount"):
        return None
    fitting = [k for k in factors if all(number * k % 1 == 0 for number in numbers) and all(_holds(tax.base, tax.rate, tax.amount, k) for tax in scene.taxes)]
    fitting = [k for k in fitting if len(str(int(largest * k))) <= MAX_DIGITS]
    keeping = [k for k in fitting if len(str(int(largest * k))) == len(str(largest))]
    choice = (keeping or fitting) if same_length else fitting
    return random.choice(choice) if choice else None


def _holds(base: Decimal, rate: Decimal, amount: Decimal, factor: Decimal) -> bool:
    tax = (base * factor * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return abs(tax - amount * factor) <= Decimal("0.01")


def _is_money(value: PrintedValue) -> bool:
    """Whether the print of an amount is one number that `MONEY` knows, and was not mended in reading it."""
    found = [re.sub(r"\D", "", match.group()) for match in MONEY.finditer(value.text)]
    return len(found) == 1 and found[0].lstrip("0") == "".join(filter(str.isdigit, str(value.value))).lstrip("0")


def _digits(text: str) -> int:
    return int(re.sub(r"[^\d-]", "", text))


def _replaced(scene: Scene, identifiers: Mapping[str, str], move: Callable[[datetime.date], datetime.date] | None, factor: Decimal | None) -> Scene | None:
    texts = {old: new for old, new in identifiers.items() if old != new}
    if move is not None:
        dates = [value for value in scene.values if value.kind == "date"]
        texts |= {value.text: new for value in dates if (new := printed_date(value.text, value.value, move(value.value))) is not None}
    if not texts and factor is None:
        return None
    pages = [replace(page, regions=tuple(_edited(scene, page, region, texts, factor) for region in page.regions)) for page in scene.ocr.pages]
    return replace(scene.with_pages(pages), expect=dict(_expected(scene, texts, move, factor)))


def _edited(scene: Scene, page: OcrPage, region: OcrRegion, texts: Mapping[str, str], factor: Decimal | None) -> OcrRegion:
    edits = list(_text_edits(region.text, texts))
    for match in MONEY.finditer(region.text) if factor is not None else ():
        apart = all(match.end() <= start or end <= match.start() for start, end, _ in edits)
        if apart and not _is_quantity(scene, page, region, match.group()):
            assert factor is not None
            edits.append((*match.span(), multiplied(match, factor)))
    text = region.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return region if text == region.text else replace(region, text=text, bounds=_box_for(region, text))


def _text_edits(text: str, texts: Mapping[str, str]) -> Iterator[Edit]:
    if texts:
        wanted = "|".join(re.escape(old) for old in sorted(texts, key=len, reverse=True))
        yield from ((*match.span(), texts[match.group()]) for match in re.finditer(rf"(?<![^\W_])(?:{wanted})(?![^\W_])", text))


def _is_quantity(scene: Scene, page: OcrPage, region: OcrRegion, text: str) -> bool:
    """Whether a number that looks like money is known to be a quantity or a rate."""
    found = (value for value in scene.values if value.page == page.number and value.kind in ("quantity", "percent"))
    return any(value.bounds.intersection(region.bounds).area > 0 and text in value.text for value in found)


def multiplied(match: re.Match[str], factor: Decimal) -> str:
    """The amount that `MONEY` found, times the factor, in the same notation.

    >>> multiplied(MONEY.search("1.250,00"), Decimal(4)), multiplied(MONEY.search("99.50"), Decimal("0.2"))
    ('5.000,00', '19.90')
    """
    text = match.group()
    places = len(re.split(r"[.,]", text)[-1])
    digits = str(int(abs(_digits(text)) * factor)).rjust(places + 1, "0")
    whole, cents = digits[:-places], digits[-places:]
    if match["group"]:
        whole = f"{int(whole):,}".replace(",", match["group"])
    return f"{'-' if text.startswith('-') else ''}{whole}{text[-places - 1]}{cents}"


def _box_for(region: OcrRegion, text: str) -> Box:
    """The region's box, as wide as the new text is; what begins with a figure is set flush right."""
    box = region.bounds
    width = box.width * sum(relative_widths(text)) / (sum(relative_widths(region.text)) or 1)
    x = max(0.0, box.right - width) if text[:1].isdigit() else box.x
    return Box(x, box.y, width, box.height)


def _expected(
    scene: Scene, texts: Mapping[str, str], move: Callable[[datetime.date], datetime.date] | None, factor: Decimal | None
) -> Iterator[tuple[str, Any]]:
    """What must come out now; fields of which that cannot be told are left out."""
    printed = {value.name: value for value in scene.values}
    for name, expected in scene.expect.items():
        value, kind = printed.get(name), FIELDS[name].kind if name in FIELDS else ""
        kind = value.kind if value else kind
        if expected is None:
            yield name, None
        elif isinstance(expected, list):
            yield name, [_expected_row(row, texts, factor) for row in expected]
        elif kind == "date" and move is not None:
            if value is not None:
                yield name, move(datetime.date.fromisoformat(expected)).isoformat()
        elif kind == "amount" and factor is not None:
            yield name, _times(expected, factor)
        elif value is not None and value.text in texts and value.kind in NUMBERED:
            if (carried := _carried(expected, value.text, texts[value.text])) is not None:
                yield name, carried
        else:
            yield name, _with_edits(expected, texts)


def _expected_row(row: Mapping[str, Any], texts: Mapping[str, str], factor: Decimal | None) -> dict[str, Any]:
    money = {"amount", "unit_price", "base"}
    return {
        column: cell if cell is None else _times(cell, factor) if column in money and factor is not None else _with_edits(cell, texts)
        for column, cell in row.items()
    }


def _times(amount: str, factor: Decimal) -> str:
    value = Decimal(amount)
    return str((value * factor).quantize(Decimal(1).scaleb(int(value.as_tuple().exponent))))


def _with_edits(text: str, texts: Mapping[str, str]) -> str:
    for start, end, new in sorted(_text_edits(text, texts), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _carried(expected: str, old: str, new: str) -> str | None:
    """The expected value with the digits of the new print, where it has the digits of the old one, whatever stands between them."""
    if expected == old:
        return new
    kept = [character for character in expected if character.isdigit()] == [character for character in old if character.isdigit()]
    digits = iter([character for character in new if character.isdigit()])
    if not kept or len(re.sub(r"\D", "", new)) != len(re.sub(r"\D", "", old)):
        return None
    return "".join(next(digits) if character.isdigit() else character for character in expected)
