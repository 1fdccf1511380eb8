"""The room in which the office compiles a period: who is in, who is urged, what contradicts, waivers, versions."""

from __future__ import annotations

from functools import partial

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import (
    ask,
    caller,
    carry_out,
    done,
    pages,
    perform,
    render,
    say,
    status_of,
    t,
)
from services.api.pages.reports import file_answer, version_asked
from services.api.pages.undo import Undo
from shared.application.page_queries import reporting
from shared.application.urging import urged_view
from workflows.commands import CompileReport
from workflows.rejection import Reason, Rejected
from workflows.reporting.acts import EndWaiver, UrgeReport, WaiveReport
from workflows.text import Text

FORMATS = ("docx", "xlsx", "pdf")


@pages.get("/reports/<kind>/<period>")
def show_compiling(kind: str, period: str) -> Response:
    """This will show who is in, what contradicts, and the compiled versions of a period."""
    return _show(kind, period)


def _show(kind: str, period: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    found = ask(reporting.compiling, kind=kind, period=period, version=version_asked())
    missing = [u for u in found["units"] if u["status"] in {"missing", "scheduled"}]
    return render("compile.html", status, found=found, missing=missing, formats=FORMATS, refused=refusal)


@pages.post("/reports/<kind>/<period>/compile")
def compile_report(kind: str, period: str) -> BaseResponse:
    """This will compile a period as it stands."""
    before = ask(reporting.compiling, kind=kind, period=period, version=None)
    refusal = perform(CompileReport(caller(), kind, period))
    if refusal is not None:
        return _show(kind, period, refused("compile", refusal), status_of(refusal))
    after = ask(reporting.compiling, kind=kind, period=period, version=None)
    word = "compile.same" if len(after["versions"]) == len(before["versions"]) else "compile.done"
    return done(_here(kind, period), t(word, n=after["chosen"]["version"]))


@pages.post("/reports/<kind>/<period>/urge")
def urge_report(kind: str, period: str) -> BaseResponse:
    """This will urge every unit that still owes this report."""
    shown = partial(urged_view, kind=kind, period=period)
    outcome = carry_out(UrgeReport(caller(), kind, period), render_after=shown)
    if isinstance(outcome, Rejected):
        return _show(kind, period, refused("urge", outcome), status_of(outcome))
    return done(_here(kind, period), t("compile.urged", n=outcome.body["urged"]))


_OPPOSITE = {"waive": "unwaive", "unwaive": "waive"}


@pages.post("/reports/<kind>/<period>/units/<unit>/<any(waive, unwaive):act>")
def waive_report(kind: str, period: str, unit: str, act: str) -> BaseResponse:
    """This will excuse a unit from a report, or ask for it again, with the reason."""
    found = ask(reporting.compiling, kind=kind, period=period, version=None)
    reason = request.form.get("reason", "").strip()
    command = WaiveReport if act == "waive" else EndWaiver
    lacking = Rejected(Reason("required", Text("请写明理由", "say why"), f"/{unit}/reason"), kind="invalid")
    refusal = perform(command(caller(), unit, kind, period, reason)) if reason else lacking
    if refusal is not None:
        return _show(kind, period, refused(unit, refusal), status_of(refusal))
    names = [say(u["unit"]["name"]) for u in found["units"] if u["unit"]["id"] == unit]
    word = "compile.waived" if act == "waive" else "compile.unwaived"
    opposite = url_for("pages.waive_report", kind=kind, period=period, unit=unit, act=_OPPOSITE[act])
    undo = Undo(opposite, "undo.step", {"reason": t("undo.reason")})
    return done(_here(kind, period), t(word, unit=names[0]), undo)


def _here(kind: str, period: str) -> str:
    return url_for("pages.show_compiling", kind=kind, period=period)


@pages.get("/reports/<kind>/<period>/<int(max=2147483647):version>.<any(docx, xlsx, pdf):file_format>")
def download_compiled(kind: str, period: str, version: int, file_format: str) -> Response:
    """This will give a compiled version as a document."""
    return file_answer(system().file_of(caller(), kind, period, version, file_format))


@pages.get("/reports/<kind>/<period>/preview.<any(docx, xlsx, pdf):file_format>")
def preview_compiled(kind: str, period: str, file_format: str) -> Response:
    """This will give what would be compiled now as a document; nothing is kept."""
    return file_answer(system().file_of(caller(), kind, period, None, file_format, now=True))
