"""/saved-views: filters of the list of leads that people keep under a name."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Boolean, Dict, Nested, String

from services.api import fields, schemas
from services.api.answers import Happened, View, flag, many, moment, text
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed
from services.api.writing import Write
from shared.application import saved_views as cases
from shared.application.work import Done, Work
from workflows.saved_views import EndView, SaveView

saved_views = Noun("saved_views", __name__, url_prefix="/v1", description="常用视图 · Saved views")


class Filters(Closed):
    """What the list of leads is narrowed to, its order, and list or board."""

    light = fields.Text(100)
    state = fields.Text(100)
    agency = fields.Text(100)
    holder = fields.Text(100)
    channel = fields.Text(100)
    place_type = fields.Text(100)
    act = fields.Text(100)
    urgency = fields.Text(100)
    township = fields.Text(100)
    record = fields.Text(100)
    q = fields.Text(100)
    order = fields.Text(100)
    view = fields.Text(100)


class NewView(Closed):
    """A view under a name; `shared` lets colleagues of one's agency use it."""

    name = fields.Text(40, required=True)
    filters = Nested(Filters, required=True, error_messages=fields.DEFAULT_MESSAGES)
    shared = fields.Boolean(load_default=False)


class SavedView(View):
    """A view: what is asked for, and where it opens."""

    id = text()
    name = text()
    filters = Dict(keys=String(), values=String(), required=True)
    href = text()
    shared = flag()
    mine = flag()
    saved_by = text()
    saved_at = moment()


class SavedViews(View):
    """One's own views and those shared inside one's agency."""

    items = many(SavedView)


class ViewSaved(SavedView):
    """A view that was kept."""

    events = many(Happened)
    dry_run = Boolean()


class ViewEnded(View):
    """A view that was forgotten."""

    id = text()
    events = many(Happened)
    dry_run = Boolean()


@saved_views.operation("GET", "/saved-views", answer=SavedViews)
def list_views() -> Response:
    """列出常用视图 · List one's own views and those shared inside one's agency"""
    return show(cases.saved_views)


@saved_views.operation("POST", "/saved-views", body=NewView, answer=ViewSaved, status=201)
def save_view(body: dict[str, Any], write: Write) -> Response:
    """保存视图 · Keep filters of the list of leads under a name"""
    return write.perform(
        SaveView(caller(), body["name"], body["filters"], body["shared"]), _shown, status=201
    )


def _shown(work: Work, done: Done) -> dict[str, Any]:
    return {**cases.saved_view(work, done.id), "events": list(done.events)}


@saved_views.operation("POST", "/saved-views/<word:view_id>/end", body=schemas.Nothing, answer=ViewEnded)
def end_view(write: Write, view_id: str) -> Response:
    """删去视图 · Forget a view of one's own"""
    command = EndView(caller(), view_id)
    return write.perform(command, lambda _, done: {"id": done.id, "events": list(done.events)})
