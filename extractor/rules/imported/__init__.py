"""Imports the rules of other programs: templates of invoice2data become rule files, each with an account of what it meant."""

from __future__ import annotations

from extractor.rules.imported.account import Account, Note, Outcome
from extractor.rules.imported.templates import ImportedTemplate, import_template, import_templates, template_files

__all__ = ["Account", "ImportedTemplate", "Note", "Outcome", "import_template", "import_templates", "template_files"]
