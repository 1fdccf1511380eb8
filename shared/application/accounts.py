"""What somebody sees of an account: its open sessions, its second factor, who stands in for whom. Nothing is counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.application.second_factor import is_in_force
from shared.application.views import agency_view
from shared.application.work import UNSEEN, Work
from workflows.rejection import Rejected
from workflows.second_factor import Account
from workflows.sign_in import IDLE, LONGEST


def account(work: Work, person_id: str, now: datetime, session: str = "") -> dict[str, Any]:
    """This will show an account to its owner, or to whoever manages people. `now` is the real time, in any campaign.

    `session` is the digest of the session that asks. Raises Rejected: nobody of that id, or not for the caller.
    """
    person = work.uow.people.find(work.campaign.id, person_id)
    if person is None:
        raise Rejected(UNSEEN, kind="missing")
    if person_id != work.by.person_id:
        work.demand("manage_people")
    whose = Account(work.campaign.id, person_id)
    sessions = work.uow.accounts.sessions(whose.campaign_id, person_id, now - IDLE, now - LONGEST)
    names = {row["id"]: row["name"] for row in work.uow.people.listed(work.campaign.id)}
    return {
        "person": {"id": person_id, "name": person["name"]},
        "agency": agency_view(work.definition, person["agency_id"]),
        "sessions": [
            {
                "id": row["id"],
                "label": row["label"],
                "since": work.in_zone(row["issued_at"]),
                "this": row["hash"] == session,
            }
            for row in sessions
        ],
        "second_factor": is_in_force(work, whose),
        "recovery_codes_left": work.uow.factors.recovery_left(whose),
        "stand_ins": [
            {
                "person": {"id": row["person_id"], "name": names.get(row["person_id"], row["person_id"])},
                "stand_in": {"id": row["stand_in"], "name": names.get(row["stand_in"], row["stand_in"])},
                "from": work.in_zone(row["from_at"]),
                "until": work.in_zone(row["until_at"]),
            }
            for row in work.uow.stand_ins.of_person(work.campaign.id, person_id, work.at)
        ],
    }


def colleagues(work: Work) -> list[dict[str, str]]:
    """This will list who may stand in for the caller: the others of the same agency."""
    return [
        {"id": row["id"], "name": row["name"]}
        for row in work.uow.people.listed(work.campaign.id)
        if row["agency_id"] == work.by.agency_id and row["id"] != work.by.person_id and row["active"]
    ]
