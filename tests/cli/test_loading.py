"""Progress of reading rule files: on terminals, and only where it takes a while."""

from __future__ import annotations

import io
import sys

import pytest

from extractor.cli import loading
from extractor.cli.loading import late_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error from here on."""
    made = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", made)
    return made


def test_what_takes_a_while_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE", 0.0)
    shown = terminal(monkeypatch)
    with late_progress("reading rule files") as tell:
        assert tell is not None
        for done in range(1, 101):
            tell(done, 100)
    assert "reading rule files" in shown.getvalue()
    assert "/100" in shown.getvalue()


def test_what_is_quick_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    with late_progress("reading rule files") as tell:
        assert tell is not None
        for done in range(1, 101):
            tell(done, 100)
    assert shown.getvalue() == ""


def test_nothing_is_told_where_it_is_not_wanted_or_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch)
    with late_progress("reading", quiet=True) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with late_progress("reading") as tell:
        assert tell is None
