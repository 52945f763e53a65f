"""Owns the draft of a vendor's rule file from samples: what to look for, how to find it, and the proof that it is found."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from extractor.authoring.drafting.identity import VENDOR_KEYS, identity
from extractor.authoring.drafting.phrasing import KNOWN, WEAK, phrasings, shape_of
from extractor.authoring.drafting.printed import Printed, is_same
from extractor.authoring.drafting.rulefile import DraftFile, DraftRule
from extractor.authoring.drafting.samples import SETTINGS, Sample, base_rules, missing_in_print, places, stated_values
from extractor.authoring.drafting.settings import locale_for, table_for
from extractor.authoring.drafting.trial import Run, Score, run_file, score_rule
from extractor.errors import RuleError
from extractor.invoice.fields import FIELDS, plain
from extractor.invoice.names import without_form
from extractor.invoice.stated import Value
from extractor.output import ExtractionResult
from extractor.rules import Matcher, RuleBook, RuleSet

MAX_TRIED = 16
"""So many rules are tried for a field."""
CLEAR = 0.1
"""A rule that leads the right value by so much need not be compared with others."""
MIN_MARGIN = 0.02
BETTER = 0.25
"""A rule that leads by less is not written where the general rules are sure of the field, unless its label is a known one."""
NAMES = ("buyer_name", "buyer_address", "seller_address")
"""Fields whose text is no heading and no label: it differs from one document to the next."""
ROUNDS = 4
"""How often a file is proven anew with other rules in place of those that fail."""


class NoDraft(RuleError):
    """Nothing can be drafted: what is stated does not stand on the page, or nothing tells the vendor."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rule with how it does on the samples."""

    rule: DraftRule
    score: Score


@dataclass(slots=True)
class DraftedField:
    """A field of the draft. values: by sample. stated: by the author. is_read: the general rules read it surely and rightly from all samples.

    choices: rules that lead to it, the best first."""

    name: str
    values: Sequence[Value | None]
    stated: bool
    is_read: bool = False
    choices: list[Ranked] = field(default_factory=list)
    dropped: int = 0

    @property
    def chosen(self) -> list[Ranked]:
        """The best rule, and where it does not answer for all samples, the next that answers for more."""
        found: list[Ranked] = []
        answered: set[int] = set()
        for choice in self.choices:
            if choice.score.right - answered and len(found) < 2:
                found.append(choice)
                answered |= choice.score.right
        return found

    def give_way(self, *, entirely: bool) -> None:
        """Drops the best rule, or all, because they failed in the whole file."""
        failed = self.choices[:] if entirely else [self.chosen[0]]
        self.dropped += len(failed)
        self.choices = [choice for choice in self.choices if all(choice is not other for other in failed)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted rule file with what its author should know. notes: what was dropped or weakened, and why."""

    file: DraftFile
    fields: tuple[DraftedField, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What to draft. id: None for the file's name. given: field -> value as the author states it, of the first sample."""

    out: Path
    id: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    extends: Sequence[str] = ()
    rules: Sequence[Path] = ()


def draft(samples: Sequence[Sample], book: RuleBook, order: Order) -> Draft:
    """Drafts a rule file and proves it on its samples.

    Raises NoDraft where a stated value does not stand on the first sample or nothing tells the vendor, ValueError for
    fields, values and files that do not exist.
    """
    stated = stated_values(order.given)
    extends, base = base_rules(samples[0], book, order.extends)
    if missing := missing_in_print(samples[0], stated, base.locales):
        raise NoDraft("\n".join(map(str, missing)))
    fields = _fields(samples, stated, base)
    for drafted in fields:
        drafted.choices = _ranked(drafted, samples, base)
    file = _file(samples, order, extends, base, fields)
    return _proven(file, samples, order, fields)


def _fields(samples: Sequence[Sample], stated: Mapping[str, Value], base: RuleSet) -> list[DraftedField]:
    """What to draft: what the author states, or what the general rules are sure of; on further samples what these find there."""
    found = [sample.found() for sample in samples]
    sure = {name: value for name, (value, is_sure) in found[0].items() if is_sure} if not stated else {}
    wanted = stated or sure
    rows = []
    for name in FIELDS:
        if name in wanted and name not in VENDOR_KEYS and name not in SETTINGS:
            others = [row[name][0] if name in row and row[name][1] else None for row in found[1:]]
            values = [wanted[name], *others]
            rows.append(DraftedField(name, values, name in stated, _is_read(name, values, found)))
    return rows


def _is_read(name: str, values: Sequence[Value | None], found: Sequence[Mapping[str, tuple[Value, bool]]]) -> bool:
    """Whether the general rules read a value surely and rightly wherever there is one."""
    read = [row.get(name, (None, False)) for row in found]
    pairs = [(value, other) for value, other in zip(values, read, strict=True) if value is not None]
    return all(is_sure and is_same(FIELDS[name].kind, other, value) for value, (other, is_sure) in pairs)


def _ranked(drafted: DraftedField, samples: Sequence[Sample], base: RuleSet) -> list[Ranked]:
    """Rules that lead to the field's values, the best first: right on most samples, wrong on fewest, clearly ahead of other values."""
    kind = FIELDS[drafted.name].kind
    rules = _possible(drafted, samples, base)
    layouts = [sample.layout for sample in samples]
    count = sum(value is not None for value in drafted.values)
    ranked = []
    clear: list[DraftRule] = []
    for rule in rules[:MAX_TRIED]:
        if "under" in rule.row and any(rule.row == {**other.row, "under": rule.row["under"]} for other in clear):
            continue  # the label leads there without a heading
        score = score_rule(drafted.name, kind, rule, base, layouts, drafted.values)
        ranked.append(Ranked(rule, score))
        clear += [] if score.wrong else [rule]
        if len(score.right) == count and score.margin >= CLEAR:
            break
    good = [choice for choice in ranked if choice.score.right and not choice.score.wrong and (not drafted.is_read or _is_worth(choice))]
    return sorted(good, key=lambda choice: (-len(choice.score.right), choice.score.margin < MIN_MARGIN))


def _is_worth(choice: Ranked) -> bool:
    """Whether a rule is better than none where the general rules read the field: no place on the page, no label that means something else."""
    return choice.rule.doubt < WEAK and (choice.rule.doubt == KNOWN or choice.score.margin >= BETTER)


def _possible(drafted: DraftedField, samples: Sequence[Sample], base: RuleSet) -> list[DraftRule]:
    """Every rule that could lead to a place where a value stands, labels before texts before places on the page."""
    kind, matcher = FIELDS[drafted.name].kind, Matcher(base)
    spots: list[tuple[Printed, Sample]] = []
    for sample, value in zip(samples, drafted.values, strict=True):
        if value is not None:
            spots += [(place, sample) for place in places(sample, drafted.name, value, base.locales)[:4]]
    shape = shape_of(kind, list(dict.fromkeys(place.text for place, _ in spots))) if spots else ""
    hits = {sample.path: matcher.hits(sample.layout) for sample in samples}
    rules = [rule for place, sample in spots for rule in phrasings(drafted.name, kind, place, hits[sample.path], shape)]
    names = {line for sample in samples for name in NAMES for line in str(getattr(sample.result.invoice, name) or "").split("\n")}
    rules = [rule for rule in rules if not {rule.row.get("under"), rule.row.get("label")} & (names - {""})]
    unique: dict[str, DraftRule] = {}
    for rule in rules:
        unique.setdefault(repr(sorted(rule.row.items(), key=str)), rule)
    return sorted(unique.values(), key=lambda rule: rule.doubt)


def _file(samples: Sequence[Sample], order: Order, extends: Sequence[str], base: RuleSet, fields: Sequence[DraftedField]) -> DraftFile:
    """The draft before its proof. Raises NoDraft where nothing tells the vendor."""
    results = [sample.result for sample in samples]
    given = {name: text for name, text in order.given.items() if name in VENDOR_KEYS}
    who = identity(results, [sample.text for sample in samples], given, has_branches=base.kind == "receipt" and len(samples) == 1)
    if who is None:
        raise NoDraft("nothing on the page tells the vendor; state its name, as printed, with --set seller_name=...")
    currencies = {result.invoice.currency for result in results}
    currency = order.given.get("currency") or (currencies.pop() if len(currencies) == 1 else None)
    return DraftFile(
        notes=[f"Drafted from {', '.join(sample.path.name for sample in samples)}."],
        id=order.id,
        vendor=who.vendor,
        extends=extends,
        identify=who.identify,
        locale=locale_for(samples[0], [(drafted.name, drafted.values[0]) for drafted in fields], base, currency),
        currency=currency,
        kind=order.given.get("kind") or base.kind,
        suggestions=_suggestions(samples[0], fields, base),
        lines=table_for(samples[0], base),
    )


def _suggestions(sample: Sample, fields: Sequence[DraftedField], base: RuleSet) -> dict[str, DraftRule]:
    """Rules for what the general rules found and are not sure of, for the author to take or leave."""
    drafted = {row.name for row in fields}
    doubtful = [name for name, (_, is_sure) in sample.found().items() if name not in drafted and not is_sure]
    rows = {}
    for name in doubtful:
        evidence = sample.result.fields[name]
        if evidence.label:
            rows[name] = DraftRule({"label": evidence.label}, f"found '{evidence.text}' here, but not surely")
    return rows


def _proven(file: DraftFile, samples: Sequence[Sample], order: Order, fields: Sequence[DraftedField]) -> Draft:
    """The file with rules that hold on all samples when the whole pipeline runs them; others give way to the next best."""
    pages = [sample.result.ocr for sample in samples]
    tables, proofs = bool(file.lines), 0
    while True:
        file = replace(file, fields={row.name: [choice.rule for choice in row.chosen] for row in fields if row.chosen})
        run = run_file(file, order.out.stem, pages, order.rules)
        failed = _failed(run, fields)
        if file.lines and _lines_differ(run.results, samples):
            file = replace(file, lines={})
        elif not failed:
            break
        proofs += 1
        for row in failed:
            row.give_way(entirely=proofs >= ROUNDS)
    notes = [*_notes(run, fields), *(["lines: the drafted table reads fewer rows than the general one; left out"] if tables and not file.lines else [])]
    return Draft(replace(file, examples=_examples(samples, run.results, order, fields)), tuple(fields), tuple(notes))


def _failed(run: Run, fields: Sequence[DraftedField]) -> list[DraftedField]:
    """The fields with rules of their own that come out other than wanted on at least one sample."""
    wrong = (row for row in fields for i, result in enumerate(run.results) if row.values[i] is not None and not _holds(row, i, result))
    return [row for row in {row.name: row for row in wrong}.values() if row.chosen]


def _notes(run: Run, fields: Sequence[DraftedField]) -> Iterator[str]:
    """What the author should know of the proof."""
    for row in fields:
        wrong = any(row.values[i] is not None and not _holds(row, i, result) for i, result in enumerate(run.results))
        if wrong:
            yield f"{row.name}: no rule found leads to {' and '.join(str(value) for value in row.values if value is not None)}; write one by hand"
        elif not row.chosen:
            left = row.is_read and not row.dropped
            why = "no label leads to it that is better than what the general rules know" if left else "no rule of its own holds on the samples"
            yield f"{row.name}: {why}; the general rules answer for it"
        elif row.dropped:
            yield f"{row.name}: {row.dropped} better looking rule(s) gave another value in the whole file and were dropped"
    for rival in run.rivals:
        yield f"the samples also fit {rival}; make 'identify' of one of the two files narrower"


def _lines_differ(results: Sequence[ExtractionResult], samples: Sequence[Sample]) -> bool:
    return any(len(result.invoice.lines) < len(sample.result.invoice.lines) for result, sample in zip(results, samples, strict=True))


def _examples(samples: Sequence[Sample], results: Sequence[ExtractionResult], order: Order, fields: Sequence[DraftedField]) -> list[dict[str, object]]:
    """The samples with the values that the file gives, as far as these are what was wanted."""
    rows: list[dict[str, object]] = []
    for i, (sample, result) in enumerate(zip(samples, results, strict=True)):
        expect = {row.name: plain(getattr(result.invoice, row.name)) for row in fields if _holds(row, i, result)}
        if expect:
            document = Path(os.path.relpath(sample.path.resolve(), order.out.resolve().parent)).as_posix()
            rows.append({"document": document, "expect": expect})
    return rows


def _holds(row: DraftedField, sample: int, result: ExtractionResult) -> bool:
    wanted = row.values[sample]
    return wanted is not None and is_same(FIELDS[row.name].kind, getattr(result.invoice, row.name), wanted)


def file_name(samples: Sequence[Sample], given: Mapping[str, str], rule_id: str | None) -> str:
    """What to call the file: the end of its id, else the vendor's name in letters that every file system takes, else the sample's name."""
    if rule_id:
        return f"{rule_id.rsplit('/', 1)[-1]}.yaml"
    name = given.get("seller_name") or samples[0].result.invoice.seller_name or samples[0].path.stem
    letters = unicodedata.normalize("NFKD", without_form(name)).encode("ascii", "ignore").decode()
    return f"{'-'.join(re.findall(r'[a-z0-9]+', letters.lower())) or 'vendor'}.yaml"
