"""The results table, now or as a compiled version froze it, and what each of its figures counts."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.frame import ask, pages, render
from services.api.pages.paging import page_asked
from services.api.pages.reports import version_asked
from shared.application.page_queries import results


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
    """This will show the table of a period, every figure leading to what it counts."""
    found = ask(results.table, kind=kind, period=period, span=span, version=version_asked())
    filled = [line for line in found["lines"] if _is_filled(line)]
    whole = request.args.get("lines") == "all"
    return render(
        "results.html",
        found=found,
        lines=found["lines"] if whole else filled,
        hidden=0 if whole else len(found["lines"]) - len(filled),
        asked_version=version_asked(),
    )


def _is_filled(line: dict[str, Any]) -> bool:
    cells = [*line["cells"], *filter(None, (line["total"], line["in_all"]))]
    return any(cell["value"] not in {None, "0"} or "corrected" in cell for cell in cells)


@pages.get("/results/<kind>/<period>/<any(period, cumulative):span>/<code>/<unit>")
def show_behind(kind: str, period: str, span: str, code: str, unit: str) -> Response:
    """This will show what stands behind one figure."""
    version = version_asked()
    asked_for = {"kind": kind, "period": period, "span": span, "code": code, "unit": unit, "version": version}
    found = ask(results.behind, **asked_for, page=page_asked())
    return render("behind.html", found=found, asked_version=version)
