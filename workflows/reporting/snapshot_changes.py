"""What changed between two versions of one compiled period: figures, texts, and who has reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
SPANS = ("period", "cumulative")


def changes_between(before: Document | None, after: Document) -> dict[str, Any] | None:
    """This will list the differences of two snapshot documents; None where there is no version before."""
    if before is None:
        return None
    return {
        "from_version": before["version"],
        "from_as_of": before["as_of"],
        "figures": list(_figures(before, after)),
        "units": list(_units(before, after)),
        "texts": list(_texts(before, after)),
    }


def is_unchanged(before: Document, after: Document) -> bool:
    """This will say whether two snapshots say the same, apart from when and as which version they were taken."""
    mutable = {"version", "as_of", "changes"}
    return {k: v for k, v in before.items() if k not in mutable} == {
        k: v for k, v in after.items() if k not in mutable
    }


def _rows(document: Document) -> dict[str, Any]:
    table = document["table"]
    return {row["unit"]: row for row in (*table["rows"], table["total"])}


def _figures(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    old, new = _rows(before), _rows(after)
    columns = {c["code"]: None for document in (before, after) for c in document["table"]["columns"]}
    for unit in dict.fromkeys((*old, *new)):
        for span in SPANS:
            for code in columns:
                left, right = (_value(rows.get(unit), span, code) for rows in (old, new))
                if left != right:
                    yield {"unit": unit, "column": code, "span": span, "before": left, "after": right}


def _value(row: Document | None, span: str, code: str) -> str | None:
    value = row[span].get(code, {}).get("value") if row else None
    return None if value is None else str(value)


def _units(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    old, new = ({unit["id"]: unit for unit in document["units"]} for document in (before, after))
    for unit in dict.fromkeys((*old, *new)):
        left, right = (_standing(units.get(unit)) for units in (old, new))
        if left != right:
            yield {"unit": unit, "before": left, "after": right}


def _standing(unit: Document | None) -> dict[str, Any] | None:
    return None if unit is None else {"status": unit["status"], "version": unit["version"]}


def _texts(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    old, new = (_entries(document) for document in (before, after))
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            field, unit = key
            yield {"field": field, "unit": unit, "before": old.get(key), "after": new.get(key)}


def _entries(document: Document) -> dict[tuple[str, str], str]:
    return {
        (section["field"], entry["unit"]): entry["text"]
        for section in document["texts"]
        for entry in section["entries"]
    }
