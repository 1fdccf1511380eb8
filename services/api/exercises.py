"""/exercises: a new exercise of a campaign, with its own frozen clock and the same people."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Response, jsonify

from services.api import campaign_answers, schemas
from services.api.auth import caller, system
from services.api.operations import Noun
from services.api.reading import ask
from shared.application import queries
from shared.bootstrap import token_hash
from workflows.commands import AddPeople, Caller, IssueToken, OpenCampaign
from workflows.rejection import Reason, Rejected
from workflows.text import Text

exercises = Noun("exercises", __name__, url_prefix="/v1", description="演练 · Exercises")


@exercises.operation(
    "POST",
    "/exercises",
    body=schemas.OpenExercise,
    answer=campaign_answers.Exercise,
    status=201,
    writes=False,
)
def open_exercise(body: dict[str, Any]) -> Response:
    """开设演练 · Open an exercise for the people of this campaign

    由管理员或办公室主任开设。Opened by administrators and the office's director.

    令牌只在这次答复里给出。同名的演练已有时答 409。
    Each person's token is shown in this answer only. 409 when an exercise of that name exists.
    """
    name = body.get("name") or f"exercise-{secrets.token_hex(4)}"
    version = body.get("version") or _newest(body["definition"])
    command = OpenCampaign(caller(), name, body["definition"], version, "exercise", body["at"])
    opened = system().handle(command).done
    if opened is None or not opened.created:
        words = Text(f"演练 {name} 已经存在", f"there is an exercise named {name} already")
        raise Rejected(Reason("exercise_exists", words, "/name"))
    people = ask(queries.people)["items"]
    inside = replace(caller(), campaign_id=name)
    system().handle(AddPeople(inside, tuple(people)))
    shown = [_with_token(inside, person) for person in people]
    answer = jsonify({"campaign_id": name, "at": ask(lambda work: work.in_zone(body["at"])), "people": shown})
    answer.status_code = 201
    return answer


def _newest(definition_id: str) -> int:
    """The newest published version; 0, which nobody ever published, where there is none."""
    found = ask(queries.definitions)["items"]
    return max((row["version"] for row in found if row["id"] == definition_id), default=0)


def _with_token(inside: Caller, person: dict[str, Any]) -> dict[str, Any]:
    token = "xt_" + secrets.token_urlsafe(24)
    system().handle(IssueToken(inside, person["id"], token_hash(token)))
    shown = {
        "id": person["id"],
        "name": person["name"],
        "agency": person["agency_id"],
        "roles": person["roles"],
    }
    return {**shown, "token": token}
