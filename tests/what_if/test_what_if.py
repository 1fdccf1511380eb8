"""Trying a rule out: what it says is what the machinery then does, and nothing is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.application import queries
from shared.application.what_if import versions_compared, what_if
from shared.bootstrap import System
from tests.leads import an_intake
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, PublishDefinition, ReceiveLead
from workflows.rejection import Rejected

STAFF = "office.office_staff"


def ask(system: System, by: Caller, definition: CampaignDefinition, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = system.read(
        what_if, by, definition_id=definition.id, version=definition.version, **asked
    )
    return found


def test_what_is_foretold_for_a_silent_agency_is_what_its_real_clock_will_do(
    system: System, callers: dict[str, Caller], definition: CampaignDefinition
) -> None:
    by = callers[STAFF]
    done = system.handle(ReceiveLead(by, an_intake(), "counter")).done
    assert done is not None
    lead = system.read(queries.lead, by, number=done.number)
    clock = lead["clocks"][0]
    rule = int(clock["rule"].partition("#")[2])
    foretold = ask(
        system,
        by,
        definition,
        rule=rule,
        holder=clock["holder"]["id"],
        starts_at=datetime.fromisoformat(clock["started_at"]),
    )
    real = [(s["at"], s["act"]) for s in lead["forecast"] if s["deadline_id"] == clock["id"]]
    assert foretold["as_it_is"]["due_at"] == clock["due_at"]
    assert [(s["at"], s["act"]) for s in foretold["as_it_is"]["steps"]] == real


def test_another_term_moves_the_due_date_and_names_the_clocks_it_would_have_saved(
    system: System, callers: dict[str, Caller], definition: CampaignDefinition
) -> None:
    by = callers[STAFF]
    done = system.handle(ReceiveLead(by, an_intake(), "counter")).done
    assert done is not None
    clock = system.read(queries.lead, by, number=done.number)["clocks"][0]
    rule = int(clock["rule"].partition("#")[2])
    before = system.read(lambda w: len(w.uow.deadlines.open_of_campaign(w.campaign.id)), by)
    starts = datetime.fromisoformat(clock["started_at"])
    longer = ask(
        system, by, definition, rule=rule, holder=clock["holder"]["id"], starts_at=starts, amount=900
    )
    assert longer["changed"]["due_at"] > longer["as_it_is"]["due_at"]
    assert longer["replay"]["counted"] == 1
    assert (longer["replay"]["late_now"], longer["replay"]["late_then"], longer["replay"]["rows"]) == (
        0,
        0,
        [],
    )
    assert system.read(lambda w: len(w.uow.deadlines.open_of_campaign(w.campaign.id)), by) == before


def test_faults_are_named_together_and_an_unknown_version_is_not_there(
    system: System, callers: dict[str, Caller], definition: CampaignDefinition
) -> None:
    by, now = callers[STAFF], datetime.fromisoformat("2017-08-10T09:00+08:00")
    with pytest.raises(Rejected) as refused:
        ask(system, by, definition, rule=9999, holder="nobody", starts_at=now, amount=1001)
    assert {r.field for r in refused.value.reasons} == {"?rule", "?holder", "?amount"}
    with pytest.raises(Rejected) as missing:
        system.read(
            what_if,
            by,
            definition_id="none",
            version=1,
            rule=0,
            holder="market",
            starts_at=now + timedelta(days=1),
        )
    assert missing.value.kind == "missing"


def test_two_versions_are_compared_place_by_place(
    system: System, callers: dict[str, Caller], definition: CampaignDefinition, document: dict[str, Any]
) -> None:
    title = {"zh": "改了名的专项行动", "en": "renamed"}
    version = definition.version + 1
    changed = {**document, "campaign": {**document["campaign"], "version": version, "title": title}}
    system.handle(PublishDefinition(callers["system"], changed))
    found = system.read(
        versions_compared,
        callers[STAFF],
        definition_id=definition.id,
        version=definition.version,
        other=version,
    )
    assert [item["path"] for item in found["items"]] == [
        "/campaign/title/en",
        "/campaign/title/zh",
        "/campaign/version",
    ]
