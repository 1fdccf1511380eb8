"""Whom in its agency a piece of work is given to: somebody there is, by id or by name, and nobody else."""

from __future__ import annotations

from shared.application.work import Work
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST_NAMED = 20


def colleague(work: Work, agency: str, said: str, pointer: str) -> str:
    """This will give the id of an active person of an agency who was named by id, or by a name only one of them has.

    Raises Rejected (invalid) naming who there is: work given to nobody would stand in no one's inbox.
    """
    people = [p for p in work.uow.people.listed(work.campaign.id) if p["active"] and p["agency_id"] == agency]
    found = {p["id"] for p in people if p["id"] == said} or {
        p["id"] for p in people if p["name"] == said.strip()
    }
    if len(found) == 1:
        return str(found.pop())
    text = Text("须是承办单位的在职人员", "must be one active person of the agency that has the work")
    known = ", ".join(f"{p['name']} ({p['id']})" for p in people[:MOST_NAMED])
    hint = Text(f"可填：{known or '无'}", f"possible: {known or 'nobody'}")
    raise Rejected(Reason("unknown_person", text, pointer, hint), kind="invalid")
