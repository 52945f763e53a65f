"""Owns proving rule files against noise: their examples are varied, run anew, and each field's survival is counted.

Same files, seed and numbers give the same proof, whatever the number of processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from extractor.authoring.noise import KINDS
from extractor.authoring.samples import read_example
from extractor.authoring.scene import Scene, scene_of, upright
from extractor.authoring.survival import VENDOR, Fate, FieldProof, Tally, fates, margins_of, percent
from extractor.batch.pool import WorkerPool
from extractor.errors import ExtractorError, IdentificationError
from extractor.issues import Issue, Level, Place
from extractor.ocr import OcrCache, OcrEngine
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.rules.files import find_files
from extractor.rules.model import Example, Rule, RuleSet
from extractor.rules.patterns import find_all
from extractor.shipped import shipped_rules_dir

Paths = Sequence[str | os.PathLike[str]]
Counts = dict[str, Fate]
CHUNK = 20
"""How many variants are run in one go."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An example that holds. key: tells it from all others, and its variants with it. rules: what found each field."""

    key: str
    rule_id: str
    is_vendor: bool
    scene: Scene
    rules: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Task:
    """Some variants of one example under one kind of noise. numbers: of the variants."""

    sample: Sample
    kind: str
    numbers: range
    seed: int


Runs = Generator[tuple[Task, list[Counts]], None, None]


@dataclass(slots=True)
class FileProof:
    """What noise does to the fields of one rule file. broken: examples that do not hold even without noise."""

    id: str
    file: str
    examples: int = 0
    variants: int = 0
    fields: dict[str, FieldProof] = field(default_factory=dict)
    broken: list[Issue] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        fields = {name: proof.to_dict() for name, proof in self.fields.items()}
        return {"id": self.id, "file": self.file, "examples": self.examples, "variants": self.variants, "fields": fields}


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of some rule files. min_survival: 0 to 1, which each field must reach under each kind of noise that counts."""

    files: tuple[FileProof, ...]
    variants: int
    seed: int
    min_survival: float

    @property
    def issues(self) -> list[Issue]:
        """Examples that do not hold, fields under the threshold, and files without examples."""
        return [issue for file in self.files for issue in _issues(file, self.min_survival)]

    @property
    def fragile(self) -> set[tuple[str, str | None]]:
        """The fields under the threshold, each with the place of its rule or file."""
        return {(str(issue.place), issue.field) for issue in self.issues if issue.id == "fragile-field"}

    @property
    def failed(self) -> bool:
        """Whether a field is under the threshold or an example does not hold."""
        return any(issue.level is Level.ERROR for issue in self.issues)

    def to_dict(self) -> dict[str, Any]:
        settings = {"variants": self.variants, "seed": self.seed, "min_survival": self.min_survival}
        return settings | {"files": [file.to_dict() for file in self.files], "issues": [issue.to_dict() for issue in self.issues]}


def prove(
    paths: Paths = (),
    *,
    variants: int = 20,
    seed: int = 0,
    kinds: Iterable[str] = tuple(KINDS),
    min_survival: float = 0.9,
    jobs: int = 1,
    cache: OcrCache | None = None,
    rule_cache: bool = True,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Proof:
    """Proves the rule files at `paths`, the shipped ones where there are none; all run beside the shipped ones.

    variants: of each example under each kind of noise. jobs: processes. cache, rule_cache: as of `Extractor`.
    progress: called with tasks done and tasks in all. Raises RuleFileError; ValueError for an unknown kind.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"unknown kind of noise: {', '.join(unknown)}; known: {', '.join(KINDS)}")
    with Extractor(rules=paths, cache=cache, rule_cache=rule_cache) as extractor, OcrEngine(cache=cache) as engine:
        wanted = {file.resolved for file in find_files(paths or [shipped_rules_dir()], [])}
        rule_sets = extractor.book.rule_sets.of_files(wanted)
        files = {rule_set.id: FileProof(rule_set.id, _shown(rule_set)) for rule_set in rule_sets}
        samples = [sample for rule_set in rule_sets for sample in _samples(rule_set, extractor, engine, files[rule_set.id])]
        tasks = [task for sample in samples for kind in KINDS if kind in set(kinds) for task in _tasks(sample, kind, variants, seed)]
        runs: Runs = _in_processes(tasks, paths, rule_cache, jobs) if jobs > 1 else ((task, run(task, extractor)) for task in tasks)
        with closing(runs):  # so that an interrupt ends the processes
            for done, (task, counts) in enumerate(runs, 1):
                _count(files[task.sample.rule_id], task.kind, counts)
                progress(done, len(tasks))
    for proof in (proof for file in files.values() for proof in file.fields.values()):
        proof.tallies = {kind: proof.tallies[kind] for kind in KINDS if kind in proof.tallies}  # in whatever order they were done
    return Proof(tuple(file for file in files.values() if file.examples or paths), variants, seed, min_survival)


def _tasks(sample: Sample, kind: str, variants: int, seed: int) -> Iterator[Task]:
    """Tasks of a second or so, so that an interrupt and the progress wait no longer."""
    for first in range(0, variants, CHUNK):
        yield Task(sample, kind, range(first, min(variants, first + CHUNK)), seed)


def _shown(rule_set: RuleSet) -> str:
    """The path of a rule file, for a shipped one from the folder that the rules ship in."""
    assert rule_set.place is not None
    path, shipped = Path(rule_set.place.file).resolve(), shipped_rules_dir().resolve()
    return path.relative_to(shipped.parent).as_posix() if path.is_relative_to(shipped) else rule_set.place.file


def _samples(rule_set: RuleSet, extractor: Extractor, engine: OcrEngine, proof: FileProof) -> Iterator[Sample]:
    """The examples of a rule file as scenes, with what holds in them without noise; what does not is told in the proof."""
    rules = {rule.id: rule for rules in rule_set.rules.values() for rule in rules}
    for number, example in enumerate(rule_set.examples, 1):
        if not example.applies:
            continue  # a paper that is left to other rules says nothing of what these survive
        proof.examples += 1
        try:
            read = upright(read_example(example, engine))
        except (OSError, ExtractorError) as error:
            proof.broken.append(Issue("broken-example", Level.ERROR, f"the example cannot be read: {error}", place=example.place))
            continue
        result = _interpreted(extractor, Scene(read, example.expect))
        if result is None or (rule_set.identify is not None and result.rules.id != rule_set.id):
            proof.broken.append(Issue("broken-example", Level.ERROR, "this file does not apply to its example", place=example.place))
            continue
        fate = fates(result, example.expect, {})
        proof.broken += [_broken(name, result, example) for name in fate if fate[name] is not Fate.SURVIVED]
        held = {name: value for name, value in example.expect.items() if fate[name] is Fate.SURVIVED}
        _describe(proof, result, held, rules, rule_set.identify is not None)
        scene = scene_of(result, held, rule_set.extra, tuple(_fixed(rule_set, read.text)))
        found_by = {name: value.rule_id for name, value in result.fields.items()}
        yield Sample(f"{rule_set.id}/{number}", rule_set.id, rule_set.identify is not None, scene, found_by)


def _fixed(rule_set: RuleSet, text: str) -> Iterator[str]:
    """What tells the vendor: texts of its file, and what the regexes of `identify` match in the text."""
    yield from rule_set.vendor.values()
    for clue in (*rule_set.identify.all, *rule_set.identify.any) if rule_set.identify else ():
        yield from (match.group() for match in find_all(clue.text, text, rule_set.id)) if clue.kind == "regex" else (clue.text,)


def _broken(name: str, result: ExtractionResult, example: Example) -> Issue:
    found = result.invoice.to_dict().get(name)
    return Issue(
        "broken-example", Level.ERROR, f"{name} gives {found!r} in place of {example.expect[name]!r}, even without noise", field=name, place=example.place
    )


def _describe(proof: FileProof, result: ExtractionResult, names: Iterable[str], rules: dict[str, Rule], is_vendor: bool) -> None:
    """Notes by which rules the fields were found, and how close to their limits."""
    pages = {page.number: page for page in result.ocr.pages}
    for name in [VENDOR, *names] if is_vendor else names:
        described, found = proof.fields.setdefault(name, FieldProof(name)), result.fields.get(name)
        if found is None or found.value is None or found.rule_id is None:
            continue
        rule = rules.get(found.rule_id)
        described.margins = described.margins.narrowed(margins_of(found, rule, pages))
        if found.rule_id not in described.rules:
            described.rules.append(found.rule_id)
        if described.place is None and rule is not None and not rule.inherited:
            described.place = replace(rule.place, file=proof.file) if rule.place else None


def _interpreted(extractor: Extractor, scene: Scene) -> ExtractionResult | None:
    """The result of a scene; None where no rule file can be told."""
    try:
        return extractor.interpret(scene.ocr)
    except IdentificationError:
        return None


def run(task: Task, extractor: Extractor) -> list[Counts]:
    """The fates of all fields in each variant of a task; variants in which the noise finds nothing to do are left out."""
    sample, change = task.sample, KINDS[task.kind].change
    scenes = (change(Random(f"{task.seed}/{sample.key}/{task.kind}/{number}"), sample.scene) for number in task.numbers)  # noqa: S311  no secrets
    return [_outcome(sample, scene, extractor) for scene in scenes if scene is not None]


def _outcome(sample: Sample, scene: Scene, extractor: Extractor) -> Counts:
    result = _interpreted(extractor, scene)
    if result is None:
        lost = {name: Fate.SURVIVED if wanted is None else Fate.MISSING for name, wanted in scene.expect.items()}
        return lost | ({VENDOR: Fate.MISSING} if sample.is_vendor else {})
    applies = Fate.SURVIVED if result.rules.id == sample.rule_id else Fate.WRONG if result.rules.vendor else Fate.MISSING
    return fates(result, scene.expect, sample.rules) | ({VENDOR: applies} if sample.is_vendor else {})


def _count(proof: FileProof, kind: str, counts: list[Counts]) -> None:
    proof.variants += len(counts)
    for name, fate in (item for count in counts for item in count.items()):
        proof.fields[name].tallies.setdefault(kind, Tally()).add(fate)


@cache
def _warm_extractor(paths: tuple[str | os.PathLike[str], ...], rule_cache: bool) -> Extractor:
    """Loads the rules once a process."""
    return Extractor(rules=paths, rule_cache=rule_cache)


def _run_in_worker(task: Task, paths: tuple[str | os.PathLike[str], ...], rule_cache: bool) -> list[Counts]:
    return run(task, _warm_extractor(paths, rule_cache))


def _in_processes(tasks: Sequence[Task], paths: Paths, rule_cache: bool, jobs: int) -> Runs:
    """Tasks and their counts as they are done. Closing it ends the processes."""
    pool = WorkerPool(jobs)
    try:
        waiting: dict[Future[list[Counts]], Task] = {pool.submit(_run_in_worker, task, tuple(paths), rule_cache): task for task in tasks}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    finally:
        pool.kill()


def _issues(file: FileProof, min_survival: float) -> Iterator[Issue]:
    place = Place(file.file, 1, 1)
    yield from file.broken
    if not file.examples:
        yield Issue("no-examples", Level.WARNING, "this file has no examples, so nothing can be proven", place=place)
    for proof in file.fields.values():
        for kind in (kind for kind in proof.tallies if KINDS[kind].counts):
            if issue := _weakness(proof, kind, min_survival):
                yield replace(issue, place=proof.place or place)


def _weakness(proof: FieldProof, kind: str, min_survival: float) -> Issue | None:
    """What a field does not survive; or its own rule, where another rescues the field."""
    tally, missing_allowed = proof.tallies[kind], KINDS[kind].missing_allowed
    under = f"of '{kind}' ({KINDS[kind].description})"
    if proof.rate(kind) < min_survival:
        lost = ", ".join(f"{count} {fate.value}" for fate in (Fate.WRONG, Fate.DOUBTFUL, Fate.MISSING) if (count := getattr(tally, fate)))
        return Issue("fragile-field", Level.ERROR, f"{proof.name} survives {percent(proof.rate(kind))} {under}: {lost} of {tally.variants}", field=proof.name)
    if proof.place and not missing_allowed and tally.rule_rate() < min_survival:
        message = f"the rule of {proof.name} survives {percent(tally.rule_rate())} {under}; in the rest another rule gave the value"
        return Issue("weak-rule", Level.WARNING, message, field=proof.name)
    return None
