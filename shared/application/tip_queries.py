"""Questions about tips: what anybody may tell, what its teller may read of it, what the office reads of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.application.guarded import SealBroken
from shared.application.identities import may_open, unopened
from shared.application.views import words
from shared.application.work import UNSEEN, Work
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.tip_rules import TipRules, progress


def rules_of(work: Work) -> TipRules:
    """This will give how the campaign takes tips. Raises Rejected (missing) where it takes none."""
    if work.definition.tips is None:
        raise Rejected(UNSEEN, kind="missing")
    return work.definition.tips


def check_speaker(work: Work) -> None:
    """This will refuse whoever does not speak with reporters: the same few who may learn who they are."""
    if not may_open(work):
        text = Text("与举报人的联系由窗口、办公室人员负责", "the desk and the office speak with reporters")
        raise Rejected(Reason("not_speaker", text), kind="forbidden")


def promised(work: Work, lead: Lead) -> list[dict[str, Any]]:
    """This will list what the teller may expect by when: open clocks of the lead the campaign speaks of."""
    rules = work.pinned(lead.definition_hash).tips
    clocks = {c.code: c for c in work.uow.deadlines.of_lead(lead.id) if c.is_open and c.subject == "lead"}
    return [
        {"says": words(promise.says), "by": work.in_zone(clocks[promise.clock].due_at)}
        for promise in (rules.promises if rules is not None else ())
        if promise.clock in clocks
    ]


def forms(work: Work) -> dict[str, Any]:
    """This will say what anybody may tell the campaign, and in which words."""
    rules, definition = rules_of(work), work.definition
    return {
        "campaign": work.campaign.id,
        "title": words(definition.title),
        "short": words(definition.short or definition.title),
        "mode": work.campaign.mode,
        "urgent": words(rules.urgent),
        **{
            name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies[name]]
            for name in ("place_type", "act")
        },
        "today": work.today.isoformat(),
    }


def tip(work: Work, lead_id: str) -> dict[str, Any]:
    """This will show a tip as its teller may see it: neutral steps with their days, promises, what was said."""
    lead = work.uow.leads.by_id(lead_id)
    if lead is None or lead.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.pinned(lead.definition_hash)
    rules = definition.tips
    assert rules is not None, (
        "a receipt is issued under rules for tips, or by a clerk of a campaign that has them"
    )
    steps = progress(rules, _history(work, lead, rules.follows))
    now = steps[-1].step
    return {
        "title": words(work.definition.title),
        "mode": work.campaign.mode,
        "state": {"id": now.id, "name": words(now.name)},
        "because": _because(work, lead, rules, now.states),
        "progress": [
            {"on": reached.on.isoformat(), "name": words(reached.step.name), "says": words(reached.step.says)}
            for reached in steps
        ],
        "promises": promised(work, lead),
        "messages": [
            {"sender": m["sent_by"], "on": _day(work, m), "text": m["text"]} for m in opened(work, lead)
        ],
        "photos": len([r for r in work.uow.materials.of_lead(lead.id) if r["added_by"] == work.by.person_id]),
        "urgent": words(rules.urgent),
        "as_of": work.in_zone(work.at),
    }


def messages(work: Work, number: str) -> dict[str, Any]:
    """This will show those who speak with reporters what was said about a lead. Raises Rejected."""
    lead = work.lead(number)
    check_speaker(work)
    return {
        "lead": lead.number,
        "reachable": work.uow.tips.has_receipt(lead.id),
        "joined": _joined(work, lead),
        "items": [
            {
                "id": m["id"],
                "sender": m["sent_by"],
                "by": m["person_id"],
                "at": work.in_zone(m["at"]),
                "text": m["text"],
            }
            for m in opened(work, lead)
        ],
    }


def _joined(work: Work, lead: Lead) -> list[str]:
    """The leads that went into this one and have tellers of their own, who are spoken with there."""
    sources = [row["source_id"] for row in work.uow.merges.into(lead.id)]
    found = [work.uow.leads.by_id(source) for source in sources if work.uow.tips.has_receipt(source)]
    return sorted(source.number for source in found if source is not None)


def opened(work: Work, lead: Lead) -> list[Mapping[str, Any]]:
    """This will open what was said about a lead. Raises Rejected where a seal does not open."""
    try:
        return list(work.uow.tips.messages(lead.id))
    except SealBroken as broken:
        raise unopened(broken) from broken


def _history(work: Work, lead: Lead, follows: str | None) -> list[tuple[date, str]]:
    """The states a lead went through with their days; from when it went into another one, that one's too."""
    found, met, since = [], {lead.id}, 0
    while True:
        for entry in work.uow.events.stream(lead.id):
            if entry.seq > since and entry.event.subject == "lead" and entry.event.to_state is not None:
                found.append((entry.recorded_at.astimezone(work.zone).date(), entry.event.to_state))
        into = lead.attributes.get(follows) if follows is not None else None
        other = work.uow.leads.by_number(lead.campaign_id, str(into)) if into is not None else None
        if other is None or other.id in met:
            return found
        joined = (e for e in work.uow.events.stream(other.id) if e.event.data.get("source_id") == lead.id)
        since, lead = max((e.seq for e in joined), default=0), other
        met.add(lead.id)


def _because(work: Work, lead: Lead, rules: TipRules, states: tuple[str, ...]) -> dict[str, str] | None:
    """The kind of reason a tip was turned down for: a word of the campaign, never what somebody wrote."""
    if rules.because is None or rules.because_words is None or lead.state not in states:
        return None
    choice = work.pinned(lead.definition_hash).word(
        rules.because_words, str(lead.attributes.get(rules.because))
    )
    return words(choice.name) if choice is not None else None


def _day(work: Work, message: Mapping[str, Any]) -> str:
    day: date = message["at"].astimezone(work.zone).date()
    return day.isoformat()


def takers(work: Work) -> list[dict[str, Any]]:
    """This will list the campaigns anybody may tell something: the live ones, or the exercises where none is live."""
    campaigns = [c for c in map(work.uow.campaigns.get, work.uow.tips.campaigns()) if c is not None]
    found = [(c, work.pinned(c.definition_hash)) for c in campaigns]
    taking = [(c, definition) for c, definition in found if definition.tips is not None]
    live = [(c, definition) for c, definition in taking if c.mode == "live"]
    return [
        {"id": c.id, "title": words(definition.title), "mode": c.mode} for c, definition in live or taking
    ]
