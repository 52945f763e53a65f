"""Stages "identify" and "match": rule files are read and compiled, one is chosen, and its rules give candidates."""

from __future__ import annotations

from extractor.rules.blocks import Tables, read_blocks
from extractor.rules.book import RuleBook
from extractor.rules.candidate import Candidate
from extractor.rules.figures import amounts_in_figures, dates_in_figures
from extractor.rules.general import GeneralRules
from extractor.rules.identify import Identification, identify_vendor
from extractor.rules.lines import read_table
from extractor.rules.match import Matcher, Matches
from extractor.rules.model import RuleSet
from extractor.rules.store import RuleStore
from extractor.rules.tax_tables import with_tax_tables
from extractor.rules.taxes import tax_rows

__all__ = [
    "Candidate",
    "GeneralRules",
    "Identification",
    "Matcher",
    "Matches",
    "RuleBook",
    "RuleSet",
    "RuleStore",
    "Tables",
    "amounts_in_figures",
    "dates_in_figures",
    "identify_vendor",
    "read_blocks",
    "read_table",
    "tax_rows",
    "with_tax_tables",
]
