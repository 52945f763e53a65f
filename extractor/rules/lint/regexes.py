"""Owns doubts about regexes: slow ones, those whose value is unclear, and those that no value of their field fits."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from functools import lru_cache

from extractor.errors import RuleTimeout
from extractor.invoice.writing import Writing
from extractor.issues import Issue, Place
from extractor.rules.lint.kinds import is_readable, samples
from extractor.rules.lint.walk import Written, blocks_of, doubt, rules_of, texts_of, writing_of
from extractor.rules.model import CodePattern
from extractor.rules.patterns import compiled, find_all
from extractor.rules.shapes import Row
from extractor.rules.source import Mapping, Node, Sequence

PROBE_SECONDS = 0.2
"""How much of the processor's time a regex may take on one probe before it counts as slow."""
MEASURED = 3
"""How often it must take that long: a machine that is busy, or where the time limit of a regex goes by the clock on the wall, is slow now and then."""
SHORTENED, FULL_PROBES = 4, 2
"""How many times shorter the first probes are, and how many of the slowest are tried in full."""
PAGE_LENGTH, VALUE_LENGTH = 3000, 300
"""How many characters a probe has for regexes that search a page, and for those that see one value."""
LINE_REGEXES = ("line", "first_line", "last_line", "skip_line")
"""Keys of a block whose regexes see one line of print."""
_CONTROL = {"\a": "a", "\b": "b", "\v": "v", "\x1b": "e", "\0": "0"}
"""What YAML makes of an escape in double quotes -> the escape."""
_WORDS = r"(?<!\\)(?<!\(\?)(?:(?![A-Za-z]-[A-Za-z]\])[^\W\d_]|[€$£%°#:,/ -]){1,30}"
"""Runs of what stands for itself in a regex, as far as that can be told without reading all of it."""


def slow_regexes(written: Written) -> Iterator[Issue]:
    """Regexes that run away on some text as long as a page, or as a value."""
    for text, place, length in _regexes(written.row):
        if _is_slow(text, length):
            message = f"this regex takes over {PROBE_SECONDS} s on repeated characters; make its repeats bounded ({{1,40}}) or possessive (++)"
            yield doubt("slow-regex", message, place)


def escaped_regexes(written: Written) -> Iterator[Issue]:
    r"""Regexes in double quotes, where YAML reads `\b` as a control character before the regex sees it."""
    for text, place, _ in _regexes(written.row):
        if escaped := next((escape for character, escape in _CONTROL.items() if character in text), None):
            yield doubt("double-quotes", rf"in double quotes YAML reads \{escaped} as a control character; put this regex in single quotes", place)


def unclear_values(written: Written) -> Iterator[Issue]:
    """Regexes of several groups none of which is named: the whole match is taken, which is seldom what is meant."""
    rules = (rule for _, _, rule in rules_of(written.row) if "value" not in rule.values)
    for text, place in (found for rule in rules for found in texts_of(rule, "regex")):
        pattern = compiled(text)
        if pattern.groups > 1 and not pattern.groupindex:
            message = f"this regex has {pattern.groups} groups and none is named, so the whole match is the value; write (?P<value>...) and (?:...)"
            yield doubt("unclear-value", message, place)


def misfits(written: Written) -> Iterator[Issue]:
    """Patterns that no usual value of their field's kind matches."""
    for name, kind, rule in rules_of(written.row):
        if "pattern" in rule.values and "replace" not in rule.entries and not _fits(rule.get("pattern"), kind, writing_of(written.row, rule)):
            message = f"this pattern matches nothing that could be read as the {kind} that '{name}' is"
            yield doubt("pattern-misfit", message, rule.place_of("pattern"))


@lru_cache(maxsize=4096)
def _fits(pattern: str, kind: str, writing: Writing) -> bool:
    """Whether a pattern matches any sample of a kind, alone or amid the words that the pattern itself is written with."""
    values = samples(kind, writing)
    if not values:
        return True
    words = list(dict.fromkeys(word for run in re.findall(_WORDS, pattern) if (word := run.strip())))[:4]
    before = ["", "x - ", *(mark for word in words for mark in (word, f"{word} ", f"x {word} "))]
    after = ["", *(mark for word in words for mark in (word, f" {word}"))]
    try:
        return any(_reads(pattern, kind, writing, "\n".join(f"{start}{value}{end}" for value in values)) for start, end in itertools.product(before, after))
    except RuleTimeout:
        return True  # that it is slow is told already


def _reads(pattern: str, kind: str, writing: Writing, text: str) -> bool:
    return any(is_readable(match.group(), kind, writing=writing) for match in find_all(pattern, text, pattern, 2.0)[:2000])


def _regexes(row: Row) -> Iterator[tuple[str, Place, int]]:
    """Every valid regex of a file with its place, and how long a text it may meet: a page, or only a value."""
    for _, _, rule in rules_of(row):
        yield from _of_length(PAGE_LENGTH, rule, ("regex",))
        yield from _of_length(PAGE_LENGTH, rule.get("between"), ("start", "end"))
        yield from _of_length(VALUE_LENGTH, rule, ("pattern", "until", "not"))
        code: CodePattern | None = rule.get("barcode")
        yield from [(code.regex, rule.place_of("barcode"), PAGE_LENGTH)] if code and code.regex else ()
        yield from ((clue.text, rule.place_of("unless"), PAGE_LENGTH) for clue in rule.get("unless", ()) if clue.kind == "regex")
        yield from (found for entry in rule.get("replace", ()) for found in _of_length(VALUE_LENGTH, entry, ("regex",)))
    yield from _clue_regexes(row)
    yield from (found for entry in row.get("replace", ()) for found in _of_length(PAGE_LENGTH, entry, ("regex",)))
    for _, block in blocks_of(row):
        yield from _of_length(PAGE_LENGTH, block, ("start", "end"))
        yield from _of_length(VALUE_LENGTH, block, LINE_REGEXES)
        yield from (found for pairs in block.get("replace", {}).values() for entry in pairs for found in _of_length(VALUE_LENGTH, entry, ("regex",)))


def _of_length(length: int, row: Row | None, keys: tuple[str, ...]) -> Iterator[tuple[str, Place, int]]:
    if row is not None:
        yield from ((text, place, length) for key in keys for text, place in texts_of(row, key))


def _clue_regexes(row: Row) -> Iterator[tuple[str, Place, int]]:
    identify = row.get("identify")
    for name, clues in identify.values.items() if identify else ():
        node = identify.entries[name].node
        nodes = node.items if isinstance(node, Sequence) else (node,)
        if len(nodes) == len(clues):
            yield from ((clue.text, _value_place(node), PAGE_LENGTH) for clue, node in zip(clues, nodes, strict=True) if clue.kind == "regex")


def _value_place(node: Node) -> Place:
    return node.entries[0].node.place if isinstance(node, Mapping) else node.place


def _is_slow(text: str, length: int) -> bool:
    return _runs_away(text if "(?P=" in text or r"\g<" in text else re.sub(r"\(\?P<\w+>", "(", text), length)


@lru_cache(maxsize=4096)
def _runs_away(text: str, length: int) -> bool:
    """Tries short probes first: what grows faster than any power runs away on those, and of the rest only the slowest need the whole length."""
    seconds = []
    for number, probe in enumerate(_probes(text, length // SHORTENED)):
        seconds.append((_seconds(text, probe), number))
        if seconds[-1][0] >= PROBE_SECONDS and _overruns(text, probe):
            return True
    slowest = sorted(seconds, reverse=True)[:FULL_PROBES]
    numbers = {number for taken, number in slowest if taken * SHORTENED**4 >= PROBE_SECONDS}  # four repeats in a row grow with the fourth power
    return any(_overruns(text, probe) for number, probe in enumerate(_probes(text, length)) if number in numbers)


def _overruns(text: str, probe: str) -> bool:
    """Whether a regex takes too long on a probe, every time that it is measured."""
    return all(_seconds(text, probe) >= PROBE_SECONDS for _ in range(MEASURED))


def _seconds(text: str, probe: str) -> float:
    """How much of the processor's time a regex takes, `PROBE_SECONDS` where it was stopped, which goes by the processor's time as well."""
    start = time.thread_time()
    try:
        find_all(text, probe, text, PROBE_SECONDS)
    except RuleTimeout:
        return PROBE_SECONDS
    return min(time.thread_time() - start, 0.99 * PROBE_SECONDS)


def _probes(text: str, length: int) -> Iterator[str]:
    """Long runs of what a careless repeat loves, its own letters, signs and words among them, each with an end that does not match.

    The regex's own words stand before some of them, and the whole regex behind all: an engine gives up at once where
    a character that every match needs is not in the text. For regexes that would run on into it, it stands on a line of its own,
    behind itself read backwards, which stops whatever takes anything but one sign.
    """
    found = re.findall(r"(?<!\\)[A-Za-z][A-Za-z ]+", text)
    heads = dict.fromkeys(("", "".join(found)[:40], found[0] if found else ""))
    own = dict.fromkeys(re.findall(r"[A-Za-z0-9]", text))
    signs = dict.fromkeys(re.findall(r"[^\w\s\\()\[\]{}?*+|^$]", text))
    phrases = dict.fromkeys(phrase.strip() + " " for phrase in re.findall(r"(?<!\\)[A-Za-z][A-Za-z ]{2,}", text))
    for run in ("a", "1", " ", "1.1,", "a ", "1 ", "A1-", "\n", *list(own)[:6], *list(signs)[:3], *list(phrases)[:2]):
        line = run * (length // len(run))
        yield from (f"{head}{line}\x01{text}" for head in heads)
        yield f"{next(reversed(heads))}{line}\n{text[::-1]}\n{text}"
