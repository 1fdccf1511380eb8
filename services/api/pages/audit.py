"""The audit page: whether the history is whole, what happened by whom, and who opened what was sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request

from services.api.pages.frame import ask, pages, say, t
from services.api.pages.managing import managed
from services.api.pages.typed_numbers import whole_number
from services.api.pages.words import WORDS
from shared.application import audit as cases
from shared.application import page_queries, queries

_FILTERS = ("person", "agency", "lead", "kind", "from", "to", "openings")
_PAGE = 50


@pages.get("/manage/audit")
def show_audit() -> Response:
    """This will list events newest first; every filter is in the address."""
    return _show(None)


@pages.post("/manage/audit/verify")
def verify_history() -> Response:
    """This will recompute every chain of the history and say where it no longer fits."""
    return _show(ask(queries.verify_audit))


def _show(verified: dict[str, Any] | None) -> Response:
    asked = {name: request.args.get(name, "").strip() for name in _FILTERS}
    cursor = request.args.get("before", "")
    before = whole_number(cursor)
    filters: dict[str, Any] = {name: value for name, value in asked.items() if value}
    for name in ("from", "to"):
        filters[name] = _day(asked[name])
    found = ask(cases.audit_trail, filters=filters, before=before, limit=_PAGE)
    return managed(
        "audit.html",
        "audit",
        found=found,
        asked_for=asked,
        choices=ask(page_queries.lead_choices),
        verified=verified,
        first=before is None,
        openings=cases.OPENINGS,
        kinds=_kinds(found["act_names"], asked["kind"]),
    )


def _kinds(acts: Mapping[str, Mapping[str, str]], asked: str) -> list[tuple[str, str]]:
    """Every kind of event with its name, and all of one subject together; the one asked for whatever it is."""
    plain = {kind: say(name) for kind, name in acts.items() if "/" not in kind}
    own = {key.removeprefix("event."): t(key) for key in WORDS if key.startswith("event.")}
    found = {**own, **plain}
    subjects = {kind.partition(".")[0] for kind in found}
    whole = {s: t("audit.every", subject=t(f"subject.{s}")) for s in subjects}
    named = sorted({**whole, **found}.items())
    return named if not asked or any(kind == asked for kind, _ in named) else [*named, (asked, asked)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
