"""A clerk writes down what somebody says on the telephone or at the counter, and reads out the receipt.

The caller's telephone number is sealed with who they are; that the same number called before is found by a keyed
mark, which gives nobody the number.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from shared.application.identities import may_open
from shared.application.leads import receive_lead
from shared.application.link_queries import candidate_view
from shared.application.linking import lies_nowhere, likenesses_of_words
from shared.application.tip_queries import promised, rules_of
from shared.application.tips import issue
from shared.application.views import words
from shared.application.work import Done, Work
from workflows.commands import ReceiveLead
from workflows.duplicates import THRESHOLD, Sketch
from workflows.tip import TakeCall

SOURCE = "calls"
LEAST_TOLD, MOST_SHOWN = 8, 4
"""From how many characters on what is told is compared at all, and how many leads like it are shown (policy)."""


def take_call(command: TakeCall, work: Work) -> Done:
    """This will register a call as a lead and make its receipt; `extra` holds it, this once, with earlier leads.

    The same call under the same key is one. Raises Rejected: the campaign takes no tips, the caller may not
    register, or the intake has faults (all are named).
    """
    rules_of(work)
    said = (command.intake.title, command.intake.description)
    key = work.uow.tips.mark("call", work.campaign.id, work.by.person_id, command.key, *said)
    received = receive_lead(ReceiveLead(command.by, command.intake, SOURCE, key[:32], command.reporter), work)
    lead = work.uow.leads.by_id(received.id, lock=True)
    assert lead is not None, "it was registered a moment ago"
    phone = command.reporter.phone if command.reporter is not None else None
    extra: dict[str, Any] = {"receipt": None, "promises": promised(work, lead), "earlier": []}
    if received.created:
        extra["receipt"] = issue(work, lead, key)
        if phone is not None:
            work.uow.tips.called(work.campaign.id, mark_of(work, phone), lead.id, work.at)
    if phone is not None:
        extra["earlier"] = earlier(work, phone, lead.id)
    return Done("lead", lead.id, lead.number, received.created, received.version, extra=extra)


def call_form(work: Work) -> dict[str, Any]:
    """This will give the words a clerk chooses from; the channel of the public page is not among them."""
    definition, rules = work.definition, rules_of(work)
    choices = {
        name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies[name]]
        for name in ("channel", "place_type", "act", "urgency")
    }
    choices["channel"] = [c for c in choices["channel"] if c["id"] != rules.channel]
    townships = sorted({town for agency in definition.agencies for town in agency.townships})
    return {
        **choices,
        "townships": townships,
        "preset": {"urgency": rules.urgency, "place_type": rules.place_type, "act": rules.act},
        "kinds": {"unnamed": rules.unnamed, "named": rules.named},
        "by": _clerk(work),
    }


def _clerk(work: Work) -> str:
    person = work.uow.people.find(work.campaign.id, work.by.person_id)
    return str(person["name"]) if person is not None else work.by.person_id


def earlier(work: Work, phone: str, but: str = "") -> list[str]:
    """This will list the numbers of leads the same telephone number told of before; none to whoever may not know."""
    return list(work.uow.tips.calls(work.campaign.id, mark_of(work, phone), but)) if may_open(work) else []


def similar(
    work: Work,
    title: str | None,
    description: str | None,
    township: str | None,
    address: str | None,
    place_type: str | None,
) -> dict[str, Any]:
    """This will list leads that may tell of what a caller is telling now, by the rule that compares leads.

    Nothing of it is kept. `enough` is whether so much was told that comparing makes sense. Raises Rejected: the caller
    may not register calls.
    """
    work.demand("receive_leads")
    told = f"{title or ''}。{description or ''}"
    enough = sum(map(str.isalnum, told)) >= LEAST_TOLD
    sketch = Sketch("", work.today, told, address, township, lies_nowhere(work.definition, place_type or ""))
    found = likenesses_of_words(work, sketch) if enough else []
    return {
        "threshold": THRESHOLD,
        "enough": enough,
        "items": [candidate_view(work, lead, like) for lead, like in found[:MOST_SHOWN]],
    }


def mark_of(work: Work, phone: str) -> str:
    """This will give the keyed mark of a telephone number, however it was written."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", phone) if c.isdigit())
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    return work.uow.tips.mark("caller", work.campaign.id, digits)
