"""The error tree: what crosses processes comes out as it went in."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import pytest

from extractor import errors
from extractor.issues import Issue, Level, Place

ISSUE = Issue("unknown-key", Level.ERROR, "unknown key", place=Place("a.yaml", 1, 2))
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "AmbiguousVendor": (["vendors/a", "vendors/b"],),
    "RuleFileError": ([ISSUE],),
    "PolicyError": ([ISSUE],),
    "InvalidInvoice": ("a.pdf: no total", {"total": None}),
}


@pytest.mark.parametrize("kind", [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)])
def test_every_error_survives_pickling(kind: type[Exception]) -> None:
    error = kind(*ARGUMENTS.get(kind.__name__, ("what is wrong",)))
    error.add_note("where it was raised")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (str(back), back.args, vars(back)) == (str(error), error.args, vars(error))
