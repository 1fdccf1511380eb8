"""/handoffs: work handed from agency to agency, each with its own small life."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import page, show
from services.api.writing import Write, showing
from shared.application import queries
from workflows.commands import ActOnHandoff

handoffs = Noun("handoffs", __name__, url_prefix="/v1", description="协作事项 · Handoffs between agencies")


@handoffs.operation("GET", "/handoffs", query=parameters.HandoffsQuery, answer=answers.HandoffPage)
def list_handoffs(query: dict[str, Any]) -> Response:
    """列出协作事项 · List handoffs: `box=inbox` those to my agency, `outbox` those from it"""
    return show(
        queries.handoffs, box=query["box"], state=query.get("state"), number=query.get("lead"), **page(query)
    )


@handoffs.operation("GET", "/handoffs/<word:handoff_id>", answer=answers.Handoff)
def show_handoff(handoff_id: str) -> Response:
    """查看协作事项 · Read a handoff"""
    return show(queries.handoff, handoff_id=handoff_id)


@handoffs.operation(
    "POST",
    "/handoffs/<word:handoff_id>/actions/<word:name>",
    body=schemas.Action,
    answer=answers.HandoffActed,
    versioned=True,
)
def act_on_handoff(body: dict[str, Any], write: Write, handoff_id: str, name: str) -> Response:
    """签收、答复、退回…… · Sign for, answer, decline, confirm …: one step of a handoff"""
    command = ActOnHandoff(
        caller(), handoff_id, name, body["given"], write.expected_version, body.get("occurred_at")
    )
    return write.perform(command, showing(queries.handoff, handoff_id=handoff_id))
