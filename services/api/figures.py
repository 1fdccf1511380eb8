"""/figures: leaders' numbers as of any moment, the leads behind each, and what reports make units type."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import fields, report_answers
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed, name_of
from shared.application import figures as cases
from workflows.reporting.figures import ALL

figures = Noun("figures", __name__, url_prefix="/v1", description="领导看的数 · Numbers for leaders")


class FiguresQuery(Closed):
    """By which dimension, and as of when."""

    by = fields.Choice(*cases.DIMENSIONS, load_default=ALL)
    as_of = fields.Moment(
        metadata={"description": "按这一时刻所知的情况 · as known at this moment; without it, now"}
    )


class FigureLeadsQuery(FiguresQuery):
    """Which number to open: a count of one row; without `value`, the row of leads for which it is not known."""

    value = name_of()
    count = fields.Choice(*cases.COUNTS, required=True)


@figures.operation("GET", "/figures", query=FiguresQuery, answer=report_answers.Figures)
def show_figures(query: dict[str, Any]) -> Response:
    """领导看的数 · What came in, what became of it, how long it took, what lies open

    按单位、阶段、场所、物品等分行；同一时刻问几次都一样。一个单位只看自己当时承办的。
    A row for each agency, phase, place or product; the same moment always has the same answer.
    """
    return show(cases.figures, dimension=query["by"], as_of=query.get("as_of"))


@figures.operation("GET", "/figures/leads", query=FigureLeadsQuery, answer=report_answers.FigureLeads)
def show_figure_leads(query: dict[str, Any]) -> Response:
    """打开一个数 · The leads behind one number, as of the same moment"""
    asked = {name: query.get(name) for name in ("value", "as_of")}
    return show(cases.figure_leads, dimension=query["by"], count=query["count"], **asked)


@figures.operation("GET", "/figures/burden", answer=report_answers.Burden)
def show_burden() -> Response:
    """填报负担 · How many fields the campaign makes each unit type, and how many records spare it"""
    return show(cases.burden)
