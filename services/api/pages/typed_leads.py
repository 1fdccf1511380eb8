"""What forms say of a lead that arrives: its words, where it is, who told; the same on every page that takes one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request

from services.api.pages.initials import initials
from workflows.commands import Intake
from workflows.rejection import Rejected
from workflows.reporter import Reporter
from workflows.tip import place, title_of

_CHOSEN = ("channel", "place_type", "act", "urgency")


def typed(name: str) -> str | None:
    """This will give what was typed into a field, with line ends as they are kept; None for nothing."""
    return request.form.get(name, "").replace("\r\n", "\n").strip() or None


def typed_intake(reporter_kind: str, **more: Any) -> Intake:
    """This will give the lead a form tells of; without a title it has the first line of its words."""
    said = typed("words") or ""
    chosen: dict[str, Any] = {name: request.form.get(name, "") for name in _CHOSEN}
    return Intake(
        title=typed("title") or (title_of(said) if said else ""),
        description=said,
        township=typed("township"),
        address=typed("address"),
        reporter_kind=reporter_kind,
        **chosen,
        **more,
    )


def typed_reporter() -> Reporter | None:
    """This will give who told of it, on the way into the seal; None where nothing is said."""
    who = {name: typed(name) for name in ("name", "phone", "contact")}
    return Reporter(**who) if any(who.values()) else None


def at_fields(refusal: Rejected) -> Rejected:
    """This will name each fault by the field it was typed into; a title that was made of the words is told of there."""
    by_field = tuple(replace(reason, field=_field(reason.field)) for reason in refusal.reasons)
    to_words = {"description": "words"} | ({} if typed("title") else {"title": "words"})
    return place(to_words, Rejected(*by_field, kind=refusal.kind))


def _field(pointer: str | None) -> str | None:
    parts = [part for part in (pointer or "").split("/") if not part.isdigit()]
    return parts[-1] if parts else None


def found_by_typing(townships: list[str]) -> list[str]:
    """This will put townships in the order of their initials, which options begin with."""
    return sorted(townships, key=lambda town: (initials(town), town))
