"""Owns the command `extractor`: its subcommands, its exit codes, and how errors end it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from extractor._version import __version__
from extractor.cli.groups import LazyGroup
from extractor.errors import INTERNAL_ERROR, ExtractorError, OutputError

INTERRUPTED = 130
NO_READER = 141
EPILOG = """\b
Exit codes:
  0  every document is valid
  1  a document needs review
  2  wrong usage of the command
  3  an invoice is invalid
  4  a document could not be read
  5  a rule file, policy or schema is wrong, or two vendors fit a document equally well
  6  a file cannot be written, or another run is writing to it
  7  no worker process can be started, or no cluster reached
  8  the store cannot be opened, read or written
  9  a review cannot be done: no such document, changed meanwhile, not to be accepted
 70  an error of this program
130  interrupted
141  whoever read the output went away
Of several documents the highest code counts."""


_COMMANDS = {
    "extract": "extractor.cli.extract:extract",
    "batch": "extractor.cli.batch:batch",
    "status": "extractor.cli.status:status",
    "export": "extractor.cli.export:export",
    "review": "extractor.cli.review:review",
    "vendors": "extractor.cli.vendors:vendors",
    "ocr": "extractor.cli.ocr:ocr",
    "einvoice": "extractor.cli.einvoice:einvoice",
    "engines": "extractor.cli.engines:engines",
    "rules": "extractor.cli.rules:rules",
    "policy": "extractor.cli.policy:policy",
    "cache": "extractor.cli.cache:cache",
}


@click.group(cls=LazyGroup, homes=_COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", prog_name="extractor")
def app() -> None:
    """Invoice fields with evidence from scans, photos and PDFs."""


def run(arguments: Sequence[str]) -> None:
    """Runs the command and ends the process with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        code = app.main(args=list(arguments), prog_name="extractor", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ExtractorError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except SystemExit:  # click's answer to a broken pipe
        return NO_READER
    except OSError as error:
        click.echo(f"error: {error}", err=True)
        return OutputError.exit_code
    except Exception as error:
        if os.environ.get("EXTRACTOR_DEBUG"):
            raise
        click.echo(f"internal error: {type(error).__name__}: {error}\nPlease report it; EXTRACTOR_DEBUG=1 shows where it came from.", err=True)
        return INTERNAL_ERROR
