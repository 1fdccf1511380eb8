"""Reports: what is owed, and the form in which a unit confirms instead of retyping; also as a sheet to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages import report_forms
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import NAV, ask, caller, done, pages, perform, render, status_of, t
from services.api.pages.typed_numbers import whole_number
from services.api.pages.undo import Undo
from services.api.pages.words import WORDS
from services.api.report_forms import check_same
from shared.application import figures, queries
from shared.application.page_queries import reporting
from workflows.commands import SubmitReport
from workflows.rejection import Reason, Rejected
from workflows.reporting.acts import WithdrawReport
from workflows.reporting.form import FilledForm, placed
from workflows.text import Text

_AFTER_THE_WALL = next(place for place, item in enumerate(NAV) if item["prefix"] == "/supervise") + 1
NAV[_AFTER_THE_WALL:_AFTER_THE_WALL] = [
    {"endpoint": "pages.show_progress", "prefix": "/progress", "word": "nav.progress"},
    {"endpoint": "pages.show_reports", "prefix": "/reports", "word": "nav.reports"},
    {"endpoint": "pages.show_latest_results", "prefix": "/results", "word": "nav.results"},
]
SHEETS = ("xlsx", "csv")
MOST_BYTES = 1 << 20
"""How large a filled form may be."""
MOST_SHOWN = 8
"""As many periods are listed without being parted."""
MOST = 2**31 - 1
"""The highest version a database can hold."""


def version_asked() -> int | None:
    """This will read which compiled version the address asks for; None for no version."""
    value = whole_number(request.args.get("version", ""))
    return min(value, MOST) if value is not None else None


@pages.get("/reports")
def show_reports() -> Response:
    """This will list the periods reports are owed for, with how each stands."""
    found = ask(reporting.rooms)
    first, rest = pressing(found["rooms"], found["as_of"])
    return render("reports.html", found=found, first=first, rest=rest, burden=ask(figures.burden))


def pressing(rooms: list[dict[str, Any]], now: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """This will part periods into those to look at (the next of each kind, and past ones not all in) and the rest.

    Few periods are not parted: a campaign with three reports shows three.
    """
    if len(rooms) <= MOST_SHOWN:
        return rooms, []
    at = datetime.fromisoformat(now)
    coming: dict[str, dict[str, Any]] = {}
    for room in rooms:
        if datetime.fromisoformat(room["due_at"]) > at:
            coming.setdefault(room["kind"], room)
    first = [
        room
        for room in rooms
        if room is coming.get(room["kind"])
        or (
            datetime.fromisoformat(room["due_at"]) <= at
            and room["came"] + room["waived"] < len(room["items"])
        )
    ]
    return first, [room for room in rooms if room not in first]


@pages.get("/reports/<kind>/<period>/units/<unit>")
def show_report(kind: str, period: str, unit: str) -> Response:
    """This will show a unit's report: as a form to those who submit it, with every version that was sent."""
    return _show(kind, period, unit)


def _show(
    kind: str,
    period: str,
    unit: str,
    refusal: Refusal | None = None,
    status: int = 200,
    taken: report_forms.Pasted | None = None,
    values: MultiDict[str, str] | None = None,
) -> Response:
    found = ask(reporting.form, unit=unit, kind=kind, period=period)
    wrong = {r.field: r for r in (refusal.reasons if refusal is not None else ()) if r.field}
    return render(
        "report.html",
        status,
        found=found,
        known=[c for c in found["columns"] if c["basis"] != "manual" and _has_figure(c, wrong)],
        zeros=[c for c in found["columns"] if c["basis"] != "manual" and not _has_figure(c, wrong)],
        manual=[c for c in found["columns"] if c["basis"] == "manual"],
        counted=sum(c["computed"] not in {None, "0"} for c in found["columns"]),
        refused=refusal,
        wrong=wrong,
        values=values if values is not None else _held(found),
        taken=taken,
    )


def _has_figure(column: dict[str, Any], wrong: dict[str, Any]) -> bool:
    return column["value"] not in {None, "0"} or bool(
        column["corrected"] or any(f"/corrections/{column['code']}" in pointer for pointer in wrong)
    )


def _held(found: dict[str, Any]) -> MultiDict[str, str]:
    """What the newest version said, as the form's fields hold it."""
    held: MultiDict[str, str] = MultiDict()
    for column in found["columns"]:
        held[f"figures.{column['code']}"] = column["typed"]
        held[f"corrections.{column['code']}"] = column["corrected"]
        held[f"corrections.{column['code']}.reason"] = column["reason"]
    for text in found["texts"]:
        held[f"texts.{text['id']}"] = text["value"]
    return held


@pages.post("/reports/<kind>/<period>/units/<unit>")
def submit_report(kind: str, period: str, unit: str) -> BaseResponse:
    """This will submit a unit's report, or its next version; or only fill in what was pasted from a spreadsheet."""
    act = request.form.get("do", "submit")
    found = ask(reporting.form, unit=unit, kind=kind, period=period)
    if act == "paste":
        taken = report_forms.pasted(request.form.get("cells", ""), found["columns"])
        values = MultiDict(request.form)
        for code, value in taken.values.items():
            values[f"figures.{code}"] = value
        return _show(kind, period, unit, taken=taken, values=values)
    zero = act == "zero"
    names = [text["id"] for text in found["texts"]]
    said = report_forms.typed({} if zero else request.form, found["columns"], names)
    reason = request.form.get("reason", "").strip() or None
    command = SubmitReport(
        caller(), unit, kind, period, zero, said.texts, said.figures, said.corrections, reason
    )
    refusal = perform(command)
    if refusal is not None:
        return _show(
            kind, period, unit, refused(act, refusal), status_of(refusal), values=MultiDict(request.form)
        )
    return _submitted(kind, period, unit)


@pages.post("/reports/<kind>/<period>/units/<unit>/withdrawal")
def withdraw_report(kind: str, period: str, unit: str) -> BaseResponse:
    """This will take a submitted report back before it is due."""
    reason = request.form.get("reason", "").strip()
    ask(reporting.form, unit=unit, kind=kind, period=period)
    if not reason:
        lacking = Text("请写明撤回原因", "say why it is taken back")
        return _refuse(kind, period, unit, "withdraw", Rejected(Reason("required", lacking), kind="invalid"))
    refusal = perform(WithdrawReport(caller(), unit, kind, period, reason))
    if refusal is not None:
        return _refuse(kind, period, unit, "withdraw", refusal)
    return _sent(kind, period, unit, "report.withdrawn")


@pages.get("/reports/<kind>/<period>/units/<unit>/form.<any(xlsx, csv):file_format>")
def download_form(kind: str, period: str, unit: str, file_format: str) -> Response:
    """This will give a unit's report as a sheet to fill in, with what the records know."""
    return file_answer(system().form_of(caller(), unit, kind, period, file_format))


@pages.post("/reports/<kind>/<period>/units/<unit>/form")
def submit_form(kind: str, period: str, unit: str) -> BaseResponse:
    """This will submit a filled sheet, checked like any report; every fault is named with its cell."""
    ask(reporting.form, unit=unit, kind=kind, period=period)
    cells: Mapping[str, str] = {}
    try:
        form = _filled(kind, period, unit)
        cells = form.cells
        reason = request.form.get("reason", "").strip() or form.reason
        parts = (form.zero, form.texts, form.figures, form.corrections, reason)
        refusal = perform(SubmitReport(caller(), unit, kind, period, *parts))
    except Rejected as unreadable:
        refusal = unreadable
    if refusal is not None:
        return _refuse(kind, period, unit, "file", placed(refusal, cells))
    return _submitted(kind, period, unit)


def _filled(kind: str, period: str, unit: str) -> FilledForm:
    """The form that was sent. Raises Rejected: no file, another kind of file, an unreadable one, another's form."""
    file = request.files.get("form")
    if file is None or not file.filename:
        raise Rejected(
            Reason("required", WORDS["report.no_file"], "/file", WORDS["report.file_pick"]), kind="invalid"
        )
    ending = file.filename.lower().rpartition(".")[2]
    if ending not in SHEETS:
        raise Rejected(Reason("file_type", WORDS["report.bad_file"], "/file"), kind="invalid")
    found = system().read_form(file.stream.read(MOST_BYTES + 1), ending)
    named = {"campaign": caller().campaign_id, "kind": kind, "period": period, "unit": unit}
    check_same({name: getattr(found, name) for name in named}, named)
    return found


class File(Protocol):
    """A finished file, as the system gives documents."""

    @property
    def content(self) -> bytes:
        """Its bytes."""

    @property
    def media_type(self) -> str:
        """Its kind, as browsers name it."""

    @property
    def filename(self) -> str:
        """Its name with its ending."""


def file_answer(found: File) -> Response:
    """This will send a file for keeping, under its own name."""
    ending = found.filename.rpartition(".")[2]
    name = f"attachment; filename=\"report.{ending}\"; filename*=UTF-8''{quote(found.filename)}"
    return Response(found.content, content_type=found.media_type, headers={"Content-Disposition": name})


def _refuse(kind: str, period: str, unit: str, act: str, refusal: Rejected) -> Response:
    return _show(kind, period, unit, refused(act, refusal), status_of(refusal))


def _submitted(kind: str, period: str, unit: str) -> BaseResponse:
    """What was just sent may be taken back before it is due."""
    here = url_for("pages.withdraw_report", kind=kind, period=period, unit=unit)
    late = ask(reporting.form, unit=unit, kind=kind, period=period)["is_late"]
    undo = None if late else Undo(here, "undo.report", {"reason": t("undo.reason")})
    return _sent(kind, period, unit, "report.done", undo)


def _sent(kind: str, period: str, unit: str, word: str, undo: Undo | None = None) -> BaseResponse:
    after = ask(queries.report, unit=unit, kind=kind, period=period)
    said = t(word, n=after["version"], receipt=str(after["receipt"]).rpartition("/")[2])
    return done(url_for("pages.show_report", kind=kind, period=period, unit=unit), said, undo)
