"""/audit: what happened, by who, what, where and when; whether the history is whole, and proof of it to keep elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Dict, Integer, List

from services.api import answers, fields
from services.api.answers import View, flag, many, moment, one, text, whole
from services.api.auth import caller
from services.api.file_types import GZIP
from services.api.operations import Noun
from services.api.reading import ask, show
from services.api.schemas import Closed, Nothing, name_of
from services.api.writing import Write
from shared.application import audit as cases
from shared.application import history
from workflows.history import AnchorHistory, VerifyHistory

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


class Fault(View):
    """The first entry of a chain that does not fit; `entries` are the one before it and what stands there, with the hash
    each says and the one its content has.
    """

    stream = text()
    seq = whole()
    fault = text()
    lead = text(allow_none=True)
    position = Integer(required=True, allow_none=True)
    entries = List(Dict(), required=True)


class Verification(View):
    """Whether the history is whole; `seal` is one hash for where all its chains stood."""

    ok = flag()
    streams = whole()
    events = whole()
    items = whole()
    seal = text()
    faults = many(Fault)
    as_of = moment()


class Checker(View):
    """Who did it."""

    id = text()
    name = text()


class LastVerification(View):
    """The verification that was kept last; `broken` says how many chains did not fit."""

    ok = flag()
    streams = whole()
    events = whole()
    items = whole()
    seal = text()
    broken = whole()
    faults = many(Fault)
    at = moment()
    by = one(Checker)
    position = whole()


class KeptAnchor(View):
    """An anchor that was taken: to whom it went, and of how many entries."""

    kept_by = text()
    seal = text()
    events = whole()
    at = moment()
    by = one(Checker)
    position = whole()


class Checks(View):
    """The last verification, null before the first, and the anchors, newest first."""

    verified = one(LastVerification, allow_none=True)
    anchors = many(KeptAnchor)


class TakeAnchor(Closed):
    """To whom the anchor goes: somebody who cannot write this database."""

    kept_by = fields.Text(60, required=True)


class Anchor(View):
    """An anchor: `anchor` is the file to keep, under `filename`."""

    kept_by = text()
    seal = text()
    streams = whole()
    events = whole()
    filename = text()
    anchor = text()
    as_of = moment()


@audit.operation("GET", "/audit/events", query=AuditQuery, answer=AuditPage)
def list_events(query: dict[str, Any]) -> Response:
    """审计事件 · List events newest first by person, agency, lead, kind and day, for those who oversee the campaign"""
    before, limit = query.pop("cursor", None), query.pop("limit")
    return show(cases.audit_trail, filters=query, before=before, limit=limit)


@audit.operation("POST", "/audit/verifications", body=Nothing, answer=Verification)
def verify_audit(write: Write) -> Response:
    """核验历史 · Recompute the hash chains of the history; names the first entry that does not fit

    谁、何时、到哪一条、结果如何，记入历史。Who did, when, up to where and with what result is kept in the history.
    """
    return write.perform(VerifyHistory(caller()), history.verified_view)


@audit.operation("GET", "/audit/verifications", answer=Checks)
def show_checks() -> Response:
    """最近一次核验与锚点 · The last verification with what it found, and the anchors that were taken"""
    return show(history.checks)


@audit.operation("POST", "/audit/anchors", body=TakeAnchor, answer=Anchor, status=201)
def take_anchor(body: dict[str, Any], write: Write) -> Response:
    """取锚点 · Take an anchor of the history for somebody outside to keep; with it a cut tail shows as well"""
    return write.perform(AnchorHistory(caller(), body["kept_by"]), history.anchored_view, status=201)


@audit.operation(
    "GET",
    "/audit/history.jsonl.gz",
    answer={"type": "string", "format": "binary"},
    media_type=GZIP,
)
def download_history() -> Response:
    """下载校验包 · The whole history with its tips, to be checked elsewhere by `xunxian audit verify --file`"""
    name, content = ask(history.pack)
    return Response(
        content, content_type=GZIP, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
