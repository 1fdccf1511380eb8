"""The audit page: whether the history is whole, what happened by whom, and who opened what was sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.file_types import GZIP
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, carry_out, pages, say, status_of, t
from services.api.pages.managing import managed
from services.api.pages.typed_numbers import whole_number
from services.api.pages.words import WORDS
from shared.application import audit as cases
from shared.application import history, page_queries
from workflows.history import AnchorHistory, VerifyHistory
from workflows.rejection import Rejected

_FILTERS = ("person", "agency", "lead", "kind", "from", "to", "openings")
_PAGE = 50


@pages.get("/manage/audit")
def show_audit() -> Response:
    """This will list events newest first; every filter is in the address."""
    return _show()


@pages.post("/manage/audit/verify")
def verify_history() -> BaseResponse:
    """This will recompute every chain of the history and keep the result, which the page then tells."""
    outcome = carry_out(VerifyHistory(caller()))
    if isinstance(outcome, Rejected):
        raise outcome
    return redirect(url_for("pages.show_audit", _anchor="verdict"), 303)


@pages.post("/manage/audit/anchor")
def take_anchor() -> Response:
    """This will give an anchor of the history as a file, and keep to whom it goes."""
    kept_by = request.form.get("kept_by", "").strip()
    outcome = carry_out(AnchorHistory(caller(), kept_by), render_after=history.anchored_view)
    if isinstance(outcome, Rejected):
        return _show(refused("anchor", outcome), status_of(outcome))
    name = f'attachment; filename="{outcome.body["filename"]}"'
    return Response(
        outcome.body["anchor"], content_type="application/x-ndjson", headers={"Content-Disposition": name}
    )


@pages.get("/manage/audit/history.jsonl.gz")
def download_pack() -> Response:
    """This will give the whole history as a file to check elsewhere."""
    name, content = ask(history.pack)
    return Response(
        content, content_type=GZIP, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _show(refusal: Refusal | None = None, status: int = 200) -> Response:
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
        status,
        found=found,
        checks=ask(history.checks),
        refusal=refusal,
        asked_for=asked,
        choices=ask(page_queries.lead_choices),
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
