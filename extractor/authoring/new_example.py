"""Owns adding an example to a rule file as text: all that the file says, its comments too, stays as it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from extractor.authoring.drafting.rulefile import Row, example_lines
from extractor.authoring.samples import RECORDING
from extractor.errors import OutputError, RuleFileError
from extractor.invoice.fields import Invoice
from extractor.ocr import OcrResult
from extractor.rules import source
from extractor.store import whole_file

EXAMPLES = "examples"


def add_example(rule_file: Path, name: str, ocr: OcrResult, invoice: Invoice) -> Path:
    """Adds an example to a rule file: the recorded pages, which are put into a folder beside it, and the invoice that must come out.

    name: of the recording, without suffix. Gives the path of the recording. Raises RuleFileError where the file cannot be read, and
    OutputError where it cannot be written, has the example already, or lists its examples in braces.
    """
    file = Path(os.path.realpath(rule_file))
    recording = file.with_suffix("") / f"{name}{RECORDING}"
    example = {"document": f"{recording.parent.name}/{recording.name}", "expect": _expected(invoice)}
    text = with_example(_text(rule_file), example, str(rule_file))
    if recording.exists():
        raise OutputError(f"{recording} exists: the document was added before; take that example out of {rule_file} first")
    try:
        recording.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{recording.parent} cannot be made: {error.strerror or error}") from error
    with whole_file(recording) as target:
        target.write(ocr.to_json().encode())
    try:
        with whole_file(file) as target:
            target.write(text.encode())
    except OutputError:
        recording.unlink()
        raise
    return recording


def _expected(invoice: Invoice) -> dict[str, Any]:
    found = invoice.to_dict()
    extra = {f"extra.{name}": value for name, value in found.pop("extra", {}).items()}
    # what several values make up is compared by their JSON form, which a rule file cannot hold
    return {name: value for name, value in found.items() if value} | {name: value for name, value in extra.items() if isinstance(value, str)}


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path} cannot be read: {error}") from error


def with_example(text: str, example: Row, name: str = "<text>") -> str:
    """The text of a rule file with one more example at the end of its list. Raises RuleFileError, OutputError.

    >>> print(with_example("examples:\\n  - text: x  # y\\n", {"document": "a.png", "expect": {"total": "1.00"}}))
    examples:
      - text: x  # y
      - document: a.png
        expect: {total: '1.00'}
    <BLANKLINE>
    """
    before = _read(text, name)
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    at, indent = _place(before, lines, name)
    heading = [] if any(entry.key == EXAMPLES for entry in before.entries) else ["", f"{EXAMPLES}:"]
    lines[at:at] = heading + [" " * indent + line for line in example_lines(example)]
    changed = ending.join(lines) + ending
    after = source.parse(changed, name)
    if after.issues or not isinstance(after.root, source.Mapping) or not _differs_by_one_example(before, after.root):
        raise OutputError(f"{name}: the example cannot be added without changing more; add it by hand:\n" + "\n".join(example_lines(example)))
    return changed


def _read(text: str, name: str) -> source.Mapping:
    read = source.parse(text, name)
    if read.issues:
        raise RuleFileError(read.issues)
    if not isinstance(read.root, source.Mapping):
        raise OutputError(f"{name} is no rule file: it holds no mapping")
    return read.root


def _place(root: source.Mapping, lines: list[str], name: str) -> tuple[int, int]:
    """Before which line the example goes, counted from 0, and how far it is indented."""
    entry = next((entry for entry in root.entries if entry.key == EXAMPLES), None)
    behind = [other.place.line - 1 for other in root.entries if entry is not None and other.place.line > entry.place.line]
    end = min(behind, default=len(lines))
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):  # comments on what follows
        end -= 1
    if entry is None:
        return end, 2
    if not isinstance(entry.node, source.Sequence) or not lines[entry.node.place.line - 1].lstrip().startswith("-"):
        raise OutputError(f"{name}:{entry.place.line}: examples are not written one a line with a dash in front; write them so, and try again")
    return end, entry.node.place.column - 1


def _differs_by_one_example(before: source.Mapping, after: source.Mapping) -> bool:
    old, new = _plain(before), _plain(after)
    examples = new.pop(EXAMPLES, [])
    return bool(examples) and examples[:-1] == old.pop(EXAMPLES, []) and old == new


def _plain(node: source.Node) -> Any:
    """A tree without its places."""
    if isinstance(node, source.Mapping):
        return {entry.key: _plain(entry.node) for entry in node.entries}
    return [_plain(item) for item in node.items] if isinstance(node, source.Sequence) else (node.value, node.text)
