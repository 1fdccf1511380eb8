"""What a form says, read by the kinds of the definition's fields. What cannot be read is handed on as it stands, so
that the rules name the fault; a field left empty is not given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from workflows.rejection import Reason, Rejected


@dataclass(frozen=True, slots=True)
class Refusal:
    """A form that was refused: which one, why, and what the person had typed."""

    act: str
    reasons: tuple[Reason, ...]
    kind: str
    values: MultiDict[str, str]

    def of(self, act: str) -> bool:
        """This will say whether it is this form that was refused."""
        return self.act == act

    def at(self, name: str) -> Reason | None:
        """This will give what is wrong with one field."""
        return next(
            (r for r in self.reasons if (r.field or "").rpartition("/")[2].split(".")[-1] == name), None
        )


def refused(act: str, refusal: Rejected) -> Refusal:
    """This will keep what was typed beside why it was refused."""
    # A form has one place for what programs send in a body, a query or a header.
    reasons = tuple(replace(r, field=r.field.lstrip("?@#")) if r.field else r for r in refusal.reasons)
    return Refusal(act, reasons, refusal.kind, MultiDict(request.form))


def step(
    subject: Mapping[str, Any], trigger: str, fields: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], Any]:
    """This will read the inputs of a step the person may take, and give them with the step's name in two languages.

    A step that is not among the allowed ones has no inputs: the rules then say why it is not possible.
    """
    offered: list[Mapping[str, Any]] = subject["allowed_actions"]
    option = next((action for action in offered if action["name"] == trigger), None)
    if option is None:
        return {}, {"zh": trigger, "en": trigger}
    return given([*option["needs"], *option["takes"]], fields, subject.get("as_of", "+08:00")[-6:]), option[
        "title"
    ]


def given(names: Iterable[str], fields: Mapping[str, Mapping[str, Any]], offset: str) -> dict[str, Any]:
    """This will read the inputs of an act; `offset` is the campaign's offset, for times typed without one."""
    found = {name: _read(fields[name], offset) for name in names if name in fields}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _read(kind: Mapping[str, Any], offset: str) -> Any:
    name = f"given.{kind['id']}"
    if kind["type"] == "agencies" or (kind["type"] == "list" and kind["choices"]):
        return [value for value in request.form.getlist(name) if value]
    value = request.form.get(name, "").strip()
    if not value:
        return None
    reader = _READERS.get(kind["type"])
    return reader(value, offset) if reader is not None else value


def _number(read: Callable[[str], Any]) -> Callable[[str, str], Any]:
    def reader(text: str, _: str) -> Any:
        try:
            return read(text)
        except (ValueError, InvalidOperation):
            return text

    return reader


def _moment(text: str, offset: str) -> str:
    try:
        return text if datetime.fromisoformat(text).tzinfo else f"{text}{offset}"
    except ValueError:
        return text


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "integer": _number(int),
    "decimal": _number(Decimal),
    "boolean": lambda text, _: {"true": True, "false": False}.get(text, text),
    "datetime": _moment,
    "list": lambda text, _: [line.strip() for line in text.splitlines() if line.strip()],
}
