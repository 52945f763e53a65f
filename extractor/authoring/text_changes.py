"""Owns the changes of what a rule takes: what the value looks like, which text its regexes search, how many matches or lines become one value."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from extractor.authoring.breaks import break_in
from extractor.authoring.change import Change, Told, finds
from extractor.authoring.drafting.phrasing import shape_of
from extractor.authoring.drafting.rulefile import scalar
from extractor.authoring.trial import Trial
from extractor.rules.candidate import Candidate
from extractor.rules.labelled import MULTILINE
from extractor.rules.model import GROUPS, TextView
from extractor.rules.patterns import compiled

MOST_LINES = 10
"""Values of more lines are not tried."""
LONGEST_TOLD = 60
"""So many characters of a value are told at the most."""


def _pattern(trial: Trial) -> Iterator[Trial]:
    """Without regard to case, then with what stands there beside it."""
    pattern = trial.rule.pattern
    if pattern is not None:
        if not pattern.startswith("(?i)"):
            yield trial.with_rule(pattern=f"(?i){pattern}")
        yield trial.with_rule(pattern=None)


def _tell_pattern(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    pattern, wider = trial.rule.pattern, relaxed.rule.pattern
    assert pattern is not None
    if wider is not None:
        return f"pattern '{pattern}' would take '{found.text}' if it did not insist on case", f"pattern: {scalar(wider)}"
    broken = break_in(pattern, found.text)
    why = f": it {broken.text}" if broken else ""
    message = f"pattern '{pattern}' does not match '{found.text}', a value of its kind ({trial.rule.kind}) that stands there{why}"
    # what is longer comes first: of two alternatives the first that matches is taken, and a part of a number is no value
    flags, own = (pattern[:4], pattern[4:]) if pattern.startswith("(?i)") else ("", pattern)
    both = f"{flags}{shape_of(SHAPED, [found.text])}|{own}"
    return message, f"pattern: {scalar(both)}" if _holds(both) and finds(trial.with_rule(pattern=both), found) else "a wider pattern"


SHAPED = "identifier"
"""The kind whose shape is told character by character."""


def _unlike(trial: Trial) -> Iterator[Trial]:
    if trial.rule.unlike is not None:
        yield trial.with_rule(unlike=None)


def _tell_unlike(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"'{found.text}' stands there, but 'not' says that no value looks like '{trial.rule.unlike}'", "not: a narrower regex"


def _regex(trial: Trial) -> Iterator[Trial]:
    """Each regex without regard to case, then with white space where it will."""
    for loosened in (lambda text: f"(?i){text}", lambda text: _SPACE.sub(r"\\s*", text)):
        texts = tuple(map(loosened, trial.rule.regex))
        if texts != trial.rule.regex and all(map(_holds, texts)):
            yield trial.with_rule(regex=texts)


def _holds(text: str) -> bool:
    """Whether a changed regex is one."""
    try:
        compiled(text)
    except regex.error:
        return False
    return True


_SPACE = regex.compile(r"(?<!\\)(?:\\s| )(?:[+*]|\{\d*,?\d*\})?")
"""White space in a regex with what says how much of it."""


def _tell_regex(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    regexes = list(zip(trial.rule.regex, relaxed.rule.regex, strict=True))
    own, loose = next((pair for pair in regexes if finds(relaxed.with_rule(regex=(pair[1],)), found)), regexes[0])
    what = "case" if loose.startswith("(?i)") else "the white space"
    return f"regex '{own}' would match '{found.text}' if it did not insist on {what}", f"regex: '{loose}'"


def _section(trial: Trial) -> Iterator[Trial]:
    if trial.rule.between is not None:
        yield trial.with_rule(between=None)


def _tell_section(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    assert trial.rule.between is not None
    return f"'{found.text}' does not stand between '{trial.rule.between[0]}' and '{trial.rule.between[1]}'", "no between, or other texts"


def _view(trial: Trial) -> Iterator[Trial]:
    """The other of the two texts that a regex may search."""
    if trial.rule.regex:
        layouts = (rule.view for rules in trial.rule_set.rules.values() for rule in rules if rule.view is not None)
        yield trial.with_rule(view=next(layouts, TextView()) if trial.rule.view is None else None)


def _tell_view(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    if trial.rule.view is None:
        return f"the regex finds '{_shown(found.text)}' only in the layout of the document by spaces; this rule searches the lines of the page", "view: layout"
    return f"the regex finds '{_shown(found.text)}' only in the lines of the page; this rule searches the layout of the document by spaces", "view: lines"


def _group(trial: Trial) -> Iterator[Trial]:
    """Every other way to make one value of the matches, then each match by itself."""
    if trial.rule.group is not None:
        yield from (trial.with_rule(group=group) for group in (*GROUPS, None) if group not in ("list", trial.rule.group))


def _tell_group(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    matches = [_shown(candidate.text) for candidate in trial.with_rule(group=None).candidates()]
    made = [_shown(candidate.text) for candidate in trial.candidates()]
    what = f"makes '{made[0]}'" if made else "makes no value"
    message = f"group {trial.rule.group} {what} of {len(matches)} match(es) ({', '.join(matches[:4])}); '{_shown(found.text)}' is "
    if relaxed.rule.group is None:
        return message + "one of them", "no group: each match counts by itself"
    return message + f"their {relaxed.rule.group}", f"group: {relaxed.rule.group}"


def _until(trial: Trial) -> Iterator[Trial]:
    if trial.rule.until is not None:
        yield trial.with_rule(until=None)


def _tell_until(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    """Names the line before which the value ends too early, or says that it goes on too far."""
    lines = found.text.split(trial.rule.join)
    ended = max((candidate.text for candidate in trial.candidates() if found.text.startswith(candidate.text)), key=len, default="")
    taken = len(ended.split(trial.rule.join)) if ended else 0
    line = lines[taken] if taken < len(lines) else lines[-1]
    return (
        f"until '{trial.rule.until}' ends the value before '{line}'; without it the value is '{_shown(found.text)}'",
        f"an until that does not match '{line}'",
    )


def _lines(trial: Trial) -> Iterator[Trial]:
    """Any other number of lines, if it is known what they must say; the nearest first."""
    own = trial.rule.lines
    if trial.expected is not None and trial.rule.kind in MULTILINE:
        numbers = sorted((number for number in range(1, MOST_LINES + 1) if number != own), key=lambda number: abs(number - own))
        yield from (trial.with_rule(lines=number) for number in numbers)


def _tell_lines(trial: Trial, relaxed: Trial, found: Candidate) -> Told:
    return f"lines lets the value take {trial.rule.lines} line(s); '{_shown(found.text)}' takes {relaxed.rule.lines}", f"lines: {relaxed.rule.lines}"


def _shown(text: str) -> str:
    """A value on one line, cut where it is long."""
    line = " / ".join(text.split("\n"))
    return line if len(line) <= LONGEST_TOLD else line[:LONGEST_TOLD] + "..."


PATTERN = (Change("pattern", _pattern, _tell_pattern), Change("not", _unlike, _tell_unlike))
REGEX = (
    Change("view", _view, _tell_view),
    Change("regex", _regex, _tell_regex),
    Change("between", _section, _tell_section),
    Change("group", _group, _tell_group),
)
LENGTH = (Change("until", _until, _tell_until), Change("lines", _lines, _tell_lines))
