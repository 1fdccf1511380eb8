"""/campaigns and /exercises: a campaign is opened from a published definition, with its people and their tokens."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response

from services.api import campaign_answers, schemas
from services.api.administration import new_token
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import ask
from services.api.writing import Write
from shared.application import definition_queries, queries
from shared.application.work import Done, Work
from shared.bootstrap import token_hash
from workflows.commands import OpenCampaign
from workflows.rejection import Reason, Rejected
from workflows.text import Text

openings = Noun("openings", __name__, url_prefix="/v1", description="开设行动与演练 · Opening campaigns")


@openings.operation(
    "POST", "/campaigns", body=schemas.OpenLive, answer=campaign_answers.CampaignOpened, status=201
)
def open_live_campaign(body: dict[str, Any], write: Write) -> Response:
    """开设正式行动 · Open a live campaign from a published definition

    全部或全不。令牌只在这次答复里给出，用同一个 Idempotency-Key 重发也不再给。同名的行动已有时答 409。
    Whole or not at all. Each person's token is shown in this answer only, not when it is repeated with its
    Idempotency-Key. 409 when a campaign of that name exists.
    """
    return _opened(body, write, "live", body["people"])


@openings.operation(
    "POST", "/exercises", body=schemas.OpenExercise, answer=campaign_answers.CampaignOpened, status=201
)
def open_exercise(body: dict[str, Any], write: Write) -> Response:
    """开设演练 · Open an exercise on its own frozen clock

    不写 people 时为本行动的全部人员。令牌只在这次答复里给出，用同一个 Idempotency-Key 重发也不再给。同名的演练已有时答 409。
    Without `people` it is for everybody of this campaign. Each person's token is shown in this answer only, not when it is
    repeated with its Idempotency-Key. 409 when an exercise of that name exists.
    """
    return _opened(body, write, "exercise", body.get("people") or _ours())


def _opened(body: dict[str, Any], write: Write, mode: str, people: list[dict[str, Any]]) -> Response:
    name = body.get("name") or f"exercise-{secrets.token_hex(4)}"
    tokens = {person["id"]: new_token() for person in people}
    command = OpenCampaign(
        caller(),
        name,
        body["definition"],
        body.get("version") or _newest(body["definition"]),
        mode,
        body.get("at"),
        tuple({**person, "agency_id": person["agency"]} for person in people),
        {person_id: token_hash(token) for person_id, token in tokens.items()},
    )

    def opened(work: Work, done: Done) -> dict[str, Any]:
        if not done.created:
            words = Text(f"{name} 已经存在", f"there is a campaign named {name} already")
            raise Rejected(Reason(f"{mode}_exists", words, "/name"))
        shown = [{**person, "token": None} for person in people]
        return {"campaign_id": name, "at": work.in_zone(command.at or work.at), "people": shown}

    def told(done: Done | None) -> dict[str, Any]:
        return {"people": [{**p, "token": tokens[p["id"]]} for p in people]} if done is not None else {}

    return write.perform(command, opened, status=201, reveal=told)


def _ours() -> list[dict[str, Any]]:
    return [
        {"id": row["id"], "name": row["name"], "agency": row["agency_id"], "roles": list(row["roles"])}
        for row in ask(queries.people)["items"]
    ]


def _newest(definition_id: str) -> int:
    """The newest published version; 0, which nobody ever published, where there is none."""
    found = ask(definition_queries.definitions)["items"]
    return max((row["version"] for row in found if row["id"] == definition_id), default=0)
