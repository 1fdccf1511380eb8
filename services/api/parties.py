"""/parties: people, organisations and vehicles of cases; what names them is sealed."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import guarded_answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.writing import Write
from shared.application import parties as cases
from shared.application.work import Done, Work
from workflows.guarded import AddParty, LinkPartyToLead, OpenParty

parties = Noun("parties", __name__, url_prefix="/v1", description="当事人（密封）· Parties, sealed")


@parties.operation(
    "POST",
    "/leads/<word:number>/parties",
    body=schemas.AddParty,
    answer=guarded_answers.PartyActed,
    status=201,
)
def add_party(body: dict[str, Any], write: Write, number: str) -> Response:
    """登记当事人 · Add a party; one that is known by its number, phone or plate answers 200"""
    command = AddParty(caller(), number, body["kind"], body["role"], body["identity"])
    return write.perform(command, _shown, status=201, location="/v1/parties/{id}")


def _shown(work: Work, done: Done) -> dict[str, Any]:
    return {**cases.show_party(work, done.id), "events": list(done.events)}


@parties.operation("GET", "/parties/<word:party_id>", answer=guarded_answers.Party)
def show_party(party_id: str) -> Response:
    """查看当事人(不启封) · Read a party, unopened, with its leads as far as you see them"""
    return show(cases.show_party, party_id=party_id)


@parties.operation(
    "POST", "/parties/<word:party_id>/leads", body=schemas.LinkParty, answer=guarded_answers.PartyActed
)
def link_party(body: dict[str, Any], write: Write, party_id: str) -> Response:
    """关联另一线索 · Let a party take part in another lead"""
    return write.perform(LinkPartyToLead(caller(), party_id, body["lead"], body["role"]), _shown)


@parties.operation(
    "POST",
    "/parties/<word:party_id>/openings",
    body=schemas.OpenIdentity,
    answer=guarded_answers.PartyOpened,
)
def open_party(body: dict[str, Any], write: Write, party_id: str) -> Response:
    """启封当事人信息 · Open what names a party; who opened it and why stays in the history"""
    return write.perform(OpenParty(caller(), party_id, body["reason"]), _shown, reveal=_told)


def _told(done: Done | None) -> dict[str, Any]:
    return {"identity": dict(done.extra["identity"]) if done is not None else None}
