"""Makes docs/prove.md, the proof of the shipped rule files against noise: `python docs/prove.py` (some minutes)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from extractor.authoring.noise import KINDS
from extractor.authoring.prove import FileProof, Proof, prove
from extractor.authoring.survival import FieldProof, percent

PAGE = Path(__file__).parent / "prove.md"
VARIANTS = 20

HEAD = """# The shipped rule files against noise

Made by `python docs/prove.py`: {variants} variants of each example under each kind of noise, seed {seed}, {runs} runs in all.
What the columns mean is told in [proving rule files](bench-prove.md).

"""


def main() -> None:
    """Proves the shipped rules and writes the page."""
    proof = prove(variants=VARIANTS, jobs=min(4, os.cpu_count() or 1))
    PAGE.write_text("".join(_page(proof)), encoding="utf-8")


def _page(proof: Proof) -> Iterator[str]:
    yield HEAD.format(variants=proof.variants, seed=proof.seed, runs=sum(file.variants for file in proof.files))
    yield "## By kind of noise\n\n| noise | what it does | survived | missing | doubtful | wrong |\n| --- | --- | --- | --- | --- | --- |\n"
    yield from (_kind(kind, proof) for kind in KINDS)
    yield f"\n## What survives less than {proof.min_survival:.0%}\n\n"
    yield from ([f"- `{issue}`\n" for issue in proof.issues] or ["Nothing.\n"])
    yield from (part for file in proof.files for part in _file(file))


def _kind(kind: str, proof: Proof) -> str:
    tallies = [field.tallies[kind] for file in proof.files for field in file.fields.values() if kind in field.tallies]
    runs = sum(tally.variants for tally in tallies) or 1
    sums = (sum(t.survived + t.otherwise for t in tallies), *(sum(getattr(t, fate) for t in tallies) for fate in ("missing", "doubtful", "wrong")))
    return f"| `{kind}` | {KINDS[kind].description} | {' | '.join(f'{count / runs:.1%}' for count in sums)} |\n"


def _file(file: FileProof) -> Iterator[str]:
    yield f"\n## `{file.file}`\n\n{file.examples} examples, {file.variants} variants.\n\n"
    yield "| field | found by | survives | worst under | wrong | margins |\n| --- | --- | --- | --- | --- | --- |\n"
    yield from (_field(field) for field in file.fields.values())


def _field(field: FieldProof) -> str:
    kind, rate = field.weakest or ("", 1.0)
    rules = ", ".join(f"`{rule}`" for rule in field.rules)
    return f"| {field.name} | {rules} | {percent(rate)} | {kind if rate < 1 else ''} | {field.wrong} | {field.margins.text} |\n"


if __name__ == "__main__":
    main()
