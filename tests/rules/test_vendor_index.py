"""The index of vendors says what trying every vendor would say, whatever the clues and however badly a page was read."""

from __future__ import annotations

import random

import regex
from hypothesis import given
from hypothesis import strategies as st
from layout.pages import text_layout

from extractor.errors import AmbiguousVendor
from extractor.rules.book import RuleBook
from extractor.rules.distance import fewest_errors
from extractor.rules.identify import DocumentText, identify_vendor, stands_in
from extractor.rules.labels import allowed_errors, fold, folded_text
from extractor.rules.literals import required_texts
from extractor.rules.model import Clue, Identify, RuleSet

WORDS = st.sampled_from(
    [
        "Müller",
        "Bürobedarf",
        "Supplies",
        "ACME",
        "Ltd",
        "GmbH",
        "&",
        "Sons",
        "Οίκος",
        "株式会社",
        "Ünlü",
        "Iris",
        "ıspanak",
        "Telekom",
        "ab",
        "--",
        "4711",
        "Straße",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
REGEXES = st.sampled_from(
    [r"(?i)acme[-.]supplies", r"Müller\s+(?:GmbH|Ltd)", r"ACME\d?|Telekom", r"\d{4}", r"(?i)iris", r"Sons?\b", r"(ACME )?Ltd", r"(?=A)A", r"[A-Z]+ & Sons"]
)
CLUES = st.one_of(
    NAMES.map(lambda text: Clue("text", text)),
    REGEXES.map(lambda text: Clue("regex", text)),
    st.sampled_from([Clue("vat_id", "GB980780684"), Clue("vat_id", "DE4711"), Clue("iban", "DE89370400440532013000")]),
)
SOME = st.lists(CLUES, max_size=2).map(tuple)


@st.composite
def vendors(draw) -> RuleSet:
    every, some, none = draw(SOME), draw(SOME), draw(st.sampled_from([(), (Clue("text", "Sons"),)]))
    return RuleSet("", identify=Identify(every, some, none), priority=draw(st.sampled_from([5, 5, 5, 7])), on_layout=draw(st.booleans()))


@st.composite
def pages(draw) -> str:
    """Print that holds words of the clues, with characters wrong, missing and added."""
    text = list(" ".join(draw(st.lists(st.one_of(NAMES, st.sampled_from(["VAT GB 980 7806 84", "IBAN DE89 3704 0044 0532 0130 00", "\n"])), max_size=8))))
    for _ in range(draw(st.integers(0, 6)) if text else 0):
        place = draw(st.integers(0, len(text) - 1))
        text[place] = draw(st.sampled_from(["", "x", "é", text[place] * 2, "ıA"]))
    return "".join(text)


def outcome(identify) -> tuple[str, ...]:
    try:
        found = identify()
    except AmbiguousVendor as error:
        return ("ambiguous", *error.rule_ids)
    return (found.rule_set.id, str(found.score), *found.clues) if found else ()


@given(st.lists(vendors(), max_size=12), pages())
def test_the_index_gives_what_trying_all_gives(found, text):
    rule_sets = {f"v{number}": RuleSet(f"v{number}", identify=v.identify, priority=v.priority, on_layout=v.on_layout) for number, v in enumerate(found)}
    page = text_layout(text)
    assert outcome(lambda: RuleBook(rule_sets).identify(page)) == outcome(lambda: identify_vendor(page, rule_sets.values()))


@given(st.lists(NAMES, min_size=1, max_size=30, unique=True), pages())
def test_every_text_on_the_page_is_a_candidate(names, text):
    book = RuleBook({name: RuleSet(name, identify=Identify(all=(Clue("text", name),))) for name in names})
    document = DocumentText(text_layout(text))
    there = {number for number, name in enumerate(names) if stands_in(folded_text(name), document.folded)}
    assert there <= {each.number for each in book.index.candidates(document) if each.may_fit()}


@given(st.lists(st.text("abc", min_size=1, max_size=24), min_size=1, max_size=4, unique=True), st.text("abcd", max_size=40), st.data())
def test_of_texts_of_any_length_those_on_the_page_are_candidates(names, noise, data):
    misread = list(data.draw(st.sampled_from(names)))
    for _ in range(data.draw(st.integers(0, 3))):
        misread[data.draw(st.integers(0, len(misread) - 1))] = data.draw(st.sampled_from(["", "d", "ab", "ca"]))
    page = DocumentText(text_layout(noise[:20] + "".join(misread) + noise[20:]))
    book = RuleBook({name: RuleSet(name, identify=Identify(all=(Clue("text", name),))) for name in names})
    there = {number for number, name in enumerate(names) if stands_in(name, page.folded)}
    assert there <= {each.number for each in book.index.candidates(page) if each.may_fit()}


def test_candidates_are_few():
    """The point of the index: of 2,000 names in a book next to none but those on the page are looked at."""
    made = random.Random(7)
    brands = ["".join(made.choice(SYLLABLES) for _ in range(4)).title() for _ in range(2000)]
    names = [f"{brand} {made.choice(TRADES)} Ltd" for brand in dict.fromkeys(brands)]
    book = RuleBook({name: RuleSet(name, identify=Identify(all=(Clue("text", name),))) for name in names})
    document = DocumentText(text_layout(f"Sold by {names[500]}\nInvoice 4711\nTotal 12.00"))
    candidates = {names[each.number] for each in book.index.candidates(document)}
    there = {name for name in names if stands_in(folded_text(name), document.folded)}
    assert names[500] in there <= candidates
    assert len(candidates) < len(names) / 10


SYLLABLES = ["ba", "di", "fe", "go", "ku", "la", "mo", "ne", "pi", "ru", "sa", "ti", "vo", "xe", "zu"]
TRADES = ["Building Materials", "Office Supplies", "Catering Services", "Electrical Engineering"]


@given(st.text("abcd", min_size=1, max_size=22), st.text("abcd", max_size=40))
def test_stands_in_is_a_fuzzy_search(folded, text):
    pattern = f"(?:{folded}){{e<={allowed_errors(len(folded))}}}"
    assert stands_in(folded, text) == (regex.search(pattern, text) is not None)


@given(st.text("abc", max_size=8), st.text("abc", max_size=10), st.integers(0, 4))
def test_fewest_errors_is_an_edit_distance(wanted, text, limit):
    rows = [list(range(len(text) + 1))]  # Wagner and Fischer's table
    for i, a in enumerate(wanted, 1):
        row = [i]
        for j, b in enumerate(text, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
        rows.append(row)
    assert fewest_errors(wanted, text, limit) == min(limit + 1, *rows[-1])


@given(st.text())
def test_text_is_folded_as_labels_are(text):
    assert folded_text(text) == fold(text)[0]


LITERALS = [
    *(r"(?i)acme[-.]supplies\.example", r"ACME\s+(?:Ltd|Limited)?", r"Foo\d|Bar+", r"(ab)?cd", r"(ab)+cd", r"x(ab|cd)ef", r"a{0}bc", r"ab{2}c"),
    *(r"(?P<value>Total)\s*due", r"ab{,3}c", r"(a(?:b\s)c)d", r"\bFree\b.{0,5}Mobile", r"a-?b", r"[.\- ]x", r"[ -~]x", r"ab??c", r"abc*+d", r"(?i)IBAN"),
]


@given(st.sampled_from(LITERALS), st.data())
def test_what_a_regex_requires_is_in_all_its_matches(pattern, data):
    match = data.draw(st.from_regex(pattern.replace("*+", "*").replace("??", "?"), fullmatch=True))
    if regex.fullmatch(pattern, match) is not None:
        texts = required_texts(pattern)
        assert texts is None or any(text in folded_text(match).replace("ı", "l") for text in texts)


def test_what_is_not_understood_requires_nothing():
    for pattern in (r"\d{8}", r"(?<=No )x", r"x{e<=1}", r"[[:alpha:]]x", r"\x41bcd", "a||b", "", r"(?x)a b", r"\p{L}oo", r"(?(1)a|b)", r"a{}", r"(a", "a)"):
        assert required_texts(pattern) is None
