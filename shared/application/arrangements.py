"""What people arrange among themselves: who stands in for whom, and routing rules that came of a consultation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.application import matters
from shared.application.coordination import handoff as find_handoff
from shared.application.guarded import Row
from shared.application.happenings import record
from shared.application.rules import heirs
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.guarded import DecideRoutingRule, ProposeRoutingRule, SetStandIn
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.routing_rule import check_rule, fits
from workflows.text import Text

LONGEST = timedelta(days=366)


def set_stand_in(command: SetStandIn, work: Work) -> Done:
    """This will let a colleague of the same agency stand in for a person: notices and `box=mine` reach both.

    Roles do not pass over. Set by the person, the head of the agency or an administrator. Raises Rejected.
    """
    person = work.uow.people.find(work.campaign.id, command.person_id)
    if person is None or not (work.sees_everything or person["agency_id"] == work.by.agency_id):
        raise Rejected(UNSEEN, kind="missing")
    head = work.may("lead_unit") and person["agency_id"] == work.by.agency_id
    if not (command.person_id == work.by.person_id or head or work.may("manage_people")):
        text = Text(
            "由本人、本单位负责人或管理员设置", "set by the person, the agency's head or an administrator"
        )
        raise Rejected(Reason("role", text), kind="forbidden")
    other = work.uow.people.find(work.campaign.id, command.stand_in)
    faults = []
    known = other is not None and other["active"] and other["agency_id"] == person["agency_id"]
    if other is None or not known or other["id"] == person["id"]:
        text = Text("代办人须是本单位的另一位人员", "the stand-in is another person of the same agency")
        faults.append(Reason("unknown_person", text, "stand_in"))
    if not timedelta(0) < command.until_at - command.from_at <= LONGEST or command.until_at <= work.at:
        text = Text(
            "起止时间须先后有序、尚未过去、不超过一年", "a period in order, not past, of at most a year"
        )
        faults.append(Reason("range", text, "until"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    period = {"person_id": command.person_id, "stand_in": command.stand_in}
    moments = {"from_at": command.from_at, "until_at": command.until_at}
    row: dict[str, Any] = {"id": work.uow.new_id(), "campaign_id": work.campaign.id, **period, **moments}
    work.uow.stand_ins.replace({**row, "set_by": work.by.person_id, "set_at": work.at})
    event = Event("person.stand_in_set", "person", command.person_id, work.at, {**period, **moments})
    record(work, matters.of_campaign(work), event)
    return Done("stand_in", row["id"], created=True, version=1)


def stand_in_view(work: Work, command: SetStandIn) -> dict[str, Any]:
    """This will show a period as it was set."""
    span = {"from": work.in_zone(command.from_at), "until": work.in_zone(command.until_at)}
    return {"person": command.person_id, "stand_in": command.stand_in, **span}


def with_stand_ins(work: Work, people: list[Row]) -> list[Row]:
    """This will add whoever stands in, at this moment, for people who are told something."""
    found = {person["id"]: person for person in people}
    standing = work.uow.stand_ins.at(work.campaign.id, work.at) if people else {}
    for name in [standing[person["id"]] for person in people if person["id"] in standing]:
        other = work.uow.people.find(work.campaign.id, name)
        if other is not None:
            found.setdefault(other["id"], other)
    return list(found.values())


def names_of(work: Work) -> list[str]:
    """This will list the ids whose work the caller answers for now: one's own, and of those one stands in for."""
    standing = work.uow.stand_ins.at(work.campaign.id, work.at)
    return [work.by.person_id, *(person for person, other in standing.items() if other == work.by.person_id)]


def propose_routing_rule(command: ProposeRoutingRule, work: Work) -> Done:
    """This will propose a routing rule; it counts for nothing until the director of the office signs it.

    Raises Rejected: not a role that may, a handoff the caller does not see, or faults of the rule.
    """
    work.demand("propose_rules")
    if command.handoff_id is not None:
        find_handoff(work, command.handoff_id)
    check_rule(work.definition, command.when, command.lead, command.help_by)
    rule = {"when": dict(command.when), "lead": command.lead, "with": list(command.help_by)}
    row: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "handoff_id": command.handoff_id,
        "state": "proposed",
        "rule": rule,
        "reason": _words(command.reason),
        "proposed_by": work.by.person_id,
        "proposed_at": work.at,
    }
    work.uow.routing_rules.add(row)
    event = Event(
        "routing_rule.proposed", "routing_rule", row["id"], work.at, rule, None, None, command.reason
    )
    record(work, matters.of_campaign(work), event)
    return Done("routing_rule", row["id"], created=True, version=1)


def decide_routing_rule(command: DecideRoutingRule, work: Work) -> Done:
    """This will sign or refuse a proposed rule. Raises Rejected: not the director, an own proposal, or decided already."""
    work.demand("sign_rules")
    row = work.uow.routing_rules.get(command.rule_id)
    if row is None or row["campaign_id"] != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    if row["state"] != "proposed":
        text = Text("这条规则已有决定", "the rule was decided already")
        raise Rejected(Reason("already_decided", text))
    if row["proposed_by"] == work.by.person_id:
        text = Text("不能签发本人提出的规则", "nobody signs a rule of their own")
        raise Rejected(Reason("own_request", text), kind="forbidden")
    state, reason = "signed" if command.sign else "refused", _words(command.reason)
    decision = {"decided_by": work.by.person_id, "decided_at": work.at, "decision_reason": reason}
    work.uow.routing_rules.decide(row["id"], state=state, **decision)
    kind, data = f"routing_rule.{state}", {"rule": row["rule"]}
    event = Event(kind, "routing_rule", row["id"], work.at, data, "proposed", state, reason)
    record(work, matters.of_campaign(work), event)
    return Done("routing_rule", row["id"], version=1)


def _words(reason: str) -> str:
    try:
        return read_text(reason, 400)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "reason"), kind="invalid") from None


def routing_rules(work: Work) -> dict[str, Any]:
    """This will list the agreed rules with who proposed and who decided them: the signed ones, and one's own proposals.

    Whoever sees everything sees those that wait or were refused, too.
    """
    every = work.uow.routing_rules.listed(work.campaign.id)
    mine = [r for r in every if r["state"] == "signed" or r["proposed_by"] == work.by.person_id]
    return {"items": [_view(work, row) for row in (every if work.sees_everything else mine)]}


def routing_rule(work: Work, rule_id: str) -> dict[str, Any]:
    """This will show one agreed rule. Raises Rejected (missing)."""
    found = [row for row in work.uow.routing_rules.listed(work.campaign.id) if row["id"] == rule_id]
    if not found:
        raise Rejected(UNSEEN, kind="missing")
    return _view(work, found[0])


def _view(work: Work, row: Row) -> dict[str, Any]:
    names = ("id", "state", "reason", "proposed_by", "decided_by", "decision_reason")
    decided = work.in_zone(row["decided_at"]) if row["decided_at"] is not None else None
    at = {"proposed_at": work.in_zone(row["proposed_at"]), "decided_at": decided}
    return {**{name: row[name] for name in names}, **row["rule"], **at}


def agreed(work: Work, facts: Mapping[str, object]) -> list[dict[str, Any]]:
    """This will show the signed rules that fit a lead, in the form of the definition's own suggestions."""
    found = [row for row in work.uow.routing_rules.signed(work.campaign.id) if fits(row["rule"], facts)]
    return [
        {
            "rule": row["id"],
            "name": {"zh": "会商确定的分办规则", "en": "routing rule agreed in consultation"},
            "version": row["id"],
            "source": row["reason"],
            "effective_from": row["decided_at"].astimezone(work.zone).date(),
            "effective_to": None,
            "inputs": {name: facts.get(name) for name in row["rule"]["when"]},
            "missing": [],
            "outcomes": [
                {
                    "row": 1,
                    "then": heirs(
                        work.definition, {n: row["rule"][n] for n in ("lead", "with") if row["rule"][n]}
                    ),
                    "source": f"{row['decided_by']}: {row['decision_reason']}",
                }
            ],
        }
        for row in found
    ]
