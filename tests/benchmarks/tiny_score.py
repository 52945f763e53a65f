"""A small `score.py` with what the benchmark asks of one, for data folders made by tests."""

import collections
import datetime
import json
import pathlib
import sys
from decimal import Decimal

MONEY = {"net", "tax", "total", "prepaid", "amount_due", "quantity", "unit_price", "tax_rate", "amount", "rate", "base"}
DATES = {"date", "due_date"}
TEXTS = {"seller_name", "seller_address", "buyer_name", "description"}
ROW_KEYS = {"lines": ("description", "quantity", "unit_price", "amount"), "taxes": ("rate", "base", "amount")}
SROIE_ENTITIES = ("seller_name", "date", "seller_address", "total")
Count = collections.namedtuple("Count", "n found correct")


def canonical(field, value):
    if field in MONEY:
        return Decimal(str(value))
    if field in DATES:
        return datetime.date.fromisoformat(str(value))
    return "".join(c for c in str(value).casefold() if c.isalnum())


def same(field, predicted, accepted):
    return any(canonical(field, predicted) == canonical(field, value) for value in accepted)


def count_rows(predicted, truth, keys):
    left = list(predicted)
    for row in truth:
        match = next((p for p in left if all(key in p and same(key, p[key], [row[key]]) for key in keys if key in row)), None)
        if match is not None:
            left.remove(match)
    return Count(len(truth), len(predicted), len(predicted) - len(left))


def score_document(fields, truth, embedded=False):
    counts = {}
    for field, value in truth.items():
        if field in ROW_KEYS:
            counts[field] = count_rows(fields.get(field, []), value, ROW_KEYS[field])
        elif field != "meta":
            found = fields.get(field) is not None
            counts[field] = Count(1, int(found), int(found and same(field, fields[field], [value, *truth["meta"].get("accept", {}).get(field, [])])))
    return counts


if __name__ == "__main__":
    print(len(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()), "scored", json.dumps(sys.argv[2:]))
