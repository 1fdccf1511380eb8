"""The frame of the managing pages: which of them are the caller's, and the tabs between them."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.frame import NAV, ask, pages, render
from shared.application import managing as cases
from shared.application.work import UNSEEN
from workflows.rejection import Rejected

TABS = ("agencies", "people", "tokens", "successors", "calendars", "audit", "ops")

NAV.append({"endpoint": "pages.show_managing", "prefix": "/manage", "word": "nav.admin", "right": "manage"})


@pages.get("/manage")
def show_managing() -> BaseResponse:
    """This will open the first managing page that is the caller's."""
    mine = _mine()
    if not mine:
        raise Rejected(UNSEEN, kind="missing")
    return redirect(url_for(f"pages.show_{'audit' if 'audit' in mine else mine[0]}"), 303)


def _mine() -> list[str]:
    rights = ask(cases.rights)
    return [name for name in TABS if rights[name]]


def managed(template: str, tab: str, status: int = 200, **values: Any) -> Response:
    """This will show a managing page with its tabs."""
    return render(template, status, tab=tab, tabs=_mine(), **values)
