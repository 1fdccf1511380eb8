"""/deadlines: the clocks, asking for more time, letting them stand still, saying that one knows."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, deadlines_bodies, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import filters, page, show
from services.api.writing import Write, showing
from shared.application import queries
from shared.application.work import Done, Work
from workflows.commands import (
    AcknowledgeDeadline,
    AskExtension,
    DecideExtension,
    PauseDeadline,
    ResumeDeadline,
    SnoozeDeadline,
)

deadlines = Noun("deadlines", __name__, url_prefix="/v1", description="时限 · Deadlines")


@deadlines.operation("GET", "/deadlines", query=parameters.DeadlinesQuery, answer=answers.DeadlinePage)
def list_deadlines(query: dict[str, Any]) -> Response:
    """列出时限 · List clocks, the most urgent first"""
    return show(queries.deadlines, filters=filters(query), **page(query))


@deadlines.operation("GET", "/deadlines/<word:deadline_id>", answer=answers.Deadline)
def show_deadline(deadline_id: str) -> Response:
    """查看时限 · Read a clock: how its date came about, what will happen, who asked for more time"""
    return show(queries.deadline, deadline_id=deadline_id)


@deadlines.operation(
    "POST",
    "/deadlines/<word:deadline_id>/extensions",
    body=schemas.AskExtension,
    answer=answers.DeadlineActed,
    status=201,
)
def ask_extension(body: dict[str, Any], write: Write, deadline_id: str) -> Response:
    """申请延期 · Ask for more time, before it runs out; the clock keeps running until somebody decides"""
    command = AskExtension(caller(), deadline_id, body["ground"], body["reason"], body.get("amount"))
    return write.perform(command, showing(queries.deadline, deadline_id=deadline_id), status=201)


@deadlines.operation(
    "POST",
    "/extensions/<word:extension_id>/decision",
    body=schemas.DecideExtension,
    answer=answers.DeadlineActed,
)
def decide_extension(body: dict[str, Any], write: Write, extension_id: str) -> Response:
    """批准或不批准延期 · Grant or refuse more time that somebody else asked for"""
    return write.perform(DecideExtension(caller(), extension_id, body["grant"], body["reason"]), _deadline)


@deadlines.operation(
    "POST",
    "/deadlines/<word:deadline_id>/pauses",
    body=deadlines_bodies.PauseDeadline,
    answer=answers.DeadlineActed,
)
def pause_deadline(body: dict[str, Any], write: Write, deadline_id: str) -> Response:
    """中止计时 · Let a clock stand still until a moment, on a ground its rule names; it counts again by itself

    依据不允许中止的时限不受理，并说明条款。A rule whose source allows no pause refuses, naming the article.
    """
    command = PauseDeadline(caller(), deadline_id, body["ground"], body["reason"], body["until"])
    return write.perform(command, showing(queries.deadline, deadline_id=deadline_id))


@deadlines.operation(
    "POST",
    "/deadlines/<word:deadline_id>/resumption",
    body=deadlines_bodies.ResumeDeadline,
    answer=answers.DeadlineActed,
)
def resume_deadline(body: dict[str, Any], write: Write, deadline_id: str) -> Response:
    """恢复计时 · End a pause now, before it ends by itself"""
    command = ResumeDeadline(caller(), deadline_id, body["reason"])
    return write.perform(command, showing(queries.deadline, deadline_id=deadline_id))


@deadlines.operation(
    "POST",
    "/deadlines/<word:deadline_id>/snooze",
    body=deadlines_bodies.SnoozeDeadline,
    answer=answers.DeadlineActed,
)
def snooze_deadline(body: dict[str, Any], write: Write, deadline_id: str) -> Response:
    """暂缓提醒 · Be told no more of a rung until a moment; the next rung comes all the same"""
    command = SnoozeDeadline(caller(), deadline_id, body["until"], body["reason"])
    return write.perform(command, showing(queries.deadline, deadline_id=deadline_id))


@deadlines.operation(
    "POST",
    "/deadlines/<word:deadline_id>/acknowledgement",
    body=schemas.Acknowledge,
    answer=answers.DeadlineActed,
)
def acknowledge_deadline(body: dict[str, Any], write: Write, deadline_id: str) -> Response:
    """知晓 · Say that one knows: repeats stop, the ladder does not"""
    command = AcknowledgeDeadline(caller(), deadline_id, body["reason"])
    return write.perform(command, showing(queries.deadline, deadline_id=deadline_id))


def _deadline(work: Work, done: Done) -> dict[str, Any]:
    return showing(queries.deadline, deadline_id=done.id)(work, done)
