"""Owns what a result depends on beside the document: rules, schema, engine and settings, each as a version that can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractor._version import __version__
from extractor.needed import Regions
from extractor.pipeline import Extractor
from extractor.resolve import EInvoice
from extractor.rules.model import RuleSet
from extractor.split import Split
from extractor.store.same_invoice import DEFAULT_KEY

_KEY = "duplicate_key="


def key_of_settings(settings: str) -> tuple[str, ...]:
    """The business key that documents with these `Versions.settings` are compared by.

    >>> key_of_settings("1.0 min_confidence=0.8 duplicate_key=seller,number split=auto")
    ('seller', 'number')
    """
    found = next((part for part in settings.split() if part.startswith(_KEY)), None)
    return DEFAULT_KEY if found is None else tuple(found.removeprefix(_KEY).split(","))


@dataclass(frozen=True, slots=True)
class Versions:
    """What is in force now. rules: digest by id of every vendor's rule set; general: of all general ones together, because
    which of them applies depends on the others. identity: of how all vendors are identified. schema: of the JSON Schema.
    engine: see `Extractor.engine_version`. settings: version of this program, the thresholds, the business key where it is another one,
    whether files are split, what e-invoices count for, and whether only what is needed is read. policy: digest of the routing policy,
    None where there is none. duplicate_key: see `extractor.store.same_invoice`."""

    rules: Mapping[str, str]
    general: str
    identity: str
    schema: str
    engine: str
    settings: str
    policy: str | None = None
    duplicate_key: tuple[str, ...] = DEFAULT_KEY

    @classmethod
    def of(cls, extractor: Extractor, *, policy: str | None = None, duplicate_key: tuple[str, ...] = DEFAULT_KEY, split: Split | str = Split.NONE) -> Versions:
        """The versions that an extractor works with. split: as in `Extractor.extract_all`."""
        rule_sets, thresholds = extractor.book.rule_sets, extractor.thresholds
        digests, vendors = rule_sets.digests, set(rule_sets.vendor_ids)
        own = [f"{name}={number:g}" for name, number in sorted(thresholds.own.items())]
        own += [f"{_KEY}{','.join(duplicate_key)}"] if duplicate_key != DEFAULT_KEY else []
        own += [f"split={split}"] if Split(split) is not Split.NONE else []
        own += [f"einvoice={extractor.einvoice}"] if extractor.einvoice is not EInvoice.PREFER else []
        own += [f"regions={extractor.regions}"] if extractor.regions is not Regions.ALL else []
        return cls(
            rules={rule_id: digest for rule_id, digest in digests.items() if rule_id in vendors},
            general=_digest(f"{rule_id} {digest}" for rule_id, digest in digests.items() if rule_id not in vendors),
            identity=_digest(map(_identity, extractor.book.identities)),
            schema=_digest([json.dumps(extractor.schema.schema, sort_keys=True)]),
            engine=extractor.engine_version,
            settings=" ".join([__version__, f"min_confidence={thresholds.others:g}", *own]),
            policy=policy,
            duplicate_key=duplicate_key,
        )

    def of_rules(self, rules_id: str, *, vendor: bool) -> str | None:
        """The digest of what was applied, as it is now; None where there is no such rule set any more."""
        return self.rules.get(rules_id) if vendor else self.general


def _identity(rule_set: RuleSet) -> str:
    return repr((rule_set.id, rule_set.priority, rule_set.on_layout, rule_set.identify))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
