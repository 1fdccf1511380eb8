"""How values are kept in JSON columns, and read back exactly: intake, pauses, extensions, attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from workflows.commands import Intake
from workflows.deadline import Extension
from workflows.events import canonical
from workflows.succession import Succession
from workflows.term import Boundary, Pause, Roll, Term, Unit
from workflows.text import Text


def jsonable(value: Any) -> Any:
    """This will give a value as JSON holds it: dates and decimals as text, tuples as lists."""
    return json.loads(canonical(value))


def utc(value: datetime | None) -> datetime | None:
    """This will give a stored moment in UTC, whatever the session's time zone is."""
    return value.astimezone(UTC) if value is not None else None


def write_intake(intake: Intake) -> Any:
    """This will give an intake as JSON."""
    return jsonable(asdict(intake))


def read_intake(data: Mapping[str, Any]) -> Intake:
    """This will read an intake back."""
    values = dict(data)
    values["reported_at"] = (
        utc(datetime.fromisoformat(values["reported_at"])) if values["reported_at"] else None
    )
    values["act_on"] = date.fromisoformat(values["act_on"]) if values["act_on"] else None
    values["products"], values["species"] = tuple(values["products"]), tuple(values["species"])
    return Intake(**values)


def write_successions(successions: Sequence[Succession]) -> Any:
    """This will give successions as JSON."""
    return [jsonable(asdict(one)) for one in successions]


def read_successions(data: Sequence[Mapping[str, Any]]) -> tuple[Succession, ...]:
    """This will read successions back."""
    return tuple(
        Succession(
            row["predecessor"],
            row["successor"],
            date.fromisoformat(row["on"]),
            Text(row["name"]["zh"], row["name"]["en"]) if row["name"] else None,
            row["short"],
        )
        for row in data
    )


def write_pauses(pauses: Sequence[Pause]) -> Any:
    """This will give pauses as JSON: start, end (null while open), ground."""
    return jsonable([[p.start, p.end, p.ground] for p in pauses])


def read_pauses(data: Sequence[Sequence[str | None]]) -> tuple[Pause, ...]:
    """This will read pauses back."""
    return tuple(
        Pause(datetime.fromisoformat(str(start)), datetime.fromisoformat(end) if end else None, str(ground))
        for start, end, ground in data
    )


def write_term(term: Term) -> dict[str, Any]:
    """This will give a term as JSON."""
    return {
        "amount": str(term.amount),
        "unit": term.unit.value,
        "roll": term.roll.value,
        "boundary": term.boundary.value if term.boundary is not None else None,
        "start_counts": term.start_counts,
    }


def _amount(written: str) -> int | Decimal:
    exact = Decimal(written)
    return int(exact) if exact == exact.to_integral_value() else exact


def read_term(data: Mapping[str, Any]) -> Term:
    """This will read a term back."""
    return Term(
        _amount(data["amount"]),
        Unit(data["unit"]),
        roll=Roll(data["roll"]),
        boundary=Boundary(data["boundary"]) if data["boundary"] is not None else None,
        start_counts=data["start_counts"],
    )


def write_extensions(extensions: Sequence[Extension]) -> Any:
    """This will give granted extensions as JSON."""
    return jsonable(
        [
            {
                "term": write_term(e.term),
                "tier": e.tier,
                "approved_by": e.approved_by,
                "approved_at": e.approved_at,
                "previous_due_at": e.previous_due_at,
            }
            for e in extensions
        ]
    )


def read_extensions(data: Sequence[Mapping[str, Any]]) -> tuple[Extension, ...]:
    """This will read granted extensions back."""
    return tuple(
        Extension(
            read_term(e["term"]),
            e["tier"],
            e["approved_by"],
            datetime.fromisoformat(e["approved_at"]),
            datetime.fromisoformat(e["previous_due_at"]),
        )
        for e in data
    )
