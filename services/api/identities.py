"""/leads/…/identity: open who reported a lead, for a reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from services.api import guarded_answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.writing import Write
from shared.application.work import Done
from workflows.guarded import OpenIdentity

identities = Noun(
    "identities", __name__, url_prefix="/v1", description="举报人身份（密封）· Sealed identities of reporters"
)


@identities.operation(
    "POST",
    "/leads/<word:number>/identity/openings",
    body=schemas.OpenIdentity,
    answer=guarded_answers.IdentityOpened,
)
def open_identity(body: dict[str, Any], write: Write, number: str) -> Response:
    """启封举报人身份 · Open who reported a lead; who opened it and why stays in the history

    只答这一次：用同一个 Idempotency-Key 重发时不再给出身份。
    Told once: a repeat under the same Idempotency-Key does not tell it again.
    """
    return write.perform(
        OpenIdentity(caller(), number, body["reason"]),
        lambda _, done: {"number": done.number, "events": list(done.events)},
        reveal=_told,
    )


def _told(done: Done | None) -> dict[str, Any]:
    return {"identity": asdict(done.extra["identity"]) if done is not None else None}
