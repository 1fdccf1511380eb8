"""Which of the records about to be added are on record already, so that pasting a sheet twice adds nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shared.application.work import Work
from workflows.inputs import read_inputs
from workflows.rejection import Rejected
from workflows.reporting.quantity import plain

Given = tuple[str | None, date | None, Mapping[str, Any]]


def known(work: Work, kind: str, rows: Sequence[Given]) -> list[bool]:
    """This will say of each (lead's number, day, data) whether the caller's agency has recorded just that already, or an
    earlier row says the same.
    """
    asked = {number for number, _, _ in rows if number is not None}
    numbers: dict[str | None, str] = {
        lead.id: lead.number for lead in work.uow.leads.by_numbers(work.campaign.id, asked).values()
    }
    held = {
        _key(numbers.get(lead_id, lead_id), record["occurred_on"], record["data"])
        for record in work.uow.records.every(work.campaign.id, {kind}, work.by.agency_id)
        for lead_id in (record["lead_id"],)
    }
    fields = {one.id: one.fields for one in work.definition.record_kinds}.get(kind, ())
    found = []
    for row in rows:
        key = _read(work, fields, row)
        found.append(key in held)
        if key is not None:
            held.add(key)
    return found


def _read(work: Work, fields: Sequence[str], row: Given) -> Any:
    number, day, data = row
    try:
        return _key(number, day, read_inputs(work.definition, fields, data, "data"))
    except Rejected:
        return None


def _key(number: str | None, day: date | None, data: Mapping[str, Any]) -> Any:
    return (number, day, tuple(sorted((name, _same(value)) for name, value in data.items())))


def _same(value: Any) -> str:
    """One word for values that are equal, as they are typed and as they are kept."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int | float | Decimal):
        return plain(Decimal(str(value)))
    if isinstance(value, list | tuple | set | frozenset):
        return "|".join(sorted(map(_same, value)))
    return str(value)
