"""The leader's one page: what is late, who holds it, what happens next by itself, reports in, goods seized."""

from __future__ import annotations

from flask import Response, request

from services.api.auth import system
from services.api.pages.frame import ask, caller, fragment, pages, render
from services.api.pages.reports import file_answer
from shared.application import page_queries


@pages.get("/supervise")
def show_wall() -> Response:
    """This will show the wall, or only its live part for a page that keeps itself up to date."""
    found = ask(page_queries.wall)
    if request.headers.get("HX-Request"):
        return fragment("wall_body.html", found=found)
    return render("wall.html", found=found, kiosk=request.args.get("kiosk") == "1")


@pages.get("/supervise/week.pdf")
def download_week() -> Response:
    """This will give the wall and the seven days ahead on one sheet of paper."""
    return file_answer(system().week_of(caller(), request.host_url.rstrip("/")))
