"""/tips and /tip: what anybody may tell without a name, and what whoever holds the receipt reads and adds.

Promises: no identity is asked for, and none is kept: no address, no agent string, no cookie. `Authorization: Receipt
<digits>` opens one tip and nothing else.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Response, jsonify, request

from services.api import tip_answers, tip_bodies
from services.api.auth import caller, system
from services.api.operations import Noun
from services.api.reading import show
from services.api.receipts import allow, holder
from services.api.writing import Write
from shared.application import hotline
from shared.application import tip_queries as cases
from shared.application.tips import all_tips, more_to
from shared.application.work import Done, Work
from workflows.commands import Caller, Intake, system_caller
from workflows.rejection import Reason, Rejected
from workflows.reporter import Reporter
from workflows.text import Text
from workflows.tip import AddToTip, AskReporter, Photo, SubmitTip, TakeCall

tips = Noun("tips", __name__, url_prefix="/v1", description="群众举报 · Tips from the public")
calls = Noun(
    "calls", __name__, url_prefix="/v1", description="来电与举报人联系 · Calls, and speaking with reporters"
)

_RECEIPT = re.compile(r"[Rr]eceipt ([0-9 -]{16,40})")


@tips.operation("GET", "/tips/forms", answer=tip_answers.Forms, public=True)
def show_forms() -> Response:
    """可以向谁举报什么 · What anybody may tell, and to which campaign"""
    found = system().read(cases.takers, system_caller(""))
    return jsonify({"items": [system().read(cases.forms, system_caller(one["id"])) for one in found]})


@tips.operation(
    "POST",
    "/tips",
    body=tip_bodies.SubmitTip,
    answer=tip_answers.TipReceived,
    status=201,
    public=True,
    refusals=(404, 429),
)
def submit_tip(body: dict[str, Any], write: Write) -> Response:
    """举报 · Tell something, with or without a name; the answer holds the receipt, this once

    同一内容用同一个 Idempotency-Key 重发只算一次，十分钟内再给一次查询码。
    The same tip under the same Idempotency-Key is one, and is answered with its receipt again for ten minutes.
    """
    told = body.pop("contact", None)
    campaign = body.pop("campaign")
    command = SubmitTip(
        system_caller(campaign),
        key=write.key or secrets.token_urlsafe(16),
        reporter=Reporter(**told) if told is not None else None,
        **body,
    )
    system().read(cases.forms, command.by)
    if not write.dry_run:
        allow(all_tips(campaign))
    done = system().handle(command, dry_run=write.dry_run).done
    assert done is not None, "a command without a key is always done"
    receipt = None if write.dry_run else done.extra["receipt"]
    view: dict[str, Any] = {
        "receipt": receipt.grouped if receipt is not None else None,
        "promises": done.extra["promises"],
    }
    if write.dry_run:
        view["dry_run"] = True
    response = jsonify(view)
    response.status_code = 201 if done.created and not write.dry_run else 200
    return response


@tips.operation("GET", "/tip", answer=tip_answers.Tip, by_receipt=True)
def show_tip() -> Response:
    """查进度 · What became of it: neutral steps with their days, what is promised, what was said"""
    by, lead_id = _asked()
    return jsonify(system().read(cases.tip, by, lead_id=lead_id))


@tips.operation(
    "POST", "/tip/messages", body=tip_bodies.Message, answer=tip_answers.Tip, status=201, by_receipt=True
)
def add_message(body: dict[str, Any], write: Write) -> Response:
    """补充或答复 · Add words: an answer, a question, what is new"""
    by, lead_id = _asked()
    key = write.key or secrets.token_urlsafe(16)
    return _added(AddToTip(by, lead_id, body["text"], key), write)


@tips.operation("POST", "/tip/photos", upload=True, answer=tip_answers.Tip, status=201, by_receipt=True)
def add_photo(content: bytes, write: Write) -> Response:
    """补充照片 · Add a photograph: the body is the file; place, time and device are taken out before it is kept"""
    by, lead_id = _asked()
    return _added(AddToTip(by, lead_id, None, "", (Photo(content),)), write)


def _added(command: AddToTip, write: Write) -> Response:
    if not write.dry_run:
        allow(more_to(command.lead_id))
    done = system().handle(command, dry_run=write.dry_run).done
    assert done is not None, "a command without a key is always done"
    view = system().read(cases.tip, command.by, lead_id=command.lead_id)
    response = jsonify({**view, "dry_run": True} if write.dry_run else view)
    response.status_code = 201 if done.created and not write.dry_run else 200
    return response


def _asked() -> tuple[Caller, str]:
    found = _RECEIPT.fullmatch(request.headers.get("Authorization", ""))
    if found is None:
        words = Text("请求没有带查询码", "the request carries no receipt")
        hint = Text(
            "请加请求头 Authorization: Receipt <16 位查询码>", "send Authorization: Receipt <16 digits>"
        )
        raise Rejected(Reason("receipt_missing", words, None, hint), kind="unauthenticated")
    return holder(found[1])


@calls.operation("POST", "/calls", body=tip_bodies.TakeCall, answer=tip_answers.CallTaken, status=201)
def take_call(body: dict[str, Any], write: Write) -> Response:
    """登记来电 · Register what a caller says; the receipt to read out is told this once"""
    body["products"], body["species"] = tuple(body.get("products", ())), tuple(body.get("species", ()))
    told = body.pop("reporter", None)
    reporter = Reporter(**told) if told is not None else None
    command = TakeCall(caller(), Intake(**body), write.key or secrets.token_urlsafe(16), reporter)
    return write.perform(command, _called, status=201, location="/v1/leads/{number}", reveal=_read_out)


@calls.operation(
    "POST", "/calls/similar", body=tip_bodies.ToldSoFar, answer=tip_answers.SimilarToCall, writes=False
)
def find_similar(body: dict[str, Any]) -> Response:
    """来电所述是否已有线索 · Which leads may tell of what a caller is telling; nothing is kept, and a person decides"""
    asked = ("title", "description", "township", "address", "place_type")
    return show(hotline.similar, **{name: body.get(name) for name in asked})


def _called(_: Work, done: Done) -> dict[str, Any]:
    shown = {name: done.extra[name] for name in ("promises", "earlier")}
    return {"number": done.number, **shown, "events": list(done.events)}


def _read_out(done: Done | None) -> dict[str, Any]:
    receipt = done.extra["receipt"] if done is not None else None
    return {"receipt": receipt.grouped if receipt is not None else None}


@calls.operation("GET", "/leads/<word:number>/reporter/messages", answer=tip_answers.Messages)
def list_messages(number: str) -> Response:
    """与举报人的往来 · What was said between the office and whoever told of a lead"""
    return show(cases.messages, number=number)


@calls.operation(
    "POST",
    "/leads/<word:number>/reporter/messages",
    body=tip_bodies.Message,
    answer=tip_answers.Messages,
    status=201,
)
def ask_reporter(body: dict[str, Any], write: Write, number: str) -> Response:
    """向举报人提问 · Ask whoever told of a lead; they read it with their receipt"""
    command = AskReporter(caller(), number, body["text"])
    return write.perform(command, lambda work, _: cases.messages(work, number), status=201)
