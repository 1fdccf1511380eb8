"""What was given up after too many tries and waits for a person: seen with its reason, and taken up again.

Of a reason only its kind is shown: the rest of it may quote what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.application import matters
from shared.application.happenings import record
from shared.application.managing import rights
from shared.application.work import UNSEEN, Done, Work
from workflows.administration import TryAgain
from workflows.events import Event
from workflows.rejection import Rejected

DUTY = "operate"


def set_aside(work: Work) -> dict[str, Any]:
    """This will list messages and clocks of the campaign that were given up. Raises Rejected (missing)."""
    if not rights(work)["ops"]:
        raise Rejected(UNSEEN, kind="missing")
    messages = [
        _view(row, "message", row["kind"], work.in_zone(row["queued_at"]))
        for row in work.uow.outbox.set_aside(work.campaign.id)
    ]
    clocks = [
        _view(row, "deadline", row["code"], work.in_zone(row["next_at"]))
        for row in work.uow.deadlines.set_aside(work.campaign.id)
    ]
    return {"items": [*clocks, *messages], "may_try": work.may(DUTY)}


def _view(row: Mapping[str, Any], kind: str, what: str, since: str) -> dict[str, Any]:
    reason = str(row["set_aside"]).partition(":")[0]
    return {
        "kind": kind,
        "id": str(row["id"]),
        "what": what,
        "since": since,
        "tries": row["tries"],
        "reason": reason,
    }


def try_again(command: TryAgain, work: Work) -> Done:
    """This will take up again what was set aside. Raises Rejected: not an operator, or nothing of the kind waits."""
    work.demand(DUTY)
    if not _taken_up(work, command):
        raise Rejected(UNSEEN, kind="missing")
    told = {"kind": command.kind, "id": command.id}
    event = Event("machinery.tried_again", "campaign", work.campaign.id, work.at, told)
    record(work, matters.of_campaign(work), event)
    return Done(command.kind, command.id)


def _taken_up(work: Work, command: TryAgain) -> bool:
    if command.kind == "deadline":
        return work.uow.deadlines.try_again(work.campaign.id, command.id)
    is_row = command.kind == "message" and command.id.isascii() and command.id.isdigit()
    return is_row and len(command.id) < 19 and work.uow.outbox.try_again(work.campaign.id, int(command.id))
