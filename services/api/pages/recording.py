"""Registering work done from a spreadsheet: paste, look at what would be added line by line, then add all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.frame import ask, caller, done, pages, perform, rehearse, render, t
from services.api.pages.pasted_records import Line, Sheet, heads_of, read_sheet
from shared.application import page_queries, queries
from shared.application.page_queries import recording
from workflows.commands import AddRecord
from workflows.rejection import Reason, Rejected
from workflows.text import Text


@pages.get("/results/record")
def show_recording() -> Response:
    """This will show what a sheet of one kind of record looks like, and take it."""
    return _show(_kind(request.args.get("kind", "")), None)


@pages.post("/results/record")
def add_records() -> BaseResponse:
    """This will check pasted records line by line, and add them all when asked to and nothing is wrong."""
    words = ask(page_queries.form_words)
    kind = _kind(request.form.get("kind", ""))
    sheet = read_sheet(request.form.get("cells", ""), kind, words["fields"])
    checked = _checked(kind["id"], sheet, words["fields"])
    faulty = bool(sheet.faults) or any(row["faults"] for row in checked)
    if faulty or request.form.get("do") != "store":
        return _show(kind, sheet, checked, 422 if faulty else 200)
    fresh = [row for row in checked if not row["known"]]
    key = request.form.get("key", "")
    for place, row in enumerate(fresh):
        refusal = perform(_command(kind["id"], row["line"]), f"{key}-{row['line'].place}" if key else None)
        if refusal is not None:
            row["faults"] = [*refusal.reasons]
            return _show(kind, sheet, checked, 409, added=place)
    said = t("record.added", n=len(fresh), known=len(checked) - len(fresh))
    return done(url_for("pages.show_recording", kind=kind["id"]), said)


def _kind(kind_id: str) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = ask(page_queries.form_words)["record_kinds"]
    chosen = kind_id or (kinds[0]["id"] if kinds else "")
    found = next((kind for kind in kinds if kind["id"] == chosen), None)
    if found is None:
        raise Rejected(
            Reason("unknown_kind", Text("没有这类记录", "no such kind of record"), "kind"), kind="missing"
        )
    return found


def _command(kind: str, line: Line, day: date | None = None) -> AddRecord:
    on = line.day or day
    assert on is not None, "a line without its day has a fault"
    return AddRecord(caller(), kind, on, line.data, line.number)


def _checked(kind: str, sheet: Sheet, fields: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each line with all that is wrong with it, or that just this is on record; nothing is kept.

    A line whose day cannot be read is tried as if it were of today, so that its other faults are told at once.
    """
    today = date.fromisoformat(ask(queries.clock)["at"][:10])
    known = ask(recording.known, kind=kind, rows=[(line.number, line.day, line.data) for line in sheet.lines])
    found = []
    for line, is_known in zip(sheet.lines, known, strict=True):
        faults: list[Reason] = [Reason("cell", fault) for fault in line.faults]
        if not is_known:
            outcome = rehearse(_command(kind, line, today), lambda _, __: {})
            faults += [_in_words(r, fields) for r in outcome.reasons] if isinstance(outcome, Rejected) else []
        found.append({"line": line, "known": is_known, "faults": faults})
    return found


def _in_words(reason: Reason, fields: Mapping[str, Mapping[str, Any]]) -> Reason:
    """A fault as whoever filled in the spreadsheet reads it: choices by their names, without the ids programs send."""
    choices = fields.get((reason.field or "").rpartition("/")[2], {}).get("choices")
    if reason.code != "choice" or not choices:
        return reason
    zh = "、".join(choice["name"]["zh"] for choice in choices)
    en = ", ".join(choice["name"]["en"] or choice["id"] for choice in choices)
    return replace(reason, text=Text(f"须为下列之一：{zh}", f"must be one of {en}"))


def _show(
    kind: dict[str, Any],
    sheet: Sheet | None,
    checked: list[dict[str, Any]] | None = None,
    status: int = 200,
    added: int = 0,
) -> Response:
    words = ask(page_queries.form_words)
    return render(
        "recording.html",
        status,
        kind=kind,
        kinds=words["record_kinds"],
        fields=words["fields"],
        heads=heads_of(kind, words["fields"]),
        sheet=sheet,
        checked=checked or [],
        fresh=sum(not row["known"] for row in checked or ()),
        faulty=sheet is not None and (bool(sheet.faults) or any(row["faults"] for row in checked or ())),
        cells=request.form.get("cells", ""),
        added=added,
    )
