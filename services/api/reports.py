"""/reports: what each unit owes, submitting it, and the compiled period as data and documents."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Response

from services.api import campaign_answers, parameters, schemas
from services.api.auth import caller, system
from services.api.file_types import DOCX, PDF, XLSX
from services.api.operations import Noun
from services.api.reading import show
from services.api.writing import Write, showing
from shared.application import queries
from shared.application.work import Done, Work
from workflows.commands import CompileReport, SubmitReport

reports = Noun(
    "reports", __name__, url_prefix="/v1", description="阶段报告与战果表 · Stage reports and results"
)

_UNIT = "/reports/<word:kind>/<word:period>/units/<word:unit>"
_PERIOD = "/reports/<word:kind>/<word:period>"
_FILE = {"type": "string", "format": "binary"}


@reports.operation("GET", "/reports", answer=campaign_answers.Obligations)
def list_reports() -> Response:
    """列出应报材料 · List what is owed: by unit and period, with its status"""
    return show(queries.reports)


@reports.operation("GET", _UNIT, answer=campaign_answers.Report)
def show_report(kind: str, period: str, unit: str) -> Response:
    """查看报送 · Read what a unit submitted for a period, every version of it"""
    return show(queries.report, unit=unit, kind=kind, period=period)


@reports.operation("PUT", _UNIT, body=schemas.SubmitReport, answer=campaign_answers.ReportActed, status=201)
def submit_report(body: dict[str, Any], write: Write, kind: str, period: str, unit: str) -> Response:
    """报送 · Submit a unit's report, or its next version; a late one is accepted and marked"""
    command = SubmitReport(
        caller(),
        unit,
        kind,
        period,
        body["zero"],
        body["texts"],
        body["figures"],
        body["corrections"],
        body.get("reason"),
    )
    return write.perform(command, showing(queries.report, unit=unit, kind=kind, period=period), status=201)


@reports.operation(
    "POST", _PERIOD + "/compilations", body=schemas.Nothing, answer=campaign_answers.CompiledActed, status=202
)
def compile_report(write: Write, kind: str, period: str) -> Response:
    """汇总 · Compile a period into its next version"""
    command = CompileReport(caller(), kind, period)
    shown = partial(_compiled, kind=kind, period=period)
    return write.perform(command, shown, status=202)


def _compiled(_: Work, done: Done, kind: str, period: str) -> dict[str, Any]:
    href = f"/v1/reports/{kind}/{period}/compilation?version={done.version}"
    return {
        "kind": kind,
        "period": period,
        "version": done.version,
        "href": href,
        "events": list(done.events),
    }


@reports.operation(
    "GET", _PERIOD + "/compilation", query=parameters.VersionQuery, answer=campaign_answers.Compilation
)
def show_compilation(query: dict[str, Any], kind: str, period: str) -> Response:
    """查看汇总 · Read a compiled period: figures with what they count, texts, who is missing"""
    return show(queries.compilation, kind=kind, period=period, version=query.get("version"))


@reports.operation(
    "GET",
    _PERIOD + "/compilation.<any(docx, xlsx, pdf):file_format>",
    query=parameters.VersionQuery,
    answer=_FILE,
    media_type=(DOCX, XLSX, PDF),
)
def download_compilation(query: dict[str, Any], kind: str, period: str, file_format: str) -> Response:
    """下载汇总文件 · Download a compiled period as DOCX, XLSX or PDF"""
    return _file(system().file_of(caller(), kind, period, query.get("version"), file_format))


@reports.operation(
    "GET",
    _PERIOD + "/preview.<any(docx, xlsx, pdf):file_format>",
    answer=_FILE,
    media_type=(DOCX, XLSX, PDF),
)
def download_preview(kind: str, period: str, file_format: str) -> Response:
    """预览汇总文件 · What would be compiled now, as DOCX, XLSX or PDF; nothing is kept"""
    return _file(system().file_of(caller(), kind, period, None, file_format, now=True))


def _file(found: Any) -> Response:
    file_format = found.filename.rpartition(".")[2]
    name = f"attachment; filename=\"report.{file_format}\"; filename*=UTF-8''{quote(found.filename)}"
    return Response(found.content, content_type=found.media_type, headers={"Content-Disposition": name})
