"""Owns rule sets that are in memory, with what an index of their vendors is made of."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cached_property

from extractor.rules.model import RuleSet
from extractor.rules.needles import NeedleChooser
from extractor.rules.vendor_index import pack, renumbered


class LoadedRuleSets(dict[str, RuleSet]):
    """Rule sets by id, and those of vendors by number as well, as `StoredRuleSets` has them."""

    @cached_property
    def vendor_ids(self) -> tuple[str, ...]:
        """The ids of those rule sets that say how to identify a vendor."""
        return tuple(rule_id for rule_id, rule_set in self.items() if rule_set.identify is not None)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each rule set by its id."""
        return {rule_id: rule_set.digest for rule_id, rule_set in self.items()}

    def of_files(self, resolved: Collection[str]) -> list[RuleSet]:
        """The rule sets of some files, which are named by where they really are."""
        return [rule_set for rule_set in self.values() if rule_set.place and os.path.realpath(rule_set.place.file) in resolved]

    @property
    def needles(self) -> bytes:
        """What `VendorIndex` takes; the number of a vendor is its place in `vendor_ids`."""
        chooser = NeedleChooser()
        return renumbered([pack(self[rule_id], chooser) for rule_id in self.vendor_ids])

    def identity(self, number: int) -> RuleSet:
        """A vendor by its number."""
        return self[self.vendor_ids[number]]

    def identities(self) -> list[RuleSet]:
        """All vendors."""
        return [self[rule_id] for rule_id in self.vendor_ids]
