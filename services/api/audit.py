"""/audit/events: what happened, by who, what, where and when."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Integer

from services.api import answers, fields
from services.api.answers import View, many, moment, text, whole
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed, name_of
from shared.application import audit as cases

audit = Noun("audit", __name__, url_prefix="/v1", description="审计 · Audit")


class AuditQuery(Closed):
    """Which events: every filter given must hold."""

    person = name_of()
    agency = name_of()
    lead = fields.Text(64)
    kind = name_of(
        metadata={"description": "事件种类，或其点号前的部分 · a kind, or its part before the dot"}
    )
    since = fields.Date(data_key="from", attribute="from")
    until = fields.Date(data_key="to", attribute="to")
    openings = fields.Flag(metadata={"description": "只看启封 · only openings of what was sealed"})
    cursor = fields.Digits(1, 10**12)
    limit = fields.Digits(1, 200, load_default=50)


class AuditEvent(answers.Event):
    """An event with the number of its lead, if it belongs to one."""

    lead = text(allow_none=True)


class AuditPage(View):
    """One page of events, newest first; `total` counts all that fit."""

    items = many(AuditEvent)
    total = whole()
    next_cursor = Integer(required=True, allow_none=True)
    as_of = moment()


@audit.operation("GET", "/audit/events", query=AuditQuery, answer=AuditPage)
def list_events(query: dict[str, Any]) -> Response:
    """审计事件 · List events newest first by person, agency, lead, kind and day, for those who oversee the campaign"""
    before, limit = query.pop("cursor", None), query.pop("limit")
    return show(cases.audit_trail, filters=query, before=before, limit=limit)
