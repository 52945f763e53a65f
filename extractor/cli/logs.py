"""Owns how log records look: one line each, for people or as JSON for collectors."""

from __future__ import annotations

import datetime
import json
import logging
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import Command

if TYPE_CHECKING:
    from rich.console import Console

LEVELS = ("debug", "info", "warning", "error")
FIELDS = ("document", "source", "status", "rules", "attempt", "seconds", "reason")
"""What a record may carry beside its message; `document` is the document's id in the store."""


def log_options(command: Command) -> Command:
    """Adds the options on logging."""
    command = click.option("--log-json", is_flag=True, help="Log JSON, one object a line.")(command)
    level = click.Choice(LEVELS, case_sensitive=False)
    return click.option("--log-level", type=level, default="warning", show_default=True, help="What to log, to standard error.")(command)


def log_to(console: Console, level: str, *, as_json: bool) -> None:
    """Sends the records of this package to a console. level: of `LEVELS`."""
    handler = _ConsoleHandler(console)
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("extractor")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level.upper())


class JsonFormatter(logging.Formatter):
    """A record as a JSON object: time (UTC), level, logger, message, and those of `FIELDS` that it carries."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line of JSON."""
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        row: dict[str, Any] = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        row |= {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=True)


class _ConsoleHandler(logging.Handler):
    """Writes lines above a progress bar, where the console shows one."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record."""
        from rich.text import Text

        try:
            self._console.print(Text(self.format(record)), soft_wrap=True)
        except Exception:  # noqa: BLE001  as every handler: logging must not end what it tells of
            self.handleError(record)
