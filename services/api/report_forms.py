"""/reports, continued: forms as files, what need not be typed, taking back, waivers, urging, joining and leaving, figures."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Response

from services.api import campaign_answers, fields, report_answers
from services.api.auth import caller, system
from services.api.file_types import CSV, XLSX
from services.api.operations import Noun
from services.api.parameters import VersionQuery, WriteQuery
from services.api.reading import show
from services.api.schemas import WORDS, Closed, Nothing, name_of
from services.api.writing import Write, showing
from shared.application import queries, report_queries
from shared.application.page_queries import breakdowns
from shared.application.urging import urged_view
from shared.application.work import Done, Work
from workflows.commands import SubmitReport
from workflows.rejection import Reason, Rejected
from workflows.reporting.acts import (
    EndWaiver,
    JoinReporting,
    LeaveReporting,
    UrgeReport,
    WaiveReport,
    WithdrawReport,
)
from workflows.reporting.form import placed
from workflows.text import Text

report_forms = Noun(
    "report_forms",
    __name__,
    url_prefix="/v1",
    description="报送表、免报、溯源 · Forms, waivers, open figures",
)

_PERIOD = "/reports/<word:kind>/<word:period>"
_UNIT = f"{_PERIOD}/units/<word:unit>"
_FILE = {"type": "string", "format": "binary"}


class WithReason(Closed):
    """Why."""

    reason = fields.Text(WORDS, required=True)


class FormQuery(WriteQuery):
    """Why a report is corrected after its date."""

    reason = fields.Text(
        500, metadata={"description": "到期后更正的理由 · why it is corrected after the date"}
    )


class SpanQuery(VersionQuery):
    """Which span of a compiled version."""

    span = fields.Choice("period", "cumulative", load_default="period")


class BreakdownQuery(SpanQuery):
    """Which way a table is taken apart, and which span of it."""

    by = name_of(
        required=True,
        metadata={
            "description": "unit、month，或登记物品种类的字段（见 ways）· unit, month, or a field of the kind of goods"
        },
    )


class Joins(Closed):
    """Which unit, from which day on, and why."""

    unit = name_of(required=True)
    from_on = fields.Date(required=True)
    reason = fields.Text(WORDS, required=True)


@report_forms.operation("GET", f"{_UNIT}/draft", answer=report_answers.Draft)
def show_draft(kind: str, period: str, unit: str) -> Response:
    """待填报告 · What records know already, and what is left to fill in"""
    return show(report_queries.draft, unit=unit, kind=kind, period=period)


@report_forms.operation(
    "GET", f"{_UNIT}/form.<any(xlsx, csv):file_format>", answer=_FILE, media_type=(XLSX, CSV)
)
def download_form(kind: str, period: str, unit: str, file_format: str) -> Response:
    """下载报送表 · The report as a sheet to fill in, with what records know

    没有系统的单位填好后用 PUT 传回；与直接报送同样检查、同样给回执。
    Filled in, it is sent back with PUT: checked like any report, with the same receipt.
    """
    found = system().form_of(caller(), unit, kind, period, file_format)
    name = f"attachment; filename=\"form.{file_format}\"; filename*=UTF-8''{quote(found.filename)}"
    return Response(found.content, content_type=found.media_type, headers={"Content-Disposition": name})


@report_forms.operation(
    "PUT",
    f"{_UNIT}/form.<any(xlsx, csv):file_format>",
    query=FormQuery,
    upload=True,
    answer=campaign_answers.ReportActed,
    status=201,
)
def submit_form(
    query: dict[str, Any], content: bytes, write: Write, kind: str, period: str, unit: str, file_format: str
) -> Response:
    """用表格报送 · Submit a filled form; every problem is named with its cell"""
    form = system().read_form(content, file_format)
    named = {"campaign": caller().campaign_id, "kind": kind, "period": period, "unit": unit}
    check_same({name: getattr(form, name) for name in named}, named)
    command = SubmitReport(
        caller(),
        unit,
        kind,
        period,
        form.zero,
        form.texts,
        form.figures,
        form.corrections,
        query.get("reason") or form.reason,
    )
    try:
        return write.perform(
            command, showing(queries.report, unit=unit, kind=kind, period=period), status=201
        )
    except Rejected as refusal:
        raise placed(refusal, form.cells) from refusal


def check_same(said: dict[str, str], wanted: dict[str, str]) -> None:
    """This will refuse a form that was filled for another unit or period than it is sent as. Raises Rejected."""
    if said == wanted:
        return
    told, asked = ("/".join(parts.values()) for parts in (said, wanted))
    words = Text(
        f"这张表是 {told[:200]} 的，不是 {asked} 的", f"this is the form of {told[:200]}, not of {asked}"
    )
    raise Rejected(Reason("other_form", words, "/file/A1"), kind="invalid")


@report_forms.operation("POST", f"{_UNIT}/withdrawal", body=WithReason, answer=campaign_answers.ReportActed)
def withdraw_report(body: dict[str, Any], write: Write, kind: str, period: str, unit: str) -> Response:
    """撤回 · Take a submitted report back before it is due"""
    command = WithdrawReport(caller(), unit, kind, period, body["reason"])
    return write.perform(command, showing(queries.report, unit=unit, kind=kind, period=period))


@report_forms.operation("POST", f"{_UNIT}/waiver", body=WithReason, answer=campaign_answers.ReportActed)
def waive_report(body: dict[str, Any], write: Write, kind: str, period: str, unit: str) -> Response:
    """免报 · Excuse a unit from a report; the compiled report shows why"""
    command = WaiveReport(caller(), unit, kind, period, body["reason"])
    return write.perform(command, showing(queries.report, unit=unit, kind=kind, period=period))


@report_forms.operation("POST", f"{_UNIT}/waiver/end", body=WithReason, answer=campaign_answers.ReportActed)
def end_waiver(body: dict[str, Any], write: Write, kind: str, period: str, unit: str) -> Response:
    """取消免报 · Ask again for a report a unit was excused from"""
    command = EndWaiver(caller(), unit, kind, period, body["reason"])
    return write.perform(command, showing(queries.report, unit=unit, kind=kind, period=period))


@report_forms.operation("POST", f"{_PERIOD}/urging", body=Nothing, answer=report_answers.Urged)
def urge_report(write: Write, kind: str, period: str) -> Response:
    """催报 · Urge every unit that still owes this report; those who report for it are told"""
    return write.perform(UrgeReport(caller(), kind, period), partial(urged_view, kind=kind, period=period))


@report_forms.operation("POST", "/reports/joining", body=Joins, answer=report_answers.Membership)
def join_reporting(body: dict[str, Any], write: Write) -> Response:
    """单位加入报送 · Have a unit owe the reports due from a day on"""
    command = JoinReporting(caller(), body["unit"], body["from_on"], body["reason"])
    return write.perform(command, _membership)


@report_forms.operation("POST", "/reports/leaving", body=Joins, answer=report_answers.Membership)
def leave_reporting(body: dict[str, Any], write: Write) -> Response:
    """单位退出报送 · Excuse a unit that leaves from what it has not submitted"""
    command = LeaveReporting(caller(), body["unit"], body["from_on"], body["reason"])
    return write.perform(command, _membership)


def _membership(work: Work, done: Done) -> dict[str, Any]:
    owed = [item for item in queries.reports(work)["items"] if item["unit"]["id"] == done.id]
    return {"unit": done.id, "changed": done.version, "obligations": owed, "events": list(done.events)}


@report_forms.operation("GET", f"{_PERIOD}/table", answer=report_answers.LiveTable)
def show_table(kind: str, period: str) -> Response:
    """当前战果表 · A period as it would be compiled now; nothing is kept"""
    return show(report_queries.table, kind=kind, period=period)


@report_forms.operation("GET", f"{_PERIOD}/breakdown", query=BreakdownQuery, answer=report_answers.Breakdown)
def show_breakdown(query: dict[str, Any], kind: str, period: str) -> Response:
    """战果表细分 · The table by unit, kind of goods or month: parts and rest of every line add up to its total

    无 version 时为此刻；单位只看本单位。不能细分的指标写明原因，不摊派。
    Without version as it stands now; a unit sees its own. A column that cannot be split says why.
    """
    return show(breakdowns.breakdown, **_apart(query, kind, period))


@report_forms.operation(
    "GET",
    f"{_PERIOD}/breakdown.<any(xlsx, csv):file_format>",
    query=BreakdownQuery,
    answer=_FILE,
    media_type=(XLSX, CSV),
)
def download_breakdown(query: dict[str, Any], kind: str, period: str, file_format: str) -> Response:
    """下载战果表细分 · The same as a workbook or as CSV"""
    found = system().breakdown_of(caller(), file_format, **_apart(query, kind, period))
    name = f"attachment; filename=\"results.{file_format}\"; filename*=UTF-8''{quote(found.filename)}"
    return Response(found.content, content_type=found.media_type, headers={"Content-Disposition": name})


def _apart(query: dict[str, Any], kind: str, period: str) -> dict[str, Any]:
    asked = {"way": query["by"], "span": query["span"], "version": query.get("version")}
    return {"kind": kind, "period": period, **asked}


@report_forms.operation(
    "GET",
    f"{_PERIOD}/compilation/charts/<word:column>.svg",
    query=VersionQuery,
    answer=_FILE,
    media_type="image/svg+xml",
)
def draw_chart(query: dict[str, Any], kind: str, period: str, column: str) -> Response:
    """一栏的图 · A column of a compiled period as a chart, with its words"""
    found = system().chart_of(caller(), kind, period, query.get("version"), column)
    return Response(found.content, content_type=found.media_type)


@report_forms.operation(
    "GET",
    f"{_PERIOD}/compilation/figures/<word:unit>/<word:column>",
    query=SpanQuery,
    answer=report_answers.Opened,
)
def open_figure(query: dict[str, Any], kind: str, period: str, unit: str, column: str) -> Response:
    """打开一个数 · One figure of a compiled period: its rule, and the records behind it as of that moment

    `unit` 可为单位、total（合计）或 elsewhere（其他单位）。
    `unit` is a unit, total, or elsewhere for agencies that do not report.
    """
    asked = {"span": query["span"], "version": query.get("version")}
    return show(report_queries.figure, kind=kind, period=period, unit=unit, column=column, **asked)
