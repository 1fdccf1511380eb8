"""Who acts in a campaign: add a person, change roles, end and return; tokens that have names. Each leaves an event.

Nobody manages themselves, and somebody who may manage people always remains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.application import matters
from shared.application.administration_ports import Row
from shared.application.happenings import record
from shared.application.views import agency_view, words
from shared.application.work import UNSEEN, Done, Work
from workflows.administration import (
    AddPerson,
    AddPersons,
    ChangeRoles,
    EndPerson,
    EndToken,
    NameToken,
    Newcomer,
    ReturnPerson,
)
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

DUTY = "manage_people"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def add_person(command: AddPerson, work: Work) -> Done:
    """This will add a person who acts for an agency. Raises Rejected naming every fault; an id is never given twice."""
    work.demand(DUTY)
    newcomer = Newcomer(command.person_id, command.name, command.agency_id, command.roles)
    faults = _newcomer_faults(work, newcomer)
    if faults:
        raise Rejected(*faults, kind="invalid")
    if work.uow.people.find(work.campaign.id, command.person_id) is not None:
        raise Rejected(_taken())
    _admit(work, newcomer)
    return Done("person", command.person_id, created=True, version=1)


def add_persons(command: AddPersons, work: Work) -> Done:
    """This will add several people, all or none, each with a token. Raises Rejected naming every fault with its place, as in
    "people/3/roles".
    """
    work.demand(DUTY)
    known = {row["id"] for row in work.uow.people.listed(work.campaign.id)}
    faults: list[Reason] = []
    for place, newcomer in enumerate(command.people):
        found = _newcomer_faults(work, newcomer)
        if newcomer.person_id in known:
            found.append(_taken())
        known.add(newcomer.person_id)
        faults += [replace(fault, field=f"people/{place}/{fault.field}") for fault in found]
    if faults or not command.people:
        none = Reason("too_few", Text("没有要增加的人员", "there is nobody to add"), "people")
        raise Rejected(*(faults or [none]), kind="invalid")
    for newcomer in command.people:
        _admit(work, newcomer)
        digest = command.token_hashes[newcomer.person_id]
        _issue(work, newcomer.person_id, command.token_name, digest, command.expires_at)
    return Done("people", work.campaign.id, created=True, version=len(command.people))


def _newcomer_faults(work: Work, newcomer: Newcomer) -> list[Reason]:
    faults = [*_name_faults(newcomer), *_role_faults(work, newcomer.roles)]
    if not work.definition.has_agency(newcomer.agency_id):
        faults.append(Reason("unknown_agency", Text("没有这个单位", "there is no such agency"), "agency"))
    return faults


def _taken() -> Reason:
    text = Text("这个人员编号已有人使用", "this id belongs to somebody already")
    return Reason("person_taken", text, "id")


def _admit(work: Work, newcomer: Newcomer) -> None:
    held = {"id": newcomer.person_id, "name": newcomer.name, "agency_id": newcomer.agency_id}
    work.uow.people.add(work.campaign.id, {**held, "roles": list(newcomer.roles)})
    data = {"agency": newcomer.agency_id, "roles": list(newcomer.roles)}
    _note(work, "person.added", newcomer.person_id, data)


def _name_faults(newcomer: Newcomer) -> list[Reason]:
    faults = []
    if not _ID.fullmatch(newcomer.person_id):
        text = Text("由字母、数字、点、横线组成，最多 64 个", "letters, digits, dots and dashes, at most 64")
        faults.append(Reason("format", text, "id"))
    try:
        read_text(newcomer.name, 60)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "name"))
    return faults


def _role_faults(work: Work, roles: Sequence[str]) -> list[Reason]:
    known = {role.id for role in work.definition.roles}
    unknown = sorted(set(roles) - known)
    if roles and not unknown:
        return []
    text = Text(
        f"没有这些角色：{'、'.join(unknown)}" if unknown else "至少选一个角色",
        f"no such roles: {', '.join(unknown)}" if unknown else "choose at least one role",
    )
    hint = Text(f"可选：{'、'.join(sorted(known))}", f"known: {', '.join(sorted(known))}")
    return [Reason("unknown_role", text, "roles", hint)]


def change_roles(command: ChangeRoles, work: Work) -> Done:
    """This will give a person other roles. Raises Rejected: not one who may, oneself, unknown roles, no reason, or
    nobody left who manages people.
    """
    person, reason = _another(work, command.person_id), _reason(command.reason)
    faults = _role_faults(work, command.roles)
    if faults:
        raise Rejected(*faults, kind="invalid")
    _check_managed(work, person, command.roles)
    before, after = sorted(person["roles"]), sorted(set(command.roles))
    if before != after:
        work.uow.administration.change_roles(work.campaign.id, person["id"], after)
        _note(work, "person.roles_changed", person["id"], {"before": before, "after": after}, reason)
    return Done("person", person["id"], version=1)


def end_person(command: EndPerson, work: Work) -> Done:
    """This will let a person act no longer, and end their tokens and sessions at once. Raises Rejected."""
    person, reason = _another(work, command.person_id), _reason(command.reason)
    if not person["active"]:
        raise Rejected(_stands_so("此人已停用", "this person's time has ended already"))
    _check_managed(work, person, ())
    work.uow.administration.set_active(work.campaign.id, person["id"], active=False)
    ended = work.uow.administration.end_entries(work.campaign.id, person["id"], work.at)
    _note(work, "person.ended", person["id"], {"entries_ended": ended}, reason)
    return Done("person", person["id"], version=1)


def return_person(command: ReturnPerson, work: Work) -> Done:
    """This will let a person act again; their old tokens stay ended. Raises Rejected."""
    person, reason = _another(work, command.person_id), _reason(command.reason)
    if person["active"]:
        raise Rejected(_stands_so("此人未停用", "this person's time has not ended"))
    work.uow.administration.set_active(work.campaign.id, person["id"], active=True)
    _note(work, "person.returned", person["id"], {}, reason)
    return Done("person", person["id"], version=1)


def _stands_so(zh: str, en: str) -> Reason:
    return Reason("stands_so", Text(zh, en))


def _another(work: Work, person_id: str) -> Row:
    work.demand(DUTY)
    person = work.uow.people.find(work.campaign.id, person_id)
    if person is None:
        raise Rejected(UNSEEN, kind="missing")
    if person_id == work.by.person_id:
        text = Text(
            "不能变更本人的角色和任期，请另一位管理员办理", "nobody manages themselves; ask another manager"
        )
        raise Rejected(Reason("own_request", text), kind="forbidden")
    return person


def _check_managed(work: Work, person: Row, roles: Sequence[str]) -> None:
    """Somebody must remain who may manage people."""
    able = [
        other["id"]
        for other in work.uow.people.listed(work.campaign.id)
        if other["active"] and _manages(work, other["agency_id"], other["roles"])
    ]
    stays = _manages(work, person["agency_id"], roles)
    if able == [person["id"]] and not stays:
        text = Text(
            "此人是最后一位能管理人员的人，请先确定另一位",
            "nobody else could manage people; name another first",
        )
        raise Rejected(Reason("last_manager", text))


def _manages(work: Work, agency_id: str, roles: Sequence[str]) -> bool:
    return work.definition.has_duty(DUTY, frozenset(roles), agency_id)


def name_token(command: NameToken, work: Work) -> Done:
    """This will issue a token under a name. Raises Rejected: nobody active of that id, or no name."""
    work.demand(DUTY)
    person = work.uow.people.find(work.campaign.id, command.person_id)
    if person is None or not person["active"]:
        text = Text("没有这个人员，或已停用", "there is no such person, or their time has ended")
        raise Rejected(Reason("unknown_person", text, "person"), kind="invalid")
    try:
        read_text(command.name, 60)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "name"), kind="invalid") from None
    _issue(work, person["id"], command.name, command.token_hash, command.expires_at)
    return Done("token", command.token_hash[:16], created=True, version=1)


def _issue(work: Work, person_id: str, name: str, digest: str, expires_at: datetime | None) -> None:
    work.uow.people.add_token(digest, work.campaign.id, person_id, work.at, expires_at)
    work.uow.administration.name_token(digest, name, work.by.person_id)
    data = {"token": digest[:16], "name": name, "expires_at": expires_at}
    _note(work, "token.issued", person_id, data)


def end_token(command: EndToken, work: Work) -> Done:
    """This will end a token at once. Raises Rejected: not one who may, or none of that id that is still open."""
    work.demand(DUTY)
    reason = _reason(command.reason)
    rows = work.uow.administration.tokens(work.campaign.id)
    row = next((r for r in rows if r["id"] == command.token_id and r["revoked_at"] is None), None)
    if row is None or not work.uow.people.revoke_token(row["hash"], work.campaign.id, work.at):
        raise Rejected(UNSEEN, kind="missing")
    _note(work, "token.ended", row["person_id"], {"token": row["id"], "name": row["name"]}, reason)
    return Done("token", row["id"], version=1)


def _reason(said: str) -> str:
    try:
        return read_text(said, 400)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "reason"), kind="invalid") from None


def _note(work: Work, kind: str, person_id: str, data: Mapping[str, Any], reason: str | None = None) -> None:
    event = Event(kind, "person", person_id, work.at, dict(data), None, None, reason)
    record(work, matters.of_campaign(work), event)


STATES = ("active", "ended")


def people(work: Work, filters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """This will list everybody of the campaign for whoever oversees it or manages people, or those who fit every filter:
    `q` (part of name or id), `agency`, `role`, `state` (of `STATES`). Raises Rejected (missing).
    """
    _may_look(work)
    standing = work.uow.stand_ins.at(work.campaign.id, work.at)
    rows = [row for row in work.uow.people.listed(work.campaign.id) if _fits(row, filters or {})]
    return {"items": [_person_view(work, row, standing) for row in rows], "as_of": work.in_zone(work.at)}


def _fits(row: Row, filters: Mapping[str, str]) -> bool:
    """Whether somebody fits; width and capitals make no difference."""
    sought, agency, role, state = (filters.get(name) or "" for name in ("q", "agency", "role", "state"))
    return (
        (not agency or row["agency_id"] == agency)
        and (not role or role in row["roles"])
        and (not state or row["active"] == (state == "active"))
        and all(part in _folded(f"{row['name']} {row['id']}") for part in _folded(sought).split())
    )


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def person(work: Work, person_id: str) -> dict[str, Any]:
    """This will show one person. Raises Rejected (missing)."""
    _may_look(work)
    row = work.uow.people.find(work.campaign.id, person_id)
    if row is None:
        raise Rejected(UNSEEN, kind="missing")
    return _person_view(work, row, work.uow.stand_ins.at(work.campaign.id, work.at))


def _may_look(work: Work) -> None:
    if not (work.sees_everything or work.may(DUTY)):
        raise Rejected(UNSEEN, kind="missing")


def _person_view(work: Work, row: Row, standing: Mapping[str, str]) -> dict[str, Any]:
    names = {role.id: role.name for role in work.definition.roles}
    return {
        "id": row["id"],
        "name": row["name"],
        "agency": agency_view(work.definition, row["agency_id"]),
        "roles": [
            {"id": role, "name": words(names.get(role)) or {"zh": role, "en": role}} for role in row["roles"]
        ],
        "active": row["active"],
        "stand_in": standing.get(row["id"]),
    }


def tokens(work: Work) -> dict[str, Any]:
    """This will list the tokens of the campaign for whoever manages people; a token itself is never shown again."""
    if not work.may(DUTY):
        raise Rejected(UNSEEN, kind="missing")
    return {"items": [_token_view(work, row) for row in work.uow.administration.tokens(work.campaign.id)]}


def token(work: Work, token_id: str) -> dict[str, Any]:
    """This will show one token of the list. Raises Rejected (missing)."""
    found = next((t for t in tokens(work)["items"] if t["id"] == token_id), None)
    if found is None:
        raise Rejected(UNSEEN, kind="missing")
    return dict(found)


def _token_view(work: Work, row: Row) -> dict[str, Any]:
    names = ("issued_at", "expires_at", "revoked_at")
    moments = {name: work.in_zone(row[name]) if row[name] is not None else None for name in names}
    return {
        "id": row["id"],
        "person": row["person_id"],
        "name": row["name"],
        "issued_by": row["issued_by"],
        **moments,
    }


def agencies(work: Work) -> dict[str, Any]:
    """This will list the agencies with who acts for them, and which of them nobody acts for."""
    _may_look(work)
    acting: dict[str, list[Row]] = {}
    for row in work.uow.people.listed(work.campaign.id):
        if row["active"]:
            acting.setdefault(row["agency_id"], []).append(row)
    return {
        "items": [
            {
                **(agency_view(work.definition, a.id) or {}),
                "type": a.type,
                "parent": agency_view(work.definition, a.parent) if a.parent else None,
                "calendar": a.calendar,
                "office": a.office,
                "reports": a.reports,
                "people": len(acting.get(a.id, ())),
                "roles": sorted({role for row in acting.get(a.id, ()) for role in row["roles"]}),
            }
            for a in work.definition.agencies
        ],
        "as_of": work.in_zone(work.at),
    }
