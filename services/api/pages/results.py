"""The results table, now or as a compiled version froze it, and what each of its figures counts."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.frame import ask, caller, pages, render
from services.api.pages.paging import page_asked
from services.api.pages.reports import file_answer, version_asked
from shared.application.page_queries import comparing, results
from workflows.reporting.breakdown import UNIT


@pages.get("/results")
def show_latest_results() -> BaseResponse:
    """This will go to the table of the period that is running."""
    found = ask(results.latest_period)
    if found is None:
        return render("no_results.html")
    kind, period = found
    return redirect(url_for("pages.show_results", kind=kind, period=period, span="period"), 303)


@pages.get("/results/<kind>/<period>/<any(period, cumulative):span>")
def show_results(kind: str, period: str, span: str) -> Response:
    """This will show the table of a period, every figure leading to what it counts; `by` shows it by another way than unit."""
    by = request.args.get("by", "")
    if by not in {"", UNIT}:
        return _show_apart(kind, period, span, by)
    found = ask(results.table, kind=kind, period=period, span=span, version=version_asked())
    filled = [line for line in found["lines"] if _is_filled(line)]
    whole = request.args.get("lines") == "all"
    return render(
        "results.html",
        found=found,
        lines=found["lines"] if whole else filled,
        hidden=0 if whole else len(found["lines"]) - len(filled),
        asked_version=version_asked(),
        by="",
    )


def _show_apart(kind: str, period: str, span: str, by: str) -> Response:
    found = ask(results.apart, kind=kind, period=period, way=by, span=span, version=version_asked())
    lines = [line for line in found["lines"] if _has_parts(line)]
    return render("breakdown.html", found=found, lines=lines, asked_version=version_asked(), by=by)


def _has_parts(line: dict[str, Any]) -> bool:
    total = line["total"]
    return total["value"] not in {None, "0"} or "corrected" in total


@pages.get("/results/<kind>/<period>/<any(period, cumulative):span>.<any(xlsx, csv):file_format>")
def download_results(kind: str, period: str, span: str, file_format: str) -> Response:
    """This will give the table as it is looked at as a workbook or as CSV."""
    way = request.args.get("by") or UNIT
    asked = {"kind": kind, "period": period, "way": way, "span": span, "version": version_asked()}
    return file_answer(system().breakdown_of(caller(), file_format, **asked))


@pages.get("/results/<kind>/<period>/compared")
def show_compared(kind: str, period: str) -> Response:
    """This will show the figures of a period beside those of the one before."""
    found = ask(comparing.compared, kind=kind, period=period, version=version_asked())
    return render(
        "compared.html", found=found, lines=[line for line in found["lines"] if _says_something(line)]
    )


def _says_something(line: dict[str, Any]) -> bool:
    return any(c is not None and c["value"] not in {None, "0"} for c in (line["was"], line["now"]))


def _is_filled(line: dict[str, Any]) -> bool:
    cells = [*line["cells"], *filter(None, (line["total"], line["in_all"]))]
    return any(cell["value"] not in {None, "0"} or "corrected" in cell for cell in cells)


@pages.get("/results/<kind>/<period>/<any(period, cumulative):span>/<code>/<unit>")
def show_behind(kind: str, period: str, span: str, code: str, unit: str) -> Response:
    """This will show what stands behind one figure, or behind one part of it."""
    version = version_asked()
    by, group = request.args.get("by", ""), request.args.get("group", "")
    asked_for = {"kind": kind, "period": period, "span": span, "code": code, "unit": unit, "version": version}
    found = ask(results.behind, **asked_for, page=page_asked(), part=(by, group) if by else None)
    return render("behind.html", found=found, asked_version=version)
